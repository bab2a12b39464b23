package alert

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/event"
)

// issueLock orders everything that makes issues or counts holdings: whoever
// comes later asks the inventory later, so the newest numbers win.
const issueLock = "alert.issue"

// onAdvisory raises alerts for everybody who holds what an advisory speaks of.
func (s *Service) onAdvisory(ctx context.Context, _ event.Meta, f ward.AdvisoryPublished) error {
	_, err := s.Raise(ctx, f.Advisory, f.Why)
	return ward.Wrap("raise for advisory", err)
}

// matching is what was found for one advisory, before it is written.
type matching struct {
	head    ward.AdvisoryHead
	matches []match
	seen    []ward.ProductID // stored verdicts when the matching began
	at      time.Time
}

// Raise matches the newest revision of an advisory against all inventories and
// writes the alerts: the matching outside, everything else in one transaction.
// Doing it again changes nothing. why is a reason of AdvisoryPublished. It
// returns how many alerts it changed.
func (s *Service) Raise(ctx context.Context, advisory ward.AdvisoryID, why string) (int, error) {
	m, err := s.match(ctx, advisory)
	if err != nil {
		return 0, err
	}
	changed := 0
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) (err error) {
		changed, err = s.settle(ctx, tx, m, why)
		return err
	})
	return changed, err
}

// match asks for claims and verdicts.
func (s *Service) match(ctx context.Context, advisory ward.AdvisoryID) (matching, error) {
	m := matching{at: s.cfg.Clock()}
	heads, err := s.cfg.Advisories.Heads(ctx, []ward.AdvisoryID{advisory})
	if err != nil {
		return m, err
	}
	var ok bool
	if m.head, ok = heads[advisory]; !ok {
		return m, ward.Fail(ward.NotFound, "alert.error.no_advisory")
	}
	// Products that come in from here on are matched by onInventory; only what
	// was there before may be replaced.
	if m.seen, err = s.seen(ctx, advisory); err != nil {
		return m, err
	}
	claims, err := s.cfg.Advisories.Claims(ctx, advisory)
	if err != nil {
		return m, err
	}
	findings, err := s.cfg.Inventory.Match(ctx, claims)
	if err != nil {
		return m, err
	}
	m.matches, err = s.withRemedies(ctx, advisory, findings)
	return m, err
}

func (s *Service) seen(ctx context.Context, advisory ward.AdvisoryID) (out []ward.ProductID, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		stored, err := matchesOf(ctx, tx, advisory)
		for _, m := range stored {
			out = append(out, m.Product)
		}
		return err
	})
	return out, err
}

func (s *Service) withRemedies(ctx context.Context, advisory ward.AdvisoryID, found []ward.ProductFinding) ([]match, error) {
	remedies, err := s.cfg.Advisories.Fingerprints(ctx, advisory)
	out := make([]match, len(found))
	for i, f := range found {
		out[i] = match{ProductFinding: f, Remedy: remedies[f.Finding.Path]}
	}
	return out, err
}

func concerns(all []match) bool {
	return slices.ContainsFunc(all, func(m match) bool { return m.Finding.Verdict != ward.NotAffected })
}

// settle writes one matching: issue, verdicts, alerts, and the fact that some
// wait for delivery.
func (s *Service) settle(ctx context.Context, tx *db.Tx, m matching, why string) (int, error) {
	if err := tx.Lock(ctx, issueLock); err != nil {
		return 0, err
	}
	issue, err := findIssue(ctx, tx, m.head)
	if err != nil || issue == 0 && !concerns(m.matches) {
		return 0, err // nobody in Europe holds it: no issue is made
	}
	before, err := matchMap(ctx, tx, m.head.ID)
	if err != nil {
		return 0, err
	}
	issue, n, err := s.putIssue(ctx, tx, issue, m, why)
	if err != nil {
		return 0, err
	}
	if err := replaceMatches(ctx, tx, m, before); err != nil {
		return 0, err
	}
	now, hit, err := s.holdings(ctx, tx, issue, m, touched(before, m.matches))
	if err != nil {
		return 0, err
	}
	return s.writeAlerts(ctx, tx, issue, n, now, hit)
}

func findIssue(ctx context.Context, tx *db.Tx, h ward.AdvisoryHead) (int64, error) {
	no, err := issueOfAdvisory(ctx, tx, h.ID)
	if err != nil || no != 0 || len(h.CVEs) == 0 {
		return no, err
	}
	candidates, err := issuesWithCVE(ctx, tx, h.CVEs)
	return bestIssue(candidates, h.CVEs), err
}

// putIssue makes or renews the issue's face and tells what is new about it.
func (s *Service) putIssue(ctx context.Context, tx *db.Tx, issue int64, m matching, why string) (int64, news, error) {
	old, err := issueFace(ctx, tx, issue)
	if err != nil {
		return 0, news{}, err
	}
	heads, err := s.headsOf(ctx, tx, issue, m.head)
	if err != nil {
		return 0, news{}, err
	}
	face := fold(heads)
	if issue == 0 {
		issue, err = insertIssue(ctx, tx, face, m.head.CVEs, m.at)
	} else {
		err = updateIssue(ctx, tx, issue, face, m.at)
	}
	if err != nil {
		return 0, news{}, err
	}
	n := news{Now: m.at, Why: reason(why), Urgency: UrgencyOf(face.Severity, face.Exploited), Withdrawn: face.Withdrawn}
	n.Worse = old != nil && exploitRank[face.Exploited] > max(exploitRank[old.Exploited], exploitRank[ward.ExploitationProof])
	return issue, n, putSource(ctx, tx, issue, m.head, m.at)
}

// reason turns a cause of matching into what people are told: whatever brought
// it to light, an alert that was not there is new.
func reason(why string) string {
	switch why {
	case WhyRevised, WhyDecided, WhyInventory:
		return why
	}
	return WhyNew
}

// headsOf are the heads of all advisories of the issue, the given one first.
func (s *Service) headsOf(ctx context.Context, tx *db.Tx, issue int64, own ward.AdvisoryHead) ([]ward.AdvisoryHead, error) {
	ids, err := advisoriesOf(ctx, tx, issue)
	if err != nil {
		return nil, err
	}
	out := []ward.AdvisoryHead{own}
	ids = slices.DeleteFunc(ids, func(id ward.AdvisoryID) bool { return id == own.ID })
	if len(ids) == 0 {
		return out, nil
	}
	others, err := s.cfg.Advisories.Heads(ctx, ids)
	for _, id := range ids {
		if h, ok := others[id]; ok {
			out = append(out, h)
		}
	}
	return out, err
}

// holdings counts what everybody holds of the issue, over all its advisories,
// and tells who holds one of the touched products.
func (s *Service) holdings(ctx context.Context, tx *db.Tx, issue int64, m matching, touched []ward.ProductID) ([]ward.Holding, map[ward.OrgID]bool, error) {
	all, err := matchesOfIssue(ctx, tx, issue)
	if err != nil {
		return nil, nil, err
	}
	now, err := s.cfg.Inventory.Holdings(ctx, worst(all))
	if err != nil {
		return nil, nil, err
	}
	var news []ward.ProductFinding
	for _, x := range m.matches {
		if _, ok := slices.BinarySearch(touched, x.Product); ok {
			news = append(news, x.ProductFinding)
		}
	}
	hit := map[ward.OrgID]bool{}
	if len(news) == 0 {
		return now, hit, nil
	}
	held, err := s.cfg.Inventory.Holdings(ctx, news)
	for _, h := range held {
		hit[h.Org] = true
	}
	return now, hit, err
}

// writeAlerts decides for every organisation that has an alert or holds
// something, and writes what changed. It returns the number of changes.
func (s *Service) writeAlerts(ctx context.Context, tx *db.Tx, issue int64, n news, now []ward.Holding, hit map[ward.OrgID]bool) (int, error) {
	numbers, err := s.orgNumbers(ctx, tx, now)
	if err != nil {
		return 0, err
	}
	had, err := standings(ctx, tx, issue)
	if err != nil {
		return 0, err
	}
	w := newAlertWriter(issue, n.Now)
	for _, h := range now {
		no, ok := numbers[h.Org]
		if !ok {
			return 0, fmt.Errorf("organisation %s is not in the registry", h.Org)
		}
		w.add(no, had[no], decide(had[no], h, hit[h.Org], n))
		delete(had, no)
	}
	for no, st := range had { // had an alert, holds nothing any more
		w.add(no, st, decide(st, ward.Holding{}, false, n))
	}
	return s.finishWrite(ctx, tx, w, n.Why)
}

// finishWrite stores what w collected, and tells facts and open pages.
func (s *Service) finishWrite(ctx context.Context, tx *db.Tx, w *alertWriter, why string) (int, error) {
	if w.changed == 0 {
		return 0, nil
	}
	if err := w.flush(ctx, tx, s.cfg.IDs); err != nil {
		return 0, err
	}
	if err := s.cfg.Live.Tell(ctx, tx, topic, fmt.Sprint(w.issue)); err != nil {
		return 0, err
	}
	if w.told == 0 {
		return w.changed, nil
	}
	return w.changed, s.cfg.Bus.Publish(ctx, tx, ward.AlertsRaised{Issue: w.issue, Why: why})
}

// topic is the live topic of all alerts; its id is the issue's number.
const topic = "alerts"

// orgNumbers gives each organisation its small number, making those that are new.
func (s *Service) orgNumbers(ctx context.Context, tx *db.Tx, now []ward.Holding) (map[ward.OrgID]int64, error) {
	known, err := orgNumbers(ctx, tx)
	if err != nil {
		return nil, err
	}
	var missing []ward.OrgID
	for _, h := range now {
		if _, ok := known[h.Org]; !ok {
			missing = append(missing, h.Org)
		}
	}
	if len(missing) == 0 {
		return known, nil
	}
	orgs, err := s.cfg.Registry.Organisations(ctx, missing)
	if err != nil {
		return nil, err
	}
	if err := insertOrgs(ctx, tx, orgs); err != nil {
		return nil, err
	}
	return orgNumbers(ctx, tx)
}
