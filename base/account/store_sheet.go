package account

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

const sheetColumns = `s.id, s.org, s.country, s.place, s.made_by, s.created_at, s.expires_at, s.revoked_at,
	(SELECT COUNT(*) FROM account_sheet_code c WHERE c.sheet = s.id),
	(SELECT COUNT(*) FROM account_sheet_code c WHERE c.sheet = s.id AND c.used_at IS NULL)`

func scanSheet(r db.Row) (Sheet, error) {
	var x Sheet
	var created, expires, revoked db.Time
	err := r.Scan(&x.ID, &x.Org, &x.Country, &x.Place, &x.By, &created, &expires, &revoked, &x.Total, &x.Left)
	x.Created, x.Expires, x.Revoked = created.Time, expires.Time, revoked.Time
	return x, err
}

// sheetsOf lists those of an organisation, newest first.
func sheetsOf(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]Sheet, error) {
	return db.Rows(ctx, tx, `
		SELECT `+sheetColumns+` FROM account_sheet s
		WHERE s.org = $1 ORDER BY s.created_at DESC, s.id DESC LIMIT 50`, []any{string(org)}, scanSheet)
}

func liveSheets(ctx context.Context, tx *db.Tx, org ward.OrgID, now time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COUNT(*) FROM account_sheet WHERE org = $1 AND revoked_at IS NULL AND expires_at > $2`, string(org), db.At(now)).Scan(&n)
	return n, err
}

func insertSheet(ctx context.Context, tx *db.Tx, x Sheet, hashes []string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO account_sheet (id, org, country, place, made_by, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		x.ID, string(x.Org), string(x.Country), x.Place, string(x.By), db.At(x.Created), db.At(x.Expires))
	for i, h := range hashes {
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO account_sheet_code (hash, sheet, number, person, address) VALUES ($1, $2, $3, '', '')`, h, x.ID, i+1)
	}
	return err
}

// revokeSheet names the organisation too: another's id revokes nothing.
func revokeSheet(ctx context.Context, tx *db.Tx, org ward.OrgID, id string, now time.Time) error {
	return db.Changed(tx.Exec(ctx, `
		UPDATE account_sheet SET revoked_at = $1 WHERE id = $2 AND org = $3 AND revoked_at IS NULL`, db.At(now), id, string(org)))

}

func deleteSheetSessions(ctx context.Context, tx *db.Tx, sheet string) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_session WHERE sheet = $1`, sheet)
	return err
}

// printedByHash gives the sheet and number of a code that was not used; the rule
// decides whether the sheet is live.
func printedByHash(ctx context.Context, tx *db.Tx, hash string) (x Sheet, number int, err error) {
	var created, expires, revoked db.Time
	err = tx.QueryRow(ctx, `
		SELECT c.number, s.id, s.org, s.country, s.place, s.created_at, s.expires_at, s.revoked_at
		FROM account_sheet_code c JOIN account_sheet s ON s.id = c.sheet
		WHERE c.hash = $1 AND c.used_at IS NULL`, hash).Scan(&number, &x.ID, &x.Org, &x.Country, &x.Place, &created, &expires, &revoked)
	x.Created, x.Expires, x.Revoked = created.Time, expires.Time, revoked.Time
	return x, number, db.OrMissing(err)
}

// spendPrinted uses a code up; false if somebody was faster.
func spendPrinted(ctx context.Context, tx *db.Tx, hash string, p ward.PersonID, address string, now time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE account_sheet_code SET used_at = $1, person = $2, address = $3
		WHERE hash = $4 AND used_at IS NULL
			AND EXISTS (SELECT 1 FROM account_sheet s WHERE s.id = sheet AND s.revoked_at IS NULL AND s.expires_at > $1)`,
		db.At(now), string(p), cut(address, 64), hash)
	return n == 1, err
}

// usesIn lists what was used in scope, newest first.
func usesIn(ctx context.Context, tx *db.Tx, scope ward.Scope) ([]Use, error) {
	var args db.Args
	return db.Rows(ctx, tx, `
		SELECT s.id, c.number, s.org, s.place, c.person, c.address, c.used_at
		FROM account_sheet_code c JOIN account_sheet s ON s.id = c.sheet
		WHERE c.used_at IS NOT NULL AND `+args.Scope(scope, "s.org", "s.country")+`
		ORDER BY c.used_at DESC, c.number DESC LIMIT 50`, args, func(r db.Row) (Use, error) {
		var u Use
		var at db.Time
		err := r.Scan(&u.Sheet, &u.Number, &u.Org, &u.Place, &u.Person.ID, &u.Address, &at)
		u.At = at.Time
		return u, err
	})
}
