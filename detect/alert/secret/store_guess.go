package secret

import (
	"context"
	"errors"
	"time"

	"ward/kit/db"
)

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

// Forget drops counts that are over.
func Forget(ctx context.Context, tx *db.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM alert_guess WHERE until_at <= $1`, db.At(now))
	return err
}
