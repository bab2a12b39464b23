package ransom

import (
	"slices"
	"time"

	"ward"
)

// Member is somebody of the hospital who was named for a record.
type Member struct {
	Person ward.PersonID
	Name   string
	By     string // name of who named him
	At     time.Time
}

// Record is what is known of one demand.
type Record struct {
	Incident string // id: a record belongs to one
	Number   string // of the incident
	Org      ward.OrgID
	OrgName  string
	Country  ward.Country
	Version  int64
	Opened   time.Time
	Saved    time.Time
	SavedBy  string
	Shared   time.Time // zero: the country's team does not see it
	SharedBy string
	Circle   []Member
	Answers  Answers
	Limit    Limit
}

// Object is r as the policies see it.
func (r Record) Object() ward.Object {
	o := ward.Object{Kind: "ransom", ID: r.Incident, Org: r.Org, Country: r.Country, Shared: !r.Shared.IsZero()}
	for _, m := range r.Circle {
		o.Circle = append(o.Circle, m.Person)
	}
	return o
}

// Decision is whether something was paid, as far as is known.
func (r Record) Decision() string {
	if d := r.Answers["decision"]; d != "" {
		return d
	}
	return Deciding
}

// Change is one answer that a save changed; empty means not known.
type Change struct {
	Question      Question
	Before, After string
}

// Version is one save.
type Version struct {
	Number  int64
	At      time.Time
	By      string
	Changes []Change
}

// changes lists what differs, in the order of the form.
func changes(before, after Answers) []Change {
	var out []Change
	for _, q := range Questions() {
		if before[q.ID] != after[q.ID] {
			out = append(out, Change{q, before[q.ID], after[q.ID]})
		}
	}
	return out
}

// Look is one act that concerns a record: who opened it, named somebody or gave it on.
type Look struct {
	At     time.Time
	Person string
	Team   string // of the authority; empty for the hospital's own people
	Act    string
}

// acts are those that the circle sees, as they stand in the audit log.
var acts = []string{actLook, actDocument, actLog, actTeam, actName, actDrop, actGive, actTake, actSave}

const (
	actLook     = "look"
	actDocument = "document"
	actLog      = "history"
	actTeam     = "team"
	actName     = "name"
	actDrop     = "drop"
	actGive     = "give"
	actTake     = "take"
	actSave     = "save"
)

func known(act string) bool { return slices.Contains(acts, act) }
