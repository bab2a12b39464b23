// Package db opens the one database of the house, SQLite or PostgreSQL, and
// runs closures in transactions on it. There is one SQL text for both: numbered
// parameters ($1), ids made by us, times as microseconds, TEXT with CHECK for
// enumerations. What differs lies in this package alone.
//
// On SQLite there is one writer. Writes that wait at the same time share one
// transaction and one sync to disk (group commit), each in its own savepoint,
// so 64 waiting writers cost one fsync and a failing one takes nobody with it.
// PERFORMANCE.md part F: 39,000 durable rows a second instead of 6,000.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "modernc.org/sqlite" // registers the "sqlite" driver with database/sql

	"ward"
	"ward/kit/trace"
)

// DB is a database of ours. Safe for concurrent use.
type DB struct {
	lite   *sql.DB // SQLite: the one writing connection, shared with the job queue
	read   *sql.DB // SQLite: readers that never wait for the writer
	pg     *pgxpool.Pool
	writes chan *write
	wrote  atomic.Bool   // since the log was last copied
	stop   chan struct{} // closed to end what goes on beside the writes
	done   sync.WaitGroup

	gate   sync.RWMutex // held for reading while a write is queued, so that Close misses none
	closed bool
}

// Open opens url: "sqlite:PATH" (a file; made when absent), "sqlite::memory:"
// style names are not offered, as several connections would not share them; or
// "postgres://…". It does not migrate.
func Open(ctx context.Context, url string) (*DB, error) {
	var d *DB
	var err error
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		d, err = openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"))
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		d, err = openPostgres(ctx, url)
	default:
		err = fmt.Errorf("database address %q: want sqlite:PATH or postgres://…", redact(url))
	}
	return d, ward.Wrap("open database", err)
}

// redact keeps only the scheme: an address may hold a password.
func redact(url string) string {
	scheme, _, ok := strings.Cut(url, ":")
	if !ok || len(scheme) > 16 {
		return "…"
	}
	return scheme + ":…"
}

// warm connections to PostgreSQL are kept open when nobody works: the first people
// of a morning need not wait until a process was made for each. An address that
// says pool_min_conns has its own number.
const warm = 8

func openPostgres(ctx context.Context, url string) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the postgres address cannot be read")
	}
	if cfg.MaxConns < 32 {
		cfg.MaxConns = 32
	}
	if !strings.Contains(url, "pool_min_conns") {
		cfg.MinConns = warm
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return &DB{pg: pool}, nil
}

// Postgres reports whether d is PostgreSQL: for the port of the job queue and
// live updates, never for a store.
func (d *DB) Postgres() bool { return d.pg != nil }

// Pool is the native pool on PostgreSQL, nil on SQLite. For kit/job and kit/live.
func (d *DB) Pool() *pgxpool.Pool { return d.pg }

// Lite is the writing connection on SQLite, nil on PostgreSQL. For kit/job.
func (d *DB) Lite() *sql.DB { return d.lite }

// Close waits for the writes under way and closes all connections. Writes that
// come later get an Unavailable error. Closing twice does nothing.
func (d *DB) Close() error {
	d.gate.Lock()
	again := d.closed
	d.closed = true
	d.gate.Unlock()
	if again {
		return nil
	}
	if d.pg != nil {
		d.pg.Close()
		return nil
	}
	close(d.writes)
	close(d.stop)
	d.done.Wait()
	return errors.Join(d.read.Close(), d.lite.Close())
}

func (d *DB) isClosed() bool {
	d.gate.RLock()
	defer d.gate.RUnlock()
	return d.closed
}

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	return d.Read(ctx, func(tx *Tx) error {
		var one int
		return tx.QueryRow(ctx, `SELECT 1`).Scan(&one)
	})
}

// Read runs fn in a read-only transaction: one consistent picture.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	if d.isClosed() {
		return closing()
	}
	if d.pg != nil {
		return unavailable(pgx.BeginTxFunc(ctx, d.pg, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly},
			func(t pgx.Tx) error { return fn(&Tx{pg: t}) }))
	}
	t, err := d.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer t.Rollback() //nolint:errcheck // nothing was written
	return fn(&Tx{lite: t})
}

// Glance runs the one SELECT of fn without a transaction around it: one statement
// is one picture by itself, and on PostgreSQL that saves two round trips of three.
// It is for what is asked at every request or sign-in; a second statement, or
// another than SELECT, is an error.
func (d *DB) Glance(ctx context.Context, fn func(*Tx) error) error {
	if d.pg == nil {
		return d.Read(ctx, func(tx *Tx) error {
			tx.glance = true
			return fn(tx)
		})
	}
	if d.isClosed() {
		return closing()
	}
	return unavailable(fn(&Tx{pool: d.pg, glance: true}))
}

// Write runs fn in a transaction that is durable when Write returns nil. fn may
// be run again after a conflict, so its only effect is SQL; what must follow a
// commit goes into Tx.AfterCommit. fn runs in the caller's goroutine; a panic in
// it rolls back and goes on to the caller. fn must not call Write or Read of d:
// on SQLite it holds the one writer.
//
// After a failed statement fn returns its error: PostgreSQL does nothing more in
// that transaction. Errors are Unavailable where the database is full, closing
// or away.
func (d *DB) Write(ctx context.Context, fn func(*Tx) error) (err error) {
	ctx, span := trace.Start(ctx, trace.Inside, "database write")
	if d.pg != nil {
		err = d.writePostgres(ctx, fn)
	} else {
		err = d.writeSQLite(ctx, fn)
	}
	span.End(err)
	return err
}

// pgAttempts bounds the retries of a write that lost against another: each
// further try is rarer, and a person waits behind it.
const pgAttempts = 8

func (d *DB) writePostgres(ctx context.Context, fn func(*Tx) error) (err error) {
	for range pgAttempts {
		if d.isClosed() {
			return closing()
		}
		var tx *Tx
		err = pgx.BeginFunc(ctx, d.pg, func(t pgx.Tx) error {
			tx = &Tx{pg: t}
			return fn(tx)
		})
		if err == nil {
			tx.committed()
			return nil
		}
		if !lostRace(err) {
			break
		}
	}
	return unavailable(err)
}
