package reach

import (
	"context"
	"time"

	"ward"
	"ward/detect/alert/period"
	"ward/kit/db"
	"ward/kit/job"
)

// DigestState is where one digest stands.
type DigestState string

// States of a digest. An empty one is written and not sent: the row says that
// the period was looked at.
const (
	DigestEmpty   DigestState = "empty"
	DigestQueued  DigestState = "queued"
	DigestSending DigestState = "sending"
	DigestSent    DigestState = "sent"
	DigestFailed  DigestState = "failed"
)

// Digest is one period of one person. There is never a second one.
type Digest struct {
	Person   ward.PersonID
	From     time.Time // exclusive
	Until    time.Time // inclusive
	Covered  int       // alerts
	State    DigestState
	Attempts int
	Repeats  int
	Sent     time.Time
	Error    string // a Fault
	started  time.Time
}

// Repeat reports whether the person may have got d before.
func (d Digest) Repeat() bool { return !d.started.IsZero() }

// Due is the job that sends one digest.
type Due struct {
	Person string `json:"person"`
	Until  int64  `json:"until"` // microseconds
}

// Kind implements job.Args.
func (Due) Kind() string { return "alert.digest" }

// Bounds of closing periods.
const (
	closeBatch  = 200 // people of one transaction
	periodBatch = 400 // missed periods of one person in one transaction
	keepEmpty   = 100 * 24 * time.Hour
)

// Close closes the digest periods that have ended. Two at once, or one that was
// killed, do no harm.
func (s *Service) Close(ctx context.Context, now time.Time) error {
	return inBatches(func() (int, error) { return s.closePeriods(ctx, now) })
}

// Forget drops empty periods after a season: they prove that somebody looked,
// and by then nobody asks.
func (s *Service) Forget(ctx context.Context, now time.Time) error {
	return inBatches(func() (int, error) { return s.dropOld(ctx, now) })
}

// inBatches goes on until less than a batch was done.
func inBatches(step func() (int, error)) error {
	for {
		if n, err := step(); err != nil || n < closeBatch {
			return err
		}
	}
}

// closePeriods closes what has ended of the next people and gives their number.
func (s *Service) closePeriods(ctx context.Context, now time.Time) (int, error) {
	var due []Wishes
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		due, err = dueWishes(ctx, tx, now, closeBatch)
		return err
	})
	if err != nil || len(due) == 0 {
		return 0, err
	}
	ids := make([]ward.PersonID, len(due))
	for i, w := range due {
		ids[i] = w.Person
	}
	people, err := s.cfg.Registry.Persons(ctx, ids)
	if err != nil {
		return 0, err
	}
	return len(due), s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		waiting, err := s.cfg.Waiting.For(ctx, tx, ids)
		if err != nil {
			return err
		}
		var all []Digest
		for _, w := range due {
			closed, next := w.In(people[w.Person].Zone, "").Rule.Close(w.open, now, periodBatch)
			mine, err := setOpen(ctx, tx, w.Person, w.open.Until, next)
			if err != nil {
				return err
			}
			if !mine { // another replica, or the person, was faster
				continue
			}
			for _, span := range closed {
				d, err := s.digest(ctx, tx, w.Person, span, waiting[w.Person])
				if err != nil {
					return err
				}
				all = append(all, d)
			}
		}
		return s.keepDigests(ctx, tx, all)
	})
}

// digest makes the digest of a closed period and takes up what it covers.
func (s *Service) digest(ctx context.Context, tx *db.Tx, p ward.PersonID, span period.Span, any bool) (Digest, error) {
	d := Digest{Person: p, From: span.From, Until: span.Until, State: DigestEmpty}
	if !any {
		return d, nil
	}
	n, err := s.cfg.Waiting.TakeUp(ctx, tx, p, span.Until)
	if n > 0 {
		d.Covered, d.State = int(n), DigestQueued
	}
	return d, err
}

// keepDigests writes digests with the jobs of those that have something to say.
func (s *Service) keepDigests(ctx context.Context, tx *db.Tx, all []Digest) error {
	if err := insertDigests(ctx, tx, all); err != nil {
		return err
	}
	var jobs []job.Args
	for _, d := range all {
		if d.State == DigestQueued {
			jobs = append(jobs, Due{Person: string(d.Person), Until: d.Until.UnixMicro()})
		}
	}
	return s.cfg.Queue.Enqueue(ctx, tx, jobs...)
}

func (s *Service) dropOld(ctx context.Context, now time.Time) (n int, err error) {
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		gone, err := dropEmpty(ctx, tx, now.Add(-keepEmpty), closeBatch)
		n = int(gone)
		return err
	})
	return n, err
}
