package advisory

import (
	"context"
	"time"

	"ward"
	"ward/detect/advisory/harvest"
	"ward/kit/db"
)

// liveHead is headByID for what was not deleted.
func liveHead(ctx context.Context, tx *db.Tx, id ward.AdvisoryID) (Advisory, error) {
	a, err := scanHead(tx.QueryRow(ctx, `SELECT `+headColumns+` FROM advisory WHERE id = $1 AND deleted_at IS NULL`, string(id)))
	return a, db.OrMissing(err)
}

// dropContent takes away all that is derived from documents, and the documents.
// CVEs stay: by them an alert finds the issue that the advisory belonged to.
func dropContent(ctx context.Context, tx *db.Tx, id ward.AdvisoryID) error {
	for _, statement := range [...]string{
		`DELETE FROM advisory_signature WHERE revision_id IN (SELECT id FROM advisory_revision WHERE advisory_id = $1)`,
		`DELETE FROM advisory_revision WHERE advisory_id = $1`,
		`DELETE FROM advisory_field WHERE advisory_id = $1`,
		`DELETE FROM advisory_token WHERE advisory_id = $1`,
		`DELETE FROM advisory_read WHERE advisory_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, string(id)); err != nil {
			return err
		}
	}
	return nil
}

// namedOf is under which names which sources brought the revisions of an advisory.
func namedOf(ctx context.Context, tx *db.Tx, id ward.AdvisoryID) ([]harvest.Named, error) {
	return db.Rows(ctx, tx, `SELECT DISTINCT source_id, name FROM advisory_revision WHERE advisory_id = $1 ORDER BY source_id, name`, []any{string(id)},
		func(r db.Row) (n harvest.Named, err error) { err = r.Scan(&n.Source, &n.URL); return n, err })
}

func putTombstone(ctx context.Context, tx *db.Tx, t *Tombstone, by ward.PersonID) error {
	_, err := tx.Exec(ctx, `
		UPDATE advisory SET withdrawn = 1, patient_risk = '', deleted_at = $2, deleted_by = $3, deleted_name = $4,
			deleted_reason = $5, barred = 1
		WHERE id = $1`, string(t.ID), db.At(t.At), string(by), t.Name, t.Reason)
	return err
}

const tombstoneColumns = `id, tracking, title, publisher, tlp, deleted_at, deleted_name, deleted_reason, barred`

func scanTombstone(r db.Row) (t Tombstone, err error) {
	var tlp, barred int
	var at db.Time
	err = r.Scan(&t.ID, &t.Tracking, &t.Title, &t.Publisher, &tlp, &at, &t.Name, &t.Reason, &barred)
	t.TLP, t.At, t.Barred = ward.TLP(tlp), at.Time, barred == 1
	return t, err
}

// tombstoneByID is NotFound for an advisory that was not deleted.
func tombstoneByID(ctx context.Context, tx *db.Tx, id ward.AdvisoryID) (Tombstone, error) {
	t, err := scanTombstone(tx.QueryRow(ctx, `SELECT `+tombstoneColumns+` FROM advisory WHERE id = $1 AND deleted_at IS NOT NULL`, string(id)))
	return t, db.OrMissing(err)
}

func unbar(ctx context.Context, tx *db.Tx, id ward.AdvisoryID) error {
	_, err := tx.Exec(ctx, `UPDATE advisory SET barred = 0 WHERE id = $1`, string(id))
	return err
}

// tombstonesBefore lists those before a moment and id, latest first; the empty
// id starts at the top.
func tombstonesBefore(ctx context.Context, tx *db.Tx, clearance ward.TLP, before time.Time, id string, limit int) ([]Tombstone, error) {
	args := db.Args{}
	where := `deleted_at IS NOT NULL AND tlp >= ` + args.Add(int(clearance))
	if id != "" {
		where += ` AND (deleted_at, id) < (` + args.Add(db.At(before)) + `, ` + args.Add(id) + `)`
	}
	return db.Rows(ctx, tx, `SELECT `+tombstoneColumns+` FROM advisory WHERE `+where+`
		ORDER BY deleted_at DESC, id DESC LIMIT `+args.Add(limit), args, scanTombstone)
}
