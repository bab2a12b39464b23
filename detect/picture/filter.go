package picture

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ward"
	"ward/format/pattern"
)

// Filter is what somebody looks at. It lives in the address of the page.
type Filter struct {
	Country ward.Country // empty: the Union
	From    string       // first day, "2026-01-31"; empty: no bound
	To      string       // last day
	Cause   string
	Family  string
	Sector  string
	Source  string // "report" (also empty), "history" or "all"
}

// Choices of Source.
const (
	FromReports = "report"
	FromHistory = "history"
	FromAll     = "all"
)

// Sources lists what Filter.Source may say.
func Sources() []string { return []string{FromReports, FromHistory, FromAll} }

// Causes are the root causes of the NIS Cooperation Group's taxonomy.
func Causes() []string {
	return []string{"malicious-actions", "system-failures", "human-errors", "third-party-failures", "natural-phenomena"}
}

// harmless is what no page or file could be broken by.
var harmless = pattern.Of(`^[\pL\pN][\pL\pN ._+-]*$`)

// isWord reports whether a filter may hold it: short and harmless. A bound in the
// expression would repeat all letters of the world sixty times, at every start.
func isWord(s string) bool { return utf8.RuneCountInString(s) <= 60 && harmless().MatchString(s) }

var foreign = pattern.Of(`^[A-Z]{2}$`)

// ParseFilter reads a filter of an address. Invalid names the value that is none.
func ParseFilter(q url.Values) (Filter, error) {
	get := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	f := Filter{From: get("from"), To: get("to"), Cause: get("cause"), Family: get("family"), Sector: get("sector"), Source: get("source")}
	if s := strings.ToUpper(get("country")); s != "" {
		c, ok := ward.ParseCountry(s)
		if !ok && foreign().MatchString(s) && f.Source != "" && f.Source != FromReports { // history is of all the world
			c, ok = ward.Country(s), true
		}
		if !ok {
			return f, wrong("country")
		}
		f.Country = c
	}
	for name, v := range map[string]string{"from": f.From, "to": f.To} {
		if _, err := time.Parse(time.DateOnly, v); v != "" && err != nil {
			return f, wrong(name)
		}
	}
	if f.From != "" && f.To != "" && f.From > f.To {
		return f, wrong("to")
	}
	if f.Cause != "" && !slices.Contains(Causes(), f.Cause) {
		return f, wrong("cause")
	}
	if f.Family != "" && !isWord(f.Family) {
		return f, wrong("family")
	}
	if f.Sector != "" && !slices.Contains(ward.OrgKinds(), ward.OrgKind(f.Sector)) {
		return f, wrong("sector")
	}
	if f.Source != "" && !slices.Contains(Sources(), f.Source) {
		return f, wrong("source")
	}
	return f, nil
}

func wrong(field string) error { return ward.Fail(ward.Invalid, "picture.error."+field).At(field) }

// Values is the filter as an address has it, without what is empty.
func (f Filter) Values() url.Values {
	out := url.Values{}
	for _, x := range [][2]string{{"country", string(f.Country)}, {"from", f.From}, {"to", f.To}, {"cause", f.Cause}, {"family", f.Family}, {"sector", f.Sector}, {"source", f.Source}} {
		if x[1] != "" {
			out.Set(x[0], x[1])
		}
	}
	return out
}

// Active counts what narrows.
func (f Filter) Active() int { return len(f.Values()) }

// with fills in what is not said: reports, and of them the last twelve months, or
// where the cover tells of calendar years this one and the last.
func (f Filter) with(now time.Time, exact bool) Filter {
	if f.Source == "" {
		f.Source = FromReports
	}
	if f.Source == FromReports && f.From == "" && f.To == "" {
		t := now.UTC()
		from := time.Date(t.Year(), t.Month()-11, 1, 0, 0, 0, 0, time.UTC)
		if !exact {
			from = time.Date(t.Year()-1, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		f.From = from.Format(time.DateOnly)
	}
	return f
}

// months widens a period to whole months: the cover says no days.
func (f Filter) months() Filter {
	if t, err := time.Parse(time.DateOnly, f.From); err == nil {
		f.From = t.AddDate(0, 0, 1-t.Day()).Format(time.DateOnly)
	}
	if t, err := time.Parse(time.DateOnly, f.To); err == nil {
		f.To = t.AddDate(0, 1, -t.Day()).Format(time.DateOnly)
	}
	return f
}

// digest names the question for the count of questions.
func (f Filter) digest() string {
	sum := sha256.Sum256([]byte(f.Values().Encode()))
	return hex.EncodeToString(sum[:12])
}

// period is From and To in days; the widest where they are empty.
func (f Filter) period() (from, to int) {
	from, to = hiddenDay, 1<<30
	if t, err := time.Parse(time.DateOnly, f.From); err == nil {
		from = dayOf(t)
	}
	if t, err := time.Parse(time.DateOnly, f.To); err == nil {
		to = dayOf(t)
	}
	return from, to
}

// bounded is a filter made ready to ask many rows.
type bounded struct {
	Filter
	from, to int
	whole    bool // no bound of time at all
}

func (f Filter) ready() bounded {
	from, to := f.period()
	return bounded{f, from, to, f.From == "" && f.To == ""}
}

// holds reports whether a row is within: one that does not say a word that is
// asked for, or that reaches out of the period, is not.
func (b *bounded) holds(r *Row) bool {
	if b.Country != "" && r.Country != b.Country || b.Cause != "" && r.Cause != b.Cause || b.Family != "" && r.Family != b.Family ||
		b.Sector != "" && r.Sector != b.Sector || b.Source == FromReports && r.Source != Reported || b.Source == FromHistory && r.Source == Reported {
		return false
	}
	return b.whole || r.Day >= b.from && r.Day <= b.to && r.Day != hiddenDay && (r.Span <= 1 || r.Day+r.Span-1 <= b.to)
}

// base is the side of the cover that totals are taken from: the one that says the
// word that is asked for, else the months. Two words are on no side.
func (f Filter) base() side {
	out := when
	asked := 0
	for _, x := range []struct {
		word string
		side side
	}{{f.Cause, why}, {f.Family, by}, {f.Sector, who}} {
		if x.word != "" {
			out = x.side
			asked++
		}
	}
	if asked > 1 {
		return "none"
	}
	return out
}
