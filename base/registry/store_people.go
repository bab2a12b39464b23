package registry

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/kit/db"
)

// personByEmail wants the clean form of an address; the empty one is nobody's.
func personByEmail(ctx context.Context, tx *db.Tx, email string) (ward.Person, error) {
	var p ward.Person
	err := tx.QueryRow(ctx, `
		SELECT id, name, email, lang, zone
		FROM registry_person WHERE email = $1 AND email <> ''`, email).Scan(&p.ID, &p.Name, &p.Email, &p.Lang, &p.Zone)
	return p, db.OrMissing(err)
}

func personWithPhone(ctx context.Context, tx *db.Tx, id ward.PersonID) (p ward.Person, phone string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT id, name, email, lang, zone, phone
		FROM registry_person WHERE id = $1`, string(id)).Scan(&p.ID, &p.Name, &p.Email, &p.Lang, &p.Zone, &phone)
	return p, phone, db.OrMissing(err)
}

// peopleByID adds those that exist to out.
func peopleByID(ctx context.Context, tx *db.Tx, ids []ward.PersonID, out map[ward.PersonID]ward.Person) error {
	for part := range slices.Chunk(ids, idChunk) {
		var args db.Args
		err := tx.Query(ctx, `
			SELECT id, name, email, lang, zone
			FROM registry_person WHERE id IN (`+db.In(&args, part)+`)`, args, func(r db.Row) error {
			var p ward.Person
			err := r.Scan(&p.ID, &p.Name, &p.Email, &p.Lang, &p.Zone)
			out[p.ID] = p
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func insertPerson(ctx context.Context, tx *db.Tx, p ward.Person, phone string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO registry_person (id, name, email, phone, lang, zone, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, string(p.ID), p.Name, p.Email, phone, string(p.Lang), p.Zone, db.At(now))
	return err
}

func updatePerson(ctx context.Context, tx *db.Tx, id ward.PersonID, o Own) error {
	return db.Changed(tx.Exec(ctx, `
		UPDATE registry_person SET name = $1, phone = $2, lang = $3, zone = $4 WHERE id = $5`,
		o.Name, o.Phone, string(o.Lang), o.Zone, string(id)))
}

// updateEmail fails with a duplicate key if another has that address.
func updateEmail(ctx context.Context, tx *db.Tx, id ward.PersonID, email string) error {
	return db.Changed(tx.Exec(ctx, `UPDATE registry_person SET email = $1 WHERE id = $2`, email, string(id)))
}

const affiliationColumns = `f.id, f.org, f.role, f.title, f.began_at, f.ended_at, p.id, p.name, p.email, p.lang, p.zone, p.phone`

func scanAffiliation(r db.Row) (Affiliation, error) {
	var f Affiliation
	var began, ended db.Time
	err := r.Scan(&f.ID, &f.Org, &f.Role, &f.Title, &began, &ended, &f.Person.ID, &f.Person.Name, &f.Person.Email,
		&f.Person.Lang, &f.Person.Zone, &f.Phone)
	f.Began, f.Ended = began.Time, ended.Time
	return f, err
}

// affiliation gives one, ended or not, or NotFound.
func affiliation(ctx context.Context, tx *db.Tx, hat string) (Affiliation, error) {
	f, err := scanAffiliation(tx.QueryRow(ctx, `
		SELECT `+affiliationColumns+`
		FROM registry_affiliation f JOIN registry_person p ON p.id = f.person
		WHERE f.id = $1`, hat))
	return f, db.OrMissing(err)
}

// affiliations lists those that last.
func affiliations(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]Affiliation, error) {
	return db.Rows(ctx, tx, `
		SELECT `+affiliationColumns+`
		FROM registry_affiliation f JOIN registry_person p ON p.id = f.person
		WHERE f.org = $1 AND f.ended_at IS NULL
		ORDER BY p.name, f.id LIMIT 1000`, []any{string(org)}, scanAffiliation)
}

// dutyNumbers are those that the response teams of a country keep for calls at night.
func dutyNumbers(ctx context.Context, tx *db.Tx, c ward.Country) ([]string, error) {
	return db.Rows(ctx, tx, `
		SELECT DISTINCT COALESCE(p.phone, c.phone)
		FROM registry_contact c JOIN registry_organisation o ON o.id = c.org
		LEFT JOIN registry_person p ON p.id = c.person
		WHERE o.kind = 'csirt' AND o.country = $1 AND c.duty = 'duty_phone' AND COALESCE(p.phone, c.phone) <> ''
		ORDER BY 1 LIMIT 5`, []any{string(c)}, func(r db.Row) (string, error) {
		var n string
		err := r.Scan(&n)
		return n, err
	})
}

// insertAffiliation fails with a duplicate key if the person is in the
// organisation already: one hat for each organisation.
func insertAffiliation(ctx context.Context, tx *db.Tx, f Affiliation) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO registry_affiliation (id, person, org, role, title, began_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, f.ID, string(f.Person.ID), string(f.Org), string(f.Role), f.Title, db.At(f.Began))
	return err
}

func updateAffiliation(ctx context.Context, tx *db.Tx, hat string, role ward.Role, title string) error {
	return db.Changed(tx.Exec(ctx, `UPDATE registry_affiliation SET role = $1, title = $2 WHERE id = $3`, string(role), title, hat))
}

func endAffiliation(ctx context.Context, tx *db.Tx, hat string, now time.Time) error {
	return db.Changed(tx.Exec(ctx, `UPDATE registry_affiliation SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL`, db.At(now), hat))
}

// holders counts who has a role in an organisation now.
func holders(ctx context.Context, tx *db.Tx, org ward.OrgID, role ward.Role) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COUNT(*) FROM registry_affiliation
		WHERE org = $1 AND role = $2 AND ended_at IS NULL`, string(org), string(role)).Scan(&n)
	return n, err
}

// hatsOf lists what lasts, oldest first.
func hatsOf(ctx context.Context, tx *db.Tx, person ward.PersonID) ([]ward.Hat, error) {
	return db.Rows(ctx, tx, `
		SELECT f.id, f.role, o.id, o.kind, o.name, o.country, o.region, o.city
		FROM registry_affiliation f JOIN registry_organisation o ON o.id = f.org
		WHERE f.person = $1 AND f.ended_at IS NULL
		ORDER BY f.id LIMIT 200`, []any{string(person)}, func(r db.Row) (ward.Hat, error) {
		var h ward.Hat
		err := r.Scan(&h.ID, &h.Role, &h.Org.ID, &h.Org.Kind, &h.Org.Name, &h.Org.Country, &h.Org.Region, &h.Org.City)
		return h, err
	})
}

// wear reads person, role and organisation in one statement: it runs at every request.
func wear(ctx context.Context, tx *db.Tx, person ward.PersonID, hat string) (ward.Actor, error) {
	var a ward.Actor
	err := tx.QueryRow(ctx, `
		SELECT p.id, p.name, p.lang, p.zone, f.role, o.id, o.name, o.kind, o.country
		FROM registry_affiliation f
		JOIN registry_person p ON p.id = f.person
		JOIN registry_organisation o ON o.id = f.org
		WHERE f.id = $1 AND f.person = $2 AND f.ended_at IS NULL`, hat, string(person)).Scan(
		&a.Person, &a.Name, &a.Lang, &a.Zone, &a.Role, &a.Org, &a.OrgName, &a.Kind, &a.Country)
	return a, db.OrMissing(err)
}

// withRole lists who has a role anywhere now.
func withRole(ctx context.Context, tx *db.Tx, role ward.Role) ([]ward.PersonID, error) {
	return db.Rows(ctx, tx, `
		SELECT person FROM registry_affiliation
		WHERE role = $1 AND ended_at IS NULL
		ORDER BY id LIMIT 50`, []any{string(role)}, func(r db.Row) (ward.PersonID, error) {
		var p ward.PersonID
		err := r.Scan(&p)
		return p, err
	})
}

// insertFounding reports whether this call is the one that founds the house.
func insertFounding(ctx context.Context, tx *db.Tx, operator ward.PersonID) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO registry_founding (place, person) VALUES ('it', $1) ON CONFLICT DO NOTHING`, string(operator))
	return n == 1, err
}

// founder is the operator of the first start.
func founder(ctx context.Context, tx *db.Tx) (ward.PersonID, error) {
	var p ward.PersonID
	err := tx.QueryRow(ctx, `SELECT person FROM registry_founding`).Scan(&p)
	return p, db.OrMissing(err)
}
