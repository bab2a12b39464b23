package account

import (
	"context"
	"encoding/json"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"ward"
	"ward/kit/db"
)

const passkeyColumns = `id, person, name, record, created_at, used_at`

func scanPasskey(r db.Row) (Passkey, error) {
	var k Passkey
	var record string
	var created, used db.Time
	if err := r.Scan(&k.ID, &k.person, &k.Name, &record, &created, &used); err != nil {
		return k, err
	}
	k.Created, k.Used = created.Time, used.Time
	return k, json.Unmarshal([]byte(record), &k.record)
}

// passkeysOf lists a person's, oldest first.
func passkeysOf(ctx context.Context, tx *db.Tx, p ward.PersonID) ([]Passkey, error) {
	return db.Rows(ctx, tx, `
		SELECT `+passkeyColumns+` FROM account_passkey
		WHERE person = $1 ORDER BY id LIMIT $2`, []any{string(p), maxPasskeys}, scanPasskey)
}

// passkeyByCredential finds one by its credential's id; NotFound if nobody has it.
func passkeyByCredential(ctx context.Context, tx *db.Tx, credential []byte) (Passkey, error) {
	k, err := scanPasskey(tx.QueryRow(ctx, `
		SELECT `+passkeyColumns+` FROM account_passkey WHERE credential = $1`, secret(credential).digest()))
	return k, db.OrMissing(err)
}

func insertPasskey(ctx context.Context, tx *db.Tx, k Passkey) error {
	record, err := json.Marshal(k.record)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO account_passkey (id, person, credential, name, record, created_at)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		k.ID, string(k.person), secret(k.record.ID).digest(), k.Name, string(record), db.At(k.Created))
	return err
}

// renamePasskey names the person too: another's id changes nothing.
func renamePasskey(ctx context.Context, tx *db.Tx, p ward.PersonID, id, name string) error {
	return db.Changed(tx.Exec(ctx, `UPDATE account_passkey SET name = $1 WHERE person = $2 AND id = $3`, name, string(p), id))
}

func deletePasskey(ctx context.Context, tx *db.Tx, p ward.PersonID, id string) error {
	return db.Changed(tx.Exec(ctx, `DELETE FROM account_passkey WHERE person = $1 AND id = $2`, string(p), id))
}

func deletePasskeys(ctx context.Context, tx *db.Tx, p ward.PersonID) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_passkey WHERE person = $1`, string(p))
	return err
}

// usedPasskey keeps counter and flags of the last use; NotFound when the key was
// removed meanwhile.
func usedPasskey(ctx context.Context, tx *db.Tx, id string, c webauthn.Credential, now time.Time) error {
	record, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return db.Changed(tx.Exec(ctx, `UPDATE account_passkey SET record = $1, used_at = $2 WHERE id = $3`, string(record), db.At(now), id))
}

// spendCeremony is false for one that was completed already.
func spendCeremony(ctx context.Context, tx *db.Tx, hash string, expires time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO account_spent (hash, expires_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`, hash, db.At(expires))
	return n == 1, err
}
