package db

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Tx is a transaction on either database. It belongs to one goroutine and to
// the closure that got it.
type Tx struct {
	lite   *sql.Tx
	pg     pgx.Tx
	write  bool // a write on SQLite, which others share
	open   bool // rows are being read
	glance bool // one SELECT and nothing else
	asked  bool // of a glance: that SELECT was run
	pool   pgAsker
	after  []func()
}

// pgAsker is what a connection and a transaction of PostgreSQL have in common.
type pgAsker interface {
	Query(ctx context.Context, text string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, text string, args ...any) pgx.Row
}

// asker is where a question goes on PostgreSQL, nil on SQLite.
func (t *Tx) asker() pgAsker {
	if t.pg != nil {
		return t.pg
	}
	return t.pool
}

// Row is one row to be scanned; Scan gives ErrNoRows when there is none.
type Row interface{ Scan(dest ...any) error }

// SQL is the transaction on SQLite, nil on PostgreSQL. For kit/job.
func (t *Tx) SQL() *sql.Tx { return t.lite }

// PGX is the transaction on PostgreSQL, nil on SQLite. For kit/job.
func (t *Tx) PGX() pgx.Tx { return t.pg }

// AfterCommit runs fn once when the transaction is durable, and never when it
// is not, in the goroutine that called Write. A crash in between loses it: only
// hints belong here.
func (t *Tx) AfterCommit(fn func()) { t.after = append(t.after, fn) }

func (t *Tx) committed() {
	for _, fn := range t.after {
		fn()
	}
}

// ready is asked before each statement. On SQLite a write must not be
// interrupted in the middle of a statement, as SQLite would then give up the
// whole transaction with the writes of others in it: it ends between two.
func (t *Tx) ready(ctx context.Context, text string) (context.Context, error) {
	if t.open {
		return ctx, errOpenQuery
	}
	if t.glance && (t.asked || !strings.HasPrefix(strings.TrimSpace(text), "SELECT")) {
		return ctx, errNoGlance
	}
	t.asked = true
	if !t.write {
		return ctx, nil
	}
	return context.WithoutCancel(ctx), ctx.Err()
}

// Exec runs one statement and tells how many rows it changed.
func (t *Tx) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	ctx, err := t.ready(ctx, text)
	if err != nil {
		return 0, err
	}
	args = bound(args)
	if t.pg != nil {
		tag, err := t.pg.Exec(ctx, text, args...)
		return tag.RowsAffected(), err
	}
	res, err := t.lite.ExecContext(ctx, lite(text), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Query runs fn for each row. Its argument scans the current row. fn must not
// use t: one connection cannot answer two questions at once.
func (t *Tx) Query(ctx context.Context, text string, args []any, fn func(Row) error) error {
	ctx, err := t.ready(ctx, text)
	if err != nil {
		return err
	}
	t.open, args = true, bound(args)
	defer func() { t.open = false }()
	if pg := t.asker(); pg != nil {
		rows, err := pg.Query(ctx, text, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		return each(rows, fn)
	}
	rows, err := t.lite.QueryContext(ctx, lite(text), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return each(rows, fn)
}

// cursor is what both drivers call rows.
type cursor interface {
	Row
	Next() bool
	Err() error
}

// each scans row by row; an error of fn ends the reading and is returned as it is.
func each(rows cursor, fn func(Row) error) error {
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// QueryRow runs a statement of which at most one row is wanted. The row must be
// scanned before the next statement.
func (t *Tx) QueryRow(ctx context.Context, text string, args ...any) Row {
	ctx, err := t.ready(ctx, text)
	if err != nil {
		return failedRow{err}
	}
	args = bound(args)
	if pg := t.asker(); pg != nil {
		return pgRow{pg.QueryRow(ctx, text, args...)}
	}
	return t.lite.QueryRowContext(ctx, lite(text), args...)
}

// failedRow is the row of a statement that was not run.
type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }

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

// lite writes $1 as ?1, outside of quotes and comments: the driver takes $1 for
// a name. Where the numbers are 1 to n in the order of the text it writes bare
// question marks, as SQLite looks a numbered one up in a list that it walks each
// time: a bulk statement of thousands would cost their square. It takes less than a
// microsecond, and a cache would grow with every length of an IN list.
func lite(text string) string {
	if strings.IndexByte(text, '$') < 0 {
		return text
	}
	marks := parameters(text)
	for i, m := range marks {
		if m.number != i+1 {
			return numbered(text, marks)
		}
	}
	var b strings.Builder
	from := 0
	for _, m := range marks {
		b.WriteString(text[from:m.at] + "?")
		from = m.end
	}
	return b.String() + text[from:]
}

// parameter is one $number of a text: where it begins and ends.
type parameter struct{ at, end, number int }

func parameters(text string) []parameter {
	var out []parameter
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'' || c == '"':
			i = skip(text, i+1, string(c))
		case c == '-' && strings.HasPrefix(text[i:], "--"):
			i = skip(text, i, "\n")
		case c == '$':
			m := parameter{at: i, end: i + 1}
			for ; m.end < len(text) && text[m.end] >= '0' && text[m.end] <= '9'; m.end++ {
				m.number = 10*m.number + int(text[m.end]-'0')
			}
			if m.end > i+1 {
				out = append(out, m)
			}
		}
	}
	return out
}

func numbered(text string, marks []parameter) string {
	out := []byte(text)
	for _, m := range marks {
		out[m.at] = '?'
	}
	return string(out)
}

// skip gives the place of the next end from i on, or the end of text.
func skip(text string, i int, end string) int {
	if n := strings.Index(text[i:], end); n >= 0 {
		return i + n
	}
	return len(text)
}
