package incident

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/format/plain"
	"ward/format/rule"
	"ward/kit/i18n"
)

// Answer is what somebody said to one question. The zero value is none.
type Answer struct {
	Text    string `json:"text,omitempty"`    // lists have a line for each item; times are RFC 3339 in UTC
	Unknown bool   `json:"unknown,omitempty"` // "I don't know yet", which is an answer
}

// IsZero reports whether nobody answered.
func (a Answer) IsZero() bool { return a == Answer{} }

// Items are the entries of a list.
func (a Answer) Items() []string {
	if a.Text == "" {
		return nil
	}
	return strings.Split(a.Text, "\n")
}

// Time is the moment of an answer of KindTime; zero when there is none.
func (a Answer) Time() time.Time {
	t, _ := time.Parse(time.RFC3339, a.Text) // stored by read
	return t
}

// Answers are those of a report, by the id of the question: a field of the
// catalogue, or a fact that only the rules ask for.
type Answers map[string]Answer

// Marking is that of a report: what it says, AMBER when it says nothing, and RED for
// a word that nobody understood. Every document of the report bears it.
func (a Answers) Marking() ward.TLP {
	x := a["marking"]
	if x.Text == "" {
		return ward.TLPAmber
	}
	t, _ := ward.ParseTLP(x.Text)
	return t
}

// Kind is how a question is answered.
type Kind string

// Kinds.
const (
	KindLine   Kind = "line"
	KindText   Kind = "text" // several lines
	KindChoice Kind = "choice"
	KindList   Kind = "list" // some of Values, or free lines when there are none
	KindTime   Kind = "time"
	KindNumber Kind = "number"
	KindMoney  Kind = "money" // whole euro
	KindYesNo  Kind = "yesno"
)

// Question is something that a report may say.
type Question struct {
	ID     string
	Kind   Kind
	Values []string
	Title  rule.Text
	Source string // article or guideline that wants it
}

// Countries reports whether a person answers with codes of countries.
func (q Question) Countries() bool {
	return q.ID == "affected_countries" || q.ID == "countries_available"
}

// Bounds of an answer.
const (
	maxLine  = 500
	maxText  = 10_000
	maxItems = 60
)

// Catalogue knows all questions.
type Catalogue struct {
	Book     *rule.Book
	Services []string // codes of care services
}

// listed are the values of lists that the catalogue leaves to its reader.
func (c Catalogue) listed(id string) []string {
	switch id {
	case "services_affected":
		return c.Services
	case "affected_countries", "countries_available":
		var out []string
		for _, m := range ward.Countries() {
			out = append(out, string(m))
		}
		return out
	case "help_wanted":
		return []string{"csirt", "police", "reserve"}
	case "sharing":
		return []string{"csirt", "enisa", "isac", "anonymised"}
	}
	return nil
}

// Question finds one by its id; fields of the record come before facts.
func (c Catalogue) Question(id string) (Question, bool) {
	if confined(id) {
		return Question{}, false
	}
	if f := c.Book.Field(id); f != nil {
		q := Question{ID: id, Kind: fieldKind(f), Values: known(f.Values), Title: f.Title, Source: f.Source}
		if v := c.listed(id); v != nil {
			q.Kind, q.Values = KindList, v
		}
		if slices.Equal(q.Values, []string{"yes", "no"}) {
			q.Kind, q.Values = KindYesNo, nil
		}
		return q, true
	}
	f := c.Book.Fact(id)
	if f == nil || f.Of != "incident" {
		return Question{}, false
	}
	kind := map[rule.Type]Kind{rule.Bool: KindYesNo, rule.Whole: KindNumber, rule.Word: KindChoice, rule.List: KindList, rule.Time: KindTime}[f.Type]
	return Question{ID: id, Kind: kind, Values: f.Values, Title: f.Title, Source: f.Source}, true
}

// confined are the questions on a ransom: their answers have a circle of their own
// and never stand in a report, which colleagues and receivers read.
func confined(id string) bool { return strings.HasPrefix(id, "ransom_") || id == "paid_at" }

func fieldKind(f *rule.Field) Kind {
	switch f.Type {
	case "long text", "table":
		return KindText
	case "choice", "list", "time", "number", "money", "yesno":
		return Kind(f.Type)
	}
	return KindLine
}

// known leaves "unknown" out: it is an answer to every question.
func known(values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "unknown" })
}

func invalid(key, field string, args ...string) error {
	return ward.Fail(ward.Invalid, "incident.error."+key, args...).At(field)
}

// ZoneOf is where a person's times are typed: his own zone, else his country's.
func ZoneOf(a ward.Actor) *time.Location {
	if z, err := time.LoadLocation(a.Zone); err == nil && a.Zone != "" {
		return z
	}
	return i18n.ZoneOf(a.Country)
}

// layouts of times without a zone, as browsers and people write them.
var layouts = [...]string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"}

// Read makes an answer of what was typed, times in zone. Nothing typed is no
// answer; what cannot be read is an Invalid error at the question.
func (q Question) Read(typed string, zone *time.Location) (Answer, error) {
	switch q.Kind {
	case KindText:
		return q.bounded(plain.Text(typed), maxText)
	case KindList:
		return q.list(typed)
	}
	s := plain.Line(typed)
	if s == "" {
		return Answer{}, nil
	}
	switch q.Kind {
	case KindChoice:
		if !slices.Contains(q.Values, s) {
			return Answer{}, invalid("choice", q.ID)
		}
	case KindYesNo:
		if s != "yes" && s != "no" {
			return Answer{}, invalid("choice", q.ID)
		}
	case KindNumber, KindMoney:
		n, err := strconv.ParseInt(strings.NewReplacer(" ", "", " ", "", " ", "").Replace(s), 10, 64)
		if err != nil || n < 0 || n > rule.MaxWhole {
			return Answer{}, invalid("number", q.ID)
		}
		return Answer{Text: strconv.FormatInt(n, 10)}, nil
	case KindTime:
		return q.time(s, zone)
	}
	return q.bounded(s, maxLine)
}

func (q Question) bounded(s string, limit int) (Answer, error) {
	if len(s) > 4*limit || len([]rune(s)) > limit {
		return Answer{}, invalid("long", q.ID, "max", strconv.Itoa(limit))
	}
	return Answer{Text: s}, nil
}

func (q Question) list(typed string) (Answer, error) {
	var out []string
	for _, s := range strings.Split(typed, "\n") {
		if s = plain.Line(s); s == "" || slices.Contains(out, s) {
			continue
		}
		if len(q.Values) > 0 && !slices.Contains(q.Values, s) {
			return Answer{}, invalid("choice", q.ID)
		}
		out = append(out, s)
	}
	if len(out) > maxItems {
		return Answer{}, invalid("too_many", q.ID, "max", strconv.Itoa(maxItems))
	}
	return q.bounded(strings.Join(out, "\n"), maxText)
}

// time reads a moment. Of the two readings of the hour that a clock change
// repeats, the earlier one counts: a deadline is then never too late.
func (q Question) time(s string, zone *time.Location) (Answer, error) {
	t, err := time.Parse(time.RFC3339, s)
	for i := 0; err != nil && i < len(layouts); i++ {
		if t, err = time.ParseInLocation(layouts[i], s, zone); err == nil {
			if earlier := t.Add(-time.Hour); earlier.Format(time.DateTime) == t.Format(time.DateTime) {
				t = earlier
			}
		}
	}
	if y := t.UTC().Year(); err != nil || y < 1990 || y > 2200 {
		return Answer{}, invalid("time", q.ID)
	}
	return Answer{Text: t.UTC().Format(time.RFC3339)}, nil
}
