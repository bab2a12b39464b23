package alert_test

import (
	"testing"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/marking"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/faults/house"
)

func TestSpeed(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(20) // 7 HR, 7 SI, 6 AT
		w.Publish("adv-1", "Pump", ward.TLPGreen, []string{"CVE-2026-1"}, affected(house.Pump))
		w.Advisories["adv-1"].Head.Published = night.Add(-time.Hour)
		s := open(t, d, w).run(t)
		s.raise(t, "adv-1", "new", 20)
		s.idle(t)
		for i := range 20 { // the i-th organisation acknowledges after i minutes; of AT two never do
			if i == 17 || i == 14 {
				continue
			}
			me := hospital(house.Org(i), []ward.Country{"HR", "SI", "AT"}[i%3])
			if err := s.Alerts.Respond(ctx, me, s.only(t, me).ID(), alert.Response{State: stand.Acknowledged}); err != nil {
				t.Fatal(err)
			}
			s.clock.Advance(time.Minute)
		}
		x, err := s.Alerts.Speed(ctx, centre, 1)
		if err != nil || !x.Published.Equal(night.Add(-time.Hour)) || len(x.Rows) != 8 {
			t.Fatalf("got %+v (%v)", x, err)
		}
		if all := x.Rows[0]; all.Country != "" || all.Channel != marking.Mail || all.Organisations != 20 || all.P50 != time.Hour || all.P95 != time.Hour {
			t.Errorf("all by mail: %+v", all)
		}
		// 18 acknowledged after 60 to 77 minutes: nearest rank 9 and 18.
		if all := x.Rows[1]; all.Channel != "" || all.Organisations != 18 || all.P50 != 68*time.Minute || all.P95 != 77*time.Minute {
			t.Errorf("all acknowledged: %+v", all)
		}
		hidden := map[ward.Country]bool{}
		for _, r := range x.Rows {
			if r.Hidden {
				hidden[r.Country] = true
				if r.Organisations != 0 || r.P50 != 0 || r.Channel != "" {
					t.Errorf("hidden and told: %+v", r)
				}
			}
		}
		if len(hidden) != 2 || !hidden["AT"] {
			t.Errorf("hidden are %v: want the one of four organisations and one beside it", hidden)
		}
		_, err = s.Alerts.Speed(ctx, hospital(house.Org(0), "HR"), 1)
		expect.Code(t, "a hospital asks", err, ward.NotFound)
	})
}
