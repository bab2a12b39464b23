package bulletin

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ward"
)

// State is where a revision of an alert stands.
type State string

// States of a revision, in the order of its way.
const (
	Draft     State = "draft"
	Submitted State = "submitted" // waits for a second person
	Approved  State = "approved"  // waits for its time
	Published State = "published"
	Dropped   State = "dropped" // given up; a number that it has is not given again
)

// next is the table of transitions. Published is reached by the house alone,
// once the time has come.
var next = map[State][]State{Draft: {Submitted, Dropped}, Submitted: {Draft, Approved}, Approved: {Draft, Published}}

// May reports whether a revision may go from s to t.
func (s State) May(t State) bool { return slices.Contains(next[s], t) }

// Open reports whether a revision in s is still being worked on.
func (s State) Open() bool { return s == Draft || s == Submitted || s == Approved }

// Bulletin is one alert of the Centre over all its revisions.
type Bulletin struct {
	ID        string
	Number    string // "HSC-2026-001"; empty before the first submission
	Live      int    // version that is published, 0 for none
	Withdrawn bool   // the live version takes it back
	Origin    string // id of the case that it came from; empty for none
	Created   time.Time
}

// Revision is one version of an alert.
type Revision struct {
	ID        string
	Bulletin  string
	Version   int // counts from 1
	State     State
	Content   Content
	Edit      int64 // grows with each change; a change names the one it saw
	Authors   []ward.PersonID
	Submitted time.Time
	By        string    // name of who submitted it
	Approver  string    // name of the second person
	PublishAt time.Time // zero is at once
	Published time.Time
	Updated   time.Time
	// Orgs and Countries count who was addressed when it was published.
	Orgs, Countries int
}

// Object is r as the policies see it.
func (r Revision) Object() ward.Object {
	return ward.Object{Kind: "bulletin", ID: r.Bulletin, Authors: r.Authors}
}

// MakeNumber writes the number of the nth alert of a year.
func MakeNumber(year int, n int64) string { return fmt.Sprintf("HSC-%d-%03d", year, n) }

// Content is what the Centre writes: the one source of document, page, mail and feed.
type Content struct {
	Text       ward.Guidance // in the original language
	Severity   ward.Severity
	Exploited  ward.Exploitation
	TLP        ward.TLP
	Weaknesses []Weakness
	Products   []Product
	References []Reference
	Credits    []string // names under which reporters wished to be thanked
	Audience   ward.Audience
	// Translations stand in the order of their languages.
	Translations []Translation
	Change       string // what is new in this revision, for its history
	Withdrawn    bool   // this revision takes the alert back; Change is the reason
}

// Weakness is one CVE with an optional CVSS 3.x vector.
type Weakness struct{ CVE, Vector string }

// Product is what the alert speaks of. Versions is a range or one version as
// people write it; Fixed is the version that mends it, if there is one.
type Product struct{ Vendor, Name, Versions, Fixed string }

// Reference is a link with its words.
type Reference struct{ URL, Summary string }

// Stage is how far a translation is.
type Stage string

// Stages of a translation. Only reviewed ones leave the house.
const (
	Missing  Stage = "missing"
	Drafted  Stage = "draft"
	Stale    Stage = "stale" // the original has changed since
	Reviewed Stage = "reviewed"
)

// Translation is the text in another language.
type Translation struct {
	Text     ward.Guidance
	Reviewed bool
	Reviewer string // name
	Of       string // fingerprint of the original that it was made of
}

// StageOf tells how far the translation into lang is.
func (c Content) StageOf(lang ward.Lang) Stage {
	for _, t := range c.Translations {
		switch {
		case t.Text.Lang != lang:
		case t.Of != fingerprint(c.Text):
			return Stale
		case t.Reviewed:
			return Reviewed
		default:
			return Drafted
		}
	}
	return Missing
}

// Languages lists what an alert can be translated into.
func (c Content) Languages() []ward.Lang {
	return slices.DeleteFunc(ward.Languages(), func(l ward.Lang) bool { return l == c.Text.Lang })
}

// Guidance is what leaves the house: the original and its reviewed translations.
func (c Content) Guidance() []ward.Guidance {
	out := []ward.Guidance{c.Text}
	for _, t := range c.Translations {
		if c.StageOf(t.Text.Lang) == Reviewed {
			out = append(out, t.Text)
		}
	}
	return out
}

// fingerprint is equal for texts that say the same; blanks do not count.
func fingerprint(g ward.Guidance) string {
	all := []string{g.Title, g.Summary, g.Patients, g.IT, g.Devices, g.Practice}
	for i, s := range all {
		all[i] = strings.Join(strings.Fields(s), " ")
	}
	return hash(strings.Join(all, "\x00"))
}

// Entry is a line of an alert's history.
type Entry struct {
	At      time.Time
	Person  string // name at that time; empty for the house
	Kind    string // ending of the key "bulletin.entry."
	Version int
	Comment string
}
