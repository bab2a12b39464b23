// Package stand is where an organisation stands with an alert: the states, the
// steps that a person may take between them, and the rule of telling, by which news
// of an issue opens, counts or ends an alert. It knows no database and no clock.
package stand

import "slices"

// State is where an organisation stands with an alert.
type State string

// States of an alert. Unseen to Done is the ordinary way; Obsolete is set by the
// house when nothing is held any more or the advisory was withdrawn.
const (
	Unseen        State = "new"
	Acknowledged  State = "acknowledged"
	Applicable    State = "applicable"
	NotApplicable State = "not_applicable"
	InProgress    State = "in_progress"
	Done          State = "done"
	RiskAccepted  State = "risk_accepted"
	Obsolete      State = "obsolete"
)

// next is the table of transitions that a person may make.
var next = map[State][]State{
	Unseen:        {Acknowledged, Applicable, NotApplicable, InProgress, Done, RiskAccepted},
	Acknowledged:  {Applicable, NotApplicable, InProgress, Done, RiskAccepted},
	Applicable:    {NotApplicable, InProgress, Done, RiskAccepted},
	InProgress:    {Applicable, NotApplicable, Done, RiskAccepted},
	NotApplicable: {Applicable, InProgress},
	Done:          {InProgress},
	RiskAccepted:  {InProgress, Done},
	Obsolete:      {},
}

// Next lists the states that a person may choose from s, in the order shown.
func (s State) Next() []State { return next[s] }

// May reports whether a person may move an alert from s to t.
func (s State) May(t State) bool { return slices.Contains(next[s], t) }

// Open reports whether something is still to be done in s.
func (s State) Open() bool {
	switch s {
	case Unseen, Acknowledged, Applicable, InProgress:
		return true
	}
	return false
}

// AssetStates are those that a single asset can be given; CSAF 2.0 clause
// 9.1.13 (3) asks for not remediated (applicable), in progress and done.
func AssetStates() []State { return []State{Applicable, InProgress, Done, NotApplicable, RiskAccepted} }

// NeedsReason reports whether moving to s wants a word why: it ends the work
// without a remedy.
func (s State) NeedsReason() bool { return s == NotApplicable || s == RiskAccepted }
