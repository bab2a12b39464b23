package db_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"ward/kit/db"
	"ward/test/database"
)

// TestBulkKeepsEveryValue: however the rows travel (packed into numbers, as
// lists, or bound once), they arrive as they were.
func TestBulkKeepsEveryValue(t *testing.T) {
	ctx := context.Background()
	for name, rows := range map[string][][]any{
		"small numbers":     {{"1", int64(1), 7}, {"2", int64(1), 0}, {"3", int64(1), 3}},
		"one row":           {{"1", int64(5), 6}},
		"negative":          {{"1", int64(-1), 2}, {"2", int64(4), -9}},
		"widest together":   {{"1", int64(math.MaxInt32), math.MaxInt32}, {"2", int64(0), 0}},
		"one wide":          {{"1", int64(math.MaxInt64), 1}, {"2", int64(math.MinInt64), 1}},
		"too wide together": {{"1", int64(math.MaxInt64), 1}, {"2", int64(1), 2}},
		"texts":             {{`a"b\c`, int64(1), 1}, {"ü\u2028", int64(2), 2}},
	} {
		for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
			t.Run(name+"/"+string(kind), func(t *testing.T) {
				d := database.Open(t, kind)
				want := slices.Clone(rows)
				var got [][]any
				err := d.Write(ctx, func(tx *db.Tx) error {
					if _, err := tx.Exec(ctx, `CREATE TABLE bulk_numbers (name TEXT NOT NULL, a BIGINT NOT NULL, b BIGINT NOT NULL)`); err != nil {
						return err
					}
					given := make([][]any, len(rows)) // Bulk may change what it is given
					for i, r := range rows {
						given[i] = slices.Clone(r)
					}
					if n, err := tx.Bulk(ctx, "bulk_numbers", []string{"name", "a", "b"}, []string{"TEXT", "BIGINT", "BIGINT"}, given, ""); err != nil || n != int64(len(rows)) {
						t.Fatal(n, err)
					}
					numbers := make([][]any, len(rows)) // the same without the text: these can be packed
					for i, r := range rows {
						numbers[i] = []any{"", r[1], r[2]}
					}
					_, err := tx.Bulk(ctx, "bulk_numbers", []string{"name", "a", "b"}, []string{"TEXT", "BIGINT", "BIGINT"}, numbers, "")
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				for _, where := range []string{"name <> ''", "name = ''"} {
					got = nil
					err = d.Read(ctx, func(tx *db.Tx) error {
						return tx.Query(ctx, `SELECT name, a, b FROM bulk_numbers WHERE `+where, nil, func(r db.Row) error {
							var name string
							var a int64
							var b int
							err := r.Scan(&name, &a, &b)
							got = append(got, []any{name, a, b})
							return err
						})
					})
					if err != nil || len(got) != len(want) {
						t.Fatal(got, err)
					}
					for i, w := range want {
						if !slices.ContainsFunc(got, func(g []any) bool { return (g[0] == w[0] || g[0] == "") && g[1] == w[1] && g[2] == w[2] }) {
							t.Errorf("row %d: %v is not among %v", i, w, got)
						}
					}
				}
			})
		}
	}
}
