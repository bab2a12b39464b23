package alert

import (
	"cmp"
	"slices"
	"time"

	"ward"
)

// Reasons for telling an organisation, kept with the alert and shown to people
// under the key "alert.why." + reason.
const (
	WhyNew       = "new"       // the advisory is new here
	WhyRevised   = "revised"   // what to do about a product that is held has changed
	WhyExploited = "exploited" // attackers use it now
	WhyInventory = "inventory" // a product came into the inventory
	WhyDecided   = "decided"   // an analyst decided what was to be reviewed
	WhyWithdrawn = "withdrawn" // the advisory was withdrawn
	WhyGone      = "gone"      // nothing is held any more
)

// standing is what is stored of one organisation's alert.
type standing struct {
	OrgNo    int64
	State    State
	Affected int
	Review   int
	Round    int64
	Due      time.Time
	// Addressed says that the Centre spoke to this organisation, whatever it holds.
	Addressed bool
}

// stake is why an organisation is concerned now: what it holds, and whether the
// Centre speaks to it.
type stake struct {
	ward.Holding
	Addressed bool
}

// change is what a new matching means for one organisation.
type change struct {
	Kind     changeKind
	State    State
	Affected int
	Review   int
	Due      time.Time
	Why      string

	Addressed bool
}

type changeKind int8

const (
	keep   changeKind = iota // nothing to write
	count                    // only the numbers changed, or the due time came nearer
	raise                    // a new alert
	reopen                   // tell again: something material changed
	finish                   // close: nothing is left to do
)

// news is what happened to the issue since it was last matched.
type news struct {
	Now       time.Time
	Why       string // WhyNew, WhyRevised, WhyInventory, WhyDecided
	Urgency   Urgency
	Worse     bool // exploitation rose
	Graver    bool // severity rose
	Revised   bool // the advisory that was matched has a new revision
	Face      bool // what people see of the issue is another now
	Said      bool // what the Centre tells its readers to do is new or has changed
	Withdrawn bool
	Retracted bool // the advisory that was matched was withdrawn; others of the issue may stand
}

// decide is the whole rule of telling: had is nil for an organisation without
// an alert; now is what it holds and whether the Centre addresses it; touched says that what to do about something
// it holds is new or changed. An unchanged remedy never tells again (CSAF 2.0
// clause 9.1.13 (4)).
func decide(had *standing, now stake, touched bool, n news) change {
	holds := (now.Affected+now.Review > 0 || now.Addressed) && !n.Withdrawn
	c := change{Affected: now.Affected, Review: now.Review, Why: n.Why, Addressed: now.Addressed}
	switch {
	case had == nil && !holds:
		return change{Kind: keep}
	case had == nil:
		c.Kind, c.State, c.Due = raise, Unseen, n.Now.Add(n.Urgency.Within())
		return c
	case !holds:
		return had.end(c, n)
	}
	c.State, c.Due = had.State, had.Due
	grew := now.Affected > had.Affected // a review that became affected, or more devices
	tell := touched && (n.Why != WhyInventory || grew) || n.Worse || n.Said
	due := n.Now.Add(n.Urgency.Within())
	switch {
	case tell:
		c.Kind, c.State, c.Due = reopen, Unseen, due
		if n.Worse {
			c.Why = WhyExploited
		}
	case had.State == Obsolete: // held again, or no longer withdrawn
		c.Kind, c.State, c.Due = reopen, Unseen, due
	case had.State.Open() && due.Before(had.Due): // rated worse: no news to tell, but less time
		c.Kind, c.Due = count, due
	case had.same(c):
		c.Kind = keep
	default:
		c.Kind = count
	}
	return c
}

// same reports whether nothing that is stored differs.
func (s *standing) same(c change) bool {
	return s.Affected == c.Affected && s.Review == c.Review && s.Addressed == c.Addressed
}

// end closes an alert whose matter is gone; one that a person has closed keeps
// what the person said.
func (s *standing) end(c change, n news) change {
	if !s.State.Open() {
		if s.same(c) {
			return change{Kind: keep}
		}
		c.Kind, c.State, c.Due = count, s.State, s.Due
		return c
	}
	c.Kind, c.State, c.Why = finish, Obsolete, WhyGone
	if n.Withdrawn || n.Retracted && s.Addressed {
		c.Why = WhyWithdrawn
	}
	return c
}

// match is one verdict of one advisory as it is stored, with the fingerprint of
// its remedy. The finding is never written to once it is here: an advisory about a
// common product has ten thousand, and they go from list to list.
type match struct {
	Advisory ward.AdvisoryID
	*ward.ProductFinding
	Remedy string
}

// byProduct is the order in which matches of one advisory are kept.
func byProduct(a, b match) int { return cmp.Compare(a.Product, b.Product) }

func (m match) equal(o match) bool {
	return m.Product == o.Product && m.Finding == o.Finding && m.Remedy == o.Remedy && slices.Equal(m.CVEs, o.CVEs)
}

// renewed are the verdicts of one advisory after a matching: what was seen
// before and is no longer found goes, and so does what is not affected, as
// nobody need know. Verdicts that came in while the matching ran are not in seen
// and stay. All three are in the order of Product, and so is the answer.
func renewed(before []match, seen []ward.ProductID, found []match) []match {
	out := make([]match, 0, len(before)+len(found))
	for _, m := range found {
		if m.Finding.Verdict != ward.NotAffected {
			out = append(out, m)
		}
	}
	fresh := len(out)
	for _, m := range before {
		_, again := slices.BinarySearchFunc(found, m, byProduct)
		if _, gone := slices.BinarySearch(seen, m.Product); !again && !gone {
			out = append(out, m)
		}
	}
	if fresh < len(out) {
		slices.SortFunc(out, byProduct)
	}
	return out
}

// touched lists the products whose holders must be told, by comparing what was
// stored with what is found now: a new verdict that concerns them, a verdict
// that became affected, or another remedy. before is in the order of Product;
// the answer is sorted.
func touched(before, after []match) []ward.ProductID {
	var out []ward.ProductID
	for _, m := range after {
		if m.Finding.Verdict == ward.NotAffected {
			continue
		}
		at, had := slices.BinarySearchFunc(before, m, byProduct)
		if !had || before[at].Finding.Verdict == ward.NotAffected ||
			m.Finding.Verdict == ward.Affected && before[at].Finding.Verdict == ward.Review || before[at].Remedy != m.Remedy {
			out = append(out, m.Product)
		}
	}
	slices.Sort(out)
	return out
}

// worst folds the findings of several advisories of one issue: each product
// counts once, with its worst verdict; of equals the first. In the order of Product.
func worst(all []match) []match {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b match) int {
		return cmp.Or(byProduct(a, b), verdictRank[b.Finding.Verdict]-verdictRank[a.Finding.Verdict])
	})
	return slices.CompactFunc(out, func(a, b match) bool { return a.Product == b.Product })
}

// verdicts are what of matches decides who is counted.
func verdicts(all []match) []ward.ProductVerdict {
	out := make([]ward.ProductVerdict, len(all))
	for i, m := range all {
		out[i] = ward.ProductVerdict{Product: m.Product, Verdict: m.Finding.Verdict}
	}
	return out
}

var verdictRank = map[ward.Verdict]int{ward.NotAffected: 0, ward.Review: 1, ward.Affected: 2}
