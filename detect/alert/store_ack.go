package alert

import (
	"context"
	"errors"
	"time"

	"ward/kit/db"
)

func insertAck(ctx context.Context, tx *db.Tx, digest string, l ackLink) error {
	_, err := tx.Exec(ctx, `INSERT INTO alert_ack (digest, issue, org, round, contact, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		digest, l.Issue, l.OrgNo, l.Round, l.Contact, db.At(l.Expires))
	return err
}

func ackByDigest(ctx context.Context, tx *db.Tx, digest string) (l ackLink, err error) {
	var expires, used db.Time
	err = tx.QueryRow(ctx, `SELECT issue, org, round, contact, expires_at, used_at FROM alert_ack WHERE digest = $1`, digest).
		Scan(&l.Issue, &l.OrgNo, &l.Round, &l.Contact, &expires, &used)
	if errors.Is(err, db.ErrNoRows) {
		err = deadLink()
	}
	l.Expires, l.Used = expires.Time, used.Time
	return l, err
}

// spendAck marks a link as used; false when it was.
func spendAck(ctx context.Context, tx *db.Tx, digest string, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE alert_ack SET used_at = $2 WHERE digest = $1 AND used_at IS NULL`, digest, db.At(at))
	return n == 1, err
}

// dropAcks deletes links that expired before a time.
func dropAcks(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM alert_ack WHERE expires_at < $1`, db.At(before))
	return err
}
