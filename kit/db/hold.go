package db

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"ward"
)

// holdTable names where a held database is moving to. It exists only while the
// database is held.
const holdTable = "upkeep_hold"

// heldState is the PostgreSQL error code of a refused write, from a class that
// nobody else uses; heldTrigger is SQLITE_CONSTRAINT_TRIGGER.
const (
	heldState   = "WARDH"
	heldTrigger = 1811
)

// Hold makes d refuse every change of a row, by whatever process or version,
// from the moment of its commit on until Release: triggers do it, so the database
// keeps the word and no process can forget it. A write that was under way is
// either committed before or refused whole, as if its process had been killed.
// Reading goes on. Holding what is held already changes nothing but to, the place
// to which the house moves.
func (d *DB) Hold(ctx context.Context, to string, now time.Time) error {
	if _, err := d.release(ctx); err != nil {
		return ward.Wrap("hold database", err)
	}
	err := d.patiently(ctx, func(tx *Tx) error {
		list, trigger := liteTables, tx.holdLite
		if tx.pg != nil {
			list, trigger = fullTables, tx.holdFull
			if _, err := tx.Exec(ctx, `CREATE FUNCTION upkeep_hold() RETURNS trigger LANGUAGE plpgsql AS
				$$ BEGIN RAISE EXCEPTION 'this database is held: the house moves' USING ERRCODE = '`+heldState+`'; END $$`); err != nil {
				return err
			}
		}
		names, err := Rows(ctx, tx, list, nil, oneText)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `CREATE TABLE `+holdTable+` (destination TEXT NOT NULL, at BIGINT NOT NULL)`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO `+holdTable+` (destination, at) VALUES ($1, $2)`, to, At(now)); err != nil {
			return err
		}
		for _, name := range names {
			if err := trigger(ctx, name); err != nil {
				return fmt.Errorf("table %s: %w", name, err)
			}
		}
		return nil
	})
	return ward.Wrap("hold database", err)
}

// holdTries is how often a hold waits for its turn to write: a house that writes
// without a pause can keep SQLite's one lock from a process beside it for as long
// as one try waits, ten seconds.
const holdTries = 6

// patiently is Write for somebody who comes from outside.
func (d *DB) patiently(ctx context.Context, fn func(*Tx) error) (err error) {
	for range holdTries {
		if err = d.Write(ctx, fn); ward.CodeOf(err) != ward.Unavailable || ctx.Err() != nil {
			break
		}
	}
	return err
}

func (t *Tx) holdLite(ctx context.Context, table string) error {
	for _, verb := range []string{"INSERT", "UPDATE", "DELETE"} {
		if _, err := t.Exec(ctx, `CREATE TRIGGER `+quoted("upkeep_hold_"+strings.ToLower(verb)+"_"+table)+` BEFORE `+verb+` ON `+quoted(table)+
			` BEGIN SELECT RAISE(ABORT, 'this database is held: the house moves'); END`); err != nil {
			return err
		}
	}
	return nil
}

// holdFull waits for the writes that are under way in the table.
func (t *Tx) holdFull(ctx context.Context, table string) error {
	_, err := t.Exec(ctx, `CREATE TRIGGER upkeep_hold BEFORE INSERT OR UPDATE OR DELETE ON `+quoted(table)+
		` FOR EACH ROW EXECUTE FUNCTION upkeep_hold()`)
	return err
}

// Release lets d be written again.
func (d *DB) Release(ctx context.Context) error {
	_, err := d.release(ctx)
	return ward.Wrap("release database", err)
}

func (d *DB) release(ctx context.Context) (held bool, err error) {
	err = d.patiently(ctx, func(tx *Tx) error {
		if held, err = tx.exists(ctx, holdTable); err != nil || !held {
			return err
		}
		drops := []string{`DROP FUNCTION IF EXISTS upkeep_hold() CASCADE`} // its triggers with it
		if tx.pg == nil {
			if drops, err = Rows(ctx, tx, `SELECT 'DROP TRIGGER "' || replace(name, '"', '""') || '"' FROM sqlite_schema
				WHERE type = 'trigger' AND name LIKE 'upkeep\_hold\_%' ESCAPE '\'`, nil, oneText); err != nil {
				return err
			}
		}
		for _, text := range append(drops, `DROP TABLE `+holdTable) {
			if _, err := tx.Exec(ctx, text); err != nil {
				return err
			}
		}
		return nil
	})
	return held, err
}

// Held names the place to which the house moves or has moved; "" where d is not
// held.
func (d *DB) Held(ctx context.Context) (to string, err error) {
	err = d.Read(ctx, func(tx *Tx) error {
		if found, err := tx.exists(ctx, holdTable); err != nil || !found {
			return err
		}
		return tx.QueryRow(ctx, `SELECT destination FROM `+holdTable).Scan(&to)
	})
	return to, ward.Wrap("look for a hold", err)
}

// held reports a write that Hold refused.
func held(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == heldState
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code() == heldTrigger
}
