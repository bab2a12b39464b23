package stand

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
	WhySighted   = "sighted"   // the organisation's own sensors saw something
)

// Standing is what is stored of one organisation's alert.
type Standing struct {
	OrgNo    int64
	State    State
	Affected int
	Review   int
	Round    int64
	Due      time.Time
	// Addressed says that the Centre spoke to this organisation, whatever it holds.
	Addressed bool
}

// Stake is why an organisation is concerned now: what it holds, and whether the
// Centre speaks to it.
type Stake struct {
	ward.Holding
	Addressed bool
}

// Change is what a new matching means for one organisation.
type Change struct {
	Kind     Kind
	State    State
	Affected int
	Review   int
	Due      time.Time
	Why      string

	Addressed bool
}

// Kind is what is to be written of a change.
type Kind int8

// Kinds of changes.
const (
	Keep   Kind = iota // nothing to write
	Count              // only the numbers changed, or the due time came nearer
	Raise              // a new alert
	Reopen             // tell again: something material changed
	Finish             // close: nothing is left to do
)

// News is what happened to the issue since it was last matched.
type News struct {
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

// Decide is the whole rule of telling: had is nil for an organisation without
// an alert; now is what it holds and whether the Centre addresses it; touched says
// that what to do about something it holds is new or changed. An unchanged remedy
// never tells again (CSAF 2.0 clause 9.1.13 (4)).
func Decide(had *Standing, now Stake, touched bool, n News) Change {
	holds := (now.Affected+now.Review > 0 || now.Addressed) && !n.Withdrawn
	c := Change{Affected: now.Affected, Review: now.Review, Why: n.Why, Addressed: now.Addressed}
	switch {
	case had == nil && !holds:
		return Change{Kind: Keep}
	case had == nil:
		c.Kind, c.State, c.Due = Raise, Unseen, n.Now.Add(n.Urgency.Within())
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
		c.Kind, c.State, c.Due = Reopen, Unseen, due
		if n.Worse {
			c.Why = WhyExploited
		}
	case had.State == Obsolete: // held again, or no longer withdrawn
		c.Kind, c.State, c.Due = Reopen, Unseen, due
	case had.State.Open() && due.Before(had.Due): // rated worse: no news to tell, but less time
		c.Kind, c.Due = Count, due
	case had.same(c):
		c.Kind = Keep
	default:
		c.Kind = Count
	}
	return c
}

// same reports whether nothing that is stored differs.
func (s *Standing) same(c Change) bool {
	return s.Affected == c.Affected && s.Review == c.Review && s.Addressed == c.Addressed
}

// end closes an alert whose matter is gone; one that a person has closed keeps
// what the person said.
func (s *Standing) end(c Change, n News) Change {
	if !s.State.Open() {
		if s.same(c) {
			return Change{Kind: Keep}
		}
		c.Kind, c.State, c.Due = Count, s.State, s.Due
		return c
	}
	c.Kind, c.State, c.Why = Finish, Obsolete, WhyGone
	if n.Withdrawn || n.Retracted && s.Addressed {
		c.Why = WhyWithdrawn
	}
	return c
}
