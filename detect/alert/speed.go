package alert

import (
	"context"
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/weakness"
	"ward/kit/db"
)

// Speed is how fast one issue's alerts were in one country by one channel: from
// the maker's publication, as far as it is known, else from the raising.
// Durations are zero where Organisations is hidden or none came so far.
type Speed struct {
	Country       ward.Country    // empty for all together
	Channel       marking.Channel // empty for acknowledgements
	Organisations int             // that were delivered to, or acknowledged; 0 when Hidden
	Hidden        bool            // fewer than speedCell: it would speak of single hospitals
	P50, P95      time.Duration
}

// speedCell is the smallest number of organisations of which a figure is shown.
// One cell hidden beside a sum is found by taking away, so a second one goes with it.
const speedCell = 5

// SpeedOf is the statistics of one issue.
type SpeedOf struct {
	Issue     weakness.Face
	Published time.Time // from when the durations count
	Rows      []Speed   // by country, all together first; the acknowledgement last of each
}

// Speed tells how fast an issue's alerts got to organisations within a's scope,
// and how fast somebody acknowledged. NotFound when a may see none of them.
func (s *Service) Speed(ctx context.Context, a ward.Actor, issue int64) (SpeedOf, error) {
	var out SpeedOf
	v := s.view(a, permOverview)
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		found, err := overview(ctx, tx, v, OverviewFilter{Before: issue + 1, Limit: 1})
		if err == nil && (len(found) == 0 || found[0].Issue.No != issue) {
			err = ward.Fail(ward.NotFound, "alert.error.not_found")
		}
		if err != nil {
			return err
		}
		sources, err := sourcesOf(ctx, tx, issue)
		if err != nil {
			return err
		}
		out.Issue, out.Published = found[0].Issue, publishedAt(sources, found[0].Raised)
		out.Rows, err = speeds(ctx, tx, v, issue, out.Published)
		return err
	})
	hideSmall(out.Rows)
	return out, ward.Wrap("delivery statistics", err)
}

// publishedAt is the first publication of an issue's sources; the raising where
// none is known, or where a document claims to be newer than its alert.
func publishedAt(sources []Source, raised time.Time) time.Time {
	first := raised
	for _, x := range sources {
		if p := x.Hops.Published; !p.IsZero() && p.Before(first) {
			first = p
		}
	}
	return first
}

// hideSmall hides cells of few organisations, and where one country alone is
// hidden the next smallest of the same channel too.
func hideSmall(rows []Speed) {
	hidden, next := map[marking.Channel]int{}, map[marking.Channel]int{}
	for i := range rows {
		r := &rows[i]
		if r.Organisations < speedCell {
			if r.Country != "" {
				hidden[r.Channel]++
			}
			*r = Speed{Country: r.Country, Channel: r.Channel, Hidden: true}
		} else if at, had := next[r.Channel]; r.Country != "" && (!had || r.Organisations < rows[at].Organisations) {
			next[r.Channel] = i
		}
	}
	for channel, n := range hidden {
		if at, had := next[channel]; n == 1 && had {
			rows[at] = Speed{Country: rows[at].Country, Channel: channel, Hidden: true}
		}
	}
}
