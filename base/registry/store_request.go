package registry

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

const requestColumns = `id, state, kind, name, country, city, address, website, number, evidence, person, email, phone, lang,
	created_at, decided_at, decided_by, reason, org, told_at`

func scanRequest(r db.Row) (Request, error) {
	var q Request
	var created, decided, told db.Time
	err := r.Scan(&q.ID, &q.State, &q.Kind, &q.Name, &q.Country, &q.City, &q.Address, &q.Website, &q.Number, &q.Evidence,
		&q.Person, &q.Email, &q.Phone, &q.Lang, &created, &decided, &q.DecidedBy, &q.Reason, &q.Org, &told)
	q.Created, q.Decided, q.Told = created.Time, decided.Time, told.Time
	return q, err
}

// requestCounts gives how many came from a network since a time, and how many
// of a country are open.
func requestCounts(ctx context.Context, tx *db.Tx, origin string, c ward.Country, since time.Time) (day, open int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT (SELECT COUNT(*) FROM registry_request WHERE origin = $1 AND created_at > $2),
			(SELECT COUNT(*) FROM registry_request WHERE state = 'open' AND country = $3)`, origin, db.At(since), string(c)).Scan(&day, &open)
	return day, open, err
}

func insertRequest(ctx context.Context, tx *db.Tx, q Request, origin, receipt string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO registry_request (id, state, kind, name, country, city, address, website, number, evidence, person, email, phone, lang,
			origin, receipt, created_at, decided_by, reason, org)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, '', '', '')`,
		q.ID, string(q.State), string(q.Kind), q.Name, string(q.Country), q.City, q.Address, q.Website, q.Number, q.Evidence,
		q.Person, q.Email, q.Phone, string(q.Lang), origin, receipt, db.At(q.Created))
	return err
}

// requests lists the open ones, oldest first, or the decided ones, newest first.
func requests(ctx context.Context, tx *db.Tx, b beat, open bool) ([]Request, error) {
	var args db.Args
	where := b.where(&args, "org", "country")
	tail := ` AND state <> 'open' ORDER BY id DESC LIMIT 50`
	if open {
		tail = ` AND state = 'open' ORDER BY id LIMIT 200`
	}
	return db.Rows(ctx, tx, `SELECT `+requestColumns+` FROM registry_request WHERE `+where+tail, args, scanRequest)
}

func requestByID(ctx context.Context, tx *db.Tx, id string) (Request, error) {
	q, err := scanRequest(tx.QueryRow(ctx, `SELECT `+requestColumns+` FROM registry_request WHERE id = $1`, id))
	return q, db.OrMissing(err)
}

func requestByReceipt(ctx context.Context, tx *db.Tx, receipt string) (Request, error) {
	q, err := scanRequest(tx.QueryRow(ctx, `SELECT `+requestColumns+` FROM registry_request WHERE receipt = $1`, receipt))
	return q, db.OrMissing(err)
}

// where is the condition of a beat over the columns of organisation and country.
func (b beat) where(args *db.Args, org, country string) string {
	where := args.Scope(b.scope, org, country)
	if len(b.except) > 0 {
		where += ` AND ` + country + ` NOT IN (` + db.In(args, b.except) + `)`
	}
	return where
}

// staffedCountries are those with a response team that has people here.
func staffedCountries(ctx context.Context, tx *db.Tx) ([]ward.Country, error) {
	return db.Rows(ctx, tx, `
		SELECT DISTINCT o.country
		FROM registry_organisation o JOIN registry_affiliation f ON f.org = o.id
		WHERE f.role = $1 AND f.ended_at IS NULL AND o.country <> ''
		ORDER BY o.country LIMIT 100`, []any{string(ward.RoleCSIRT)}, func(r db.Row) (ward.Country, error) {
		var c ward.Country
		err := r.Scan(&c)
		return c, err
	})
}

// acceptedAs tells whether a person came into an organisation by a request that
// was accepted after a time.
func acceptedAs(ctx context.Context, tx *db.Tx, person ward.PersonID, org ward.OrgID, after time.Time) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT COUNT(*) FROM registry_request r JOIN registry_person p ON p.email = r.email
		WHERE p.id = $1 AND r.org = $2 AND r.state = 'accepted' AND r.decided_at > $3`, string(person), string(org), db.At(after)).Scan(&n)
	return n > 0, err
}

func toldRequest(ctx context.Context, tx *db.Tx, id string, now time.Time) error {
	return db.Changed(tx.Exec(ctx, `UPDATE registry_request SET told_at = $1 WHERE id = $2`, db.At(now), id))
}

// decideRequest decides an open one; Conflict if somebody was faster.
func decideRequest(ctx context.Context, tx *db.Tx, id string, to RequestState, by, reason string, org ward.OrgID, now time.Time) error {
	n, err := tx.Exec(ctx, `
		UPDATE registry_request SET state = $1, decided_by = $2, reason = $3, org = $4, decided_at = $5
		WHERE id = $6 AND state = 'open'`, string(to), by, reason, string(org), db.At(now), id)
	if err == nil && n == 0 {
		return ward.Fail(ward.Conflict, "registry.error.decided")
	}
	return err
}

// deleteRefused forgets old refusals.
func deleteRefused(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM registry_request WHERE state = 'refused' AND decided_at < $1`, db.At(before))
	return err
}

func insertVerification(ctx context.Context, tx *db.Tx, v Verification, person ward.PersonID) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO registry_verification (id, org, evidence, reason, person, by_name, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		v.ID, string(v.Org), v.Evidence, v.Reason, string(person), v.By, db.At(v.Created), db.At(v.Expires))
	return err
}

const verificationColumns = `v.id, v.org, o.name, v.evidence, v.reason, v.by_name, v.created_at, v.expires_at`

func scanVerification(r db.Row) (Verification, error) {
	var v Verification
	var created, expires db.Time
	err := r.Scan(&v.ID, &v.Org, &v.OrgName, &v.Evidence, &v.Reason, &v.By, &created, &expires)
	v.Created, v.Expires = created.Time, expires.Time
	return v, err
}

func verifications(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]Verification, error) {
	return db.Rows(ctx, tx, `
		SELECT `+verificationColumns+`
		FROM registry_verification v JOIN registry_organisation o ON o.id = v.org
		WHERE v.org = $1 ORDER BY v.id DESC LIMIT 100`, []any{string(org)}, scanVerification)
}

// dueVerifications lists the newest check of each organisation that ends before
// a time, the earliest end first.
func dueVerifications(ctx context.Context, tx *db.Tx, b beat, before time.Time) ([]Verification, error) {
	var args db.Args
	where := b.where(&args, "o.id", "o.country")
	return db.Rows(ctx, tx, `
		SELECT `+verificationColumns+`
		FROM registry_verification v JOIN registry_organisation o ON o.id = v.org
		WHERE `+where+` AND v.expires_at < `+args.Add(db.At(before))+`
			AND NOT EXISTS (SELECT 1 FROM registry_verification n WHERE n.org = v.org AND n.id > v.id)
		ORDER BY v.expires_at, v.id LIMIT 200`, args, scanVerification)
}

// dueUnreminded are the newest checks that end before a time and of which nobody
// was reminded.
const dueUnreminded = `v.reminded_at IS NULL AND v.expires_at < $1
			AND NOT EXISTS (SELECT 1 FROM registry_verification n WHERE n.org = v.org AND n.id > v.id)`

// reminders counts them for each contact of the country's response team.
func reminders(ctx context.Context, tx *db.Tx, before time.Time) ([]reminder, error) {
	return db.Rows(ctx, tx, `
		SELECT c.id, COALESCE(p.email, c.email), COALESCE(p.lang, c.lang), COUNT(*)
		FROM registry_verification v
		JOIN registry_organisation o ON o.id = v.org
		JOIN registry_organisation team ON team.kind = 'csirt' AND team.country = o.country
		JOIN registry_contact c ON c.org = team.id AND c.duty = 'it'
		LEFT JOIN registry_person p ON p.id = c.person
		WHERE `+dueUnreminded+` AND COALESCE(p.email, c.email) <> ''
		GROUP BY c.id, COALESCE(p.email, c.email), COALESCE(p.lang, c.lang)
		ORDER BY c.id LIMIT 500`, []any{db.At(before)}, func(r db.Row) (reminder, error) {
		var x reminder
		err := r.Scan(&x.contact, &x.email, &x.lang, &x.count)
		return x, err
	})
}

func reminded(ctx context.Context, tx *db.Tx, now, before time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE registry_verification SET reminded_at = $2 WHERE id IN (
			SELECT v.id FROM registry_verification v WHERE `+dueUnreminded+`)`, db.At(before), db.At(now))
	return err
}
