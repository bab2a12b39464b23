package alert

import (
	"context"
	"errors"

	"ward/kit/db"
)

// sightedIssue is the issue of an indicator or rule; 0 for none.
func sightedIssue(ctx context.Context, tx *db.Tx, subject string) (no int64, err error) {
	err = tx.QueryRow(ctx, `SELECT no FROM alert_issue WHERE sighted = $1 AND sighted <> ''`, subject).Scan(&no)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return no, err
}

func markSighted(ctx context.Context, tx *db.Tx, issue int64, subject string) error {
	_, err := tx.Exec(ctx, `UPDATE alert_issue SET sighted = $2 WHERE no = $1`, issue, subject)
	return err
}
