package alert

import (
	"context"
	"time"

	"ward/detect/alert/escalation"
	"ward/kit/db"
)

// dueFeet are the alerts whose next rung is due, the longest overdue first.
func dueFeet(ctx context.Context, tx *db.Tx, now time.Time, limit int) ([]foot, error) {
	return db.Rows(ctx, tx, `SELECT c.next_at, c.round, `+alertColumns+` FROM alert_climb c JOIN alert a ON a.issue = c.issue AND a.org = c.org
		JOIN alert_org o ON o.no = a.org JOIN alert_issue i ON i.no = a.issue
		WHERE c.next_at <= $1 ORDER BY c.next_at, c.issue, c.org LIMIT $2`, []any{db.At(now), limit}, func(r db.Row) (f foot, err error) {
		var next db.Time
		var round int64
		f.Alert, err = scanAlert(prefixed{r, []any{&next, &round}})
		f.Next, f.Round = next.Time, round
		return f, err
	})
}

// insertFeet puts alerts on the ladder; a newer round begins again below.
func insertFeet(ctx context.Context, tx *db.Tx, feet []foot) error {
	rows := make([][]any, len(feet))
	for i, f := range feet {
		rows[i] = []any{f.Issue, f.OrgNo, f.Round, db.At(f.Next)}
	}
	_, err := tx.Bulk(ctx, "alert_climb", []string{"issue", "org", "round", "next_at"}, []string{"BIGINT", "BIGINT", "BIGINT", "BIGINT"}, rows,
		"ON CONFLICT (issue, org) DO UPDATE SET round = excluded.round, next_at = excluded.next_at WHERE alert_climb.round < excluded.round")
	return err
}

func moveFoot(ctx context.Context, tx *db.Tx, f foot, next time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE alert_climb SET next_at = $4 WHERE issue = $1 AND org = $2 AND round = $3`, f.Issue, f.OrgNo, f.Round, db.At(next))
	return err
}

func dropFoot(ctx context.Context, tx *db.Tx, f foot) error {
	_, err := tx.Exec(ctx, `DELETE FROM alert_climb WHERE issue = $1 AND org = $2 AND round = $3`, f.Issue, f.OrgNo, f.Round)
	return err
}

// stepsOf are the rungs that the newest round of an alert has climbed.
func stepsOf(ctx context.Context, tx *db.Tx, a Alert) ([]escalation.Rung, error) {
	return db.Rows(ctx, tx, `SELECT rung FROM alert_step WHERE issue = $1 AND org = $2 AND round = $3 ORDER BY rung`,
		[]any{a.Issue, a.OrgNo, a.Round}, func(r db.Row) (x escalation.Rung, err error) { err = r.Scan(&x); return x, err })
}

// insertStep notes that a rung is climbed; false when it was.
func insertStep(ctx context.Context, tx *db.Tx, id string, c climb, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO alert_step (issue, org, round, rung, id, at, told) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (issue, org, round, rung) DO NOTHING`, c.Issue, c.OrgNo, c.Round, c.Rung, id, db.At(at), c.Told)
	return n == 1, err
}
