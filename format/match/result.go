package match

import (
	"cmp"
	"slices"

	"ward"
)

// Result is the folded answer of one advisory for one product.
type Result struct {
	Advisory ward.AdvisoryID
	ward.Finding
	CVEs  []string // vulnerabilities for which Verdict holds, sorted; empty where the claims name none
	Claim int      // position of the deciding claim in Claims.At
}

// hit is one leaf's answer on its way into a Result. The evidence in words is
// made for the deciding leaf only.
type hit struct {
	verdict ward.Verdict
	beyond  bool // see opinion
	reason  ward.Reason
	leaf    *leaf
	product *product
	tie     *tie
	other   *hit // the statement that contradicts it
}

// orderHits sorts by advisory, then by strictness of identity, then by claim.
func orderHits(a, b hit) int {
	if a.leaf.advisory != b.leaf.advisory {
		return cmp.Compare(a.leaf.advisory, b.leaf.advisory)
	}
	if c := cmp.Compare(a.tie.order(), b.tie.order()); c != 0 {
		return c
	}
	return cmp.Compare(a.leaf.index, b.leaf.index)
}

func (t *tie) order() int {
	if t.weak {
		return rankWeak
	}
	return t.rank
}

// foldAll appends to out an answer for every advisory among the hits, ordered by
// advisory.
func foldAll(out []Result, hits []hit, s *subject, d *Decisions) []Result {
	if len(hits) == 0 {
		return out
	}
	slices.SortFunc(hits, orderHits)
	if out == nil {
		out = make([]Result, 0, advisoriesOf(hits))
	}
	for len(hits) > 0 {
		n := sameAdvisory(hits)
		if h, cves := foldOne(hits[:n]); h != nil {
			out = append(out, h.result(s, d, cves))
		}
		hits = hits[n:]
	}
	return out
}

// sameAdvisory counts the hits that are of the first one's advisory; they stand
// together.
func sameAdvisory(hits []hit) int {
	n := 1
	for n < len(hits) && hits[n].leaf.advisory == hits[0].leaf.advisory {
		n++
	}
	return n
}

// advisoriesOf counts the advisories of sorted hits.
func advisoriesOf(hits []hit) int {
	count := 0
	for len(hits) > 0 {
		hits = hits[sameAdvisory(hits):]
		count++
	}
	return count
}

// result makes the evidence of the deciding hit.
func (h *hit) result(s *subject, d *Decisions, cves []string) Result {
	o, _ := h.leaf.judge(h.tie, s, h.product.profile, d)
	o.verdict, o.reason = h.verdict, h.reason
	if h.other != nil {
		g, _ := h.other.leaf.judge(h.other.tie, s, h.other.product.profile, d)
		o.detail += "; another statement: " + g.detail
	}
	return result(h.leaf, h.tie, o, cves)
}

func result(l *leaf, t *tie, o opinion, cves []string) Result {
	return Result{Advisory: l.claim.Advisory, CVEs: cves, Claim: int(l.index), Finding: ward.Finding{Verdict: o.verdict, Reason: o.reason,
		Identity: t.rule, Version: o.rule, Leaf: l.claim.Leaf, Path: l.claim.Path, Detail: o.detail}}
}

// foldOne folds the hits of one advisory, sorted: a leaf that is only alike
// counts for nothing where another is the product; each vulnerability is
// decided by itself; affected before review before not affected.
func foldOne(hits []hit) (best *hit, cves []string) {
	hits = sameVariant(withoutAlike(hits))
	if len(hits) == 1 {
		return &hits[0], hits[0].leaf.claim.CVEs
	}
	for _, cve := range cvesOf(hits) {
		h := decide(hits, cve)
		if h == nil || best != nil && weigh(h.verdict) < weigh(best.verdict) {
			continue
		}
		if best == nil || weigh(h.verdict) > weigh(best.verdict) {
			best, cves = h, nil
		}
		if cve != "" {
			cves = append(cves, cve)
		}
	}
	return best, cves
}

// withoutAlike leaves the leaves that are only alike out where another one is the
// product. If that one speaks of other versions alone, the row may be one of the
// others after all: they stay, for a person.
func withoutAlike(hits []hit) []hit {
	n, outside := 0, true
	for n < len(hits) && hits[n].tie.order() < rankWeak {
		outside = outside && hits[n].reason == ReasonOutside
		n++
	}
	if n == 0 || outside {
		return hits
	}
	return hits[:n]
}

// sameVariant leaves the leaves of other variants out where one is of the very
// variant that the inventory puts in brackets.
func sameVariant(hits []hit) []hit {
	if !slices.ContainsFunc(hits, func(h hit) bool { return h.tie.aside > 0 }) {
		return hits
	}
	return slices.DeleteFunc(hits, func(h hit) bool { return h.tie.aside < 0 })
}

// weigh orders verdicts: not affected, review, affected.
func weigh(v ward.Verdict) int {
	switch v {
	case ward.Affected:
		return 2
	case ward.Review:
		return 1
	}
	return 0
}

// cvesOf lists the vulnerabilities of all hits, sorted; "" stands for hits
// without any.
func cvesOf(hits []hit) []string {
	same := hits[0].leaf.claim.CVEs
	if len(same) > 0 && !slices.ContainsFunc(hits[1:], func(h hit) bool { return !slices.Equal(h.leaf.claim.CVEs, same) }) {
		return same
	}
	var out []string
	for i := range hits {
		if len(hits[i].leaf.claim.CVEs) == 0 {
			out = append(out, "")
		}
		out = append(out, hits[i].leaf.claim.CVEs...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (h *hit) about(cve string) bool {
	if cve == "" {
		return len(h.leaf.claim.CVEs) == 0
	}
	_, ok := slices.BinarySearch(h.leaf.claim.CVEs, cve)
	return ok
}

// specificity of a leaf: a listed version is more than a bounded range, and
// that more than "all versions".
func (l *leaf) specificity() int {
	switch {
	case l.listn:
		return 3
	case !l.all && !l.bad:
		return 2
	}
	return 1
}

// decide folds the hits about one vulnerability; nil if there are none. Where
// one leaf says affected and another says fixed or not affected of the same
// version, the more specific one is right, and equal ones are a conflict for a
// person.
func decide(hits []hit, cve string) *hit {
	var x said
	for i := range hits {
		if h := &hits[i]; h.about(cve) {
			x.add(h)
		}
	}
	if x.below != nil && x.outside != nil && !x.outside.leaf.listn {
		x.below = nil // another leaf says which versions are affected
	}
	if x.review == nil {
		x.review = x.below
	}
	switch {
	case x.affected != nil && x.stated != nil:
		return settle(x.affected, x.stated)
	case x.affected != nil && (x.beyond == nil || x.affected.leaf.specificity() > 1):
		return x.affected
	case x.stated != nil && (x.review == nil || x.stated.decisive()):
		return x.stated
	case x.beyond != nil && (x.review == nil || x.below == nil && x.beyond.decisive()):
		return x.beyond
	case x.review != nil:
		return x.review
	}
	return x.outside
}

// said is what the hits about one vulnerability say. Later than one fixed version
// and older than another, as of two release branches, is for a person; a leaf that
// says which versions are affected goes before both.
type said struct{ affected, stated, beyond, below, review, outside *hit }

func (x *said) add(h *hit) {
	switch {
	case h.verdict == ward.Affected:
		x.affected = moreSpecific(x.affected, h)
	case h.verdict == ward.Review && h.reason == ReasonBelowFixed:
		x.below = h
	case h.verdict == ward.Review:
		if x.review == nil {
			x.review = h
		}
	case h.beyond:
		x.beyond = moreSpecific(x.beyond, h)
	case h.reason != ReasonOutside && h.reason != ReasonDecidedNotAffected:
		x.stated = moreSpecific(x.stated, h)
	case x.outside == nil || x.outside.leaf.listn:
		x.outside = h
	}
}

// decisive reports whether a statement that a version is not affected outweighs
// doubts of other leaves: it is of the very product, and of a version that it lists.
func (h *hit) decisive() bool { return h.leaf.listn && !h.tie.weak }

func moreSpecific(a, b *hit) *hit {
	if a == nil || b.leaf.specificity() > a.leaf.specificity() {
		return b
	}
	return a
}

func settle(affected, stated *hit) *hit {
	switch c := affected.leaf.specificity() - stated.leaf.specificity(); {
	case c > 0:
		return affected
	case c < 0:
		return stated
	}
	h := *affected
	h.verdict, h.reason, h.other = ward.Review, ReasonConflict, stated
	return &h
}
