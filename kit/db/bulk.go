package db

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"ward"
)

// bulkRows bounds one statement of Bulk: the JSON of a batch stays around a
// megabyte and the writer is never held for long by one statement.
const bulkRows = 4096

// Bulk inserts many rows with few statements: one JSON document per batch on
// SQLite (no crossing into the driver for each row), one array per column on
// PostgreSQL. kinds are the columns' types, "TEXT" or "BIGINT". tail follows
// the VALUES, e.g. "ON CONFLICT (id) DO NOTHING". It returns the rows changed.
// Values are string, int, int64, Time, or types of those kinds.
func (t *Tx) Bulk(ctx context.Context, table string, columns, kinds []string, rows [][]any, tail string) (int64, error) {
	var total int64
	for len(rows) > 0 {
		batch := rows[:min(len(rows), bulkRows)]
		rows = rows[len(batch):]
		n, err := t.bulk(ctx, table, columns, kinds, batch, tail)
		if err != nil {
			return total, ward.Wrap("bulk insert into "+table, err)
		}
		total += n
	}
	return total, nil
}

func (t *Tx) bulk(ctx context.Context, table string, columns, kinds []string, rows [][]any, tail string) (int64, error) {
	doc, err := json.Marshal(plainRows(rows))
	if err != nil {
		return 0, err
	}
	from, pick := "json_each($1) AS r", func(i int) string { return fmt.Sprintf("r.value ->> %d", i) }
	if t.pg != nil {
		from = "jsonb_array_elements($1::jsonb) AS r(value)"
		pick = func(i int) string { return fmt.Sprintf("(r.value ->> %d)::%s", i, kinds[i]) }
	}
	picks := make([]string, len(columns))
	for i := range columns {
		picks[i] = pick(i)
	}
	// "WHERE 1 = 1" keeps SQLite from reading ON CONFLICT as a join's condition.
	text := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s WHERE 1 = 1 %s",
		table, strings.Join(columns, ", "), strings.Join(picks, ", "), from, tail)
	return t.Exec(ctx, text, string(doc))
}

// plainRows writes times as the integers that the columns hold.
func plainRows(rows [][]any) [][]any {
	for _, r := range rows {
		for i, v := range r {
			if at, ok := v.(Time); ok {
				if at.IsZero() {
					r[i] = nil
				} else {
					r[i] = at.UnixMicro()
				}
			}
		}
	}
	return rows
}
