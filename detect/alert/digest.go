package alert

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

// releasing is the job that ends waits and periods.
type releasing struct{}

// Kind implements job.Args.
func (releasing) Kind() string { return "alert.release" }

// digesting sends one digest.
type digesting struct {
	Person string `json:"person"`
	Until  int64  `json:"until"` // microseconds
}

// Kind implements job.Args.
func (digesting) Kind() string { return "alert.digest" }

// Bounds of releasing. A minute is how late a digest or the end of quiet hours
// may be noticed.
const (
	releaseEvery   = time.Minute
	releaseTimeout = 2 * time.Minute
	releaseBatch   = 200 // people or deliveries in one transaction
	periodBatch    = 400 // missed periods of one person in one transaction
	keepEmpty      = 100 * 24 * time.Hour
)

func (s *Service) onReleasing(ctx context.Context, _ releasing) error { return s.Release(ctx) }

// Release closes the digest periods that have ended, and lets go what has waited
// for the end of quiet hours. The house does so every minute, on any replica,
// and two at once or one that was killed do no harm.
func (s *Service) Release(ctx context.Context) error {
	now := s.cfg.Clock()
	for _, step := range []func(context.Context, time.Time) (int, error){s.closePeriods, s.endWaits, s.dropOld} {
		for {
			n, err := step(ctx, now)
			if err != nil {
				return ward.Wrap("release deliveries", err)
			}
			if n < releaseBatch {
				break
			}
		}
	}
	return nil
}

// closePeriods closes what has ended of the next people and gives their number.
func (s *Service) closePeriods(ctx context.Context, now time.Time) (int, error) {
	var due []Wishes
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		due, err = dueWishes(ctx, tx, now, releaseBatch)
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
		waiting, err := waitingFor(ctx, tx, ids)
		if err != nil {
			return err
		}
		var all []Digest
		for _, w := range due {
			closed, next := w.in(people[w.Person].Zone, "").Rule.Close(w.open, now, periodBatch)
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
	n, err := takeUp(ctx, tx, p, span.Until)
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
			jobs = append(jobs, digesting{Person: string(d.Person), Until: d.Until.UnixMicro()})
		}
	}
	return s.cfg.Queue.Enqueue(ctx, tx, jobs...)
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

// dropOld forgets empty periods after a season: they prove that somebody looked,
// and by then nobody asks.
func (s *Service) dropOld(ctx context.Context, now time.Time) (n int, err error) {
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		gone, err := dropEmpty(ctx, tx, now.Add(-keepEmpty), releaseBatch)
		n = int(gone)
		return err
	})
	return n, err
}
