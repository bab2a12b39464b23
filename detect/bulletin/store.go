package bulletin

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

func insertBulletin(ctx context.Context, tx *db.Tx, b Bulletin) error {
	_, err := tx.Exec(ctx, `INSERT INTO bulletin (id, number, origin, created_at) VALUES ($1, '', $2, $3)`, b.ID, b.Origin, db.At(b.Created))
	return err
}

func insertRevision(ctx context.Context, tx *db.Tx, r Revision, by ward.PersonID) error {
	content, err := packContent(r.Content)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(ctx, `INSERT INTO bulletin_revision (id, bulletin, version, state, edit, content, updated_at)
		VALUES ($1, $2, $3, $4, 1, $5, $6)`, r.ID, r.Bulletin, r.Version, r.State, content, db.At(r.Updated)); err != nil {
		return err
	}
	return insertHand(ctx, tx, r.ID, by)
}

func insertHand(ctx context.Context, tx *db.Tx, revision string, person ward.PersonID) error {
	_, err := tx.Exec(ctx, `INSERT INTO bulletin_hand (revision, person) VALUES ($1, $2) ON CONFLICT DO NOTHING`, revision, person)
	return err
}

func insertEntry(ctx context.Context, tx *db.Tx, id, bulletin string, e Entry) error {
	_, err := tx.Exec(ctx, `INSERT INTO bulletin_entry (id, bulletin, at, person, kind, version, comment) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, bulletin, db.At(e.At), e.Person, e.Kind, e.Version, e.Comment)
	return err
}

// one turns "somebody was faster" into Conflict.
func one(n int64, err error) error {
	if err == nil && n == 0 {
		return ward.Fail(ward.Conflict, "bulletin.error.edit")
	}
	return err
}

func updateContent(ctx context.Context, tx *db.Tx, r Revision, c Content, at time.Time) error {
	content, err := packContent(c)
	if err != nil {
		return err
	}
	return one(tx.Exec(ctx, `UPDATE bulletin_revision SET content = $3, edit = edit + 1, updated_at = $4
		WHERE id = $1 AND edit = $2 AND state = 'draft'`, r.ID, r.Edit, content, db.At(at)))
}

// moveRevision makes a step of the table of transitions, unless somebody else
// moved the revision since it was read.
func moveRevision(ctx context.Context, tx *db.Tx, r Revision, to State, at time.Time) error {
	if !r.State.May(to) {
		return ward.Fail(ward.Conflict, "bulletin.error.step")
	}
	return one(tx.Exec(ctx, `UPDATE bulletin_revision SET state = $3, edit = edit + 1, publish_at = NULL, updated_at = $4
		WHERE id = $1 AND state = $2`, r.ID, r.State, to, db.At(at)))
}

func markSubmitted(ctx context.Context, tx *db.Tx, revision, by string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE bulletin_revision SET submitted_by = $2, submitted_at = $3, approver = '' WHERE id = $1`, revision, by, db.At(at))
	return err
}

// approveRevision is the step to approved. The statement itself refuses everybody
// whose hand is in the revision, whatever was decided before it.
func approveRevision(ctx context.Context, tx *db.Tx, r Revision, by ward.PersonID, name string, publishAt, at time.Time) error {
	return one(tx.Exec(ctx, `UPDATE bulletin_revision SET state = 'approved', approver = $3, publish_at = $4, updated_at = $5
		WHERE id = $1 AND state = 'submitted' AND edit = $6
			AND NOT EXISTS (SELECT 1 FROM bulletin_hand h WHERE h.revision = $1 AND h.person = $2)`,
		r.ID, by, name, db.At(publishAt), db.At(at), r.Edit))
}

func markPublished(ctx context.Context, tx *db.Tx, r Revision, doc []byte) error {
	if _, err := tx.Exec(ctx, `UPDATE bulletin_revision SET published_at = $2, orgs = $3, countries = $4, document = $5 WHERE id = $1`,
		r.ID, db.At(r.Published), r.Orgs, r.Countries, doc); err != nil {
		return err
	}
	withdrawn := 0
	if r.Content.Withdrawn {
		withdrawn = 1
	}
	_, err := tx.Exec(ctx, `UPDATE bulletin SET live = $2, withdrawn = $3, tlp = $4, live_at = $5 WHERE id = $1`,
		r.Bulletin, r.Version, withdrawn, int64(r.Content.TLP), db.At(r.Published))
	return err
}

func insertRecipients(ctx context.Context, tx *db.Tx, revision string, orgs []ward.Organisation) error {
	rows := make([][]any, len(orgs))
	for i, o := range orgs {
		rows[i] = []any{revision, string(o.ID)}
	}
	_, err := tx.Bulk(ctx, "bulletin_recipient", []string{"revision", "org"}, []string{"TEXT", "TEXT"}, rows, "ON CONFLICT DO NOTHING")
	return err
}

// nextNumber counts the alerts of a year, holding its row until the end.
func nextNumber(ctx context.Context, tx *db.Tx, year int) (n int64, err error) {
	err = tx.QueryRow(ctx, `INSERT INTO bulletin_year (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = bulletin_year.last + 1 RETURNING last`, year).Scan(&n)
	return n, err
}

// freeOrigin lets another alert be begun from the case of one that was given up.
func freeOrigin(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE bulletin SET origin = '' WHERE id = $1 AND live = 0`, id)
	return err
}

func setNumber(ctx context.Context, tx *db.Tx, id, number string) error {
	return one(tx.Exec(ctx, `UPDATE bulletin SET number = $2 WHERE id = $1 AND number = ''`, id, number))
}
