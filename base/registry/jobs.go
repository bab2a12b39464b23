package registry

import (
	"context"
	"errors"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/job"
)

// tidyUp forgets refused requests, reminds of checks that end and looks for the proofs of domains again.
// Safe to run twice: it only repeats a look.
type tidyUp struct{}

// Kind implements job.Args.
func (tidyUp) Kind() string { return "registry_tidy" }

func (s *Service) tidier() job.Worker {
	return job.Handle(job.Options{}, func(ctx context.Context, _ tidyUp) error { return s.tidyNow(ctx) })
}

func tidyDaily() job.Periodic {
	return job.Periodic{Every: 24 * time.Hour, Make: func() job.Args { return tidyUp{} }}
}

func (s *Service) tidyNow(ctx context.Context) error {
	forget := s.db.Write(ctx, func(tx *db.Tx) error { return deleteRefused(ctx, tx, s.clock().Add(-refusedKept)) })
	// A relay that does not answer must not keep domains from being looked at.
	return errors.Join(ward.Wrap("forget refused requests", forget), s.remind(ctx), ward.Wrap("check domains again", s.domains.Again(ctx)))
}
