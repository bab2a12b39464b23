package sensor

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"ward"
	"ward/format/plain"
)

// State is where a collection stands.
type State string

// States of a collection. A CSIRT publishes its own; the Centre's waits for a
// second person. What was withdrawn leaves every bundle at once.
const (
	Draft     State = "draft"
	Submitted State = "submitted"
	Published State = "published"
	Withdrawn State = "withdrawn"
)

// next is the table of transitions. A published collection goes back to a draft
// to be changed, and is published anew; until then nobody gets it.
var next = map[State][]State{Draft: {Submitted, Published, Withdrawn}, Submitted: {Draft, Published}, Published: {Draft, Withdrawn}, Withdrawn: {Draft}}

// May reports whether a collection may go from s to t.
func (s State) May(t State) bool { return slices.Contains(next[s], t) }

// Head is what is said of a collection as a whole.
type Head struct {
	Title    string
	Summary  string // what it is about
	Advice   string // what to do where one of it is seen
	Source   string // who says so: a report, a case, a partner
	Lang     ward.Lang
	TLP      ward.TLP
	Severity ward.Severity // of an indicator that is seen; a rule has its own level
}

// Collection is a set of indicators, rules and harmless values that is given
// out together.
type Collection struct {
	ID      string
	Org     ward.OrgID   // whose it is
	Country ward.Country // for whom; empty for everybody
	Head
	State     State
	Edit      int64 // grows with each change; a change names the one it saw
	Authors   []ward.PersonID
	Reason    string // why it was withdrawn or given back
	Published time.Time
	Updated   time.Time
	// Counts of what is in it.
	Indicators, Rules, Harmless int
}

// Object is c as the policies see it.
func (c Collection) Object() ward.Object {
	return ward.Object{Kind: "collection", ID: c.ID, Org: c.Org, Country: c.Country, TLP: c.TLP, Marked: true, Authors: c.Authors}
}

// Kind is what an item of a collection is.
type Kind string

// Kinds of items. Harmless values are what a sensor must not take for a sign of
// an attack, whoever lists them.
const (
	Indicator Kind = "indicator"
	Rule      Kind = "rule"
	Harmless  Kind = "harmless"
)

// Item is one indicator, rule or harmless value. Its id is the subject of sightings.
type Item struct {
	ID         string
	Collection string
	Kind       Kind
	Type       string // of an indicator, as format/indicator names it; of a rule "sigma"
	Value      string // canonical; of a rule its id in the rule's own text
	Covers     bool   // a domain covers what is below it
	Ref        string // its id or title in the list that it came from
	Title      string // of a rule
	Level      string // of a rule
	Author     string // of a rule, as its text says
	YAML       string // of a rule
}

// Bounds of what is kept. They keep a bundle small enough to be pulled by every
// hospital each day.
const (
	maxTitle      = 150
	maxText       = 4000
	maxLine       = 300
	MaxIndicators = 20_000 // of one collection
	MaxRules      = 500
	MaxUpload     = 8 << 20 // bytes of one list
)

func invalid(key, field string, args ...string) error {
	return ward.Fail(ward.Invalid, "sensor.error."+key, args...).At(field)
}

func (h Head) tidy() Head {
	h.Title, h.Source = plain.Line(h.Title), plain.Line(h.Source)
	h.Summary, h.Advice = plain.Text(h.Summary), plain.Text(h.Advice)
	if h.Lang == "" {
		h.Lang = ward.English
	}
	return h
}

func (h Head) check() error {
	long := func(field, s string, most int) error {
		return ward.When(len([]rune(s)) > most, invalid("long", field, "max", strconv.Itoa(most)))
	}
	_, known := ward.ParseLang(string(h.Lang))
	return errors.Join(ward.When(h.Title == "", invalid("title", "title")), long("title", h.Title, maxTitle),
		long("summary", h.Summary, maxText), long("advice", h.Advice, maxText), long("source", h.Source, maxLine),
		ward.When(!known, invalid("lang", "lang")),
		ward.When(h.TLP < ward.TLPAmberStrict || h.TLP > ward.TLPClear, invalid("tlp", "tlp")), // RED is for named people, a bundle for machines
		ward.When(h.Severity < ward.SeverityLow || h.Severity > ward.SeverityCritical, invalid("severity", "severity")))
}

// complete says what a collection lacks before it can be given out.
func (c Collection) complete() error {
	switch {
	case c.Source == "":
		return invalid("source", "source")
	case c.Indicators+c.Rules+c.Harmless == 0:
		return invalid("empty", "text")
	}
	return nil
}
