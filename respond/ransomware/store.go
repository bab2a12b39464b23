package ransomware

import (
	"context"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

// one turns "somebody was faster" into Conflict.
func one(n int64, err error) error {
	if err == nil && n == 0 {
		return ward.Fail(ward.Conflict, "ransomware.error.step")
	}
	return err
}

func insertDecryptor(ctx context.Context, tx *db.Tx, d Decryptor, family string) error {
	_, err := tx.Exec(ctx, `INSERT INTO ransomware_decryptor (id, family, name, maker, conditions, source, sha256, signature, state, author, author_name, proposed_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
		d.ID, family, d.Family, d.Maker, d.Conditions, d.Source, d.SHA256, d.Signature, d.State, d.Author, d.AuthorName, db.At(d.Proposed))
	return err
}

const decryptorColumns = `id, name, maker, conditions, source, sha256, signature, state, author, author_name, releaser, reason, proposed_at, released_at`

func scanDecryptor(r db.Row) (d Decryptor, err error) {
	var proposed, released db.Time
	err = r.Scan(&d.ID, &d.Family, &d.Maker, &d.Conditions, &d.Source, &d.SHA256, &d.Signature, &d.State, &d.Author, &d.AuthorName, &d.Releaser, &d.Reason,
		&proposed, &released)
	d.Proposed, d.Released = proposed.Time, released.Time
	return d, err
}

func decryptorByID(ctx context.Context, tx *db.Tx, id string) (Decryptor, error) {
	d, err := scanDecryptor(tx.QueryRow(ctx, `SELECT `+decryptorColumns+` FROM ransomware_decryptor WHERE id = $1`, id))
	return d, db.OrMissing(err)
}

// decryptors lists newest first; no families, or an empty state, mean any.
func decryptors(ctx context.Context, tx *db.Tx, families []string, state State, limit int) ([]Decryptor, error) {
	args := db.Args{string(state)}
	where, most := among(&args, "family", families), args.Add(limit)
	return db.Rows(ctx, tx, `SELECT `+decryptorColumns+` FROM ransomware_decryptor WHERE ($1 = '' OR state = $1)`+where+`
		ORDER BY proposed_at DESC, id DESC LIMIT `+most, args, scanDecryptor)
}

// among narrows a column to one of the keys of a family; any without keys.
func among(args *db.Args, column string, keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	places := make([]string, len(keys))
	for i, k := range keys {
		places[i] = args.Add(k)
	}
	return " AND " + column + " IN (" + strings.Join(places, ", ") + ")"
}

// releaseDecryptor itself refuses the author, whatever was decided before it.
func releaseDecryptor(ctx context.Context, tx *db.Tx, id string, by ward.PersonID, name string, at time.Time) error {
	return one(tx.Exec(ctx, `UPDATE ransomware_decryptor SET state = 'released', releaser = $3, released_at = $4, updated_at = $4
		WHERE id = $1 AND state = 'proposed' AND author <> $2`, id, by, name, db.At(at)))
}

func withdrawDecryptor(ctx context.Context, tx *db.Tx, id, reason string, at time.Time) error {
	return one(tx.Exec(ctx, `UPDATE ransomware_decryptor SET state = 'withdrawn', reason = $2, updated_at = $3
		WHERE id = $1 AND state <> 'withdrawn'`, id, reason, db.At(at)))
}
