package alert

import (
	"time"

	"ward"
	"ward/detect/alert/escalation"
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
	Urgency   escalation.Urgency
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
