package alert

import (
	"context"
	"time"

	"ward/detect/alert/board"
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

// changedRows are the changes after a cursor, whoever may see them: for the board
// alone, which gives each to pages that may.
func changedRows(ctx context.Context, tx *db.Tx, at [3]int64, limit int) ([]board.Change, error) {
	return db.Rows(ctx, tx, `SELECT c.seq, c.issue, c.org, o.org, i.tlp, a.raised_at, CASE WHEN a.state = 'obsolete' THEN 1 ELSE 0 END
		FROM alert_change c JOIN alert a ON a.issue = c.issue AND a.org = c.org JOIN alert_org o ON o.no = c.org JOIN alert_issue i ON i.no = c.issue
		WHERE (c.seq, c.issue, c.org) > ($1, $2, $3) ORDER BY c.seq, c.issue, c.org LIMIT $4`,
		[]any{at[0], at[1], at[2], limit}, func(r db.Row) (x board.Change, err error) {
			var raised db.Time
			var over int64
			err = r.Scan(&x.Seq, &x.Issue, &x.OrgNo, &x.Org, &x.TLP, &raised, &over)
			x.Raised, x.Over = raised.Time, over == 1
			return x, err
		})
}

// freshKeys are the alerts of a narrow view that were raised after since.
func freshKeys(ctx context.Context, tx *db.Tx, v view, since time.Time, limit int) ([]board.Key, error) {
	args := db.Args{db.At(since)}
	return db.Rows(ctx, tx, `SELECT a.issue, a.org`+v.from()+`WHERE i.updated_at >= $1 AND a.raised_at > $1 AND a.state <> 'obsolete' AND `+
		visibleRows(&args, v)+` ORDER BY a.issue, a.org LIMIT `+args.Add(limit), args, func(r db.Row) (k board.Key, err error) {
		err = r.Scan(&k.Issue, &k.OrgNo)
		return k, err
	})
}
