package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"ward"
	"ward/format/match"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/live"
	"ward/prevent/inventory"
)

// decider has settled nothing.
type decider struct{}

// Decisions implements inventory.Decider.
func (decider) Decisions(context.Context) (*match.Decisions, error) { return nil, nil }

// open makes the service on the database at path.
func open(ctx context.Context, path string) (*inventory.Service, *db.DB, error) {
	now := clock.System()
	d, err := db.Open(ctx, "sqlite:"+path)
	if err != nil {
		return nil, nil, err
	}
	guard, err := auth.New()
	if err != nil {
		return nil, nil, err
	}
	trail, err := audit.New(audit.Config{DB: d, Clock: now})
	if err != nil {
		return nil, nil, err
	}
	log, ids := slog.New(slog.NewTextHandler(io.Discard, nil)), id.New(now)
	s, err := inventory.New(inventory.Config{DB: d, Clock: now, IDs: ids, Guard: guard, Bus: &event.Bus{Clock: now, IDs: ids}, Queue: &job.Queue{},
		Live: live.New(d, log), Audit: trail, Log: log, Decider: decider{}})
	if err != nil {
		return nil, nil, err
	}
	return s, d, d.Migrate(ctx, now(), []db.Migrations{{Owner: "inventory", Files: s.Parts().Migrations}})
}

// fill writes the database under another name first, so that one that was cut
// off is not taken for whole.
func fill(ctx context.Context, o options) error {
	if _, err := os.Stat(o.path()); err == nil {
		return nil
	}
	part := o.path() + ".part"
	for _, end := range []string{"", "-wal", "-shm"} {
		os.Remove(part + end)
	}
	s, d, err := open(ctx, part)
	if err != nil {
		return err
	}
	start := time.Now()
	if err := dictionary(ctx, s, o); err != nil {
		return err
	}
	fmt.Printf("written: dictionary of %d products in %s\n", o.products*versions, time.Since(start).Round(time.Millisecond))
	start = time.Now()
	const batch = 250
	for org := 0; org < o.orgs; org += batch {
		var loads []inventory.Load
		for i := org; i < min(org+batch, o.orgs); i++ {
			loads = append(loads, generator(i, o))
		}
		if err := s.LoadPostings(ctx, loads, o.assets == "full"); err != nil {
			return err
		}
	}
	fmt.Printf("written: %s of %d organisations in %s\n", o.assets, o.orgs, time.Since(start).Round(time.Millisecond))
	if err := d.Close(); err != nil {
		return err
	}
	return os.Rename(part, o.path())
}

func dictionary(ctx context.Context, s *inventory.Service, o options) error {
	var refs []ward.ProductRef
	for p := range o.products {
		for v := range versions {
			ref := product(p)
			ref.Version = versionText(v)
			refs = append(refs, ref)
		}
		if len(refs) > 100_000 || p == o.products-1 {
			if err := s.Dictionary(ctx, refs); err != nil {
				return err
			}
			refs = refs[:0]
		}
	}
	return nil
}
