package disclosure

import (
	"context"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

// nextNumber counts the cases of a year, holding its row until the end.
func nextNumber(ctx context.Context, tx *db.Tx, year int) (n int64, err error) {
	err = tx.QueryRow(ctx, `INSERT INTO disclosure_year (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = disclosure_year.last + 1 RETURNING last`, year).Scan(&n)
	return n, err
}

func insertCase(ctx context.Context, tx *db.Tx, c Case) error {
	_, err := tx.Exec(ctx, `INSERT INTO disclosure_case (id, number, source, org, lang, state, edit, received_at, heard_at, link, due_at, due_step)
		VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10, $11)`,
		c.ID, c.Number, c.Source, c.Org, c.Lang, c.State, db.At(c.Received), db.At(c.Heard), c.Link, db.At(c.Due), c.DueStep)
	if err != nil {
		return err
	}
	v := c.Summary
	_, err = tx.Exec(ctx, `INSERT INTO disclosure_summary (case_id, title, vendor, product, versions, fixed, cves, severity, exploited, impact, patients, mitigation, credit)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		c.ID, v.Title, v.Vendor, v.Product, v.Versions, v.Fixed, strings.Join(v.CVEs, " "), v.Severity.String(), v.Exploited, v.Impact, v.Patients, v.Mitigation, v.Credit)
	return err
}

// updateCase writes a case that was changed since it was read with its Edit;
// Conflict when somebody was faster. A reminder counts for one step and time, so
// it is forgotten when they change.
func updateCase(ctx context.Context, tx *db.Tx, c Case) error {
	n, err := tx.Exec(ctx, `UPDATE disclosure_case SET state = $3, edit = edit + 1, assignee = $4, assignee_name = $5, acknowledged_at = $6,
			triaged_at = $7, coordinated_at = $8, told_at = $9, heard_at = $10, embargo_at = $11, ended_at = $12, waits = $13, outcome = $14,
			alert = $15, alert_open = $16, link = $17,
			reminded_at = CASE WHEN due_step = $19 AND due_at = $18 THEN reminded_at END,
			nudged_at = CASE WHEN waits = $13 THEN nudged_at END,
			due_at = $18, due_step = $19
		WHERE id = $1 AND edit = $2`,
		c.ID, c.Edit, c.State, c.Assignee, c.AssigneeName, db.At(c.Acknowledged), db.At(c.Triaged), db.At(c.Coordinated), db.At(c.Told), db.At(c.Heard),
		db.At(c.Embargo), db.At(c.Ended), db.Flag(c.Waits), c.Outcome, c.Alert, db.Flag(c.AlertOpen), c.Link, db.At(c.Due), c.DueStep)
	if err == nil && n == 0 {
		return ward.Fail(ward.Conflict, "disclosure.error.edit")
	}
	return err
}

func updateSummary(ctx context.Context, tx *db.Tx, id string, v Summary) error {
	_, err := tx.Exec(ctx, `UPDATE disclosure_summary SET title = $2, vendor = $3, product = $4, versions = $5, fixed = $6, cves = $7,
			severity = $8, exploited = $9, impact = $10, patients = $11, mitigation = $12, credit = $13 WHERE case_id = $1`,
		id, v.Title, v.Vendor, v.Product, v.Versions, v.Fixed, strings.Join(v.CVEs, " "), v.Severity.String(), v.Exploited, v.Impact, v.Patients, v.Mitigation, v.Credit)
	return err
}

func insertEntry(ctx context.Context, tx *db.Tx, id, caseID string, e Entry) error {
	_, err := tx.Exec(ctx, `INSERT INTO disclosure_entry (id, case_id, at, person, kind, detail) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, caseID, db.At(e.At), e.Person, e.Kind, e.Detail)
	return err
}

func insertLink(ctx context.Context, tx *db.Tx, digest, caseID string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM disclosure_link WHERE case_id = $1`, caseID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO disclosure_link (digest, case_id) VALUES ($1, $2)`, digest, caseID)
	return err
}

func insertTry(ctx context.Context, tx *db.Tx, id, origin string, at time.Time, report bool, size int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO disclosure_try (id, origin, at, report, bytes) VALUES ($1, $2, $3, $4, $5)`, id, origin, db.At(at), db.Flag(report), size)
	return err
}

// triesSince counts what a network and all together sent.
func triesSince(ctx context.Context, tx *db.Tx, origin string, since time.Time) (t tries, err error) {
	err = tx.QueryRow(ctx, `SELECT
			COALESCE(SUM(CASE WHEN origin = $1 THEN report ELSE 0 END), 0), COALESCE(SUM(report), 0),
			COALESCE(SUM(CASE WHEN origin = $1 THEN bytes ELSE 0 END), 0), COALESCE(SUM(bytes), 0)
		FROM disclosure_try WHERE at > $2`, origin, db.At(since)).Scan(&t.Reports, &t.AllReports, &t.Bytes, &t.AllBytes)
	return t, err
}

func deleteTries(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM disclosure_try WHERE at < $1`, db.At(before))
	return err
}

func countOfOrg(ctx context.Context, tx *db.Tx, org ward.OrgID, since time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM disclosure_case WHERE org = $1 AND received_at > $2`, org, db.At(since)).Scan(&n)
	return n, err
}

func markReminded(ctx context.Context, tx *db.Tx, id string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE disclosure_case SET reminded_at = $2 WHERE id = $1`, id, db.At(at))
	return err
}

func markNudged(ctx context.Context, tx *db.Tx, id string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE disclosure_case SET nudged_at = $2 WHERE id = $1`, id, db.At(at))
	return err
}
