package upkeep

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

// Moved is what a move copied.
type Moved struct {
	From, To string // names and versions of the databases
	Totals   []Total
	// Again are the tables that changed while they were first copied; a move has
	// copied them once more.
	Again []string
	Held  time.Duration // from the first write that the old database refused until the copy was complete
	// Serving is the process that worked on the old database; "" for none.
	Serving string
	Entries int64 // entries of the audit log, verified in the new database
}

// MoveOptions of Move.
type MoveOptions struct {
	// Rehearse copies and compares, and holds nobody up; the new database opens
	// for nobody.
	Rehearse bool
}

// Move copies the house's database to the one at to, which must be empty or
// half filled by an earlier move: that one is begun anew. The house may serve.
//
// It is copied in one consistent view while writing goes on. Then the old
// database is held (db.Hold): it refuses every write from there on, with an error
// that readers understand, so nothing can be acknowledged there that the new one
// will not have. What changed meanwhile is copied again, both are compared, and
// the new one opens. A fault lets go of the old database. A kill does not: it
// stays held, readable, until the same command is run again, or Release is.
// After a move it is held for good: a process that was not told goes on reading
// and writes nothing.
func Move(ctx context.Context, cfg Config, to string, o MoveOptions) (m Moved, err error) {
	cfg = cfg.complete()
	if to == cfg.Database {
		return m, ward.Fail(ward.Invalid, "").Because(errors.New("the house is in this database already"))
	}
	from, err := openExisting(ctx, cfg.Database)
	if err != nil {
		return m, ward.Wrap("move database", err)
	}
	defer from.Close() //nolint:errcheck // what was written is committed
	dest, err := db.Open(ctx, to)
	if err != nil {
		return m, ward.Wrap("move database", err)
	}
	v := &mover{cfg: cfg, from: from, to: dest, place: place(to)}
	err = v.run(ctx, o)
	m = v.out
	if err = errors.Join(err, dest.Close()); err != nil || o.Rehearse {
		return m, ward.Wrap("move database", err)
	}
	cfg.Database = to
	cfg.Tell("verifying the audit log")
	m.Entries, _, err = audited(ctx, cfg)
	return m, ward.Wrap("move database", err)
}

// Release lets the old database be written again, after a move that was killed
// or is regretted. What was written in the new one since is not in the old.
func Release(ctx context.Context, cfg Config) (to string, err error) {
	d, err := openExisting(ctx, cfg.complete().Database)
	if err != nil {
		return "", ward.Wrap("release database", err)
	}
	defer d.Close() //nolint:errcheck // what was written is committed
	if to, err = d.Held(ctx); err == nil && to == "" {
		err = ward.Fail(ward.NotFound, "").Because(errors.New("this database is not held: it can be written"))
	}
	if err == nil {
		err = d.Release(ctx)
	}
	return to, ward.Wrap("release database", err)
}

// place is an address as it may be kept and shown: without password and options.
func place(address string) string {
	if path := litePath(address); path != "" {
		return "sqlite:" + path
	}
	u, err := url.Parse(address)
	if err != nil {
		return "postgres:…"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

type mover struct {
	cfg      Config
	from, to *db.DB
	place    string
	out      Moved
}

func (v *mover) run(ctx context.Context, o MoveOptions) (err error) {
	if v.out.From, err = v.from.Version(ctx); err != nil {
		return err
	}
	if v.out.To, err = v.to.Version(ctx); err != nil {
		return err
	}
	if err := makeRoom(ctx, v.cfg, v.to, v.out.From); err != nil {
		return err
	}
	if err := sameTables(ctx, v.cfg, v.from, v.to); err != nil {
		return err
	}
	if v.out.Totals, err = carry(ctx, v.from, v.to, nil, v.cfg.Tell); err != nil {
		return err
	}
	if err := v.compare(ctx); err != nil {
		return err
	}
	if v.out.Serving, err = serving(ctx, v.cfg, v.from); err != nil {
		return err
	}
	if !o.Rehearse {
		return v.switchOver(ctx)
	}
	now, err := totals(ctx, v.from)
	v.out.Again = changed(v.out.Totals, now)
	return err
}

// compare adds both up: what was counted while copying, and what is there.
func (v *mover) compare(ctx context.Context) error {
	v.cfg.Tell("comparing both")
	got, err := totals(ctx, v.to)
	if err != nil {
		return err
	}
	if d := differences(v.out.Totals, got); len(d) > 0 {
		return fmt.Errorf("the copy is not the same: %s", strings.Join(d, "; "))
	}
	return nil
}

// switchOver holds the old database, brings the rest and opens the new one.
func (v *mover) switchOver(ctx context.Context) error {
	began := v.cfg.Clock()
	v.cfg.Tell("holding the old database: it can be read, not written")
	if err := v.from.Hold(ctx, v.place, began); err != nil {
		return err
	}
	if err := v.bringRest(ctx); err != nil {
		release, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		return errors.Join(err, v.from.Release(release))
	}
	// A fault from here on leaves the old database held: it is not known whether
	// the new one opened, and only one of them may be written.
	err := v.to.End(ctx)
	v.out.Held = v.cfg.Clock().Sub(began)
	return err
}

// bringRest copies again what changed. Nothing can change any more, so the
// comparison at its end is the last word.
func (v *mover) bringRest(ctx context.Context) error {
	now, err := totals(ctx, v.from)
	if err != nil {
		return err
	}
	v.out.Again = changed(v.out.Totals, now)
	if len(v.out.Again) > 0 {
		later, err := carry(ctx, v.from, v.to, v.out.Again, v.cfg.Tell)
		if err != nil {
			return err
		}
		v.out.Totals = merged(v.out.Totals, later)
	}
	if d := differences(now, v.out.Totals); len(d) > 0 {
		return fmt.Errorf("the old database changed while it was held: %s", strings.Join(d, "; "))
	}
	return v.compare(ctx)
}

// changed names the tables whose rows, or whose growing number, are not what
// they were. PostgreSQL's number grows by a refused row too, which does no harm.
func changed(before, now []Total) (out []string) {
	for _, t := range now {
		if !slices.Contains(before, t) {
			out = append(out, t.Table)
		}
	}
	return out
}

// merged are all totals, with those of later in the place of the others.
func merged(all, later []Total) []Total {
	out := slices.Clone(all)
	for _, l := range later {
		if i := slices.IndexFunc(out, func(t Total) bool { return t.Table == l.Table }); i >= 0 {
			out[i] = l
		}
	}
	return out
}

// makeRoom marks the new database and clears what an earlier move left.
func makeRoom(ctx context.Context, cfg Config, to *db.DB, source string) error {
	empty, err := to.Empty(ctx)
	if err != nil {
		return err
	}
	before, err := to.Unfinished(ctx)
	if err != nil {
		return err
	}
	if !empty && before == "" {
		return ward.Fail(ward.Conflict, "").Because(errors.New("the new database is not empty. If a move into it was killed at its very end, it is complete: open it"))
	}
	if err := to.Begin(ctx, "a "+source+" database", cfg.Clock()); err != nil {
		return err
	}
	return to.Clear(ctx)
}

// sameTables gives the new database the tables of the old one, as they are.
func sameTables(ctx context.Context, cfg Config, from, to *db.DB) error {
	all, err := schema(ctx, cfg)
	if err != nil {
		return err
	}
	applied, err := from.Applied(ctx)
	if err != nil {
		return err
	}
	at, err := schemaAt(all, applied)
	if err != nil {
		return err
	}
	return prepare(ctx, cfg, to, at)
}
