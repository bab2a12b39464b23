package alert

import (
	"context"
	"time"

	"ward/kit/db"
)

func lastChange(ctx context.Context, tx *db.Tx) (seq int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(MAX(seq), 0) FROM alert_change`).Scan(&seq)
	return seq, err
}

func putChanges(ctx context.Context, tx *db.Tx, issue int64, orgs []int64, seq int64, at time.Time) error {
	rows := make([][]any, len(orgs))
	for i, org := range orgs {
		rows[i] = []any{issue, org, seq, db.At(at)}
	}
	_, err := tx.Bulk(ctx, "alert_change", []string{"issue", "org", "seq", "at"}, []string{"BIGINT", "BIGINT", "BIGINT", "BIGINT"}, rows,
		"ON CONFLICT (issue, org) DO UPDATE SET seq = excluded.seq, at = excluded.at, version = alert_change.version + 1")
	return err
}

func touchChanges(ctx context.Context, tx *db.Tx, issue, seq int64, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE alert_change SET seq = $2, at = $3, version = version + 1 WHERE issue = $1`, issue, seq, db.At(at))
	return err
}

// changesAfter reads an organisation's changes by its inbox, which is short, and
// those of a country or the Union in the order of their numbers.
func changesAfter(ctx context.Context, tx *db.Tx, v view, from [3]int64, limit int) ([]Change, error) {
	var args db.Args
	where := visibleRows(&args, v)
	where += ` AND (c.seq, c.issue, c.org) > (` + args.Add(from[0]) + `, ` + args.Add(from[1]) + `, ` + args.Add(from[2]) + `)`
	return changeRows(ctx, tx, v, where+` ORDER BY c.seq, c.issue, c.org LIMIT `+args.Add(limit), args)
}

// changeRows reads alerts of a view with the places of their newest changes.
func changeRows(ctx context.Context, tx *db.Tx, v view, where string, args db.Args) ([]Change, error) {
	return db.Rows(ctx, tx, `SELECT c.seq, c.version, c.at, `+alertColumns+v.from()+`JOIN alert_change c ON c.issue = a.issue AND c.org = a.org
		WHERE `+where, args, func(r db.Row) (c Change, err error) {
		var at db.Time
		c.Alert, err = scanAlert(prefixed{r, []any{&c.Seq, &c.Version, &at}})
		c.At = at.Time
		return c, err
	})
}
