package db

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"time"

	"ward"
)

// Snapshot writes a consistent copy of a SQLite database into a new file at
// path, beside whoever writes. Conflict where the file exists, Invalid on
// PostgreSQL, which has Dump.
func (d *DB) Snapshot(ctx context.Context, path string) error {
	if d.pg != nil {
		return ward.Fail(ward.Invalid, "").Because(errors.New("a snapshot file is a thing of SQLite"))
	}
	_, err := d.lite.ExecContext(ctx, `VACUUM INTO ?`, path)
	return ward.Wrap("snapshot", err)
}

// OpenSnapshot opens a file that Snapshot wrote, for reading only. Nobody may
// change it meanwhile.
func OpenSnapshot(ctx context.Context, path string) (*DB, error) {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?mode=ro&immutable=1&_pragma=query_only(1)"
	reader, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, ward.Wrap("open snapshot", err)
	}
	if err := reader.PingContext(ctx); err != nil {
		return nil, ward.Wrap("open snapshot", errors.Join(err, reader.Close()))
	}
	d := &DB{lite: reader, read: reader, writes: make(chan *write, 1), stop: make(chan struct{})}
	d.done.Add(1)
	go d.writer()
	return d, nil
}

// Sound asks SQLite to look through the whole file: pages, indexes, foreign
// keys. It returns what is wrong, at most ten lines; on PostgreSQL nothing, as
// the server keeps its own checksums.
func (d *DB) Sound(ctx context.Context) (faults []string, err error) {
	if d.pg != nil {
		return nil, nil
	}
	err = d.Read(ctx, func(tx *Tx) error {
		lines, err := Rows(ctx, tx, `PRAGMA integrity_check(10)`, nil, oneText)
		if err != nil {
			return err
		}
		if len(lines) != 1 || lines[0] != "ok" {
			faults = lines
		}
		orphans, err := Rows(ctx, tx, `SELECT "table" || ' points to a row of ' || "parent" || ' that does not exist'
			FROM pragma_foreign_key_check LIMIT 10`, nil, oneText)
		faults = append(faults, orphans...)
		return err
	})
	return faults, ward.Wrap("check database file", err)
}

// Version is the database's own name and version.
func (d *DB) Version(ctx context.Context) (name string, err error) {
	text := `SELECT 'SQLite ' || sqlite_version()`
	if d.pg != nil {
		text = `SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1)`
	}
	err = d.Read(ctx, func(tx *Tx) error { return tx.QueryRow(ctx, text).Scan(&name) })
	return name, ward.Wrap("database version", err)
}

// Skew is how far the database's clock is ahead of now; zero on SQLite, which
// has none of its own. Half the time of the question is taken off.
func (d *DB) Skew(ctx context.Context, now func() time.Time) (skew time.Duration, err error) {
	if d.pg == nil {
		return 0, nil
	}
	err = d.Read(ctx, func(tx *Tx) error {
		var at Time
		before := now()
		err := tx.QueryRow(ctx, `SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)`).Scan(&at)
		after := now()
		skew = at.Sub(before.Add(after.Sub(before) / 2))
		return err
	})
	return skew, ward.Wrap("compare clocks", err)
}
