package alert

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

// releasing is the job that ends waits and periods.
type releasing struct{}

// Kind implements job.Args.
func (releasing) Kind() string { return "alert.release" }

// Bounds of releasing. A minute is how late a digest or the end of quiet hours
// may be noticed.
const (
	releaseEvery   = time.Minute
	releaseTimeout = 2 * time.Minute
	releaseBatch   = 200 // deliveries of one transaction
)

func (s *Service) onReleasing(ctx context.Context, _ releasing) error { return s.Release(ctx) }

// Release closes the digest periods that have ended, and lets go what has waited
// for the end of quiet hours. The house does so every minute, on any replica,
// and two at once or one that was killed do no harm.
func (s *Service) Release(ctx context.Context) error {
	now := s.cfg.Clock()
	if err := s.reach.Close(ctx, now); err != nil {
		return ward.Wrap("release deliveries", err)
	}
	for n := releaseBatch; n == releaseBatch; {
		var err error
		if n, err = s.endWaits(ctx, now); err != nil {
			return ward.Wrap("release deliveries", err)
		}
	}
	return ward.Wrap("release deliveries", s.reach.Forget(ctx, now))
}

// endWaits queues what has waited long enough. What waits for a digest is among
// it only when its person wants none any more.
func (s *Service) endWaits(ctx context.Context, now time.Time) (n int, err error) {
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := putOffLate(ctx, tx, now); err != nil {
			return err
		}
		all, err := overdue(ctx, tx, now, releaseBatch)
		if err != nil {
			return err
		}
		n = len(all)
		byIssue := map[int64][]Delivery{}
		for _, d := range all {
			ok, err := release(ctx, tx, d)
			if err != nil {
				return err
			}
			if d.State = Queued; ok {
				byIssue[d.Issue] = append(byIssue[d.Issue], d)
			}
		}
		for issue, list := range byIssue {
			if err := s.cfg.Queue.Enqueue(ctx, tx, jobsFor(issue, list)...); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
