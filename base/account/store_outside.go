package account

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

// outsider finds whose an identity is; NotFound if nobody's.
func outsider(ctx context.Context, tx *db.Tx, issuer, subject string) (p ward.PersonID, err error) {
	err = tx.QueryRow(ctx, `SELECT person FROM account_outside WHERE issuer = $1 AND subject = $2`, issuer, subject).Scan(&p)
	return p, db.OrMissing(err)
}

func outsideOf(ctx context.Context, tx *db.Tx, p ward.PersonID) ([]Outside, error) {
	return db.Rows(ctx, tx, `
		SELECT issuer, linked_at, used_at FROM account_outside
		WHERE person = $1 ORDER BY linked_at, issuer LIMIT 50`, []any{string(p)}, func(r db.Row) (Outside, error) {
		var o Outside
		var linked, used db.Time
		err := r.Scan(&o.url, &linked, &used)
		o.Linked, o.Used = linked.Time, used.Time
		return o, err
	})
}

func insertOutside(ctx context.Context, tx *db.Tx, issuer, subject string, p ward.PersonID, now time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO account_outside (issuer, subject, person, mfa, linked_at) VALUES ($1, $2, $3, 0, $4)`,
		issuer, subject, string(p), db.At(now))
	return err
}

// usedOutside notes a sign-in; NotFound when the identity was removed meanwhile.
func usedOutside(ctx context.Context, tx *db.Tx, issuer, subject string, mfa bool, now time.Time) error {
	return db.Changed(tx.Exec(ctx, `
		UPDATE account_outside SET mfa = $1, used_at = $2 WHERE issuer = $3 AND subject = $4`, db.Flag(mfa), db.At(now), issuer, subject))

}

func deleteOutside(ctx context.Context, tx *db.Tx, p ward.PersonID, issuer string) error {
	return db.Changed(tx.Exec(ctx, `DELETE FROM account_outside WHERE person = $1 AND issuer = $2`, string(p), issuer))
}
