package alert

import (
	"context"

	"ward"
	"ward/kit/db"
)

// reachedIssues bounds the issues that are summed up: the newest of the time.
const reachedIssues = 200

// Reached counts how far the alerts of the last days got, in a country or in all
// of them, for the situational picture: sums alone.
func (s *Service) Reached(ctx context.Context, country ward.Country, days int) (out ward.AlertsReached, err error) {
	v := view{scope: ward.Scope{Everything: country == ""}, clearance: ward.TLPRed, now: s.cfg.Clock()}
	if country != "" {
		v.scope.Countries = []ward.Country{country}
	}
	var list []Reach
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = overview(ctx, tx, v, OverviewFilter{Since: v.now.AddDate(0, 0, -days), Limit: reachedIssues})
		return err
	})
	for _, x := range list {
		out.Alerts++
		out.Organisations += x.Organisations
		out.Reached += x.Reached
		out.Acknowledged += x.Acknowledged
	}
	return out, ward.Wrap("count alerts", err)
}
