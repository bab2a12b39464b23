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

// guessesOf is how many wrong secrets came from a network, and until when they count.
func guessesOf(ctx context.Context, tx *db.Tx, network string) (n int64, until time.Time, err error) {
	var at db.Time
	err = tx.QueryRow(ctx, `SELECT wrong, until_at FROM alert_guess WHERE network = $1`, network).Scan(&n, &at)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return n, at.Time, err
}

// countGuess counts one more, from one again after the time that a count lasts.
func countGuess(ctx context.Context, tx *db.Tx, network string, now, until time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO alert_guess (network, wrong, until_at) VALUES ($1, 1, $3)
		ON CONFLICT (network) DO UPDATE SET wrong = CASE WHEN alert_guess.until_at <= $2 THEN 1 ELSE alert_guess.wrong + 1 END,
		until_at = CASE WHEN alert_guess.until_at <= $2 THEN $3 ELSE alert_guess.until_at END`, network, db.At(now), db.At(until))
	return err
}

// dropGuesses forgets counts that are over.
func dropGuesses(ctx context.Context, tx *db.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM alert_guess WHERE until_at <= $1`, db.At(now))
	return err
}
