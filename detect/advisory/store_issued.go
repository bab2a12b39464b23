package advisory

import (
	"context"
	"time"

	"ward"
	"ward/detect/advisory/provider"
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

func putParty(ctx context.Context, tx *db.Tx, source string, m *provider.Metadata) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_party (source_id, url, list, mirror, category, name, namespace, contact, authority, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (source_id) DO UPDATE SET url = excluded.url, list = excluded.list, mirror = excluded.mirror,
			category = excluded.category, name = excluded.name, namespace = excluded.namespace, contact = excluded.contact,
			authority = excluded.authority, updated_at = excluded.updated_at`,
		source, m.URL, db.Flag(m.Listed), db.Flag(m.Mirrored), m.Publisher.Category, m.Publisher.Name, m.Publisher.Namespace,
		m.Publisher.Contact, m.Publisher.Authority, db.At(m.Updated))
	return err
}

// parties lists who stands behind the sources, in the order in which they were added.
func parties(ctx context.Context, tx *db.Tx) ([]ward.IssuingParty, error) {
	return db.Rows(ctx, tx, `
		SELECT p.source_id, p.url, s.role, p.list, p.mirror, p.category, p.name, p.namespace, p.contact, p.authority, p.updated_at, s.every_s
		FROM advisory_party p JOIN advisory_source s ON s.id = p.source_id
		ORDER BY s.created_at, p.source_id LIMIT $1`, []any{maxSources},
		func(r db.Row) (p ward.IssuingParty, err error) {
			var list, mirror, every int
			var updated db.Time
			err = r.Scan(&p.Source, &p.URL, &p.Role, &list, &mirror, &p.Category, &p.Name, &p.Namespace, &p.Contact, &p.Authority,
				&updated, &every)
			p.List, p.Mirror, p.Updated, p.Every = list == 1, mirror == 1, updated.Time, time.Duration(every)*time.Second
			return p, err
		})
}
