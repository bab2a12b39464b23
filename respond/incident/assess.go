package incident

import (
	"cmp"
	"slices"
	"time"

	"ward"
	"ward/format/rule"
)

// Picture is what the law says of a report at a moment.
type Picture struct {
	Assessment *rule.Assessment
	Reasons    []Why       // the answers that made the incident significant, or not; empty while open
	Clocks     []rule.Duty // what the organisation owes, the most urgent first
	Base       time.Time   // "became aware", from which clocks run; zero when not given
}

// Why is one answer that decided.
type Why struct {
	ID     string // fact or field
	Title  string // of the fact, in the reader's language or English
	Value  string
	Test   string // the test that it met, in words
	TestID string // of that test
	Source string // article or guideline of the test
}

// Assess asks the law about a report. at is now; lang is the reader's.
func (c Catalogue) Assess(r Report, s ward.Standing, lang ward.Lang, at time.Time) (Picture, error) {
	facts := c.facts(r.Answers)
	facts["reporting_reason"] = string(r.Reason)
	i := rule.Incident{Answers: facts, Sent: r.sent(), Requested: r.requested(), Cause: r.Answers["root_cause"].Text}
	a, err := rule.Evaluate(c.Book, profileOf(s, lang), i, at)
	if err != nil {
		return Picture{}, err
	}
	p := Picture{Assessment: a, Base: r.Answers["aware_at"].Time(), Clocks: clocks(a)}
	if r.Reason == Incident {
		p.Reasons = decided(a.Significant)
	}
	return p, nil
}

// decided lists the answers at the ends of a settled verdict, each once.
func decided(v rule.Verdict) []Why {
	if v.Value == rule.Unknown.String() {
		return nil
	}
	var out []Why
	var down func(w, test rule.Why)
	down = func(w, test rule.Why) {
		if len(w.Because) > 0 && w.Title != "" && w.Source != "" {
			test = w
		}
		for _, b := range w.Because {
			down(b, test)
		}
		known := slices.ContainsFunc(out, func(x Why) bool { return x.ID == w.Text })
		if len(w.Because) == 0 && w.Title != "" && w.Code != rule.CodeAssumed && !known {
			out = append(out, Why{ID: w.Text, Title: w.Title, Value: w.Value, Test: test.Title, TestID: test.Text, Source: test.Source})
		}
	}
	down(v.Why, rule.Why{})
	return out
}

// urgency orders states as a person on duty needs them.
var urgency = map[rule.State]int{rule.Overdue: 1, rule.AtOnce: 2, rule.Running: 3, rule.Waiting: 4, rule.OnDemand: 5, rule.Open: 6, rule.Done: 7}

// clocks are the organisation's own duties that run, may run, or are done. What
// does not apply, proposals and offers are left out.
func clocks(a *rule.Assessment) []rule.Duty {
	var out []rule.Duty
	for _, d := range a.Duties {
		if d.By == "organisation" && urgency[d.State] > 0 && d.Stage != rule.Keep {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(x, y rule.Duty) int {
		return cmp.Or(cmp.Compare(dueOf(x), dueOf(y)), cmp.Compare(urgency[x.State], urgency[y.State]))
	})
	return out
}

// dueOf sorts what is done and what has no end behind the running clocks.
func dueOf(d rule.Duty) int64 {
	const never = 1 << 62
	switch {
	case d.Sent != nil:
		return never + 1
	case d.Due != nil:
		return d.Due.Unix()
	case d.State == rule.AtOnce:
		return 0
	}
	return never
}

// NextClock is the one to look at: the first with an end that is not done.
func (p Picture) NextClock() (rule.Duty, bool) {
	for _, d := range p.Clocks {
		if d.Sent == nil && d.Due != nil {
			return d, true
		}
	}
	return rule.Duty{}, false
}

// duty finds one of the assessment; nil when there is none.
func (p Picture) duty(id string) *rule.Duty {
	for i := range p.Assessment.Duties {
		if p.Assessment.Duties[i].ID == id {
			return &p.Assessment.Duties[i]
		}
	}
	return nil
}

// Way is how a receiver gets a report.
type Way string

// Ways. Portal and File wait for a person who carries the document there and says so.
const (
	Platform Way = "platform" // the country's team reads it here
	Mail     Way = "mail"
	Portal   Way = "portal"
	File     Way = "file" // nothing is known but the receiver itself
)

// Addressee is one receiver of a stage, with the duties that it fulfils.
type Addressee struct {
	Key    string // country and authority: what makes two receivers one
	Role   string
	Name   string // empty: the country pack does not know it
	Title  string // of the role
	Way    Way
	Portal string
	Email  string
	Lang   ward.Lang
	Duties []string
	// Confidence is how sure the pack is of the address.
	Confidence rule.Confidence
}

// Addressees are those who get a stage: the receivers of its duties that surely
// apply, of earlier stages that were left out, and always the one for NIS2, to
// whom everybody may report (Art. 30). team says whether the country's team
// works in this house.
func (p Picture) Addressees(stage rule.Stage, team bool) []Addressee {
	var out []Addressee
	for _, d := range p.Assessment.Duties {
		if d.Applies != rule.Yes || !p.carries(d, stage) {
			continue
		}
		for _, r := range d.Receivers {
			out = join(out, r, d.ID, team)
		}
	}
	if !slices.ContainsFunc(out, func(a Addressee) bool { return a.Role == "nis2_report" }) {
		if d := p.duty("N8"); d != nil {
			for _, r := range d.Receivers {
				out = join(out, r, d.ID, team)
			}
		}
	}
	// A duty under NIS2 of which it is open whether it applies is fulfilled as well, as
	// its receiver gets the report anyway; nobody gets one for such a duty alone. One of
	// another law stays open: the report does not say yet what that law asks.
	for _, d := range p.Assessment.Duties {
		for _, r := range d.Receivers {
			known := slices.ContainsFunc(out, func(a Addressee) bool { return a.Key == keyOf(r) })
			if known && r.Role == "nis2_report" && d.Applies == rule.Unknown && p.carries(d, stage) {
				out = join(out, r, d.ID, team)
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Addressee) int { return cmp.Compare(last(x), last(y)) })
	return out
}

// last puts the one who helps before the others.
func last(a Addressee) int {
	if a.Role == "nis2_report" {
		return 0
	}
	return 1
}

// carries reports whether sending a stage fulfils a duty, if it applies.
func (p Picture) carries(d rule.Duty, stage rule.Stage) bool {
	if d.By != "organisation" || d.Applies == rule.No || d.State == rule.NotLaw || d.State == rule.Done || rank(d.Stage) == 0 {
		return false
	}
	if d.Stage == rule.Intermediate && d.State == rule.Waiting { // for what has not happened: nothing to tell yet
		return false
	}
	// Nothing can follow a final report: it answers as well what was asked or due before.
	left := rank(d.Stage) < rank(stage) && (rank(d.Stage) <= rank(rule.Notification) || d.Stage == rule.Intermediate && d.Due != nil)
	return d.Stage == stage || left
}

// keyOf makes two receivers one: the same authority of the same country.
func keyOf(r rule.Receiver) string { return r.Country + "/" + cmp.Or(r.ID, r.Role) }

// join adds a receiver, or a duty to one that is there.
func join(list []Addressee, r rule.Receiver, duty string, team bool) []Addressee {
	key := keyOf(r)
	for i := range list {
		if list[i].Key == key {
			if !slices.Contains(list[i].Duties, duty) {
				list[i].Duties = append(list[i].Duties, duty)
			}
			if r.Role == "nis2_report" {
				list[i].Role = r.Role
				if team { // whatever law named it first
					list[i].Way = Platform
				}
			}
			return list
		}
	}
	a := Addressee{Key: key, Role: r.Role, Name: r.Name, Title: r.Title, Portal: r.Portal, Email: r.Email, Lang: ward.English, Duties: []string{duty}, Confidence: r.Confidence}
	if len(r.Languages) > 0 {
		a.Lang, _ = ward.ParseLang(r.Languages[0])
	}
	switch {
	case r.Role == "nis2_report" && team:
		a.Way = Platform
	case r.Portal != "":
		a.Way = Portal
	case r.Email != "":
		a.Way = Mail
	default:
		a.Way = File
	}
	return append(list, a)
}

// dutyTitle is what people call a duty of a country; its id where nobody has a name.
func (c Catalogue) dutyTitle(country ward.Country, id string, lang ward.Lang) string {
	for _, r := range c.Book.Law(country) {
		if r.ID == id {
			return r.Title.In(string(lang))
		}
	}
	return id
}
