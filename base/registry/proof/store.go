package proof

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/kit/db"
)

// chunk bounds an IN list.
const chunk = 1000

const domainColumns = `id, org, name, token, state, method, created_at, checked_at, proved_at`

func scanDomain(r db.Row) (Domain, error) {
	var d Domain
	var created, checked, proved db.Time
	err := r.Scan(&d.ID, &d.Org, &d.Name, &d.Token, &d.State, &d.Method, &created, &checked, &proved)
	d.Created, d.Checked, d.Proved = created.Time, checked.Time, proved.Time
	return d, err
}

// domains lists by name.
func domains(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]Domain, error) {
	return db.Rows(ctx, tx, `SELECT `+domainColumns+` FROM registry_domain WHERE org = $1 ORDER BY name, id LIMIT 200`, []any{string(org)}, scanDomain)
}

func domainByID(ctx context.Context, tx *db.Tx, org ward.OrgID, id string) (Domain, error) {
	d, err := scanDomain(tx.QueryRow(ctx, `SELECT `+domainColumns+` FROM registry_domain WHERE org = $1 AND id = $2`, string(org), id))
	return d, db.OrMissing(err)
}

func insertDomain(ctx context.Context, tx *db.Tx, d Domain) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO registry_domain (id, org, name, token, state, method, created_at)
		VALUES ($1, $2, $3, $4, $5, '', $6)`, d.ID, string(d.Org), d.Name, d.Token, string(d.State), db.At(d.Created))
	return err
}

func touchDomain(ctx context.Context, tx *db.Tx, id string, now time.Time) error {
	return db.Changed(tx.Exec(ctx, `UPDATE registry_domain SET checked_at = $1 WHERE id = $2`, db.At(now), id))
}

// saveProof does nothing for a domain that was removed meanwhile.
func saveProof(ctx context.Context, tx *db.Tx, d Domain) error {
	_, err := tx.Exec(ctx, `
		UPDATE registry_domain SET state = $1, method = CASE WHEN $2 = '' THEN method ELSE $2 END, checked_at = $3,
			proved_at = CASE WHEN $2 = '' THEN proved_at ELSE $3 END
		WHERE id = $4`, string(d.State), d.Method, db.At(d.Checked), d.ID)
	return err
}

func deleteDomain(ctx context.Context, tx *db.Tx, org ward.OrgID, id string) error {
	return db.Changed(tx.Exec(ctx, `DELETE FROM registry_domain WHERE org = $1 AND id = $2`, string(org), id))
}

// staleDomains lists proved ones whose last proof or try is old.
func staleDomains(ctx context.Context, tx *db.Tx, proved, checked time.Time) ([]Domain, error) {
	return db.Rows(ctx, tx, `
		SELECT `+domainColumns+` FROM registry_domain
		WHERE state = 'proved' AND proved_at < $1 AND checked_at < $2 ORDER BY checked_at, id LIMIT 500`, []any{db.At(proved), db.At(checked)}, scanDomain)
}

// failingDomains counts those of an organisation whose proof has gone, or was not
// found again since it grew old.
func failingDomains(ctx context.Context, tx *db.Tx, org ward.OrgID, old time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT COUNT(*) FROM registry_domain
		WHERE org = $1 AND (state = 'lapsed' OR state = 'proved' AND proved_at < $2)`, string(org), db.At(old)).Scan(&n)
	return n, err
}

// domainOwners lists who proved one of names after since. A proof that nobody has
// looked at for so long has expired, whether or not a job came to say so.
func domainOwners(ctx context.Context, tx *db.Tx, names []string, since time.Time) ([]ward.OrgID, error) {
	var out []ward.OrgID
	for part := range slices.Chunk(names, chunk) {
		var args db.Args
		list, err := db.Rows(ctx, tx, `
			SELECT DISTINCT org FROM registry_domain
			WHERE state = 'proved' AND proved_at > `+args.Add(db.At(since))+` AND name IN (`+db.In(&args, part)+`)
			ORDER BY org LIMIT 10000`, args, func(r db.Row) (ward.OrgID, error) {
			var o ward.OrgID
			err := r.Scan(&o)
			return o, err
		})
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// provedDomains gives those proved after since, by name.
func provedDomains(ctx context.Context, tx *db.Tx, ids []ward.OrgID, since time.Time) (map[ward.OrgID][]string, error) {
	out := map[ward.OrgID][]string{}
	for part := range slices.Chunk(ids, chunk) {
		var args db.Args
		err := tx.Query(ctx, `
			SELECT org, name FROM registry_domain
			WHERE state = 'proved' AND proved_at > `+args.Add(db.At(since))+` AND org IN (`+db.In(&args, part)+`) ORDER BY org, name`, args, func(r db.Row) error {
			var org, name string
			err := r.Scan(&org, &name)
			out[ward.OrgID(org)] = append(out[ward.OrgID(org)], name)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
