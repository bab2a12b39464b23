package registry

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

func insertGroup(ctx context.Context, tx *db.Tx, g Group) error {
	_, err := tx.Exec(ctx, `INSERT INTO registry_group (id, kind, name, purpose, listed, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		g.ID, string(g.Kind), g.Name, g.Purpose, db.Flag(g.Listed), db.At(g.Created))
	return err
}

func insertMembership(ctx context.Context, tx *db.Tx, m Membership) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO registry_membership (id, group_id, org, person, act_for, joined_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		m.ID, m.Group.ID, string(m.Org), string(m.Person.ID), db.Flag(m.ActFor), db.At(m.Joined))
	return err
}

const groupColumns = `g.id, g.kind, g.name, g.purpose, g.listed, g.created_at`

// into lists where a row of groupColumns goes; done fills the rest in.
func (g *Group) into() (columns []any, done func()) {
	var listed int
	var created db.Time
	return []any{&g.ID, &g.Kind, &g.Name, &g.Purpose, &listed, &created}, func() { g.Listed, g.Created = listed == 1, created.Time }
}

const membershipColumns = `m.id, m.org, o.name, o.country, m.person, COALESCE(p.name, ''), COALESCE(p.email, ''), m.act_for, m.joined_at, m.left_at, ` + groupColumns

const membershipTables = `registry_membership m JOIN registry_group g ON g.id = m.group_id JOIN registry_organisation o ON o.id = m.org
		LEFT JOIN registry_person p ON p.id = m.person`

func scanMembership(r db.Row) (Membership, error) {
	var m Membership
	var actFor int
	var joined, left db.Time
	group, done := m.Group.into()
	err := r.Scan(append([]any{&m.ID, &m.Org, &m.OrgName, &m.Country, &m.Person.ID, &m.Person.Name, &m.Person.Email, &actFor, &joined, &left}, group...)...)
	done()
	m.ActFor, m.Joined, m.Left = actFor == 1, joined.Time, left.Time
	return m, err
}

// membershipsOf lists an organisation's own, newest first.
func membershipsOf(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]Membership, error) {
	return db.Rows(ctx, tx, `
		SELECT `+membershipColumns+` FROM `+membershipTables+`
		WHERE m.org = $1 ORDER BY m.id DESC LIMIT 200`, []any{string(org)}, scanMembership)
}

// members lists those that last, by name.
func members(ctx context.Context, tx *db.Tx, group string) ([]Membership, error) {
	return db.Rows(ctx, tx, `
		SELECT `+membershipColumns+` FROM `+membershipTables+`
		WHERE m.group_id = $1 AND m.left_at IS NULL ORDER BY o.sort_key, m.id LIMIT 1000`, []any{group}, scanMembership)
}

func endMembership(ctx context.Context, tx *db.Tx, group string, org ward.OrgID, now time.Time) error {
	return db.Changed(tx.Exec(ctx, `
		UPDATE registry_membership SET left_at = $1
		WHERE group_id = $2 AND org = $3 AND left_at IS NULL`, db.At(now), group, string(org)))
}

func updateActFor(ctx context.Context, tx *db.Tx, membership string, yes bool) error {
	return db.Changed(tx.Exec(ctx, `UPDATE registry_membership SET act_for = $1 WHERE id = $2`, db.Flag(yes), membership))
}

// groupManagers lists those who still belong to a member, by name.
func groupManagers(ctx context.Context, tx *db.Tx, group string) ([]ward.Person, error) {
	return db.Rows(ctx, tx, `
		SELECT p.id, p.name, p.email, p.lang, p.zone
		FROM registry_group_manager gm JOIN registry_person p ON p.id = gm.person
		WHERE gm.group_id = $1 AND `+stillIn+`
		ORDER BY p.name, p.id LIMIT 100`, []any{group}, func(r db.Row) (ward.Person, error) {
		var p ward.Person
		err := r.Scan(&p.ID, &p.Name, &p.Email, &p.Lang, &p.Zone)
		return p, err
	})
}

// stillIn wants a manager gm to have a place in a member organisation.
const stillIn = `EXISTS (
		SELECT 1 FROM registry_affiliation f JOIN registry_membership own ON own.org = f.org
		WHERE f.person = gm.person AND f.ended_at IS NULL AND own.group_id = gm.group_id AND own.left_at IS NULL)`

func insertGroupManager(ctx context.Context, tx *db.Tx, group string, p ward.PersonID) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO registry_group_manager (group_id, person) VALUES ($1, $2)
		ON CONFLICT (group_id, person) DO NOTHING`, group, string(p))
	return err
}

func deleteGroupManager(ctx context.Context, tx *db.Tx, group string, p ward.PersonID) error {
	return db.Changed(tx.Exec(ctx, `DELETE FROM registry_group_manager WHERE group_id = $1 AND person = $2`, group, string(p)))
}

// managedGroups lists the groups of which a person was made a manager.
func managedGroups(ctx context.Context, tx *db.Tx, p ward.PersonID) ([]string, error) {
	return db.Rows(ctx, tx, `SELECT group_id FROM registry_group_manager WHERE person = $1 ORDER BY group_id LIMIT 1000`, []any{string(p)},
		func(r db.Row) (group string, err error) { err = r.Scan(&group); return group, err })
}

// deleteStrayManagers takes away those who belong to no member any more.
func deleteStrayManagers(ctx context.Context, tx *db.Tx, group string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM registry_group_manager WHERE group_id = $1 AND person NOT IN (
			SELECT f.person FROM registry_affiliation f JOIN registry_membership own ON own.org = f.org
			WHERE f.ended_at IS NULL AND own.group_id = $1 AND own.left_at IS NULL)`, group)
	return err
}

func insertGroupInvitation(ctx context.Context, tx *db.Tx, hash, group string, expires time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO registry_group_invitation (hash, group_id, expires_at) VALUES ($1, $2, $3)`, hash, group, db.At(expires))
	return err
}

// invitedGroup is what a living code invites to.
func invitedGroup(ctx context.Context, tx *db.Tx, hash string, now time.Time) (Group, error) {
	var g Group
	columns, done := g.into()
	err := tx.QueryRow(ctx, `
		SELECT `+groupColumns+`
		FROM registry_group_invitation i JOIN registry_group g ON g.id = i.group_id
		WHERE i.hash = $1 AND i.used_at IS NULL AND i.expires_at > $2`, hash, db.At(now)).Scan(columns...)
	done()
	return g, db.OrMissing(err)
}

// spendGroupInvitation uses a code up; NotFound if another was faster.
func spendGroupInvitation(ctx context.Context, tx *db.Tx, hash string, now time.Time) error {
	return db.Changed(tx.Exec(ctx, `
		UPDATE registry_group_invitation SET used_at = $1
		WHERE hash = $2 AND used_at IS NULL AND expires_at > $1`, db.At(now), hash))
}

// listedGroups lists those that others may ask to join and org is not in, by name.
func listedGroups(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]Group, error) {
	return db.Rows(ctx, tx, `
		SELECT `+groupColumns+` FROM registry_group g
		WHERE g.listed = 1
			AND EXISTS (SELECT 1 FROM registry_membership m WHERE m.group_id = g.id AND m.left_at IS NULL)
			AND NOT EXISTS (SELECT 1 FROM registry_membership m WHERE m.group_id = g.id AND m.org = $1 AND m.left_at IS NULL)
		ORDER BY g.name, g.id LIMIT 200`, []any{string(org)}, func(r db.Row) (Group, error) {
		var g Group
		columns, done := g.into()
		err := r.Scan(columns...)
		done()
		return g, err
	})
}

const applicationColumns = `a.id, a.org, o.name, o.country, a.person, p.name, p.email, a.message, a.state, a.created_at, a.decided_at, a.decided_by, a.reason, ` + groupColumns

const applicationTables = `registry_application a JOIN registry_group g ON g.id = a.group_id
		JOIN registry_organisation o ON o.id = a.org JOIN registry_person p ON p.id = a.person`

func scanApplication(r db.Row) (Application, error) {
	var x Application
	var created, decided db.Time
	group, done := x.Group.into()
	err := r.Scan(append([]any{&x.ID, &x.Org, &x.OrgName, &x.Country, &x.Person.ID, &x.Person.Name, &x.Person.Email, &x.Message, &x.State,
		&created, &decided, &x.DecidedBy, &x.Reason}, group...)...)
	done()
	x.Created, x.Decided = created.Time, decided.Time
	return x, err
}

// openApplications lists what waits for a group's managers, oldest first.
func openApplications(ctx context.Context, tx *db.Tx, group string) ([]Application, error) {
	return db.Rows(ctx, tx, `
		SELECT `+applicationColumns+` FROM `+applicationTables+`
		WHERE a.group_id = $1 AND a.state = 'open' ORDER BY a.id LIMIT 200`, []any{group}, scanApplication)
}

// waitingApplications counts those that wait for a person as manager of groups.
func waitingApplications(ctx context.Context, tx *db.Tx, p ward.PersonID) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COUNT(*) FROM registry_application a
		JOIN registry_group_manager gm ON gm.group_id = a.group_id
		WHERE gm.person = $1 AND a.state = 'open' AND `+stillIn, string(p)).Scan(&n)
	return n, err
}

// applicationsOf lists an organisation's own, newest first.
func applicationsOf(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]Application, error) {
	return db.Rows(ctx, tx, `
		SELECT `+applicationColumns+` FROM `+applicationTables+`
		WHERE a.org = $1 ORDER BY a.id DESC LIMIT 50`, []any{string(org)}, scanApplication)
}

func insertApplication(ctx context.Context, tx *db.Tx, x Application) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO registry_application (id, group_id, org, person, message, state, created_at, decided_by, reason)
		VALUES ($1, $2, $3, $4, $5, 'open', $6, '', '')`, x.ID, x.Group.ID, string(x.Org), string(x.Person.ID), x.Message, db.At(x.Created))
	return err
}

func decideApplication(ctx context.Context, tx *db.Tx, id string, to RequestState, by, reason string, now time.Time) error {
	return db.Changed(tx.Exec(ctx, `
		UPDATE registry_application SET state = $1, decided_by = $2, reason = $3, decided_at = $4
		WHERE id = $5 AND state = 'open'`, string(to), by, reason, db.At(now), id))
}

func groupOfMembership(ctx context.Context, tx *db.Tx, id string) (group string, err error) {
	err = tx.QueryRow(ctx, `SELECT group_id FROM registry_membership WHERE id = $1`, id).Scan(&group)
	return group, db.OrMissing(err)
}

func groupOfApplication(ctx context.Context, tx *db.Tx, id string) (group string, err error) {
	err = tx.QueryRow(ctx, `SELECT group_id FROM registry_application WHERE id = $1`, id).Scan(&group)
	return group, db.OrMissing(err)
}
