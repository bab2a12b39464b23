package due

import (
	"context"

	"ward"
	"ward/kit/db"
)

const feedColumns = `org, country, lang, person, made_at`

func scanFeed(row db.Row) (f Feed, err error) {
	var made db.Time
	err = row.Scan(&f.Org, &f.Country, &f.Lang, &f.By, &made)
	f.Made = made.Time
	return f, db.OrMissing(err)
}

func putFeed(ctx context.Context, tx *db.Tx, f Feed, digest string) error {
	_, err := tx.Exec(ctx, `INSERT INTO incident_calendar (org, country, lang, person, made_at, digest) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org) DO UPDATE SET country = $2, lang = $3, person = $4, made_at = $5, digest = $6`, f.Org, f.Country, string(f.Lang), f.By, db.At(f.Made), digest)
	return err
}

func dropFeed(ctx context.Context, tx *db.Tx, org ward.OrgID) error {
	_, err := tx.Exec(ctx, `DELETE FROM incident_calendar WHERE org = $1`, org)
	return err
}

func feedOf(ctx context.Context, tx *db.Tx, org ward.OrgID) (Feed, error) {
	return scanFeed(tx.QueryRow(ctx, `SELECT `+feedColumns+` FROM incident_calendar WHERE org = $1`, org))
}

func feedByDigest(ctx context.Context, tx *db.Tx, digest string) (Feed, error) {
	return scanFeed(tx.QueryRow(ctx, `SELECT `+feedColumns+` FROM incident_calendar WHERE digest = $1`, digest))
}

// endsOf are the deadlines of a hospital that run, the next first. What changes of
// a report is a new version of its answers, or a sending.
func endsOf(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]end, error) {
	return db.Rows(ctx, tx, `SELECT d.report_id, r.number, d.duty, d.stage, d.due_at, r.saved_at, d.provisional,
			r.version + (SELECT COUNT(*) FROM incident_sending s WHERE s.report_id = r.id)
		FROM incident_deadline d JOIN incident_report r ON r.id = d.report_id
		WHERE r.org = $1 AND r.state <> 'closed' ORDER BY d.due_at, d.report_id, d.duty LIMIT 500`, []any{org},
		func(row db.Row) (e end, err error) {
			var due, saved db.Time
			var provisional int64
			err = row.Scan(&e.Report, &e.Number, &e.Duty, &e.Stage, &due, &saved, &provisional, &e.Changes)
			e.Due, e.Saved, e.Provisional = due.Time, saved.Time, provisional != 0
			return e, err
		})
}
