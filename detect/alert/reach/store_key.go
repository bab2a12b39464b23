package reach

import (
	"context"
	"slices"

	"ward"
	"ward/kit/db"
)

// ContactKeys gives the keys of contacts of organisations, by contact.
func ContactKeys(ctx context.Context, tx *db.Tx, orgs []ward.OrgID) (map[string]ContactKey, error) {
	out := map[string]ContactKey{}
	for part := range slices.Chunk(orgs, personChunk) {
		var args db.Args
		all, err := db.Rows(ctx, tx, `SELECT contact, org, email, pgp_key, pgp_print, pgp_expires_at, source, at, person FROM alert_contact_key WHERE `+
			args.Scope(ward.Scope{Orgs: part}, "org", "")+` ORDER BY contact`, args, func(r db.Row) (k ContactKey, err error) {
			var expires, at db.Time
			err = r.Scan(&k.Contact, &k.Org, &k.Email, &k.Key, &k.Print, &expires, &k.Source, &at, &k.Person)
			k.Expires, k.At = expires.Time, at.Time
			return k, err
		})
		if err != nil {
			return nil, err
		}
		for _, k := range all {
			out[k.Contact] = k
		}
	}
	return out, nil
}

// putContactKey stores a key in place of an older one; one without a fingerprint
// deletes it.
func putContactKey(ctx context.Context, tx *db.Tx, k ContactKey) error {
	if k.Print == "" {
		_, err := tx.Exec(ctx, `DELETE FROM alert_contact_key WHERE contact = $1 AND org = $2`, k.Contact, k.Org)
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO alert_contact_key (contact, org, email, pgp_key, pgp_print, pgp_expires_at, source, at, person)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (contact) DO UPDATE SET email = excluded.email, pgp_key = excluded.pgp_key,
		pgp_print = excluded.pgp_print, pgp_expires_at = excluded.pgp_expires_at, source = excluded.source, at = excluded.at, person = excluded.person
		WHERE alert_contact_key.org = excluded.org`, k.Contact, k.Org, k.Email, k.Key, k.Print, moment(k.Expires), k.Source, db.At(k.At), k.Person)
	return err
}
