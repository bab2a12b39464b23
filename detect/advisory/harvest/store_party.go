package harvest

import (
	"context"
	"time"

	"ward"
	"ward/detect/advisory/provider"
	"ward/kit/db"
)

// Parties lists the publishers behind the sources with the keys that are
// trusted, in the order in which the sources were added.
func Parties(ctx context.Context, tx *db.Tx) ([]ward.IssuingParty, error) {
	out, err := parties(ctx, tx)
	for i := range out {
		keys, armored, err := KeysOf(ctx, tx, out[i].Source)
		if err != nil {
			return nil, err
		}
		for k := range keys {
			if keys[k].Trusted {
				out[i].Keys = append(out[i].Keys, ward.OpenPGPKey{Fingerprint: keys[k].Fingerprint, Armored: armored[k]})
			}
		}
	}
	return out, err
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
		ORDER BY s.created_at, p.source_id LIMIT $1`, []any{MaxSources},
		func(r db.Row) (p ward.IssuingParty, err error) {
			var list, mirror, every int
			var updated db.Time
			err = r.Scan(&p.Source, &p.URL, &p.Role, &list, &mirror, &p.Category, &p.Name, &p.Namespace, &p.Contact, &p.Authority,
				&updated, &every)
			p.List, p.Mirror, p.Updated, p.Every = list == 1, mirror == 1, updated.Time, time.Duration(every)*time.Second
			return p, err
		})
}
