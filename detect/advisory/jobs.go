package advisory

import (
	"context"
	"time"

	"ward/detect/advisory/harvest"
	"ward/kit/job"
)

// refillJob fills in fields of what came in before they were stored.
type refillJob struct{}

// Kind implements job.Args.
func (refillJob) Kind() string { return "advisory.refill" }

func (s *Service) workers() []job.Worker {
	return append(s.sources.Workers(),
		job.Handle(job.Options{Queue: job.Slow, Attempts: 1, Timeout: harvest.RunTime}, func(ctx context.Context, _ refillJob) error { return s.refill(ctx) }))
}

func (s *Service) periodic() []job.Periodic {
	return append(s.sources.Periodic(), job.Periodic{Every: 24 * time.Hour, AtStart: true, Make: func() job.Args { return refillJob{} }})
}
