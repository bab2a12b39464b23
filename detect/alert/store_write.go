package alert

import (
	"context"
	"encoding/json"
	"time"

	"ward/kit/db"
	"ward/kit/id"
)

// alertWriter collects the changes of one raising and writes them in bulk.
type alertWriter struct {
	issue   int64
	at      time.Time
	told    [][]any // new and reopened
	closed  [][]any
	counted [][]any
	entries [][]any
}

// newAlertWriter makes room for size changes.
func newAlertWriter(issue int64, at time.Time, size int) *alertWriter {
	return &alertWriter{issue: issue, at: at, told: make([][]any, 0, size)}
}

func (w *alertWriter) changed() int { return len(w.told) + len(w.closed) + len(w.counted) }

func (w *alertWriter) add(org int64, had *standing, c change) {
	round := int64(1)
	if had != nil {
		round = had.Round
	}
	if c.Kind == reopen {
		round++
	}
	now := db.At(w.at)
	row := []any{w.issue, org, string(c.State), c.Affected, c.Review, db.At(c.Due), round, c.Why, now, now}
	switch c.Kind {
	case raise, reopen:
		w.told = append(w.told, row)
	case finish:
		w.closed = append(w.closed, row)
	case count:
		w.counted = append(w.counted, row)
	}
	switch {
	case c.Kind == reopen || c.Kind == finish:
		w.entries = append(w.entries, []any{org, "raised", map[string]string{"why": c.Why, "from": string(had.State), "to": string(c.State)}})
	case c.Kind == count && c.Due.Before(had.Due):
		w.entries = append(w.entries, []any{org, "due", map[string]string{"why": c.Why}})
	}
}

// What an alert keeps when it is written again. Reopening clears who had
// acknowledged. Closing leaves what a person has closed in the meantime. A count
// leaves the reason and the time of raising.
const (
	onTold = `ON CONFLICT (issue, org) DO UPDATE SET
		state = excluded.state, affected = excluded.affected, review = excluded.review, due_at = excluded.due_at,
		round = excluded.round, why = excluded.why, raised_at = excluded.raised_at, updated_at = excluded.updated_at,
		acked_at = NULL, done_at = NULL`
	onClosed = `ON CONFLICT (issue, org) DO UPDATE SET
		state = excluded.state, affected = excluded.affected, review = excluded.review, why = excluded.why,
		updated_at = excluded.updated_at, done_at = excluded.updated_at WHERE alert.state IN ` + openStates
	onCounted = `ON CONFLICT (issue, org) DO UPDATE SET
		affected = excluded.affected, review = excluded.review, due_at = excluded.due_at, updated_at = excluded.updated_at`
)

// flush writes the alerts and their history.
func (w *alertWriter) flush(ctx context.Context, tx *db.Tx, ids id.Source) error {
	columns := []string{"issue", "org", "state", "affected", "review", "due_at", "round", "why", "raised_at", "updated_at"}
	kinds := []string{"BIGINT", "BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "TEXT", "BIGINT", "BIGINT"}
	for _, part := range []struct {
		rows [][]any
		tail string
	}{{w.told, onTold}, {w.closed, onClosed}, {w.counted, onCounted}} {
		for _, group := range alike(part.rows) {
			if _, err := tx.Bulk(ctx, "alert", columns, kinds, group, part.tail); err != nil {
				return err
			}
		}
	}
	rows := make([][]any, len(w.entries))
	for i, e := range w.entries {
		detail, err := json.Marshal(e[2])
		if err != nil {
			return err
		}
		rows[i] = []any{ids(), w.issue, e[0], db.At(w.at), e[1], "", string(detail), ""}
	}
	_, err := tx.Bulk(ctx, "alert_entry", []string{"id", "issue", "org", "at", "kind", "person", "detail", "comment"},
		[]string{"TEXT", "BIGINT", "BIGINT", "BIGINT", "TEXT", "TEXT", "TEXT", "TEXT"}, rows, "")
	return err
}

// few is the number of rows for each group below which grouping does not pay.
const few = 16

// alike groups rows that differ in their organisation alone: most hospitals hold
// one or two of a product, and what all rows share is written several times
// faster. Many small groups stay one.
func alike(rows [][]any) [][][]any {
	const affected, review, round = 3, 4, 6 // places in a row; the rest is one for all, or goes with these
	by := map[[4]any]int{}
	var out [][][]any
	for _, r := range rows {
		key := [4]any{r[2], r[affected], r[review], r[round]}
		i, known := by[key]
		if !known {
			i = len(out)
			by[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], r)
	}
	if len(out)*few > len(rows) {
		return [][][]any{rows}
	}
	return out
}
