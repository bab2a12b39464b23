package advisory

import (
	"context"

	"ward"
	"ward/kit/db"
)

const revisionColumns = `r.id, r.advisory_id, r.version, r.published_at, r.tlp, r.sha256, r.size, r.source_id, r.name,
	r.signature, r.signer, r.silent, r.fetched_at, r.stored_at`

func scanRevision(r db.Row) (v Revision, err error) {
	var tlp, silent int
	var published, fetched, stored db.Time
	err = r.Scan(&v.ID, &v.Advisory, &v.Version, &published, &tlp, &v.SHA256, &v.Size, &v.Source, &v.Name,
		&v.Signature, &v.Signer, &silent, &fetched, &stored)
	v.TLP, v.Silent = ward.TLP(tlp), silent == 1
	v.Published, v.FetchedAt, v.StoredAt = published.Time, fetched.Time, stored.Time
	return v, err
}

// maxRevisions bounds the revisions that are compared and shown; the busiest
// documents of known publishers have about 60.
const maxRevisions = 500

// revisionsOf lists the revisions of an advisory, latest arrival first.
func revisionsOf(ctx context.Context, tx *db.Tx, id ward.AdvisoryID) ([]Revision, error) {
	return db.Rows(ctx, tx, `
		SELECT `+revisionColumns+` FROM advisory_revision r
		WHERE r.advisory_id = $1 ORDER BY r.stored_at DESC, r.id DESC LIMIT $2`, []any{string(id), maxRevisions}, scanRevision)
}

// bodyOf reads the packed bytes of one revision of an advisory; NotFound if it
// is none of its revisions.
func bodyOf(ctx context.Context, tx *db.Tx, id ward.AdvisoryID, revision string) ([]byte, error) {
	var body []byte
	err := tx.QueryRow(ctx, `SELECT body FROM advisory_revision WHERE id = $1 AND advisory_id = $2`, revision, string(id)).Scan(&body)
	return body, db.OrMissing(err)
}

func insertRevision(ctx context.Context, tx *db.Tx, v *Revision, body []byte) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_revision (id, advisory_id, version, published_at, tlp, sha256, size, body, source_id, name,
			signature, signer, silent, fetched_at, stored_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		v.ID, string(v.Advisory), v.Version, db.At(v.Published), int(v.TLP), v.SHA256, v.Size, body, v.Source, v.Name,
		string(v.Signature), v.Signer, db.Flag(v.Silent), db.At(v.FetchedAt), db.At(v.StoredAt))
	return err
}
