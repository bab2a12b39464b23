package inventory

import (
	"context"
	"strings"

	"ward/kit/db"
)

// bulkArgs bounds the values of one statement. Both databases take more, but the
// SQLite driver looks each up by its name, which is quadratic: with 4,000 values
// a row costs ten times what it costs with 300.
const bulkArgs = 300

// insert adds rows by statements of many rows each. head is "INSERT INTO t (a, b)",
// every row has the same number of values.
func insert(ctx context.Context, tx *db.Tx, head string, rows [][]any) error {
	for len(rows) > 0 {
		n := min(len(rows), max(1, bulkArgs/len(rows[0])))
		var args db.Args
		text := head + " VALUES " + tuples(&args, rows[:n])
		if _, err := tx.Exec(ctx, text, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// tuples binds rows as "($1, $2), ($3, $4)".
func tuples(args *db.Args, rows [][]any) string {
	var b strings.Builder
	for i, row := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j, v := range row {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteString(args.Add(v))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// list binds values as "$1, $2".
func list[T any](args *db.Args, values []T) string {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = args.Add(v)
	}
	return strings.Join(marks, ", ")
}

// chunks calls fn with at most n values at a time.
func chunks[T any](values []T, n int, fn func([]T) error) error {
	for len(values) > 0 {
		m := min(n, len(values))
		if err := fn(values[:m]); err != nil {
			return err
		}
		values = values[m:]
	}
	return nil
}
