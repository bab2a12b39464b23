package registry

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

// This file reads the hats that are no affiliation: a group's manager in the
// members that let him act, and a deputy in the place of a colleague.

// groupHatTables join a manager gm with the members m that let him act.
const groupHatTables = `registry_group_manager gm
		JOIN registry_group g ON g.id = gm.group_id AND g.kind = 'owner'
		JOIN registry_membership m ON m.group_id = g.id AND m.left_at IS NULL AND m.act_for = 1
		JOIN registry_organisation o ON o.id = m.org
		JOIN registry_person p ON p.id = gm.person`

// groupHatRule leaves out where he has a hat of his own.
const groupHatRule = stillIn + ` AND NOT EXISTS (
		SELECT 1 FROM registry_affiliation a WHERE a.person = gm.person AND a.org = m.org AND a.ended_at IS NULL)`

// groupHats lists the hats that a person has as manager of groups, oldest first.
func groupHats(ctx context.Context, tx *db.Tx, person ward.PersonID) ([]ward.Hat, error) {
	return db.Rows(ctx, tx, `
		SELECT m.id, g.name, o.id, o.kind, o.name, o.country, o.region, o.city
		FROM `+groupHatTables+`
		WHERE gm.person = $1 AND `+groupHatRule+` ORDER BY m.id LIMIT 200`, []any{string(person)}, func(r db.Row) (ward.Hat, error) {
		h := ward.Hat{Role: ward.RoleMember}
		var id string
		err := r.Scan(&id, &h.For, &h.Org.ID, &h.Org.Kind, &h.Org.Name, &h.Org.Country, &h.Org.Region, &h.Org.City)
		h.ID = groupHat + id
		return h, err
	})
}

// wearGroup is wear for such a hat.
func wearGroup(ctx context.Context, tx *db.Tx, person ward.PersonID, membership string) (ward.Actor, error) {
	a := ward.Actor{Role: ward.RoleMember}
	err := tx.QueryRow(ctx, `
		SELECT p.id, p.name, p.lang, p.zone, g.name, o.id, o.name, o.kind, o.country
		FROM `+groupHatTables+`
		WHERE m.id = $1 AND gm.person = $2 AND `+groupHatRule, membership, string(person)).Scan(
		&a.Person, &a.Name, &a.Lang, &a.Zone, &a.For, &a.Org, &a.OrgName, &a.Kind, &a.Country)
	return a, db.OrMissing(err)
}

// groupActs lists the members of groups that a manager acts for while he wears
// the hat of org: org must be a member itself.
func groupActs(ctx context.Context, tx *db.Tx, person ward.PersonID, org ward.OrgID) ([]ward.OrgID, error) {
	return db.Rows(ctx, tx, `
		SELECT DISTINCT m.org
		FROM `+groupHatTables+`
		JOIN registry_membership mine ON mine.group_id = g.id AND mine.left_at IS NULL AND mine.org = $2
		WHERE gm.person = $1 AND m.org <> $2 AND `+stillIn+` ORDER BY m.org LIMIT 1000`, []any{string(person), string(org)}, func(r db.Row) (ward.OrgID, error) {
		var o ward.OrgID
		err := r.Scan(&o)
		return o, err
	})
}

// deputyTables join a span d with whose place it is (f, owner) and who acts (p);
// both must still belong to the organisation o.
const deputyTables = `registry_deputy d
		JOIN registry_affiliation f ON f.id = d.affiliation AND f.ended_at IS NULL
		JOIN registry_person owner ON owner.id = f.person
		JOIN registry_person p ON p.id = d.person
		JOIN registry_organisation o ON o.id = f.org
		JOIN registry_affiliation own ON own.person = d.person AND own.org = f.org AND own.ended_at IS NULL`

// deputyHats lists the hats that a person has in the place of colleagues now.
func deputyHats(ctx context.Context, tx *db.Tx, person ward.PersonID, now time.Time) ([]ward.Hat, error) {
	return db.Rows(ctx, tx, `
		SELECT d.id, owner.name, f.role, o.id, o.kind, o.name, o.country, o.region, o.city
		FROM `+deputyTables+`
		WHERE d.person = $1 AND d.begins_at <= $2 AND d.ends_at > $2 ORDER BY d.id LIMIT 50`, []any{string(person), db.At(now)}, func(r db.Row) (ward.Hat, error) {
		var h ward.Hat
		var id string
		err := r.Scan(&id, &h.For, &h.Role, &h.Org.ID, &h.Org.Kind, &h.Org.Name, &h.Org.Country, &h.Org.Region, &h.Org.City)
		h.ID = deputyHat + id
		return h, err
	})
}

// wearDeputy is wear for such a hat; owner is whose place it is.
func wearDeputy(ctx context.Context, tx *db.Tx, person ward.PersonID, deputy string, now time.Time) (a ward.Actor, owner ward.PersonID, err error) {
	err = tx.QueryRow(ctx, `
		SELECT p.id, p.name, p.lang, p.zone, owner.id, owner.name, f.role, o.id, o.name, o.kind, o.country
		FROM `+deputyTables+`
		WHERE d.id = $1 AND d.person = $2 AND d.begins_at <= $3 AND d.ends_at > $3`, deputy, string(person), db.At(now)).Scan(
		&a.Person, &a.Name, &a.Lang, &a.Zone, &owner, &a.For, &a.Role, &a.Org, &a.OrgName, &a.Kind, &a.Country)
	return a, owner, db.OrMissing(err)
}

const deputyColumns = `d.id, d.affiliation, o.id, f.role, owner.id, owner.name, p.id, p.name, d.begins_at, d.ends_at`

func scanDeputy(r db.Row) (Deputy, error) {
	var d Deputy
	var begins, ends db.Time
	err := r.Scan(&d.ID, &d.Hat, &d.Org, &d.Role, &d.For.ID, &d.For.Name, &d.Person.ID, &d.Person.Name, &begins, &ends)
	d.Begins, d.Ends = begins.Time, ends.Time
	return d, err
}

// deputiesIn lists the spans of an organisation that are not over, the next first.
func deputiesIn(ctx context.Context, tx *db.Tx, org ward.OrgID, now time.Time) ([]Deputy, error) {
	return db.Rows(ctx, tx, `
		SELECT `+deputyColumns+` FROM `+deputyTables+`
		WHERE o.id = $1 AND d.ends_at > $2 ORDER BY d.begins_at, d.id LIMIT 500`, []any{string(org), db.At(now)}, scanDeputy)
}

func deputyByID(ctx context.Context, tx *db.Tx, id string) (Deputy, error) {
	d, err := scanDeputy(tx.QueryRow(ctx, `SELECT `+deputyColumns+` FROM `+deputyTables+` WHERE d.id = $1`, id))
	return d, db.OrMissing(err)
}

// affiliationOf gives the one of a person in an organisation that lasts.
func affiliationOf(ctx context.Context, tx *db.Tx, person ward.PersonID, org ward.OrgID) (Affiliation, error) {
	f, err := scanAffiliation(tx.QueryRow(ctx, `
		SELECT `+affiliationColumns+`
		FROM registry_affiliation f JOIN registry_person p ON p.id = f.person
		WHERE f.person = $1 AND f.org = $2 AND f.ended_at IS NULL`, string(person), string(org)))
	return f, db.OrMissing(err)
}

func insertDeputy(ctx context.Context, tx *db.Tx, d Deputy, now time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO registry_deputy (id, affiliation, person, begins_at, ends_at, created_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, d.ID, d.Hat, string(d.Person.ID), db.At(d.Begins), db.At(d.Ends), db.At(now))
	return err
}

func endDeputy(ctx context.Context, tx *db.Tx, id string, now time.Time) error {
	return db.Changed(tx.Exec(ctx, `UPDATE registry_deputy SET ends_at = $1 WHERE id = $2 AND ends_at > $1`, db.At(now), id))
}

// endDeputiesOf ends what a person has in the place of colleagues at org.
func endDeputiesOf(ctx context.Context, tx *db.Tx, person ward.PersonID, org ward.OrgID, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE registry_deputy SET ends_at = $1
		WHERE person = $2 AND ends_at > $1 AND affiliation IN (SELECT id FROM registry_affiliation WHERE org = $3)`,
		db.At(now), string(person), string(org))
	return err
}
