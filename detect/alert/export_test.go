package alert

import (
	"context"

	"ward"
	"ward/detect/alert/period"
	"ward/kit/db"
	"ward/kit/event"
)

// RollFrom is where a roll begins.
const RollFrom = rollFrom

// WriteOut gives n alerts of an issue's roll their rows, as a batch of the jobs does.
func (s *Service) WriteOut(ctx context.Context, issue int64, n int) (got int, err error) {
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		got, err = writeOut(ctx, tx, issue, n)
		return err
	})
	return got, err
}

// PassPeriod closes a person's open period as another replica does that does not
// see yet what is being written.
func (s *Service) PassPeriod(ctx context.Context, p ward.PersonID, was, next period.Span) error {
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE alert_reach SET since_at = $3, next_at = $4 WHERE person = $1 AND next_at = $2`,
			string(p), db.At(was.Until), db.At(next.From), db.At(next.Until))
		return err
	})
}

// Expand writes the inboxes and deliveries of all issues at once, as the jobs do.
func (s *Service) Expand(ctx context.Context, issues int64) error {
	for issue := int64(1); issue <= issues; issue++ {
		if err := s.onRaised(ctx, event.Meta{}, ward.AlertsRaised{Issue: issue}); err != nil {
			return err
		}
	}
	return nil
}
