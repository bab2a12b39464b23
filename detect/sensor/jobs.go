package sensor

import (
	"context"
	"time"

	"ward/kit/db"
	"ward/kit/job"
)

// tidying forgets what is too old to be needed.
type tidying struct{}

// Kind implements job.Args.
func (tidying) Kind() string { return "sensor.tidy" }

// A batch comes again within days or never. Hits are kept for as long as an
// intrusion may stay unseen, and no longer: they are of a hospital's own network.
const (
	batchKept = 30 * 24 * time.Hour
	hitKept   = 2 * 365 * 24 * time.Hour
)

func (s *Service) jobs() []job.Worker {
	return []job.Worker{job.Handle(job.Options{Queue: job.Slow}, s.onTidying)}
}

func (s *Service) periodic() []job.Periodic {
	return []job.Periodic{{Every: 24 * time.Hour, Make: func() job.Args { return tidying{} }}}
}

func (s *Service) onTidying(ctx context.Context, _ tidying) error {
	now := s.cfg.Clock()
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return tidyHits(ctx, tx, now.Add(-batchKept), now.Add(-hitKept)) })
}
