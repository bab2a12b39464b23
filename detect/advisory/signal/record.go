package signal

import (
	"context"
	"slices"
	"strings"

	"ward/format/cve"
	"ward/format/plain"
	"ward/kit/db"
)

// Records stores CVE 5 records, in one transaction with the heads of all
// advisories that they touch.
func (k *Keeper) Records(ctx context.Context, records []*cve.Record) (touched int, err error) {
	err = k.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		var cves []string
		for _, r := range records {
			w := Weakness{CVE: r.ID, Rejected: r.Rejected(), Title: plain.Cut(r.Title, 500), Public: r.Published}
			w.Score, w.Vector = rating(r.Metrics)
			if err := putWeakness(ctx, tx, &w, r.Updated); err != nil {
				return err
			}
			cves = append(cves, r.ID)
		}
		touched, err = k.cfg.Heads.Reassess(ctx, tx, cves)
		return err
	})
	return touched, err
}

// rating prefers the newest CVSS version, then the highest score, as for
// documents (CSAF 2.0 section 9.1.11).
func rating(metrics []cve.Metric) (score float64, vector string) {
	best := slices.MaxFunc(append(metrics, cve.Metric{}), func(a, b cve.Metric) int {
		if c := strings.Compare(a.Version, b.Version); c != 0 {
			return c
		}
		return int(a.Score*10) - int(b.Score*10)
	})
	return best.Score, best.Vector
}
