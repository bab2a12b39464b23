package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ward"
	"ward/kit/audit"
	"ward/kit/clock"
	"ward/kit/db"
)

// Build opens the database and makes the services, and changes nothing in it:
// for upkeep, which looks at a house or fills one. What it gives cannot be run.
// Key files are made in the data folder where there are none.
func Build(ctx context.Context, cfg Config) (*App, error) {
	a, _, err := assemble(ctx, cfg)
	return a, err
}

func assemble(ctx context.Context, cfg Config) (_ *App, k *kitchen, err error) {
	if cfg.Clock == nil {
		cfg.Clock = clock.System()
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, nil, err
	}
	d, err := db.Open(ctx, cfg.Database)
	if err != nil {
		return nil, nil, err
	}
	a := &App{cfg: cfg, db: d, door: newDoor(cfg)}
	defer func() {
		if err != nil {
			d.Close() //nolint:errcheck // the first error counts
		}
	}()
	if err := a.whole(ctx); err != nil {
		return nil, nil, err
	}
	if k, err = a.kitchen(); err != nil {
		return nil, nil, err
	}
	if a.rooms, a.parts, err = build(k, cfg); err != nil {
		return nil, nil, err
	}
	a.certificates, err = certificates(k, cfg)
	return a, k, err
}

// Migrations are those of the whole house, in the order in which they are
// applied. The job queue has its own besides: see job.Migrate.
func (a *App) Migrations() []db.Migrations {
	all := []db.Migrations{audit.Migrations()}
	for _, p := range a.parts {
		if p.Migrations != nil {
			all = append(all, db.Migrations{Owner: p.Name, Files: p.Migrations})
		}
	}
	return all
}

// Database is the database of the house, for upkeep.
func (a *App) Database() *db.DB { return a.db }

// IndexReport is what a look through the inventories found.
type IndexReport struct {
	Organisations int
	Mended        int // lists that did not say what their rows say, and do now
}

// VerifyIndex compares the stored lists of products with the rows, and mends
// what differs.
func (a *App) VerifyIndex(ctx context.Context) (IndexReport, error) {
	v, err := a.rooms.inventory.VerifyIndex(ctx)
	return IndexReport{Organisations: v.Orgs, Mended: len(v.Lists)}, err
}

// RestoreMark is the file in the data folder that stands there while a restore
// is under way.
const RestoreMark = "restore.json"

// whole refuses half of a house.
func (a *App) whole(ctx context.Context) error {
	source, err := a.db.Unfinished(ctx)
	if _, none := os.Stat(filepath.Join(a.cfg.Data, RestoreMark)); err == nil && none == nil {
		source = "a backup"
	}
	if err == nil && source == "" {
		return a.free(ctx)
	}
	if err != nil {
		return err
	}
	return ward.Fail(ward.Conflict, "").Because(errors.Join(
		fmt.Errorf("this database is being filled from %s, or was and did not come to its end", source),
		errors.New("run the same command again: it begins anew")))
}

// free refuses a house that has moved out, or is about to.
func (a *App) free(ctx context.Context) error {
	to, err := a.db.Held(ctx)
	if err != nil || to == "" {
		return err
	}
	return ward.Fail(ward.Conflict, "").Because(errors.Join(
		fmt.Errorf("this database cannot be written: the house moved to %s, or was about to", to),
		errors.New("after a complete move write the new address into the settings; otherwise run ward migrate-database again, or with --release to stay here")))
}
