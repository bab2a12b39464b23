package provider

import (
	"context"
	"errors"
	"time"

	"ward"
	"ward/kit/db"
)

// notFound turns "no rows" into our own word.
func notFound(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return ward.Fail(ward.NotFound, "")
	}
	return err
}

// signingKey is the one that signs; NotFound before the first was made.
func signingKey(ctx context.Context, tx *db.Tx) (fingerprint string, sealed []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT fingerprint, sealed FROM provider_key WHERE state = 'signing'`).Scan(&fingerprint, &sealed)
	return fingerprint, sealed, notFound(err)
}

// allKeys lists all keys, the newest first.
func allKeys(ctx context.Context, tx *db.Tx) ([]Key, error) {
	return db.Rows(ctx, tx, `SELECT fingerprint, armored, made_at, state, ended_at FROM provider_key ORDER BY made_at DESC, fingerprint LIMIT 100`, nil,
		func(r db.Row) (k Key, err error) {
			var made, ended db.Time
			err = r.Scan(&k.Fingerprint, &k.Armored, &made, &k.State, &ended)
			k.Made, k.Ended = made.Time, ended.Time
			return k, err
		})
}

func insertKey(ctx context.Context, tx *db.Tx, k *Key, sealed []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO provider_key (fingerprint, armored, sealed, made_at, state) VALUES ($1, $2, $3, $4, $5)`,
		k.Fingerprint, k.Armored, sealed, db.At(k.Made), string(k.State))
	return err
}

// endKey takes the pen from a key. Of a revoked one the private part goes.
func endKey(ctx context.Context, tx *db.Tx, fingerprint string, state KeyState, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE provider_key SET state = $2, ended_at = $3, sealed = $4 WHERE fingerprint = $1`,
		fingerprint, string(state), db.At(at), []byte{})
	return err
}
