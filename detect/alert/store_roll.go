package alert

import (
	"context"
	"errors"

	"ward/kit/db"
)

// insertRoll makes all alerts of a roll durable. The issue has none yet: whoever
// settles it writes out what is there before.
func insertRoll(ctx context.Context, tx *db.Tx, r *roll) error {
	_, err := tx.Exec(ctx, `INSERT INTO alert_roll (issue, why, raised_at, due_at, body) VALUES ($1, $2, $3, $4, $5)`,
		r.Issue, r.Why, db.At(r.At), db.At(r.Due), r.pack())
	return err
}

// rollOf is the roll of an issue; nil when it has none, or none any more.
func rollOf(ctx context.Context, tx *db.Tx, issue int64) (*roll, error) {
	r := &roll{Issue: issue}
	var at, due db.Time
	var body []byte
	err := tx.QueryRow(ctx, `SELECT why, raised_at, due_at, written, body FROM alert_roll WHERE issue = $1`, issue).
		Scan(&r.Why, &at, &due, &r.Written, &body)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r.At, r.Due = at.Time, due.Time
	return r, r.unpack(body)
}

// rolls are the issues that have a roll.
func rolls(ctx context.Context, tx *db.Tx) ([]int64, error) {
	return db.Rows(ctx, tx, `SELECT issue FROM alert_roll ORDER BY issue`, nil, scanInt)
}

// writeOut gives the next organisations of an issue's roll their rows, n of
// them, and ends the roll with the last. It returns how many it wrote. The
// caller holds issueLock.
func writeOut(ctx context.Context, tx *db.Tx, issue int64, n int) (int, error) {
	r, err := rollOf(ctx, tx, issue)
	if err != nil || r == nil {
		return 0, err
	}
	part := r.Rows[r.Written:]
	part = part[:min(n, len(part))]
	w := newAlertWriter(issue, r.At, 0)
	w.tellAll(r, part)
	if err := w.flushRows(ctx, tx); err != nil {
		return 0, err
	}
	if r.Written += len(part); r.Written < len(r.Rows) {
		_, err = tx.Exec(ctx, `UPDATE alert_roll SET written = $2 WHERE issue = $1`, issue, r.Written)
	} else {
		_, err = tx.Exec(ctx, `DELETE FROM alert_roll WHERE issue = $1`, issue)
	}
	return len(part), err
}
