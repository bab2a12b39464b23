package incident

import (
	"context"
	"time"

	"ward/kit/db"
)

// mailState is how far a mail of a job had come before.
type mailState int

const (
	mailNew     mailState = iota
	mailStarted           // it may have left
	mailSent
)

// startMail writes down that a mail may leave from now on, and gives how far it had
// come before.
func startMail(ctx context.Context, tx *db.Tx, message, contact string, at time.Time) (mailState, error) {
	n, err := tx.Exec(ctx, `INSERT INTO incident_mail (message, contact, at) VALUES ($1, $2, $3) ON CONFLICT (message, contact) DO NOTHING`, message, contact, db.At(at))
	if err != nil || n == 1 {
		return mailNew, err
	}
	var sent int64
	err = tx.QueryRow(ctx, `SELECT sent FROM incident_mail WHERE message = $1 AND contact = $2`, message, contact).Scan(&sent)
	if sent == 1 {
		return mailSent, err
	}
	return mailStarted, err
}

func endMail(ctx context.Context, tx *db.Tx, message, contact string) error {
	_, err := tx.Exec(ctx, `UPDATE incident_mail SET sent = 1 WHERE message = $1 AND contact = $2`, message, contact)
	return err
}

func forgetMails(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM incident_mail WHERE at < $1`, db.At(before))
	return err
}
