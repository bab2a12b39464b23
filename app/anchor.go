package app

import (
	"context"
	"errors"
	"os"
	"time"

	"ward"
	"ward/kit/job"
)

// anchorJob signs the audit log as it is and keeps the checkpoint elsewhere.
type anchorJob struct{}

// Kind implements job.Args.
func (anchorJob) Kind() string { return "audit.checkpoint" }

func anchorDaily() job.Periodic {
	return job.Periodic{Every: 24 * time.Hour, AtStart: true, Make: func() job.Args { return anchorJob{} }}
}

func (a *App) anchoring() job.Worker {
	return job.Handle(job.Options{Queue: job.Slow}, func(ctx context.Context, _ anchorJob) error {
		return ward.Wrap("anchor the audit log", a.Anchor(ctx))
	})
}

// Anchor signs a checkpoint of the audit log and appends it to the file that
// the settings name, outside of the house's own disk.
func (a *App) Anchor(ctx context.Context) error {
	text, err := a.audit.Checkpoint(ctx)
	if err != nil || a.cfg.Audit.Anchor == "" {
		return err
	}
	f, err := os.OpenFile(a.cfg.Audit.Anchor, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}
