package alert

import (
	"context"

	"ward/kit/db"
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

// CarryOf shows the rule of channels to the tests of its property.
var CarryOf = carry

// Expand writes the inboxes and deliveries of all issues at once, which the jobs
// do otherwise.
func (s *Service) Expand(ctx context.Context, issues int64) error {
	for issue := int64(1); issue <= issues; issue++ {
		for n := 1; n > 0; {
			var err error
			if n, err = s.expand(ctx, issue); err != nil {
				return err
			}
		}
	}
	return nil
}
