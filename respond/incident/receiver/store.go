package receiver

import (
	"context"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

const keyColumns = `id, receiver, state, fingerprint, addresses, expires_at, put_by, put_name, put_at, seen_name, seen_at`

func scanKey(row db.Row) (k Key, err error) {
	var addresses string
	var expires, put, seen db.Time
	err = row.Scan(&k.ID, &k.Receiver, &k.State, &k.Fingerprint, &addresses, &expires, &k.PutBy, &k.PutName, &put, &k.SeenName, &seen)
	k.Addresses, k.Expires, k.Put, k.Seen = strings.Fields(addresses), expires.Time, put.Time, seen.Time
	return k, err
}

// keysOf are those of a country's authorities, without their bytes.
func keysOf(ctx context.Context, tx *db.Tx, c ward.Country) ([]Key, error) {
	return db.Rows(ctx, tx, `SELECT `+keyColumns+` FROM incident_receiver_key WHERE country = $1 ORDER BY receiver, state LIMIT 200`, []any{string(c)}, scanKey)
}

func insertKey(ctx context.Context, tx *db.Tx, c ward.Country, k Key) error {
	_, err := tx.Exec(ctx, `INSERT INTO incident_receiver_key (id, receiver, country, state, key, fingerprint, addresses, expires_at, put_by, put_name, put_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		k.ID, k.Receiver, string(c), string(k.State), k.Bytes, k.Fingerprint, strings.Join(k.Addresses, " "), db.At(k.Expires), string(k.PutBy), k.PutName, db.At(k.Put))
	return err
}

func dropKey(ctx context.Context, tx *db.Tx, receiver string, state State) error {
	_, err := tx.Exec(ctx, `DELETE FROM incident_receiver_key WHERE receiver = $1 AND state = $2`, receiver, string(state))
	return err
}

// useKey itself refuses who put the key in, whatever was decided before it.
func useKey(ctx context.Context, tx *db.Tx, id string, a ward.Actor, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE incident_receiver_key SET state = 'used', seen_name = $3, seen_at = $4
		WHERE id = $1 AND state = 'waiting' AND put_by <> $2`, id, string(a.Person), a.Name, db.At(at))
	return n == 1, err
}

// usedKey gives the bytes of the key in use; nil for none.
func usedKey(ctx context.Context, tx *db.Tx, receiver string) (key []byte, err error) {
	err = tx.Query(ctx, `SELECT key FROM incident_receiver_key WHERE receiver = $1 AND state = 'used'`, []any{receiver}, func(row db.Row) error {
		return row.Scan(&key)
	})
	return key, err
}
