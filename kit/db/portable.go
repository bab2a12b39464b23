package db

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is what a column holds, in words that both databases share.
type Kind string

// The kinds and the Go values that Dump gives and Fill takes for them; nil is
// NULL for each.
const (
	Integer Kind = "integer" // int64
	Real    Kind = "real"    // float64
	Text    Kind = "text"    // string
	Bytes   Kind = "bytes"   // []byte
	Stamp   Kind = "stamp"   // int64, milliseconds since 1970: the finest that the job queue keeps on both databases
	JSON    Kind = "json"    // string, keys sorted, no spaces
)

// Column of a table.
type Column struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	own  string // the database's own name of the type
}

// Table is one table as it can be carried to another database.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"` // by name
	// Last is the highest number that the table's SERIAL KEY ever gave; zero
	// where there is none. A number must not come back after its row went.
	Last   int64 `json:"last,omitempty"`
	serial string
}

// passing are tables that say what a running process is doing at this moment:
// nothing that outlives it, so nothing to carry.
var passing = []string{"river_leader", "river_notification", "river_migration", "river_client", "river_client_queue", unfinishedTable, holdTable}

// Tables describes every table whose content is kept, by name.
func (t *Tx) Tables(ctx context.Context) ([]Table, error) {
	list, describe := liteTables, t.liteTable
	if t.pg != nil {
		list, describe = fullTables, t.fullTable
	}
	names, err := Rows(ctx, t, list, nil, oneText)
	if err != nil {
		return nil, err
	}
	slices.Sort(names) // the databases sort text differently
	var out []Table
	for _, name := range names {
		if slices.Contains(passing, name) {
			continue
		}
		table, err := describe(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", name, err)
		}
		// The job queue's columns stand in another order on either database.
		slices.SortFunc(table.Columns, func(a, b Column) int { return strings.Compare(a.Name, b.Name) })
		out = append(out, table)
	}
	return out, nil
}

func oneText(r Row) (s string, err error) { err = r.Scan(&s); return s, err }

const (
	liteTables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`
	fullTables = `SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`
)

func (t *Tx) liteTable(ctx context.Context, name string) (Table, error) {
	out := Table{Name: name}
	var err error
	out.Columns, err = Rows(ctx, t, `SELECT name, type FROM pragma_table_info($1) ORDER BY cid`, []any{name}, func(r Row) (c Column, err error) {
		err = r.Scan(&c.Name, &c.own)
		c.Kind = liteKind(name, c)
		return c, err
	})
	if err != nil {
		return out, err
	}
	var text string
	if err = t.QueryRow(ctx, `SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = $1`, name).Scan(&text); err != nil {
		return out, err
	}
	if strings.Contains(text, "AUTOINCREMENT") {
		out.serial = out.Columns[0].Name
		err = t.QueryRow(ctx, `SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = $1), 0)`, name).Scan(&out.Last)
	}
	return out, err
}

// liteKind: SQLite has no type for JSON, so the job queue calls it a blob; all
// of its blobs are JSON but the key that keeps jobs apart.
func liteKind(table string, c Column) Kind {
	switch own := strings.ToUpper(c.own); {
	case strings.Contains(own, "INT"):
		return Integer
	case own == "TIMESTAMP":
		return Stamp
	case own == "BLOB" && strings.HasPrefix(table, "river_") && c.Name != "unique_key":
		return JSON
	case own == "BLOB":
		return Bytes
	case strings.Contains(own, "REAL"), strings.Contains(own, "DOUB"), strings.Contains(own, "FLOA"):
		return Real
	}
	return Text
}

func (t *Tx) fullTable(ctx context.Context, name string) (Table, error) {
	out := Table{Name: name}
	var err error
	out.Columns, err = Rows(ctx, t, `SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
		WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, []any{quoted(name)},
		func(r Row) (c Column, err error) {
			err = r.Scan(&c.Name, &c.own)
			c.Kind = fullKind(c.own)
			return c, err
		})
	if err != nil {
		return out, err
	}
	for _, c := range out.Columns {
		var sequence *string
		if err := t.QueryRow(ctx, `SELECT pg_get_serial_sequence($1, $2)`, quoted(name), c.Name).Scan(&sequence); err != nil {
			return out, err
		}
		if sequence != nil {
			out.serial = c.Name
			return out, t.QueryRow(ctx, `SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM `+*sequence).Scan(&out.Last)
		}
	}
	return out, nil
}

func fullKind(own string) Kind {
	switch {
	case own == "bigint", own == "integer", own == "smallint", strings.HasPrefix(own, "bit("):
		return Integer
	case own == "double precision", own == "real":
		return Real
	case own == "bytea":
		return Bytes
	case strings.HasPrefix(own, "timestamp"):
		return Stamp
	case own == "json", own == "jsonb", strings.HasSuffix(own, "[]"):
		return JSON
	}
	return Text
}

// quoted is a name as SQL text: they come from the catalogue of a database, and
// an archive is somebody's file.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Dump runs fn for each row of table, in no particular order. The values belong
// to the row: fn copies what it keeps.
func (t *Tx) Dump(ctx context.Context, table Table, fn func([]any) error) error {
	picks := make([]string, len(table.Columns))
	for i, c := range table.Columns {
		picks[i] = t.pick(c)
	}
	row, dest := make([]any, len(picks)), make([]any, len(picks))
	for i := range row {
		dest[i] = &row[i]
	}
	return t.Query(ctx, `SELECT `+strings.Join(picks, ", ")+` FROM `+quoted(table.Name), nil, func(r Row) error {
		if err := r.Scan(dest...); err != nil {
			return err
		}
		for i, c := range table.Columns {
			v, err := portable(c.Kind, row[i])
			if err != nil {
				return fmt.Errorf("table %s, column %s: %w", table.Name, c.Name, err)
			}
			row[i] = v
		}
		return fn(row)
	})
}

// pick is the expression that reads a column in its portable form.
func (t *Tx) pick(c Column) string {
	name := quoted(c.Name)
	if t.pg == nil {
		switch c.Kind {
		case Stamp:
			return `CAST(` + name + ` AS TEXT)`
		case JSON:
			return `json(` + name + `)`
		}
		return name
	}
	switch {
	case strings.HasPrefix(c.own, "bit("):
		return name + `::integer::bigint`
	case c.Kind == Integer:
		return name + `::bigint`
	case c.Kind == Stamp:
		return `floor(extract(epoch FROM ` + name + `) * 1000)::bigint`
	case strings.HasSuffix(c.own, "[]"):
		return `array_to_json(` + name + `)::text`
	case c.Kind == JSON, c.Kind == Text:
		return name + `::text`
	}
	return name
}

// portable checks a value and puts it into the one form of its kind.
func portable(kind Kind, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch kind {
	case Integer:
		if n, ok := v.(int64); ok {
			return n, nil
		}
	case Real:
		switch n := v.(type) {
		case float64:
			return n, nil
		case int64:
			return float64(n), nil
		}
	case Text, JSON, Stamp:
		return portableText(kind, v)
	case Bytes:
		switch b := v.(type) {
		case []byte:
			if b == nil { // how SQLite's driver gives an empty one
				b = []byte{}
			}
			return b, nil
		case string: // SQLite keeps what it is given
			return []byte(b), nil
		}
	}
	return nil, fmt.Errorf("%T does not belong into a column of kind %s", v, kind)
}

func portableText(kind Kind, v any) (any, error) {
	var s string
	switch v := v.(type) {
	case string:
		s = v
	case []byte:
		s = string(v)
	case int64:
		if kind == Stamp {
			return v, nil
		}
		return nil, fmt.Errorf("a number does not belong into a column of kind %s", kind)
	}
	switch kind {
	case JSON:
		return canonical(s)
	case Stamp:
		return stamp(s)
	}
	return legible(s), nil // what an older version let into SQLite, no other place would take
}

// stamp reads the forms in which the job queue and SQLite's driver write an
// instant; the last one is how Go prints one, with its monotonic reading.
func stamp(s string) (any, error) {
	s, _, _ = strings.Cut(s, " m=")
	for _, layout := range []string{"2006-01-02 15:04:05", time.RFC3339, "2006-01-02 15:04:05 -0700 MST"} {
		if at, err := time.Parse(layout, s); err == nil { // a fraction of the second is read by each
			return at.UnixMilli(), nil
		}
	}
	return nil, fmt.Errorf("%q is not an instant", s)
}

// canonical writes JSON with sorted keys and without spaces, as PostgreSQL's
// jsonb changes both.
func canonical(text string) (string, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return "", err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(numbers(v)); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// numbers writes 1e3, 1000.0 and 1000 alike: jsonb keeps the value, not the
// digits.
func numbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = numbers(e)
		}
	case []any:
		for i, e := range v {
			v[i] = numbers(e)
		}
	case string:
		return legible(v) // jsonb has no zero byte
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return n
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
	}
	return v
}
