package upkeep

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ward"
	"ward/kit/db"
)

// Moved is what a move copied.
type Moved struct {
	From, To string // names and versions of the databases
	Totals   []Total
	// Behind are the tables that changed in the old database while they were
	// copied. When there are any, the new one is a good copy of a moment that has
	// passed: it stays marked, and nothing opens it.
	Behind  []string
	Serving string // the process that works on the old database; "" for none
	Entries int64  // entries of the audit log, verified in the new database
}

// Complete says that the new database may be used.
func (m Moved) Complete() bool { return len(m.Behind) == 0 && m.Serving == "" }

// Move copies the house's database to the one at to, which must be empty or
// half filled by an earlier move: that one is begun anew. The old one is only
// read, in one consistent view, while the house may be serving; but the move is
// complete only when nothing has changed since, so the last run is made with
// the house stopped.
func Move(ctx context.Context, cfg Config, to string) (m Moved, err error) {
	cfg = cfg.complete()
	if to == cfg.Database {
		return m, ward.Fail(ward.Invalid, "").Because(errors.New("the house is in this database already"))
	}
	from, err := openExisting(ctx, cfg.Database)
	if err != nil {
		return m, ward.Wrap("move database", err)
	}
	defer from.Close() //nolint:errcheck // read only
	dest, err := db.Open(ctx, to)
	if err != nil {
		return m, ward.Wrap("move database", err)
	}
	m, err = move(ctx, cfg, from, dest)
	if err = errors.Join(err, dest.Close()); err != nil || !m.Complete() {
		return m, ward.Wrap("move database", err)
	}
	cfg.Database = to
	cfg.Tell("verifying the audit log")
	m.Entries, _, err = audited(ctx, cfg)
	return m, ward.Wrap("move database", err)
}

func move(ctx context.Context, cfg Config, from, to *db.DB) (m Moved, err error) {
	if m.From, err = from.Version(ctx); err != nil {
		return m, err
	}
	if m.To, err = to.Version(ctx); err != nil {
		return m, err
	}
	if err := makeRoom(ctx, cfg, to, m.From); err != nil {
		return m, err
	}
	if err := sameTables(ctx, cfg, from, to); err != nil {
		return m, err
	}
	if m.Totals, err = carry(ctx, from, to, cfg.Tell); err != nil {
		return m, err
	}
	cfg.Tell("comparing both")
	got, err := totals(ctx, to)
	if err != nil {
		return m, err
	}
	if d := differences(m.Totals, got); len(d) > 0 {
		return m, fmt.Errorf("the copy is not the same: %s", strings.Join(d, "; "))
	}
	if err := m.look(ctx, cfg, from); err != nil || !m.Complete() {
		return m, err
	}
	return m, to.End(ctx)
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
		return ward.Fail(ward.Conflict, "").Because(errors.New("the new database is not empty"))
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

// look adds the old database up once more: the one way to know that nothing
// changed which is the same on both kinds.
func (m *Moved) look(ctx context.Context, cfg Config, from *db.DB) (err error) {
	if m.Serving, err = serving(ctx, cfg, from); err != nil {
		return err
	}
	now, err := totals(ctx, from)
	m.Behind = differences(now, m.Totals)
	return err
}
