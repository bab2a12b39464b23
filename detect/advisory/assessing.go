package advisory

import (
	"context"
	"slices"

	"ward"
	"ward/detect/advisory/signal"
	"ward/kit/db"
)

// heads implements signal.Heads.
type heads struct{ service *Service }

// Reassess brings the heads of all advisories with these CVEs up to what is
// known now, and tells those whose exploited mark changed.
func (h heads) Reassess(ctx context.Context, tx *db.Tx, cves []string) (touched int, err error) {
	for len(cves) > 0 {
		n := min(len(cves), headBatch)
		ids, err := advisoriesWith(ctx, tx, cves[:n])
		if err != nil {
			return touched, err
		}
		for len(ids) > 0 {
			m := min(len(ids), headBatch)
			changed, err := h.some(ctx, tx, ids[:m])
			if err != nil {
				return touched, err
			}
			touched += changed
			ids = ids[m:]
		}
		cves = cves[n:]
	}
	return touched, nil
}

func (h heads) some(ctx context.Context, tx *db.Tx, ids []ward.AdvisoryID) (touched int, err error) {
	list, err := headsByID(ctx, tx, ids)
	if err == nil {
		err = withCVEs(ctx, tx, list)
	}
	if err != nil {
		return 0, err
	}
	var all []string
	for i := range list {
		all = append(all, list[i].CVEs...)
	}
	slices.Sort(all)
	by, err := signal.SaidOf(ctx, tx, slices.Compact(all))
	if err != nil {
		return 0, err
	}
	for i := range list {
		a, before := &list[i], list[i]
		assess(a, a.CVEs, by)
		if a.Exploited == before.Exploited && a.EPSS == before.EPSS && a.Score == before.Score {
			continue
		}
		touched++
		if err := setSignals(ctx, tx, a); err != nil {
			return touched, err
		}
		if a.Exploited == before.Exploited {
			continue
		}
		if err := h.service.tell(ctx, tx, ward.AdvisoryPublished{Advisory: a.ID, Revision: a.Revision, Why: "enriched"}); err != nil {
			return touched, err
		}
	}
	return touched, nil
}

// Rescore brings the heads of all advisories up to the stored EPSS scores.
func (h heads) Rescore(ctx context.Context, tx *db.Tx) error { return refreshEPSS(ctx, tx) }

// assess fills in what the catalogues add to a head: the worst of all its CVEs.
// The document's own score stands; a CVE record's is taken where it has none.
func assess(a *Advisory, cves []string, by map[string]signal.Said) {
	a.Exploited, a.EPSS = a.own, 0
	if !a.OwnScore {
		a.Score, a.Vector = 0, ""
	}
	for _, cve := range cves {
		w := by[cve]
		if w.Rejected {
			continue
		}
		a.EPSS = max(a.EPSS, w.EPSS)
		if w.Listed {
			a.Exploited = worse(a.Exploited, ward.ExploitationExploited)
		}
		if w.Ransomware {
			a.Exploited = worse(a.Exploited, ward.ExploitationRansomware)
		}
		if !a.OwnScore && w.Score > a.Score {
			a.Score, a.Vector, a.Severity = w.Score, w.Vector, ward.SeverityOf(w.Score)
		}
	}
}

var exploitationOrder = [...]ward.Exploitation{ward.ExploitationNone, ward.ExploitationProof,
	ward.ExploitationExploited, ward.ExploitationRansomware}

// worse is the one of two that stands later in the order.
func worse(a, b ward.Exploitation) ward.Exploitation {
	for i := len(exploitationOrder) - 1; i >= 0; i-- {
		if e := exploitationOrder[i]; e == a || e == b {
			return e
		}
	}
	return ward.ExploitationNone
}
