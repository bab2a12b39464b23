package alert

import (
	"context"
	"fmt"
	"math"
	"slices"

	"ward"
	"ward/detect/alert/escalation"
	"ward/detect/alert/marking"
	"ward/detect/alert/matchbook"
	"ward/detect/alert/stand"
	"ward/detect/alert/weakness"
	"ward/kit/db"
)

// settle writes one matching: issue, verdicts, alerts, and the fact that some
// wait for delivery.
func (s *Service) settle(ctx context.Context, tx *db.Tx, m matching, why string) (int, error) {
	if err := tx.Lock(ctx, issueLock); err != nil {
		return 0, err
	}
	issue, err := findIssue(ctx, tx, m.head)
	if err == nil && issue != 0 {
		_, err = writeOut(ctx, tx, issue, math.MaxInt) // what was decided before is compared by rows
	}
	if err != nil || issue == 0 && !matchbook.Concern(m.matches) && len(m.audience) == 0 {
		return 0, err // nobody in Europe holds it and nobody is addressed: no issue is made
	}
	before, err := matchesOf(ctx, tx, m.head.ID)
	if err != nil {
		return 0, err
	}
	hits := matchbook.Touched(before, m.matches)
	if issue != 0 && len(before) == 0 {
		if hits, err = s.newToIssue(ctx, tx, issue, m, hits); err != nil {
			return 0, err
		}
	}
	issue, n, err := s.putIssue(ctx, tx, issue, &m, why)
	if err != nil {
		return 0, err
	}
	after, err := replaceMatches(ctx, tx, m, before)
	if err != nil {
		return 0, err
	}
	now, hit, err := s.holdings(ctx, tx, issue, m, after, hits)
	if err != nil {
		return 0, err
	}
	stakes, err := s.stakes(ctx, m.heads, now)
	if err != nil {
		return 0, err
	}
	return s.writeAlerts(ctx, tx, issue, n, stakes, hit)
}

// newToIssue leaves of products those that a further source of an issue brings
// news of: those that no other source had found, or found less sure; all of them
// when it is the first source with a fix. That somebody else says the same is none.
func (s *Service) newToIssue(ctx context.Context, tx *db.Tx, issue int64, m matching, products []ward.ProductID) ([]ward.ProductID, error) {
	all, err := matchesOfIssue(ctx, tx, issue)
	if err != nil {
		return nil, err
	}
	first, err := s.firstFix(ctx, m.head.ID, all)
	if err != nil || first {
		return products, err
	}
	known := map[ward.ProductID]ward.Verdict{}
	for _, x := range matchbook.Worst(all) {
		known[x.Product] = x.Finding.Verdict
	}
	same := map[ward.ProductID]bool{}
	for _, x := range m.matches {
		v, had := known[x.Product]
		same[x.Product] = had && matchbook.Rank(v) >= matchbook.Rank(x.Finding.Verdict)
	}
	return slices.DeleteFunc(products, func(p ward.ProductID) bool { return same[p] }), nil
}

// firstFix reports whether an advisory has a fix and none of those that the
// matches are of has one.
func (s *Service) firstFix(ctx context.Context, advisory ward.AdvisoryID, all []matchbook.Match) (bool, error) {
	fixes := func(id ward.AdvisoryID) (bool, error) {
		list, err := s.cfg.Advisories.Advice(ctx, id, nil)
		if ward.CodeOf(err) == ward.NotFound { // deleted in the meantime
			return false, nil
		}
		return slices.ContainsFunc(list, func(a ward.Advice) bool { return a.Category == "vendor_fix" }), err
	}
	has, err := fixes(advisory)
	if err != nil || !has {
		return false, err
	}
	seen := map[ward.AdvisoryID]bool{}
	for _, m := range all {
		if seen[m.Advisory] {
			continue
		}
		seen[m.Advisory] = true
		if has, err = fixes(m.Advisory); err != nil || has {
			return false, err
		}
	}
	return true, nil
}

// findIssue is the issue of an advisory: the one it has, or the one that shares
// most CVEs and is read by the same people; zero for none.
func findIssue(ctx context.Context, tx *db.Tx, h ward.AdvisoryHead) (int64, error) {
	no, err := issueOfAdvisory(ctx, tx, h.ID)
	if err != nil || no != 0 || len(h.CVEs) == 0 {
		return no, err
	}
	candidates, err := issuesWithCVE(ctx, tx, h.CVEs, marking.ForOrganisations(h.TLP))
	return weakness.Best(candidates, h.CVEs), err
}

// putIssue makes or renews the issue's face and tells what is new about it. It
// gives m the newest head, and errStale when m is older than what is stored.
func (s *Service) putIssue(ctx context.Context, tx *db.Tx, issue int64, m *matching, why string) (int64, stand.News, error) {
	heads, err := s.headsOf(ctx, tx, issue, m)
	if err != nil {
		return 0, stand.News{}, err
	}
	face, n := weakness.Fold(heads), stand.News{Now: s.cfg.Clock(), Why: reason(why)}
	if issue == 0 {
		issue, err = insertIssue(ctx, tx, face, m.head.CVEs, n.Now)
	} else {
		err = s.renewIssue(ctx, tx, issue, face, &n)
	}
	if err != nil {
		return 0, stand.News{}, err
	}
	n.Urgency, n.Withdrawn, n.Retracted = escalation.UrgencyOf(face.Severity, face.Exploited), face.Withdrawn, m.head.Withdrawn
	if m.said != "" {
		told, err := saidOf(ctx, tx, m.head.ID)
		if err != nil {
			return 0, stand.News{}, err
		}
		n.Said = told != m.said && !m.head.Withdrawn
	}
	before, err := revisionOf(ctx, tx, m.head.ID)
	if err != nil {
		return 0, stand.News{}, err
	}
	n.Revised = before != "" && before != m.head.Revision
	return issue, n, putSource(ctx, tx, issue, m)
}

// renewIssue writes what people see of an issue. It is worse when it is used by
// attackers now and was not, or was by others than ransomware groups.
func (s *Service) renewIssue(ctx context.Context, tx *db.Tx, issue int64, face weakness.Face, n *stand.News) error {
	old, err := issueFace(ctx, tx, issue)
	if err != nil {
		return err
	}
	n.Worse = weakness.Rank(face.Exploited) > max(weakness.Rank(old.Exploited), weakness.Rank(ward.ExploitationProof))
	n.Face, n.Graver = !face.Shows(old), face.Severity > old.Severity
	return updateIssue(ctx, tx, issue, face, n.Now)
}

// reason turns a cause of matching into what people are told: whatever brought
// it to light, an alert that was not there is new.
func reason(why string) string {
	switch why {
	case stand.WhyRevised, stand.WhyDecided, stand.WhyInventory:
		return why
	}
	return stand.WhyNew
}

// headsOf are the heads of all advisories of the issue, that of m first, asked
// under the lock: m gets its own anew.
func (s *Service) headsOf(ctx context.Context, tx *db.Tx, issue int64, m *matching) ([]ward.AdvisoryHead, error) {
	own := m.head.ID
	turn, err := turnOf(ctx, tx, own)
	if err != nil {
		return nil, err
	}
	ids, err := advisoriesOf(ctx, tx, issue)
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id ward.AdvisoryID) bool { return id == own })
	heads, err := s.cfg.Advisories.Heads(ctx, append([]ward.AdvisoryID{own}, ids...))
	if err != nil {
		return nil, err
	}
	if turn > m.began || heads[own].Revision != m.head.Revision {
		return nil, errStale
	}
	m.head = heads[own]
	out := []ward.AdvisoryHead{m.head}
	for _, id := range ids {
		if h, ok := heads[id]; ok {
			out = append(out, h)
		}
	}
	m.heads = out
	return out, nil
}

// holdings counts what everybody holds of the issue, over all its advisories,
// and tells who holds one of the touched products. own are the verdicts of m's
// advisory as they are stored now.
func (s *Service) holdings(ctx context.Context, tx *db.Tx, issue int64, m matching, own []matchbook.Match, touched []ward.ProductID) ([]ward.Holding, map[ward.OrgID]bool, error) {
	others, err := matchesBeside(ctx, tx, issue, m.head.ID)
	if err != nil {
		return nil, nil, err
	}
	all := matchbook.Verdicts(own)
	if len(others) > 0 {
		all = matchbook.Verdicts(matchbook.Worst(slices.Concat(own, others)))
	}
	now, err := s.cfg.Inventory.Holdings(ctx, all)
	if err != nil || len(touched) == 0 {
		return now, nil, err
	}
	held := now
	if len(touched) < len(all) { // else everybody who holds anything
		var fresh []ward.ProductVerdict
		for _, x := range m.matches {
			if _, ok := slices.BinarySearch(touched, x.Product); ok {
				fresh = append(fresh, ward.ProductVerdict{Product: x.Product, Verdict: x.Finding.Verdict})
			}
		}
		if held, err = s.cfg.Inventory.Holdings(ctx, fresh); err != nil {
			return nil, nil, err
		}
	}
	hit := make(map[ward.OrgID]bool, len(held))
	for _, h := range held {
		hit[h.Org] = true
	}
	return now, hit, nil
}

// writeAlerts decides for every organisation that has an alert, holds something
// or is addressed, and writes what changed. It returns the number of changes.
func (s *Service) writeAlerts(ctx context.Context, tx *db.Tx, issue int64, n stand.News, now []stand.Stake, hit map[ward.OrgID]bool) (int, error) {
	numbers, err := s.orgNumbers(ctx, tx, now)
	if err != nil {
		return 0, err
	}
	had, err := standings(ctx, tx, issue)
	if err != nil {
		return 0, err
	}
	w := newAlertWriter(issue, n.Now, len(now))
	w.face, w.unmutes = n.Face, unmutes(n)
	for _, h := range now {
		no, ok := numbers[h.Org]
		if !ok { // left the registry: nobody else may wait for it
			s.cfg.Log.WarnContext(ctx, "an inventory belongs to an organisation that is not registered", "organisation", h.Org)
			continue
		}
		w.add(no, had[no], stand.Decide(had[no], h, hit[h.Org], n))
		delete(had, no)
	}
	for no, st := range had { // had an alert, holds nothing any more
		w.add(no, st, stand.Decide(st, stand.Stake{}, false, n))
	}
	return s.finishWrite(ctx, tx, w, n.Why)
}

// finishWrite stores what w collected, and tells facts and open pages.
func (s *Service) finishWrite(ctx context.Context, tx *db.Tx, w *alertWriter, why string) (int, error) {
	if w.changed() == 0 && !w.face {
		return 0, s.endMutes(ctx, tx, w.issue, w.unmutes)
	}
	if err := w.flush(ctx, tx, s.cfg.IDs); err != nil {
		return 0, err
	}
	if err := s.endMutes(ctx, tx, w.issue, w.unmutes); err != nil {
		return 0, err
	}
	if err := s.numberChanges(ctx, tx, w); err != nil {
		return 0, err
	}
	if err := s.cfg.Live.Tell(ctx, tx, Topic, fmt.Sprint(w.issue)); err != nil {
		return 0, err
	}
	if w.tells() == 0 {
		return w.changed(), nil
	}
	if err := touchIssue(ctx, tx, w.issue, w.at); err != nil {
		return 0, err
	}
	return w.changed(), s.cfg.Bus.Publish(ctx, tx, ward.AlertsRaised{Issue: w.issue, Why: why})
}
