package home

import (
	"context"
	"time"

	"ward/kit/db"
)

func putCertificate(ctx context.Context, tx *db.Tx, name string, sealed []byte, now time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO home_certificate (name, sealed, changed_at) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, changed_at = excluded.changed_at`, name, sealed, db.At(now))
	return err
}

func certificate(ctx context.Context, tx *db.Tx, name string) (sealed []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT sealed FROM home_certificate WHERE name = $1`, name).Scan(&sealed)
	return sealed, err
}

func dropCertificate(ctx context.Context, tx *db.Tx, name string) error {
	_, err := tx.Exec(ctx, `DELETE FROM home_certificate WHERE name = $1`, name)
	return err
}
