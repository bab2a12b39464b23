package alert_test

import (
	"testing"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/faults/house"
)

// CSAF 2.0 clause 9.1.13 (2): for each asset the documents that were matched.
func TestAlertsOfAsset(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(2)
		w.Publish("adv-1", "Pump", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump))
		w.Publish("adv-2", "Named", ward.TLPRed, []string{"CVE-2026-2"}, affected(house.Pump))
		s := open(t, d, w)
		s.raise(t, "adv-1", "new", 2)
		s.raise(t, "adv-2", "new", 2)
		me, asset := hospital(house.Org(0), "HR"), w.Assets[house.Org(0)][0].Asset
		got, err := s.Alerts.OfAsset(ctx, me, asset)
		if err != nil || len(got) != 1 || got[0].Title != "Pump" || got[0].Finding.Verdict != ward.Affected {
			t.Errorf("own asset: got %+v (%v), want the one alert within the clearance", got, err)
		}
		_, err = s.Alerts.OfAsset(ctx, me, w.Assets[house.Org(1)][0].Asset)
		expect.Code(t, "asset of another", err, ward.NotFound)
		_, err = s.Alerts.OfAsset(ctx, operator, asset)
		expect.Code(t, "operator", err, ward.Forbidden)
	})
}
