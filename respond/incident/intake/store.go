package intake

import (
	"context"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
)

// row is one stage as it reached the team.
type row struct {
	id, report        string
	country           ward.Country
	whose, reference  string
	stage             rule.Stage
	digest            string
	received, entered time.Time
	person            string
	sealed            []byte
}

// insertIntake fails with Conflict when the same came in at once by somebody else.
func insertIntake(ctx context.Context, tx *db.Tx, x row) error {
	n, err := tx.Exec(ctx, `INSERT INTO incident_intake (id, report_id, country, whose, reference, stage, digest, received_at, entered_at, person, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
		x.id, x.report, x.country, x.whose, x.reference, string(x.stage), x.digest, db.At(x.received), db.At(x.entered), x.person, x.sealed)
	if err == nil && n == 0 {
		return ward.Fail(ward.Conflict, "incident.error.at_once")
	}
	return err
}

// before is what came in earlier.
type before struct {
	report, number string
	stage          rule.Stage
	digest         string
}

// earlier are the stages with the same bytes, then those under the same number of
// the same organisation, oldest first.
func earlier(ctx context.Context, tx *db.Tx, country ward.Country, digest, whose, reference string) ([]before, error) {
	return db.Rows(ctx, tx, `SELECT i.report_id, r.number, i.stage, i.digest FROM incident_intake i JOIN incident_report r ON r.id = i.report_id
		WHERE i.country = $1 AND (i.digest = $2 OR i.reference <> '' AND i.reference = $3 AND i.whose = $4)
		ORDER BY CASE WHEN i.digest = $2 THEN 0 ELSE 1 END, i.id LIMIT 20`, []any{country, digest, reference, whose}, func(r db.Row) (b before, err error) {
		err = r.Scan(&b.report, &b.number, &b.stage, &b.digest)
		return b, err
	})
}

// cameOf are the stages of a report that reached the team otherwise, oldest first.
func cameOf(ctx context.Context, tx *db.Tx, report string) ([]row, error) {
	return db.Rows(ctx, tx, `SELECT id, stage, reference, received_at, entered_at, person, sealed FROM incident_intake WHERE report_id = $1 ORDER BY id LIMIT 50`, []any{report},
		func(r db.Row) (x row, err error) {
			var received, entered db.Time
			err = r.Scan(&x.id, &x.stage, &x.reference, &received, &entered, &x.person, &x.sealed)
			x.received, x.entered = received.Time, entered.Time
			return x, err
		})
}
