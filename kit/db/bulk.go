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
	rows = plainRows(rows)
	same := sameColumns(rows)
	var args Args
	source := args.Add("") // the document, once the columns are known
	var doc []byte
	cells := without(rows, same)
	fields, packed := pack(cells)
	if packed && t.pg == nil {
		doc = packedDocument(cells, fields)
	} else {
		var err error
		if doc, err = json.Marshal(cells); err != nil {
			return 0, err
		}
	}
	args[0] = string(doc)
	picks, varying := make([]string, len(columns)), 0
	for i := range columns {
		if same[i] {
			picks[i] = "CAST(" + args.Add(rows[0][i]) + " AS " + kinds[i] + ")"
			continue
		}
		switch {
		case t.pg != nil:
			picks[i] = fmt.Sprintf("(r.value ->> %d)::%s", varying, kinds[i])
		case packed:
			picks[i] = fields[varying].pick()
		default:
			picks[i] = fmt.Sprintf("r.value ->> %d", varying)
		}
		varying++
	}
	from := "json_each(" + source + ") AS r"
	switch {
	case t.pg != nil:
		from = "jsonb_array_elements(" + source + "::jsonb) AS r(value)"
	case !packed:
		from = "jsonb_each(" + source + ") AS r" // a row is not written as text to be parsed again
	}
	// "WHERE 1 = 1" keeps SQLite from reading ON CONFLICT as a join's condition.
	text := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s WHERE 1 = 1 %s",
		table, strings.Join(columns, ", "), strings.Join(picks, ", "), from, tail)
	return t.Exec(ctx, text, args...)
}

// sameColumns tells which columns have one value in all rows: it is bound once
// and need not be read from the document for each row, which is half of the
// work of writing 15,000 alerts.
func sameColumns(rows [][]any) []bool {
	same := make([]bool, len(rows[0]))
	for i, first := range rows[0] {
		same[i] = true
		for _, r := range rows {
			if r[i] != first {
				same[i] = false
				break
			}
		}
	}
	return same
}

// without leaves the columns that vary.
func without(rows [][]any, same []bool) [][]any {
	out := make([][]any, len(rows))
	cells := make([]any, 0, len(rows)*len(same))
	for i, r := range rows {
		from := len(cells)
		for j, v := range r {
			if !same[j] {
				cells = append(cells, v)
			}
		}
		out[i] = cells[from:len(cells):len(cells)]
	}
	return out
}

// plainRows writes times as the integers that the columns hold, and texts as both
// databases keep them.
func plainRows(rows [][]any) [][]any {
	for _, r := range rows {
		for i, v := range r {
			if at, ok := v.(Time); ok {
				if at.IsZero() {
					r[i] = nil
				} else {
					r[i] = at.UnixMicro()
				}
			} else if s, ok := textOf(v); ok {
				if t := legible(s); t != s {
					r[i] = t
				}
			}
		}
	}
	return rows
}
