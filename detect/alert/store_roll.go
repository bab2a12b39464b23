package alert

import (
	"context"
	"errors"

	"ward/detect/alert/roll"
	"ward/kit/db"
)

// insertRoll makes all alerts of a roll durable. The issue has none yet: whoever
// settles it writes out what is there before.
func insertRoll(ctx context.Context, tx *db.Tx, r *roll.Roll) error {
	_, err := tx.Exec(ctx, `INSERT INTO alert_roll (issue, why, raised_at, due_at, body) VALUES ($1, $2, $3, $4, $5)`,
		r.Issue, r.Why, db.At(r.At), db.At(r.Due), r.Pack())
	return err
}

// rollOf is the roll of an issue with the next n rows of it, and whether more
// follow them; nil when it has none, or none any more.
func rollOf(ctx context.Context, tx *db.Tx, issue int64, n int) (r *roll.Roll, more bool, err error) {
	r = &roll.Roll{Issue: issue}
	var at, due db.Time
	var body []byte
	err = tx.QueryRow(ctx, `SELECT why, raised_at, due_at, written, body FROM alert_roll WHERE issue = $1`, issue).
		Scan(&r.Why, &at, &due, &r.Written, &body)
	if errors.Is(err, db.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	r.At, r.Due = at.Time, due.Time
	more, err = r.Unpack(body, n)
	return r, more, err
}

// rolls are the issues that have a roll.
func rolls(ctx context.Context, tx *db.Tx) ([]int64, error) {
	return db.Rows(ctx, tx, `SELECT issue FROM alert_roll ORDER BY issue`, nil, scanInt)
}

// writeOut gives the next organisations of an issue's roll their rows, n of
// them, and ends the roll with the last. It returns how many it wrote. The
// caller holds issueLock.
func writeOut(ctx context.Context, tx *db.Tx, issue int64, n int) (int, error) {
	r, more, err := rollOf(ctx, tx, issue, n)
	if err != nil || r == nil {
		return 0, err
	}
	w := newAlertWriter(issue, r.At, 0)
	w.tellAll(r)
	if err := w.flushRows(ctx, tx); err != nil {
		return 0, err
	}
	if more {
		_, err = tx.Exec(ctx, `UPDATE alert_roll SET written = $2 WHERE issue = $1`, issue, r.Written+len(r.Rows))
	} else {
		_, err = tx.Exec(ctx, `DELETE FROM alert_roll WHERE issue = $1`, issue)
	}
	return len(r.Rows), err
}
