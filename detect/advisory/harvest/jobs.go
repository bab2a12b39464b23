package harvest

import (
	"context"
	"errors"
	"time"

	"ward/kit/db"
	"ward/kit/job"
)

// fetchJob asks one source; it is safe to run twice, as a lease lets one run at
// a time work on a source.
type fetchJob struct {
	Source string `json:"source"`
}

// Kind implements job.Args.
func (fetchJob) Kind() string { return "advisory.fetch" }

// dueJob looks which sources are to be asked.
type dueJob struct{}

// Kind implements job.Args.
func (dueJob) Kind() string { return "advisory.due" }

// dueEvery is how exact the intervals of sources are kept.
const dueEvery = 30 * time.Second

// Workers are the jobs that ask sources.
func (s *Sources) Workers() []job.Worker {
	return []job.Worker{
		job.Handle(job.Options{Queue: job.Slow, Attempts: 3, Timeout: RunTime + time.Minute}, func(ctx context.Context, j fetchJob) error {
			more, err := s.fetch(ctx, j.Source)
			switch {
			case errors.Is(err, errBusy): // the other run may have read before the change that this one is for
				return job.Snooze(dueEvery / 10)
			case err == nil && more:
				return job.Snooze(time.Second)
			}
			return err
		}),
		job.Handle(job.Options{Queue: job.Slow, Attempts: 1}, func(ctx context.Context, _ dueJob) error { return s.enqueueDue(ctx) }),
	}
}

// Periodic looks which sources are due.
func (s *Sources) Periodic() []job.Periodic {
	return []job.Periodic{
		{Every: dueEvery, AtStart: true, Make: func() job.Args { return dueJob{} }},
	}
}

// enqueueDue starts a run for each source whose time has come; one that waits or
// runs already is not doubled.
func (s *Sources) enqueueDue(ctx context.Context) error {
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		due, err := dueSources(ctx, tx, s.cfg.Clock())
		if err != nil {
			return err
		}
		jobs := make([]job.Args, len(due))
		for i, id := range due {
			jobs[i] = fetchJob{Source: id}
		}
		return s.cfg.Enqueue(ctx, tx, jobs...)
	})
}
