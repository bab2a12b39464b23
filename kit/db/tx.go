package db

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Tx is a transaction on either database. It belongs to one goroutine and to
// the closure that got it.
type Tx struct {
	lite  *sql.Tx
	pg    pgx.Tx
	after []func()
}

// Row is one row to be scanned; Scan gives ErrNoRows when there is none.
type Row interface{ Scan(dest ...any) error }

// SQL is the transaction on SQLite, nil on PostgreSQL. For kit/job.
func (t *Tx) SQL() *sql.Tx { return t.lite }

// PGX is the transaction on PostgreSQL, nil on SQLite. For kit/job.
func (t *Tx) PGX() pgx.Tx { return t.pg }

// AfterCommit runs fn once when the transaction is durable, and never when it
// is not. A crash in between loses it: only hints belong here.
func (t *Tx) AfterCommit(fn func()) { t.after = append(t.after, fn) }

func (t *Tx) committed() {
	for _, fn := range t.after {
		fn()
	}
}

// Exec runs one statement and tells how many rows it changed.
func (t *Tx) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	if t.pg != nil {
		tag, err := t.pg.Exec(ctx, text, args...)
		return tag.RowsAffected(), err
	}
	res, err := t.lite.ExecContext(context.WithoutCancel(ctx), lite(text), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Query runs fn for each row. Its argument scans the current row.
func (t *Tx) Query(ctx context.Context, text string, args []any, fn func(Row) error) error {
	if t.pg != nil {
		rows, err := t.pg.Query(ctx, text, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := fn(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
	rows, err := t.lite.QueryContext(ctx, lite(text), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// QueryRow runs a statement of which at most one row is wanted.
func (t *Tx) QueryRow(ctx context.Context, text string, args ...any) Row {
	if t.pg != nil {
		return pgRow{t.pg.QueryRow(ctx, text, args...)}
	}
	return t.lite.QueryRowContext(ctx, lite(text), args...)
}

// pgRow makes pgx say "no rows" as database/sql does.
type pgRow struct{ row pgx.Row }

func (r pgRow) Scan(dest ...any) error {
	err := r.row.Scan(dest...)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNoRows
	}
	return err
}

// Rows collects what scan reads from each row.
func Rows[T any](ctx context.Context, tx *Tx, text string, args []any, scan func(Row) (T, error)) ([]T, error) {
	var out []T
	err := tx.Query(ctx, text, args, func(r Row) error {
		v, err := scan(r)
		if err == nil {
			out = append(out, v)
		}
		return err
	})
	return out, err
}

// liteText remembers each statement in SQLite's spelling: the texts are few
// and constant, so the map is bounded by the code. Sync-safe, derived only.
var liteText sync.Map

// lite writes $1 as ?1, outside of quotes: the driver takes $1 for a name.
func lite(text string) string {
	if s, ok := liteText.Load(text); ok {
		return s.(string)
	}
	var b strings.Builder
	quoted := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\'' {
			quoted = !quoted
		}
		if c == '$' && !quoted && i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9' {
			c = '?'
		}
		b.WriteByte(c)
	}
	s := b.String()
	liteText.Store(text, s)
	return s
}
