package match

import (
	"slices"

	"ward"
)

// Candidate is an identity that some claims may concern. It stays valid while
// the index is not changed, and its methods are safe for concurrent use.
type Candidate struct {
	ID     uint32 // as given to Add
	claims *Claims
	item   *item
	ties   []joined
	d      *Decisions
	texts  *readings // shared by the candidates of one call
}

// Verdict folds the candidate's claims for one version text and serial number
// (empty: not known); one Result for each advisory, ordered by advisory. An advisory that states
// nothing of this version gives none. It is the same answer as Claims.Match
// gives for the identity with this version.
func (c *Candidate) Verdict(versionText, serial string) []Result {
	return c.AppendVerdict(nil, versionText, serial)
}

// AppendVerdict appends the Results of Verdict to to and returns it, so that a
// caller with many versions to judge can use its room again.
func (c *Candidate) AppendVerdict(to []Result, versionText, serial string) []Result {
	s := newSubject(c.item.profile, versionText, c.item.model, serial, c.texts)
	if l, q, ok := c.single(); ok {
		o, ok := l.judge(&c.ties[0].tie, &s, q.profile, c.d)
		if !ok {
			return to
		}
		return append(to, result(l, &c.ties[0].tie, o, l.claim.CVEs))
	}
	w := borrowHits()
	defer w.giveBack()
	w.hits = c.hits(w.hits, &s)
	return foldAll(to, w.hits, &s, c.d)
}

// Brief is Verdict for bulk work: the verdict and reason of the first advisory
// among the claims, without evidence. It reports false where that advisory
// states nothing of this version.
func (c *Candidate) Brief(versionText, serial string) (ward.Verdict, ward.Reason, bool) {
	s := newSubject(c.item.profile, versionText, c.item.model, serial, c.texts)
	if l, q, ok := c.single(); ok {
		s.brief = true
		o, ok := l.judge(&c.ties[0].tie, &s, q.profile, c.d)
		return o.verdict, o.reason, ok
	}
	w := borrowHits()
	defer w.giveBack()
	w.hits = c.hits(w.hits, &s)
	if len(w.hits) == 0 {
		return ward.Review, "", false
	}
	slices.SortFunc(w.hits, orderHits)
	h, _ := foldOne(w.hits[:sameAdvisory(w.hits)])
	if h == nil {
		return ward.Review, "", false
	}
	return h.verdict, h.reason, true
}

// single gives the leaf of a candidate that only one leaf concerns.
func (c *Candidate) single() (*leaf, *product, bool) {
	q := &c.claims.products[c.ties[0].product]
	if len(c.ties) > 1 || q.end-q.first != 1 {
		return nil, nil, false
	}
	return &c.claims.leaves[q.first], q, true
}

func (c *Candidate) hits(hits []hit, s *subject) []hit {
	for i := range c.ties {
		t := &c.ties[i]
		hits = c.claims.judge(hits, &c.claims.products[t.product], &t.tie, s, c.d)
	}
	return hits
}
