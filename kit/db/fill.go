package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"ward"
)

// fillRows and fillBytes bound the rows that wait for one statement.
const (
	fillRows  = 2000
	fillBytes = 4 << 20
)

// Filler replaces the content of a database, table by table.
type Filler struct {
	tx   *Tx
	have map[string]Table
	now  *filling
}

// Fill empties every table that is kept and lets fn fill them, in one
// transaction: afterwards all of it is there, or nothing has changed. Foreign
// keys are checked at the end, so the order of tables is free. The schema is not
// touched: migrate before.
func (d *DB) Fill(ctx context.Context, fn func(*Filler) error) error {
	return d.fill(ctx, func(string) bool { return true }, fn)
}

// Refill does so with the tables named, and leaves the others as they are.
func (d *DB) Refill(ctx context.Context, tables []string, fn func(*Filler) error) error {
	return d.fill(ctx, func(name string) bool { return slices.Contains(tables, name) }, fn)
}

func (d *DB) fill(ctx context.Context, wanted func(string) bool, fn func(*Filler) error) error {
	err := d.Write(ctx, func(tx *Tx) error {
		tables, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		tables = slices.DeleteFunc(tables, func(t Table) bool { return !wanted(t.Name) })
		keys, err := tx.loosen(ctx)
		if err != nil {
			return err
		}
		f := &Filler{tx: tx, have: map[string]Table{}}
		for _, t := range tables {
			f.have[t.Name] = t
			if _, err := tx.Exec(ctx, `DELETE FROM `+quoted(t.Name)); err != nil {
				return err
			}
		}
		if err := fn(f); err != nil {
			return err
		}
		if err := f.end(ctx); err != nil {
			return err
		}
		return tx.fasten(ctx, keys)
	})
	return ward.Wrap("fill database", err)
}

// foreignKey is a constraint that is taken off while rows come in.
type foreignKey struct{ table, name, text string }

// loosen lets rows come in any order.
func (t *Tx) loosen(ctx context.Context) ([]foreignKey, error) {
	if t.pg == nil {
		_, err := t.Exec(ctx, `PRAGMA defer_foreign_keys = ON`) // until the commit
		return nil, err
	}
	keys, err := Rows(ctx, t, `SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
		WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`, nil, func(r Row) (k foreignKey, err error) {
		return k, r.Scan(&k.table, &k.name, &k.text)
	})
	for _, k := range keys {
		if err == nil {
			_, err = t.Exec(ctx, `ALTER TABLE `+k.table+` DROP CONSTRAINT `+quoted(k.name))
		}
	}
	return keys, err
}

// fasten puts the constraints back; PostgreSQL checks every row then.
func (t *Tx) fasten(ctx context.Context, keys []foreignKey) error {
	for _, k := range keys {
		if _, err := t.Exec(ctx, `ALTER TABLE `+k.table+` ADD CONSTRAINT `+quoted(k.name)+` `+k.text); err != nil {
			return fmt.Errorf("foreign key %s of %s: %w", k.name, k.table, err)
		}
	}
	return nil
}

// Begin turns to a table: the rows that follow are its own, with values in the
// order and the kinds of table's columns. A table may be turned to again.
func (f *Filler) Begin(ctx context.Context, table Table) error {
	if err := f.end(ctx); err != nil {
		return err
	}
	target, err := f.target(table)
	if err != nil {
		return fmt.Errorf("table %s: %w", table.Name, err)
	}
	f.now = &filling{tx: f.tx, table: target, last: table.Last}
	return nil
}

// Row adds a row to the table of the last Begin. It keeps nothing of it.
func (f *Filler) Row(ctx context.Context, row []any) error {
	if f.now == nil {
		return errors.New("a row before its table")
	}
	if err := f.now.put(ctx, row); err != nil {
		return fmt.Errorf("table %s: %w", f.now.table.Name, err)
	}
	return nil
}

// end finishes the table that is under way.
func (f *Filler) end(ctx context.Context) error {
	w := f.now
	if f.now = nil; w == nil {
		return nil
	}
	err := w.flush(ctx)
	if err == nil && w.table.serial != "" && w.last > 0 {
		err = f.tx.setSerial(ctx, w.table, w.last)
	}
	if err != nil {
		return fmt.Errorf("table %s: %w", w.table.Name, err)
	}
	return nil
}

// target is the table here, with the columns in the order that they come in.
func (f *Filler) target(table Table) (Table, error) {
	here, ok := f.have[table.Name]
	if !ok {
		return here, fmt.Errorf("does not exist here")
	}
	mine := map[string]Column{}
	for _, c := range here.Columns {
		mine[c.Name] = c
	}
	here.Columns = nil
	for _, c := range table.Columns {
		m, ok := mine[c.Name]
		if !ok || m.Kind != c.Kind {
			return here, fmt.Errorf("column %s of kind %s does not exist here", c.Name, c.Kind)
		}
		here.Columns = append(here.Columns, m)
	}
	return here, nil
}

// filling gathers rows of one table.
type filling struct {
	tx    *Tx
	table Table
	rows  [][]any
	size  int
	last  int64 // the highest number that the SERIAL KEY ever gave
}

func (w *filling) put(ctx context.Context, row []any) error {
	if len(row) != len(w.table.Columns) {
		return fmt.Errorf("a row of %d values, want %d", len(row), len(w.table.Columns))
	}
	kept := make([]any, len(row))
	for i, v := range row {
		if b, ok := v.([]byte); ok {
			v, w.size = append([]byte{}, b...), w.size+len(b)
		}
		if s, ok := v.(string); ok {
			w.size += len(s)
		}
		if n, ok := v.(int64); ok && w.table.Columns[i].Name == w.table.serial {
			w.last = max(w.last, n)
		}
		kept[i] = v
	}
	w.rows = append(w.rows, kept)
	if len(w.rows) < fillRows && w.size < fillBytes {
		return nil
	}
	return w.flush(ctx)
}

func (w *filling) flush(ctx context.Context) error {
	rows := w.rows
	w.rows, w.size = w.rows[:0], 0
	if len(rows) == 0 {
		return nil
	}
	if _, err := w.tx.ready(ctx, ""); err != nil { // on SQLite between two statements only
		return err
	}
	switch {
	case w.tx.pg == nil:
		return w.insertLite(rows)
	case w.plain():
		_, err := w.tx.pg.CopyFrom(ctx, pgx.Identifier{w.table.Name}, w.names(), pgx.CopyFromRows(rows))
		return err
	}
	return w.insertFull(ctx, rows)
}

// plain says that every column takes its value as it is.
func (w *filling) plain() bool {
	for _, c := range w.table.Columns {
		switch c.own {
		case "bigint", "integer", "smallint", "double precision", "bytea", "text":
		default:
			return false
		}
	}
	return true
}

func (w *filling) names() []string {
	out := make([]string, len(w.table.Columns))
	for i, c := range w.table.Columns {
		out[i] = c.Name
	}
	return out
}

// statement is an INSERT of one row.
func (w *filling) statement(place func(i int, c Column) string) string {
	names, places := make([]string, len(w.table.Columns)), make([]string, len(w.table.Columns))
	for i, c := range w.table.Columns {
		names[i], places[i] = quoted(c.Name), place(i, c)
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", quoted(w.table.Name), strings.Join(names, ", "), strings.Join(places, ", "))
}

func (w *filling) insertLite(rows [][]any) error {
	stmt, err := w.tx.lite.Prepare(w.statement(func(_ int, c Column) string {
		if c.Kind == JSON {
			return "jsonb(?)"
		}
		return "?"
	}))
	if err != nil {
		return err
	}
	defer stmt.Close() //nolint:errcheck // it only frees memory
	for _, row := range rows {
		for i, c := range w.table.Columns {
			if ms, ok := row[i].(int64); ok && c.Kind == Stamp { // the form that the job queue compares as text
				row[i] = time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05.999")
			}
		}
		if _, err := stmt.Exec(row...); err != nil {
			return err
		}
	}
	return nil
}

// insertFull is for the job queue's own tables: arrays, JSON, enumerations.
func (w *filling) insertFull(ctx context.Context, rows [][]any) error {
	text := w.statement(place)
	var b pgx.Batch
	for _, row := range rows {
		b.Queue(text, row...)
	}
	return w.tx.pg.SendBatch(ctx, &b).Close()
}

// place turns a portable value into the type of its column.
func place(i int, c Column) string {
	p := fmt.Sprintf("$%d", i+1)
	switch {
	case strings.HasPrefix(c.own, "bit("):
		return p + `::bigint::` + c.own
	case c.Kind == Stamp:
		return `'epoch'::timestamptz + ` + p + `::bigint * interval '1 millisecond'`
	case strings.HasPrefix(c.own, "jsonb["):
		return fmt.Sprintf(`CASE WHEN %s::text IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements(%s::text::jsonb)) END`, p, p)
	case strings.HasSuffix(c.own, "[]"):
		return fmt.Sprintf(`CASE WHEN %s::text IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text(%s::text::jsonb)) END`, p, p)
	case c.Kind == JSON, c.Kind == Text:
		return p + `::text::` + c.own
	case c.Kind == Integer:
		return p + `::bigint`
	}
	return p
}

// setSerial makes the next number the one after last.
func (t *Tx) setSerial(ctx context.Context, table Table, last int64) error {
	if t.pg != nil {
		_, err := t.Exec(ctx, `SELECT setval(pg_get_serial_sequence($1, $2), $3)`, quoted(table.Name), table.serial, last)
		return err
	}
	if _, err := t.Exec(ctx, `DELETE FROM sqlite_sequence WHERE name = $1`, table.Name); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)`, table.Name, last)
	return err
}
