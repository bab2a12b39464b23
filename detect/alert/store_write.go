package alert

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"ward/detect/alert/roll"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/kit/id"
)

// alertWriter collects the changes of one raising and writes them in bulk.
type alertWriter struct {
	issue   int64
	at      time.Time
	first   roll.Roll // those who are told for the first time
	told    [][]any   // reopened, and new ones that are few
	closed  [][]any
	counted [][]any
	entries [][]any
	face    bool // what all alerts of the issue show is another now
	unmutes Unmute
}

// newAlertWriter makes room for size changes.
func newAlertWriter(issue int64, at time.Time, size int) *alertWriter {
	return &alertWriter{issue: issue, at: at, first: roll.Roll{Issue: issue, At: at, Rows: make([]roll.Row, 0, size)}}
}

// quiet are the organisations whose alerts change without being told: what is
// told counts as changed when it is on its way.
func (w *alertWriter) quiet() []int64 {
	var out []int64
	for _, row := range slices.Concat(w.closed, w.counted) {
		out = append(out, row[1].(int64))
	}
	return out
}

func (w *alertWriter) changed() int { return w.tells() + len(w.closed) + len(w.counted) }

// tells is how many organisations are to be told something.
func (w *alertWriter) tells() int { return len(w.first.Rows) + len(w.told) }

func (w *alertWriter) add(org int64, had *stand.Standing, c stand.Change) {
	switch c.Kind {
	case stand.Raise:
		w.first.Why, w.first.Due = c.Why, c.Due // the same for all of one raising
		w.first.Rows = append(w.first.Rows, roll.Row{Org: org, Affected: c.Affected, Review: c.Review, Addressed: c.Addressed})
	case stand.Reopen:
		w.tell(org, had.Round+1, c)
	case stand.Finish:
		w.closed = append(w.closed, w.row(org, had.Round, c))
	case stand.Count:
		w.counted = append(w.counted, w.row(org, had.Round, c))
	}
	switch {
	case c.Kind == stand.Reopen || c.Kind == stand.Finish:
		w.entries = append(w.entries, []any{org, "raised", map[string]string{"why": c.Why, "from": string(had.State), "to": string(c.State)}})
	case c.Kind == stand.Count && c.Due.Before(had.Due):
		w.entries = append(w.entries, []any{org, "due", map[string]string{"why": c.Why}})
	}
}

// tell writes an alert whose organisation is to be told.
func (w *alertWriter) tell(org, round int64, c stand.Change) {
	w.told = append(w.told, w.row(org, round, c))
}

// tellAll writes the rows of a roll.
func (w *alertWriter) tellAll(r *roll.Roll) {
	w.told = slices.Grow(w.told, len(r.Rows))
	for _, x := range r.Rows {
		w.tell(x.Org, 1, stand.Change{State: stand.Unseen, Affected: x.Affected, Review: x.Review, Due: r.Due, Why: r.Why, Addressed: x.Addressed})
	}
}

func (w *alertWriter) row(org, round int64, c stand.Change) []any {
	now := db.At(w.at)
	return []any{w.issue, org, string(c.State), c.Affected, c.Review, db.At(c.Due), round, c.Why, now, now, db.Flag(c.Addressed)}
}

// What an alert keeps when it is written again. Reopening clears who had
// acknowledged. Closing leaves what a person has closed in the meantime. A count
// leaves the reason and the time of raising.
const (
	onTold = `ON CONFLICT (issue, org) DO UPDATE SET
		state = excluded.state, affected = excluded.affected, review = excluded.review, due_at = excluded.due_at,
		round = excluded.round, why = excluded.why, raised_at = excluded.raised_at, updated_at = excluded.updated_at,
		addressed = excluded.addressed, acked_at = NULL, done_at = NULL`
	onClosed = `ON CONFLICT (issue, org) DO UPDATE SET
		state = excluded.state, affected = excluded.affected, review = excluded.review, why = excluded.why,
		addressed = excluded.addressed, updated_at = excluded.updated_at, done_at = excluded.updated_at WHERE alert.state IN ` + openStates
	onCounted = `ON CONFLICT (issue, org) DO UPDATE SET
		affected = excluded.affected, review = excluded.review, due_at = excluded.due_at, updated_at = excluded.updated_at,
		addressed = excluded.addressed`
)

// rollFrom is the number of first alerts from which an issue's alerts are
// written as a roll. Fewer are rows at once.
const rollFrom = 200

// flush writes the alerts and their history: first ones as a roll when they are
// many, all others as rows.
func (w *alertWriter) flush(ctx context.Context, tx *db.Tx, ids id.Source) error {
	if len(w.first.Rows) >= rollFrom {
		if err := insertRoll(ctx, tx, &w.first); err != nil {
			return err
		}
	} else {
		w.tellAll(&w.first)
		w.first.Rows = nil
	}
	if err := w.flushRows(ctx, tx); err != nil {
		return err
	}
	return w.flushEntries(ctx, tx, ids)
}

func (w *alertWriter) flushRows(ctx context.Context, tx *db.Tx) error {
	columns := []string{"issue", "org", "state", "affected", "review", "due_at", "round", "why", "raised_at", "updated_at", "addressed"}
	kinds := []string{"BIGINT", "BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT"}
	for _, part := range []struct {
		rows [][]any
		tail string
	}{{w.told, onTold}, {w.closed, onClosed}, {w.counted, onCounted}} {
		slices.SortFunc(part.rows, byNumber) // in the order of the key: each row goes to the end
		if _, err := tx.Bulk(ctx, "alert", columns, kinds, part.rows, part.tail); err != nil {
			return err
		}
	}
	return nil
}

func (w *alertWriter) flushEntries(ctx context.Context, tx *db.Tx, ids id.Source) error {
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

// byNumber orders rows by the number of their organisation.
func byNumber(a, b []any) int { return cmp.Compare(a[1].(int64), b[1].(int64)) }
