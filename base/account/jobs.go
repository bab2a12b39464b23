package account

import (
	"context"
	"time"

	"ward"
	"ward/base/account/throttle"
	"ward/kit/db"
	"ward/kit/job"
)

// sweep removes what has expired and would only be in the way. Nothing depends
// on it: expired things open nothing while they are there.
type sweep struct{}

// Kind implements job.Args.
func (sweep) Kind() string { return "account_sweep" }

func (s *Service) sweeper() job.Worker {
	return job.Handle(job.Options{}, func(ctx context.Context, _ sweep) error { return s.sweepNow(ctx) })
}

func (s *Service) sweepNow(ctx context.Context) error {
	now := s.cfg.Clock()
	return ward.Wrap("sweep accounts", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := deleteExpired(ctx, tx, now, now.Add(-sessionIdle)); err != nil {
			return err
		}
		return throttle.Forget(ctx, tx, now)
	}))
}

func sweepDaily() job.Periodic {
	return job.Periodic{Every: 24 * time.Hour, Make: func() job.Args { return sweep{} }}
}
