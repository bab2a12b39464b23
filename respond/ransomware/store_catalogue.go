package ransomware

import (
	"context"
	"time"

	"ward/kit/db"
)

// insertCatalogue keeps one that waits, in place of another that did, and gives its
// version: a catalogue that was used is never younger than the next.
func insertCatalogue(ctx context.Context, tx *db.Tx, c Catalogue, compiled []byte) (version int64, err error) {
	if err := tx.Lock(ctx, "ransomware catalogue"); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM ransomware_catalogue WHERE state = 'waiting'`); err != nil {
		return 0, err
	}
	if version, err = usedVersion(ctx, tx); err != nil {
		return 0, err
	}
	version++
	_, err = tx.Exec(ctx, `INSERT INTO ransomware_catalogue (version, state, compiled, sha256, families, notes, put_name, put_at) VALUES ($1, 'waiting', $2, $3, $4, $5, $6, $7)`,
		version, compiled, c.SHA256, int64(c.Families), int64(c.Notes), c.PutName, db.At(c.Put))
	return version, err
}

// usedVersion is that of the catalogue in use; 0 for none.
func usedVersion(ctx context.Context, tx *db.Tx) (version int64, err error) {
	err = tx.Query(ctx, `SELECT version FROM ransomware_catalogue WHERE state = 'used'`, nil, func(r db.Row) error { return r.Scan(&version) })
	return version, err
}

// compiledOf gives the bytes of a version; nil for one that is gone.
func compiledOf(ctx context.Context, tx *db.Tx, version int64) (b []byte, err error) {
	err = tx.Query(ctx, `SELECT compiled FROM ransomware_catalogue WHERE version = $1`, []any{version}, func(r db.Row) error { return r.Scan(&b) })
	return b, err
}

func catalogues(ctx context.Context, tx *db.Tx) ([]Catalogue, error) {
	return db.Rows(ctx, tx, `SELECT version, state, families, notes, sha256, put_name, put_at, used_name, used_at FROM ransomware_catalogue ORDER BY version LIMIT 2`, nil,
		func(r db.Row) (c Catalogue, err error) {
			var state string
			var put, used db.Time
			err = r.Scan(&c.Version, &state, &c.Families, &c.Notes, &c.SHA256, &c.PutName, &put, &c.UsedName, &used)
			c.Used, c.Put, c.UsedAt = state == "used", put.Time, used.Time
			return c, err
		})
}

// takeCatalogue puts the one that waits in the place of the one in use.
func takeCatalogue(ctx context.Context, tx *db.Tx, sum, name string, at time.Time) (int64, error) {
	if _, err := tx.Exec(ctx, `DELETE FROM ransomware_catalogue WHERE state = 'used'
		AND EXISTS (SELECT 1 FROM ransomware_catalogue w WHERE w.sha256 = $1 AND w.state = 'waiting')`, sum); err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `UPDATE ransomware_catalogue SET state = 'used', used_name = $2, used_at = $3 WHERE sha256 = $1 AND state = 'waiting'`, sum, name, db.At(at))
}

func discardCatalogue(ctx context.Context, tx *db.Tx, sum string) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM ransomware_catalogue WHERE sha256 = $1 AND state = 'waiting'`, sum)
}
