package secret

import (
	"context"
	"errors"
	"time"

	"ward/kit/db"
)

// Put lets the link with a secret work from at on.
func Put(ctx context.Context, tx *db.Tx, word string, l Link, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO alert_ack (digest, issue, org, round, contact, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		Digest(word), l.Issue, l.OrgNo, l.Round, l.Contact, db.At(at.Add(linkLife)))
	return err
}

// Find gives the link with a secret, also one that has expired or was used.
func Find(ctx context.Context, tx *db.Tx, word string) (l Link, err error) {
	var expires, used db.Time
	err = tx.QueryRow(ctx, `SELECT issue, org, round, contact, expires_at, used_at FROM alert_ack WHERE digest = $1`, Digest(word)).
		Scan(&l.Issue, &l.OrgNo, &l.Round, &l.Contact, &expires, &used)
	if errors.Is(err, db.ErrNoRows) {
		err = Dead()
	}
	l.Expires, l.Used = expires.Time, used.Time
	return l, err
}

// Spend marks a link as used; false when it was.
func Spend(ctx context.Context, tx *db.Tx, word string, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE alert_ack SET used_at = $2 WHERE digest = $1 AND used_at IS NULL`, Digest(word), db.At(at))
	return n == 1, err
}

// ForgetLinks drops links a month after their end.
func ForgetLinks(ctx context.Context, tx *db.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM alert_ack WHERE expires_at < $1`, db.At(now.Add(-linkKept)))
	return err
}
