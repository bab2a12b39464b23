package incident

import (
	"context"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

// nextNumber counts the reports of a year, holding its row until the end.
func nextNumber(ctx context.Context, tx *db.Tx, year int) (n int64, err error) {
	err = tx.QueryRow(ctx, `INSERT INTO incident_year (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = incident_year.last + 1 RETURNING last`, year).Scan(&n)
	return n, err
}

func insertReport(ctx context.Context, tx *db.Tx, r Report, care bool) error {
	origin, entered := r.Origin, Origin("")
	if origin.Entered() {
		origin, entered = Own, r.Origin
	}
	_, err := tx.Exec(ctx, `INSERT INTO incident_report (id, number, org, org_name, country, reason, state, version, opened_at, saved_at, saved_by, crosses, care, origin, trust, entered)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		r.ID, r.Number, r.Org, r.OrgName, r.Country, r.Reason, r.State, r.Version, db.At(r.Opened), db.At(r.Saved), r.SavedBy, db.Flag(r.Crosses), db.Flag(care),
		string(origin), string(r.Trust), string(entered))
	return err
}

// updateReport writes r over the row that still has the version seen; Conflict
// when somebody was faster.
func updateReport(ctx context.Context, tx *db.Tx, r Report, seen int64, care bool) error {
	n, err := tx.Exec(ctx, `UPDATE incident_report SET state = $3, version = $4, saved_at = $5, saved_by = $6, first_at = $7, answered_at = $8,
			answer_by = $9, crosses = $10, care = $11, asked_until = $12, org_name = $13, org = $14, trust = $15,
			settled_at = $16, settled_by = $17 WHERE id = $1 AND version = $2`,
		r.ID, seen, r.State, r.Version, db.At(r.Saved), r.SavedBy, db.At(r.First), db.At(r.Answered), db.At(r.AnswerBy), db.Flag(r.Crosses), db.Flag(care),
		db.At(r.Asked), r.OrgName, r.Org, string(r.Trust), db.At(r.Settled), r.SettleBy)
	if err == nil && n == 0 {
		return ward.Fail(ward.Conflict, "incident.error.edit")
	}
	return err
}

func insertVersion(ctx context.Context, tx *db.Tx, r Report, sealed []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO incident_version (report_id, version, at, person, sealed) VALUES ($1, $2, $3, $4, $5)`,
		r.ID, r.Version, db.At(r.Saved), r.SavedBy, sealed)
	return err
}

func versionOf(ctx context.Context, tx *db.Tx, report string, version int64) (sealed []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT sealed FROM incident_version WHERE report_id = $1 AND version = $2`, report, version).Scan(&sealed)
	return sealed, db.OrMissing(err)
}

func insertSending(ctx context.Context, tx *db.Tx, report string, x Sending) error {
	_, err := tx.Exec(ctx, `INSERT INTO incident_sending (id, report_id, stage, version, at, person, receipt, request) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		x.ID, report, string(x.Stage), x.Version, db.At(x.At), x.By, x.Receipt, x.Request)
	if err != nil {
		return err
	}
	for _, d := range x.Deliveries {
		_, err := tx.Exec(ctx, `INSERT INTO incident_delivery (id, sending_id, report_id, receiver, role, name, title, way, portal, email, lang, duties, confidence, state, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			d.ID, x.ID, report, d.Key, d.Role, d.Name, d.Title, string(d.Way), d.Portal, d.Email, string(d.Lang), strings.Join(d.Duties, " "), string(d.Confidence),
			string(d.State), db.At(d.At))
		if err != nil {
			return err
		}
	}
	return nil
}

// countTry writes down that a delivery is being tried, before the first byte leaves.
func countTry(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE incident_delivery SET tries = tries + 1 WHERE id = $1 AND state = 'waiting'`, id)
	return err
}

// settleDelivery ends a delivery that still waits; false when it was ended before.
func settleDelivery(ctx context.Context, tx *db.Tx, id string, to DeliveryState, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE incident_delivery SET state = $2, at = $3 WHERE id = $1 AND state = 'waiting'`, id, string(to), db.At(at))
	return n > 0, err
}

// carryDelivery ends a delivery that a person brought there, also one that failed.
func carryDelivery(ctx context.Context, tx *db.Tx, id string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE incident_delivery SET state = 'delivered', at = $2 WHERE id = $1 AND state <> 'delivered'`, id, db.At(at))
	return err
}

func insertMark(ctx context.Context, tx *db.Tx, report, duty, person string, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO incident_mark (report_id, duty, at, person) VALUES ($1, $2, $3, $4) ON CONFLICT (report_id, duty) DO NOTHING`,
		report, duty, db.At(at), person)
	return err
}

func insertEntry(ctx context.Context, tx *db.Tx, id, report string, e Entry) error {
	_, err := tx.Exec(ctx, `INSERT INTO incident_entry (id, report_id, at, person, kind, detail) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, report, db.At(e.At), e.Person, e.Kind, e.Detail)
	return err
}

func insertMessage(ctx context.Context, tx *db.Tx, report string, m Message, sealed []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO incident_message (id, report_id, at, side, person, asks, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		m.ID, report, db.At(m.At), string(m.Side), m.Person, db.Flag(m.Asks), sealed)
	return err
}

// deleteReport takes a draft away with all that hangs on it; its files go with it.
func deleteReport(ctx context.Context, tx *db.Tx, id string) error {
	for _, table := range [...]string{"incident_mark", "incident_deadline", "incident_message", "incident_entry", "incident_version"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE report_id = $1`, id); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `DELETE FROM incident_report WHERE id = $1 AND state = 'draft'`, id)
	return err
}

// deadline is one end that runs.
type deadline struct {
	Report, Number string
	Org            ward.OrgID
	Duty, Stage    string
	Due            time.Time
	Provisional    bool
	Reminded       int64
}

// replaceDeadlines writes those that run now. What was reminded of stays so as
// long as the end does not move.
func replaceDeadlines(ctx context.Context, tx *db.Tx, report string, list []deadline) error {
	keep := []string{}
	args := db.Args{report}
	for _, d := range list {
		keep = append(keep, args.Add(d.Duty))
		_, err := tx.Exec(ctx, `INSERT INTO incident_deadline (report_id, duty, stage, due_at, provisional) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (report_id, duty) DO UPDATE SET stage = $3, provisional = $5,
				reminded = CASE WHEN incident_deadline.due_at = $4 THEN incident_deadline.reminded ELSE 0 END, due_at = $4`,
			report, d.Duty, d.Stage, db.At(d.Due), db.Flag(d.Provisional))
		if err != nil {
			return err
		}
	}
	text := `DELETE FROM incident_deadline WHERE report_id = $1`
	if len(keep) > 0 {
		text += ` AND duty NOT IN (` + strings.Join(keep, ", ") + `)`
	}
	_, err := tx.Exec(ctx, text, args...)
	return err
}

func markReminded(ctx context.Context, tx *db.Tx, d deadline, to int64) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE incident_deadline SET reminded = $4 WHERE report_id = $1 AND duty = $2 AND due_at = $3 AND reminded < $4`,
		d.Report, d.Duty, db.At(d.Due), to)
	return n > 0, err
}
