package inventory

import (
	"context"
	"log/slog"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/job"
)

// importJob brings a confirmed import into the inventory.
type importJob struct {
	Import string `json:"import"`
}

// Kind implements job.Args.
func (importJob) Kind() string { return "inventory.import" }

// expireJob removes files that nobody confirmed.
type expireJob struct{}

// Kind implements job.Args.
func (expireJob) Kind() string { return "inventory.expire" }

// verifyJob compares lists and index with the rows.
type verifyJob struct{}

// Kind implements job.Args.
func (verifyJob) Kind() string { return "inventory.verify" }

const importAttempts = 5

func (s *Service) workers() []job.Worker {
	return []job.Worker{
		job.Handle(job.Options{Attempts: importAttempts, Timeout: 150 * time.Second}, s.runImport),
		job.Handle(job.Options{Attempts: 2}, s.runExpire),
		job.Handle(job.Options{Attempts: 2, Timeout: 20 * time.Minute}, s.runVerify),
	}
}

func (s *Service) periodic() []job.Periodic {
	return []job.Periodic{
		{Every: time.Hour, AtStart: true, Make: func() job.Args { return expireJob{} }},
		{Every: 24 * time.Hour, Make: func() job.Args { return verifyJob{} }},
	}
}

// house is the actor of work that a person has asked for before.
func house() ward.Actor { return ward.Actor{System: true} }

// runImport is safe to run twice: see apply. What a repeat cannot heal, and what
// five tries did not, ends the import with words for the person.
func (s *Service) runImport(ctx context.Context, j importJob) error {
	err := s.apply(ctx, house(), j.Import)
	if err == nil {
		return nil
	}
	if code := ward.CodeOf(err); code == ward.Invalid || code == ward.NotFound || job.Attempt(ctx) >= importAttempts {
		s.cfg.Log.ErrorContext(ctx, "import failed", slog.String("import", j.Import), slog.Any("error", err))
		if err = s.fail(ctx, j.Import, err); ward.CodeOf(err) == ward.NotFound { // the import itself is gone
			return nil
		}
	}
	return ward.Wrap("import", err)
}

func (s *Service) runExpire(ctx context.Context, _ expireJob) error { return s.Expire(ctx) }

// Expire ends the imports that nobody confirmed within UploadLife and removes
// files that no open import has. It runs every hour.
func (s *Service) Expire(ctx context.Context) error {
	now := s.cfg.Clock()
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return expireImports(ctx, tx, db.At(now.Add(-UploadLife)), db.At(now))
	})
	return ward.Wrap("expire imports", err)
}

func (s *Service) runVerify(ctx context.Context, _ verifyJob) error {
	v, err := s.VerifyIndex(ctx)
	if err == nil && len(v.Lists)+len(v.Index) > 0 {
		s.cfg.Log.ErrorContext(ctx, "inventory index differs from the rows; it was mended",
			slog.Int("lists", len(v.Lists)), slog.Int("index", len(v.Index)), slog.Int("organisations", v.Orgs))
	}
	return err
}
