package ransom

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

const recordColumns = `r.incident, r.number, r.org, r.org_name, r.country, r.version, r.opened_at, r.shared_at, r.shared_by`

func scanRecord(row db.Row) (r Record, err error) {
	var opened, shared db.Time
	err = row.Scan(&r.Incident, &r.Number, &r.Org, &r.OrgName, &r.Country, &r.Version, &opened, &shared, &r.SharedBy)
	r.Opened, r.Shared = opened.Time, shared.Time
	return r, err
}

// recordByID reads a record with its circle, without its answers.
func recordByID(ctx context.Context, tx *db.Tx, incident string) (Record, error) {
	r, err := scanRecord(tx.QueryRow(ctx, `SELECT `+recordColumns+` FROM ransom_record r WHERE r.incident = $1`, incident))
	if err != nil {
		return r, db.OrMissing(err)
	}
	r.Circle, err = circleOf(ctx, tx, incident)
	return r, err
}

// recordsOf lists those whose circle a person is in, newest first.
func recordsOf(ctx context.Context, tx *db.Tx, person ward.PersonID, limit int) ([]Record, error) {
	return db.Rows(ctx, tx, `SELECT `+recordColumns+` FROM ransom_record r JOIN ransom_circle c ON c.incident = r.incident
		WHERE c.person = $1 ORDER BY r.opened_at DESC, r.incident DESC LIMIT $2`, []any{person, limit}, scanRecord)
}

func insertRecord(ctx context.Context, tx *db.Tx, r Record) error {
	_, err := tx.Exec(ctx, `INSERT INTO ransom_record (incident, number, org, org_name, country, version, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.Incident, r.Number, r.Org, r.OrgName, r.Country, r.Version, db.At(r.Opened))
	return err
}

func setVersion(ctx context.Context, tx *db.Tx, incident string, seen, version int64) error {
	return one(tx.Exec(ctx, `UPDATE ransom_record SET version = $3 WHERE incident = $1 AND version = $2`, incident, seen, version))
}

// one turns "somebody was faster" into Conflict.
func one(n int64, err error) error {
	if err == nil && n == 0 {
		return ward.Fail(ward.Conflict, "ransom.error.changed")
	}
	return err
}

func setShared(ctx context.Context, tx *db.Tx, incident string, at time.Time, by string) error {
	return one(tx.Exec(ctx, `UPDATE ransom_record SET shared_at = $2, shared_by = $3 WHERE incident = $1`, incident, db.At(at), by))
}

// sealedVersion is a save as it lies in the table.
type sealedVersion struct {
	Version
	sealed []byte
}

func insertVersion(ctx context.Context, tx *db.Tx, incident string, v sealedVersion) error {
	_, err := tx.Exec(ctx, `INSERT INTO ransom_version (incident, version, at, person, sealed) VALUES ($1, $2, $3, $4, $5)`,
		incident, v.Number, db.At(v.At), v.By, v.sealed)
	return err
}

func scanVersion(row db.Row) (v sealedVersion, err error) {
	var at db.Time
	err = row.Scan(&v.Number, &at, &v.By, &v.sealed)
	v.At = at.Time
	return v, err
}

func versionOf(ctx context.Context, tx *db.Tx, incident string, version int64) (sealedVersion, error) {
	v, err := scanVersion(tx.QueryRow(ctx, `SELECT version, at, person, sealed FROM ransom_version WHERE incident = $1 AND version = $2`, incident, version))
	return v, db.OrMissing(err)
}

// versionsOf lists the newest saves, newest first.
func versionsOf(ctx context.Context, tx *db.Tx, incident string, limit int) ([]sealedVersion, error) {
	return db.Rows(ctx, tx, `SELECT version, at, person, sealed FROM ransom_version WHERE incident = $1 ORDER BY version DESC LIMIT $2`, []any{incident, limit}, scanVersion)
}

func circleOf(ctx context.Context, tx *db.Tx, incident string) ([]Member, error) {
	return db.Rows(ctx, tx, `SELECT person, name, named_by, at FROM ransom_circle WHERE incident = $1 ORDER BY at, person LIMIT $2`, []any{incident, circleMost},
		func(row db.Row) (m Member, err error) {
			var at db.Time
			err = row.Scan(&m.Person, &m.Name, &m.By, &at)
			m.At = at.Time
			return m, err
		})
}

func insertMember(ctx context.Context, tx *db.Tx, incident string, m Member) error {
	_, err := tx.Exec(ctx, `INSERT INTO ransom_circle (incident, person, name, named_by, at) VALUES ($1, $2, $3, $4, $5)`, incident, m.Person, m.Name, m.By, db.At(m.At))
	return err
}

func deleteMember(ctx context.Context, tx *db.Tx, incident string, person ward.PersonID) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM ransom_circle WHERE incident = $1 AND person = $2`, incident, person)
	return n > 0, err
}

// counted is a record as it stood at a moment, for figures.
type counted struct {
	incident string
	org      ward.OrgID
	country  ward.Country
	opened   time.Time
	sealed   []byte
}

// readCounted reads the records of a scope that were opened in a window, each
// with the last save before its end, in the order of opening behind one.
func readCounted(ctx context.Context, tx *db.Tx, scope ward.Scope, from, until time.Time, after string, limit int) ([]counted, error) {
	args := db.Args{db.At(from), db.At(until), after}
	where := args.Scope(scope, "r.org", "r.country")
	return db.Rows(ctx, tx, `SELECT r.incident, r.org, r.country, r.opened_at, v.sealed FROM ransom_record r JOIN ransom_version v ON v.incident = r.incident
		WHERE r.opened_at >= $1 AND r.opened_at < $2 AND r.incident > $3 AND `+where+`
			AND v.version = (SELECT MAX(w.version) FROM ransom_version w WHERE w.incident = r.incident AND w.at < $2)
		ORDER BY r.incident LIMIT `+args.Add(limit), args, func(row db.Row) (c counted, err error) {
		var opened db.Time
		err = row.Scan(&c.incident, &c.org, &c.country, &opened, &c.sealed)
		c.opened = opened.Time
		return c, err
	})
}
