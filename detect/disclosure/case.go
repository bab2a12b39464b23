package disclosure

import (
	"fmt"
	"slices"
	"time"

	"ward"
)

// State is where a case stands.
type State string

// States of a case, in the order of its way (CERT Guide to CVD, chapter 4).
const (
	Received     State = "received"
	Triaged      State = "triaged"      // it is a weakness and ours to coordinate
	Coordinating State = "coordinating" // the maker works on it, under a day of publication
	Published    State = "published"    // as an alert of the Centre
	Closed       State = "closed"       // for a reason, see Outcomes
)

// States lists them.
func States() []State { return []State{Received, Triaged, Coordinating, Published, Closed} }

// next is the table of transitions. Published is reached by the house alone,
// when the alert that was begun from the case is out.
var next = map[State][]State{Received: {Triaged, Closed}, Triaged: {Coordinating, Closed, Published},
	Coordinating: {Closed, Published}, Closed: {Triaged, Published}}

// May reports whether a case may go from s to t.
func (s State) May(t State) bool { return slices.Contains(next[s], t) }

// Open reports whether something is still to be done.
func (s State) Open() bool { return s == Received || s == Triaged || s == Coordinating }

// Draftable reports whether an alert can be begun from a case in s.
func (s State) Draftable() bool { return s == Triaged || s == Coordinating }

// Source is what the reporter is.
type Source string

// Sources of reports.
const (
	Researcher Source = "researcher"
	Maker      Source = "maker"
	Provider   Source = "provider" // somebody of a hospital or practice
	Somebody   Source = "somebody"
)

// Sources lists them.
func Sources() []Source { return []Source{Researcher, Provider, Maker, Somebody} }

// Outcomes are the reasons for which a case is closed without an alert: endings
// of the key "disclosure.outcome.".
func Outcomes() []string {
	return []string{"no_weakness", "duplicate", "elsewhere", "fixed", "no_answer", "withdrawn", "junk"}
}

// Case is a report on its way, without anything of its confidence.
type Case struct {
	ID           string
	Number       string // "CVD-2026-001"
	Source       Source
	Org          ward.OrgID // of a maker who reported signed in; empty otherwise
	Lang         ward.Lang  // of the reporter
	State        State
	Edit         int64 // grows with each change
	Assignee     ward.PersonID
	AssigneeName string
	Received     time.Time
	Acknowledged time.Time // first word of a person of the Centre; zero before
	Triaged      time.Time
	Coordinated  time.Time
	Told         time.Time // the Centre's last word to the reporter
	Heard        time.Time // the reporter's last word
	Embargo      time.Time // when it is to be published; zero for not agreed
	Ended        time.Time
	Waits        bool   // the reporter owes an answer to a question
	Outcome      string // why it was closed
	Alert        string // "HSC-2026-001"
	AlertOpen    bool   // everybody may read the alert
	Link         int64  // which link of the reporter counts
	Due          time.Time
	DueStep      Step
	Summary      Summary
}

// MakeNumber writes the number of the nth case of a year. It is no secret.
func MakeNumber(year int, n int64) string { return fmt.Sprintf("CVD-%d-%03d", year, n) }

// reporter is who follows a case by its link, as the policies and the audit log
// know him: nothing that tells who he is.
func (c Case) reporter() ward.Actor {
	return ward.Actor{Person: c.reporterID(), Name: "reporter of " + c.Number, Role: ward.RoleReporter, Lang: c.Lang}
}

func (c Case) reporterID() ward.PersonID { return ward.PersonID("reporter-" + c.ID) }

// Object is c as the policies see it: the work of its reporter, and of the maker
// who reported it.
func (c Case) Object() ward.Object {
	return ward.Object{Kind: "disclosure", ID: c.ID, Org: c.Org, Authors: []ward.PersonID{c.reporterID()}}
}

// Summary is what may be published. An analyst edits it before it is.
type Summary struct {
	Title, Vendor, Product string
	Versions, Fixed        string // as people write them
	CVEs                   []string
	Severity               ward.Severity
	Exploited              ward.Exploitation
	Impact                 string // what somebody could do
	Patients               string // what it may do to patients
	Mitigation             string // what helps until it is fixed
	Credit                 string // name to be thanked under; empty for none
}

// Confidence is what never leaves the house.
type Confidence struct {
	Name         string
	Organisation string
	Email        string // empty for a reporter who stays unknown
	MailLink     bool   // mails to Email carry the link of the case
	Proof        string // how the weakness is shown
	Maker        string // whether and when the maker was told
	Plan         string // what the reporter means to publish himself, and when
	Reported     Summary
}

// Message is one word in the talk of a case.
type Message struct {
	ID     string
	At     time.Time
	Side   Side
	Person string // name of an analyst; empty for the reporter
	Text   string
}

// Side is who wrote a message.
type Side string

// Sides. A note is for the Centre alone.
const (
	FromReporter Side = "reporter"
	FromCentre   Side = "centre"
	Note         Side = "note"
)

// File is an attachment without its bytes.
type File struct {
	ID     string
	At     time.Time
	Size   int64 // bytes
	SHA256 string
	Name   string
}

// Entry is a line of a case's history. Detail is a word or a day, never text
// of somebody.
type Entry struct {
	At     time.Time
	Person string // name of an analyst; empty for house and reporter
	Kind   string // ending of the key "disclosure.entry."
	Detail string
}
