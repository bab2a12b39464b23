package advisory

import (
	"context"

	"ward"
	"ward/detect/advisory/signal"
	"ward/kit/db"
)

// setSignals writes what enrichment changes of a head.
func setSignals(ctx context.Context, tx *db.Tx, a *Advisory) error {
	_, err := tx.Exec(ctx, `
		UPDATE advisory SET exploited = $2, epss = $3, score = $4, vector = $5, severity = $6 WHERE id = $1`,
		string(a.ID), string(a.Exploited), a.EPSS, a.Score, a.Vector, int(a.Severity))
	return err
}

// advisoriesWith lists the advisories that name one of the CVEs, in order.
func advisoriesWith(ctx context.Context, tx *db.Tx, cves []string) ([]ward.AdvisoryID, error) {
	if len(cves) == 0 {
		return nil, nil
	}
	var args db.Args
	return db.Rows(ctx, tx, `SELECT DISTINCT advisory_id FROM advisory_cve WHERE cve IN (`+db.In(&args, cves)+`)
		AND advisory_id IN (SELECT id FROM advisory WHERE deleted_at IS NULL) ORDER BY advisory_id`,
		args, func(r db.Row) (id ward.AdvisoryID, err error) { err = r.Scan(&id); return id, err })
}

// refreshEPSS brings the heads up to the stored scores.
func refreshEPSS(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `
		UPDATE advisory SET epss = COALESCE((
			SELECT MAX(`+signal.Probability("c.cve")+`) FROM advisory_cve c WHERE c.advisory_id = advisory.id), 0)`)
	return err
}

// naming lists which advisories name which of the CVEs, in order.
func naming(ctx context.Context, tx *db.Tx, cves []string) (map[string][]ward.AdvisoryID, error) {
	out := map[string][]ward.AdvisoryID{}
	if len(cves) == 0 {
		return out, nil
	}
	var args db.Args
	err := tx.Query(ctx, `SELECT c.cve, c.advisory_id FROM advisory_cve c JOIN advisory a ON a.id = c.advisory_id
		WHERE c.cve IN (`+db.In(&args, cves)+`) AND a.deleted_at IS NULL ORDER BY c.cve, c.advisory_id`, args,
		func(r db.Row) error {
			var cve string
			var id ward.AdvisoryID
			err := r.Scan(&cve, &id)
			out[cve] = append(out[cve], id)
			return err
		})
	return out, err
}
