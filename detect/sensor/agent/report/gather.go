package report

import (
	"cmp"
	"slices"
	"time"

	"ward/detect/sensor/agent"
)

// Bounds of what a report remembers; what goes beyond is counted.
const (
	maxSubjects = 10_000 // hosts, indicators and rules, each
	maxEvidence = 200
	shownRows   = 100
)

// Gatherer adds up the hits of a scan. The zero value is ready; it is not safe
// for concurrent use.
type Gatherer struct {
	all     tally
	harmful tally // without those that a warning list knows as harmless
	lists   map[string]*tally
	hosts   map[string]*tally
	found   map[subject]*tally
	rules   map[rule]*tally
	hours   map[time.Time]int
	first   []agent.Hit // the evidence
	beyond  bool        // some subject was not remembered
}

// subject is an indicator as a table tells it.
type subject struct{ kind, value, list, benign string }

type rule struct{ id, title, level, file string }

// tally is how often, when and on how many hosts.
type tally struct {
	hits        int
	first, last time.Time
	hosts       map[string]bool
	what        map[string]bool // of a host: what was found on it
}

func (t *tally) add(h *agent.Hit, what string) {
	t.hits++
	if h.Time != nil {
		if t.first.IsZero() || h.Time.Before(t.first) {
			t.first = *h.Time
		}
		if h.Time.After(t.last) {
			t.last = *h.Time
		}
	}
	keep(&t.hosts, h.Host)
	keep(&t.what, what)
}

// keep remembers a word, within bounds.
func keep(m *map[string]bool, s string) {
	if s == "" || len(*m) >= maxSubjects {
		return
	}
	if *m == nil {
		*m = map[string]bool{}
	}
	(*m)[s] = true
}

// Add takes one hit.
func (g *Gatherer) Add(h *agent.Hit) {
	what := h.Indicator
	if h.RuleID != "" || h.RuleTitle != "" {
		what = h.RuleTitle
		count(g, &g.rules, rule{h.RuleID, h.RuleTitle, h.Level, h.Source}, h, "")
	} else {
		count(g, &g.found, subject{h.Type, h.Indicator, h.Source, h.Benign}, h, "")
	}
	g.all.add(h, "")
	if h.Benign == "" {
		g.harmful.add(h, "")
		if h.RuleTitle == "" {
			count(g, &g.lists, h.Source, h, "")
		}
	}
	if h.Host != "" {
		count(g, &g.hosts, h.Host, h, what)
	}
	if h.Time != nil {
		if g.hours == nil {
			g.hours = map[time.Time]int{}
		}
		if hour := h.Time.UTC().Truncate(time.Hour); len(g.hours) < maxSubjects || g.hours[hour] > 0 {
			g.hours[hour]++
		}
	}
	if len(g.first) < maxEvidence {
		g.first = append(g.first, *h)
	}
}

func count[K comparable](g *Gatherer, m *map[K]*tally, key K, h *agent.Hit, what string) {
	if *m == nil {
		*m = map[K]*tally{}
	}
	t := (*m)[key]
	if t == nil {
		if len(*m) >= maxSubjects {
			g.beyond = true
			return
		}
		t = &tally{}
		(*m)[key] = t
	}
	t.add(h, what)
}

// row is one of a table, most hits first.
type row[K comparable] struct {
	key K
	*tally
}

func rows[K comparable](m map[K]*tally, order func(a, b K) int) []row[K] {
	out := make([]row[K], 0, len(m))
	for k, t := range m {
		out = append(out, row[K]{k, t})
	}
	slices.SortFunc(out, func(a, b row[K]) int { return cmp.Or(b.hits-a.hits, order(a.key, b.key)) })
	return out
}

// bar is one step of the timeline.
type bar struct {
	From  time.Time
	Count int
}

// maxBars is how many steps a timeline has at most: as many as fit on one sheet.
const maxBars = 48

// timeline counts by hours, or by days, or by whole months where the hits lie
// far apart.
func (g *Gatherer) timeline() (bars []bar, step string) {
	for _, s := range []struct {
		name string
		of   func(time.Time) time.Time
	}{
		{"hour", func(t time.Time) time.Time { return t }},
		{"day", func(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }},
		{"month", func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) }},
		{"year", func(t time.Time) time.Time { return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC) }},
	} {
		counts := map[time.Time]int{}
		for hour, n := range g.hours {
			counts[s.of(hour)] += n
		}
		if step = s.name; len(counts) > maxBars && step != "year" {
			continue
		}
		for t, n := range counts {
			bars = append(bars, bar{t, n})
		}
		break
	}
	slices.SortFunc(bars, func(a, b bar) int { return a.From.Compare(b.From) })
	return bars[:min(len(bars), maxBars)], step
}
