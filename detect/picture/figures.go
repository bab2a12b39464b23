package picture

import (
	"cmp"
	"slices"
	"time"

	"ward"
)

// Count is a line of a figure: how many reports, and how many incidents of history.
type Count struct {
	Word    string // Hidden: what the cover does not say
	Reports int
	History int
}

// All is both together.
func (c Count) All() int { return c.Reports + c.History }

// Point is a step of the time series.
type Point struct {
	Start   time.Time
	Reports int
	History int
}

// Unit is how long a step is.
type Unit string

// Units.
const (
	ByDay   Unit = "day"
	ByMonth Unit = "month"
	ByYear  Unit = "year"
)

// Kept is how the clock of a stage was kept.
type Kept struct {
	Stage      string
	Kept, Late int
	Median     time.Duration // from awareness to the sending; negative: not told
}

// Figures are all numbers of the picture.
type Figures struct {
	Total     Count // Word is empty
	Untimed   int   // reports of which the cover does not say the month
	Countries []Count
	Sectors   []Count
	Causes    []Count
	Families  []Count // of ransomware alone
	Impacts   []Count
	Services  []Count
	Signs     []Count
	Series    []Point
	Unit      Unit
	Clocks    []Kept
	Index     float64 // patient-care impact, 0 to 100; negative: nothing known
	Known     int     // cases that Index is of
	Shared    int     // reports that Services, Signs and Clocks are of; fewer than Total where the cover hides
}

// tallied gathers counts by word.
type tallied map[string]*Count

func (t tallied) add(word string, c *Case, n int) {
	x := t[word]
	if x == nil {
		x = &Count{Word: word}
		t[word] = x
	}
	if c.Source.History() {
		x.History += n
	} else {
		x.Reports += n
	}
}

// list is the largest first; what is hidden, and then what nobody knows, last.
func (t tallied) list() []Count {
	out := make([]Count, 0, len(t))
	for _, c := range t {
		out = append(out, *c)
	}
	end := map[string]int{"": 1, Hidden: 2}
	slices.SortFunc(out, func(a, b Count) int {
		return cmp.Or(cmp.Compare(end[a.Word], end[b.Word]), cmp.Compare(b.All(), a.All()), cmp.Compare(a.Word, b.Word))
	})
	return out
}

// figures counts the rows within f.
func figures(rows []Row, f Filter) Figures {
	var out Figures
	countries, sectors, causes, families, impacts, services, signs := tallied{}, tallied{}, tallied{}, tallied{}, tallied{}, tallied{}, tallied{}
	days := map[stretch]*Count{}
	waits := map[string][]time.Duration{}
	b := f.ready()
	total, points := tallied{}, 0.0
	exact, base := true, f.base()
	for i := range rows {
		r := &rows[i]
		if !b.holds(r) {
			continue
		}
		all := r.Of == itself // a row that is a case is counted in every figure
		exact = exact && all
		if all || r.Of == base {
			total.add("", r.Case, r.N)
			countries.add(string(r.Country), r.Case, r.N)
		}
		if all || r.Of == why {
			causes.add(r.Cause, r.Case, r.N)
		}
		if all || r.Of == who {
			sectors.add(r.Sector, r.Case, r.N)
		}
		if (all || r.Of == by) && r.Family != "" {
			families.add(r.Family, r.Case, r.N)
		}
		if p, ok := levelPoints[r.Impact]; ok && (all || r.Of == hurt) {
			points += p * float64(r.N)
			out.Known += r.N
		}
		if all || r.Of == hurt {
			impacts.add(r.Impact, r.Case, r.N)
		}
		if all || r.Of == when {
			timed(days, r)
		}
		switch {
		case r.Of == sharing:
			out.Shared += r.N
			for s, n := range r.Shares {
				share(s, services, signs, r.Case, n)
			}
		case all:
			out.Shared++
			own(r.Case, services, signs, waits)
		}
	}
	if t := total[""]; t != nil {
		out.Total = *t
	}
	out.Index = -1
	if out.Known > 0 {
		out.Index = points / float64(out.Known)
	}
	out.Countries, out.Sectors, out.Causes, out.Families, out.Impacts = countries.list(), sectors.list(), causes.list(), families.list(), impacts.list()
	out.Services = services.list()
	out.Signs = slices.DeleteFunc(signs.list(), func(c Count) bool { return clockSign(c.Word) })
	out.Series, out.Unit, out.Untimed = series(days, b, exact)
	out.Clocks = clocks(signs, waits)
	return out
}

// stretch is from when on, and how long, a number is.
type stretch struct{ day, span int }

func timed(days map[stretch]*Count, r *Row) {
	at := stretch{r.Day, r.Span}
	x := days[at]
	if x == nil {
		x = &Count{}
		days[at] = x
	}
	if r.Source.History() {
		x.History += r.N
	} else {
		x.Reports += r.N
	}
}

func share(s string, services, signs tallied, c *Case, n int) {
	if len(s) > len(servicePrefix) && s[:len(servicePrefix)] == servicePrefix {
		services.add(s[len(servicePrefix):], c, n)
		return
	}
	signs.add(s, c, n)
}

// own counts what one case says of itself.
func own(c *Case, services, signs tallied, waits map[string][]time.Duration) {
	for _, s := range c.Services {
		services.add(s, c, 1)
	}
	for _, s := range c.Signs {
		signs.add(s, c, 1)
	}
	for _, x := range []struct {
		stage string
		at    time.Time
	}{{"early", c.Early}, {"notification", c.Notification}, {"final", c.Final}} {
		if !x.at.IsZero() && !c.Aware.IsZero() && x.at.After(c.Aware) {
			waits[x.stage] = append(waits[x.stage], x.at.Sub(c.Aware))
		}
	}
}

func clocks(signs tallied, waits map[string][]time.Duration) []Kept {
	var out []Kept
	for _, stage := range clockStages {
		k := Kept{Stage: stage, Median: -1}
		if c := signs[stage+"_kept"]; c != nil {
			k.Kept = c.All()
		}
		if c := signs[stage+"_late"]; c != nil {
			k.Late = c.All()
		}
		if w := waits[stage]; len(w) > 0 {
			slices.Sort(w)
			k.Median = w[len(w)/2]
		}
		if k.Kept+k.Late > 0 || k.Median >= 0 {
			out = append(out, k)
		}
	}
	return out
}

// longest series of each unit: a month of days, four years of months.
const (
	maxDays   = 45
	maxMonths = 48
)

// series are steps without a gap, from the first day that is asked for or known
// to the last. untimed is what no step can be said of.
func series(days map[stretch]*Count, b bounded, exact bool) (out []Point, unit Unit, untimed int) {
	first, last := 1<<30, hiddenDay
	for d := range days {
		if d.day != hiddenDay {
			first, last = min(first, d.day), max(last, d.day)
		}
	}
	unit = ByYear
	switch {
	case exact && last-first < maxDays:
		unit = ByDay
	case (last-first)/31 < maxMonths:
		unit = ByMonth
	}
	at := map[time.Time]int{}
	for t := unit.begin(dayTime(first)); last != hiddenDay && !t.After(dayTime(last)) && len(out) < maxSteps; t = unit.next(t) {
		at[t] = len(out)
		out = append(out, Point{Start: t})
	}
	for d, c := range days {
		i, ok := at[unit.begin(dayTime(d.day))]
		if !ok || d.day == hiddenDay || d.span > 31 && unit != ByYear {
			untimed += c.All()
			continue
		}
		out[i].Reports += c.Reports
		out[i].History += c.History
	}
	return out, unit, untimed
}

// maxSteps bounds a series, whatever days somebody reported.
const maxSteps = 400

func (u Unit) begin(t time.Time) time.Time {
	switch u {
	case ByDay:
		return t
	case ByMonth:
		return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
}

func (u Unit) next(t time.Time) time.Time {
	switch u {
	case ByDay:
		return t.AddDate(0, 0, 1)
	case ByMonth:
		return t.AddDate(0, 1, 0)
	}
	return t.AddDate(1, 0, 0)
}

// memberStates gives each its line, also those of which nothing is known, in the
// order of the Union; others follow.
func memberStates(list []Count) (states, others []Count) {
	by := map[string]Count{}
	for _, c := range list {
		by[c.Word] = c
	}
	for _, c := range ward.Countries() {
		n := by[string(c)]
		n.Word = string(c)
		states = append(states, n)
		delete(by, string(c))
	}
	for _, c := range list {
		if _, left := by[c.Word]; left {
			others = append(others, c)
		}
	}
	return states, others
}
