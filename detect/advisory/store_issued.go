package advisory

import (
	"context"

	"ward"
	"ward/kit/db"
)

const issuedColumns = `a.id, a.revision_id, a.namespace, a.tlp, r.source_id`

// scanIssued leaves House to who knows the configuration.
func scanIssued(r db.Row) (i ward.Issued, err error) {
	var tlp int
	err = r.Scan(&i.Advisory, &i.Revision, &i.Namespace, &tlp, &i.Source)
	i.TLP = ward.TLP(tlp)
	return i, err
}

func issuedByID(ctx context.Context, tx *db.Tx, id ward.AdvisoryID) (ward.Issued, error) {
	i, err := scanIssued(tx.QueryRow(ctx, `
		SELECT `+issuedColumns+` FROM advisory a JOIN advisory_revision r ON r.id = a.revision_id
		WHERE a.id = $1 AND a.deleted_at IS NULL`, string(id)))
	return i, db.OrMissing(err)
}

func issuedAfter(ctx context.Context, tx *db.Tx, after ward.AdvisoryID, limit int) ([]ward.Issued, error) {
	return db.Rows(ctx, tx, `
		SELECT `+issuedColumns+` FROM advisory a JOIN advisory_revision r ON r.id = a.revision_id
		WHERE a.id > $1 AND a.deleted_at IS NULL ORDER BY a.id LIMIT $2`, []any{string(after), limit}, scanIssued)
}

// putSignature keeps the signature of a revision; none is kept as none.
func putSignature(ctx context.Context, tx *db.Tx, revision string, signature []byte) error {
	if len(signature) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO advisory_signature (revision_id, armored) VALUES ($1, $2)`, revision, signature)
	return err
}

// signatureOf is empty where a revision came without one.
func signatureOf(ctx context.Context, tx *db.Tx, revision string) (signature []byte, signer string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT s.armored, r.signer FROM advisory_signature s JOIN advisory_revision r ON r.id = s.revision_id
		WHERE s.revision_id = $1`, revision).Scan(&signature, &signer)
	if ward.CodeOf(db.OrMissing(err)) == ward.NotFound {
		err = nil
	}
	return signature, signer, err
}
