package db

import (
	"context"
	"errors"
	"time"

	"ward"
)

// unfinishedTable exists while a database is being filled. A process that finds
// it must not open a house there: it would work on half of one.
const unfinishedTable = "upkeep_unfinished"

// Begin marks d as being filled from what source names, before the first table
// is made. End takes the mark away.
func (d *DB) Begin(ctx context.Context, source string, now time.Time) error {
	err := d.Write(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS `+unfinishedTable+` (source TEXT NOT NULL, at BIGINT NOT NULL)`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO `+unfinishedTable+` (source, at) VALUES ($1, $2)`, source, At(now))
		return err
	})
	return ward.Wrap("mark as unfinished", err)
}

// End says that the database is complete.
func (d *DB) End(ctx context.Context) error {
	err := d.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `DROP TABLE `+unfinishedTable)
		return err
	})
	return ward.Wrap("mark as finished", err)
}

// Unfinished names what d was being filled from when that was interrupted; ""
// for a database that is complete or empty.
func (d *DB) Unfinished(ctx context.Context) (source string, err error) {
	err = d.Read(ctx, func(tx *Tx) error {
		if found, err := tx.exists(ctx, unfinishedTable); err != nil || !found {
			return err
		}
		err := tx.QueryRow(ctx, `SELECT source FROM `+unfinishedTable+` ORDER BY at DESC LIMIT 1`).Scan(&source)
		if errors.Is(err, ErrNoRows) {
			source, err = "…", nil
		}
		return err
	})
	return source, ward.Wrap("look for a mark", err)
}

// Empty reports whether d has no table at all, leaving that mark out.
func (d *DB) Empty(ctx context.Context) (empty bool, err error) {
	err = d.Read(ctx, func(tx *Tx) error {
		list := liteTables
		if d.pg != nil {
			list = fullTables
		}
		names, err := Rows(ctx, tx, list, nil, oneText)
		empty = len(names) == 0 || len(names) == 1 && names[0] == unfinishedTable
		return err
	})
	return empty, ward.Wrap("look for tables", err)
}

func (t *Tx) exists(ctx context.Context, table string) (bool, error) {
	list := liteTables
	if t.pg != nil {
		list = fullTables
	}
	names, err := Rows(ctx, t, list, nil, oneText)
	for _, n := range names {
		if n == table {
			return true, err
		}
	}
	return false, err
}

// Applied lists the migrations that d has seen, by owner and file; none where d
// is empty.
func (d *DB) Applied(ctx context.Context) (out []Applied, err error) {
	err = d.Read(ctx, func(tx *Tx) error {
		if found, err := tx.exists(ctx, "schema_migration"); err != nil || !found {
			return err
		}
		out, err = Rows(ctx, tx, `SELECT owner, file, sha256, applied_at FROM schema_migration ORDER BY applied_at, owner, file`, nil,
			func(r Row) (a Applied, err error) {
				var at Time
				err = r.Scan(&a.Owner, &a.File, &a.SHA256, &at)
				a.At = at.Time
				return a, err
			})
		return err
	})
	return out, ward.Wrap("list migrations", err)
}

// Applied is one migration that a database has seen.
type Applied struct {
	Owner  string    `json:"owner"`
	File   string    `json:"file"`
	SHA256 string    `json:"sha256"`
	At     time.Time `json:"at"`
}

// Clear drops every table, type and function of the house from a PostgreSQL
// database, or every table from SQLite: for a restore that was told to replace.
func (d *DB) Clear(ctx context.Context) error {
	err := d.Write(ctx, func(tx *Tx) error {
		if tx.pg != nil {
			return tx.clearFull(ctx)
		}
		if _, err := tx.Exec(ctx, `PRAGMA defer_foreign_keys = ON`); err != nil {
			return err
		}
		names, err := Rows(ctx, tx, liteTables, nil, oneText)
		for _, n := range names {
			if err == nil && n != unfinishedTable {
				_, err = tx.Exec(ctx, `DROP TABLE `+quoted(n))
			}
		}
		return err
	})
	return ward.Wrap("clear database", err)
}

// clearFull: the enumeration and the functions are the job queue's.
func (t *Tx) clearFull(ctx context.Context) error {
	drops, err := Rows(ctx, t, `SELECT 'DROP TABLE ' || quote_ident(table_name) || ' CASCADE' FROM information_schema.tables
			WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> $1
		UNION ALL SELECT 'DROP FUNCTION ' || p.oid::regprocedure || ' CASCADE' FROM pg_proc p
			WHERE p.pronamespace = current_schema()::regnamespace AND (p.proname LIKE 'river\_%' OR p.proname = 'upkeep_hold')
		UNION ALL SELECT 'DROP TYPE ' || quote_ident(t.typname) || ' CASCADE' FROM pg_type t
			WHERE t.typnamespace = current_schema()::regnamespace AND t.typtype = 'e' AND t.typname LIKE 'river\_%'`,
		[]any{unfinishedTable}, oneText)
	for _, text := range drops {
		if err == nil {
			_, err = t.Exec(ctx, text)
		}
	}
	return err
}
