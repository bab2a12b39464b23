package forward

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

// sealed is a copy as it lies in the table.
type sealed struct {
	Forward
	sealed []byte
}

func insertForward(ctx context.Context, tx *db.Tx, f Forward, sealed []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO incident_forward (id, report_id, sending, home, sender, person, to_org, to_name, to_land, tlp, care, at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		f.ID, f.Report, f.Sending, f.Home, f.Sender, f.By, f.To.ID, f.To.Name, f.To.Country, f.TLP.String(), db.Flag(f.Care), db.At(f.At), sealed)
	return err
}

const columns = `id, report_id, sending, home, sender, person, to_org, to_name, to_land, tlp, care, at, read_at, sealed`

func scan(row db.Row) (x sealed, err error) {
	var at, read db.Time
	var care int64
	var tlp string
	err = row.Scan(&x.ID, &x.Report, &x.Sending, &x.Home, &x.Sender, &x.By, &x.To.ID, &x.To.Name, &x.To.Country, &tlp, &care, &at, &read, &x.sealed)
	x.TLP, _ = ward.ParseTLP(tlp) // RED for what is none
	x.Care, x.At, x.Read = care != 0, at.Time, read.Time
	return x, err
}

func ofReport(ctx context.Context, tx *db.Tx, report string) ([]sealed, error) {
	return db.Rows(ctx, tx, `SELECT `+columns+` FROM incident_forward WHERE report_id = $1 ORDER BY id DESC LIMIT 200`, []any{report}, scan)
}

func toOrg(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]sealed, error) {
	return db.Rows(ctx, tx, `SELECT `+columns+` FROM incident_forward WHERE to_org = $1 ORDER BY id DESC LIMIT 200`, []any{org}, scan)
}

func byID(ctx context.Context, tx *db.Tx, id string) (sealed, error) {
	x, err := scan(tx.QueryRow(ctx, `SELECT `+columns+` FROM incident_forward WHERE id = $1`, id))
	return x, db.OrMissing(err)
}

func markRead(ctx context.Context, tx *db.Tx, id string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE incident_forward SET read_at = $2 WHERE id = $1 AND read_at IS NULL`, id, db.At(at))
	return err
}
