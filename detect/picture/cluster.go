package picture

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/tally"
)

// Cluster is several organisations in several countries that named the same
// supplier within a month: told to teams and the Centre at once, as help that
// crosses borders cannot wait (NIS2 Art. 23(6)). It names no organisation, and of
// the countries only the reader's own; those of his own country, whom he could take
// off, do not make the others several.
type Cluster struct {
	Supplier      string // letters and digits of the name, as several wrote it
	Organisations int
	Countries     int
	Own           bool // the reader's country is among them
	Paper         int  // organisations on paper, or fewer than tally.Few but the reader's own: then 0
	First, Last   time.Time
}

// clusterDays is how far back reports belong together.
const clusterDays = 30

func clusters(k known, v sight, now time.Time) []Cluster {
	type group struct {
		orgs, paper map[string]ward.Country
		first, last time.Time
	}
	groups := map[string]*group{}
	for _, c := range k.cases {
		if c.Supplier == "" || c.Source.History() || c.Known.Before(now.AddDate(0, 0, -clusterDays)) || sharingOf(k.rules, c.Country) == Nothing && c.Country != v.own {
			continue
		}
		g := groups[c.Supplier]
		if g == nil {
			g = &group{map[string]ward.Country{}, map[string]ward.Country{}, c.Known, c.Known}
			groups[c.Supplier] = g
		}
		g.orgs[c.Org] = c.Country
		if slices.Contains(c.Signs, "paper") {
			g.paper[c.Org] = c.Country
		}
		if c.Known.Before(g.first) {
			g.first = c.Known
		}
		if c.Known.After(g.last) {
			g.last = c.Known
		}
	}
	var out []Cluster
	for mark, g := range groups {
		t, others := countriesOf(g.orgs), countriesOf(g.orgs)
		delete(others, v.own)
		if !others.Several() || k.names[mark] == "" {
			continue
		}
		x := Cluster{Supplier: k.names[mark], Organisations: len(g.orgs), Countries: len(t), Own: v.own != "" && t[v.own] > 0, First: g.first, Last: g.last}
		if paper := countriesOf(g.paper); paper.All()-paper[v.own] >= tally.Few {
			x.Paper = len(g.paper)
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b Cluster) int {
		return cmp.Or(cmp.Compare(b.Organisations, a.Organisations), strings.Compare(a.Supplier, b.Supplier))
	})
	return out
}

func countriesOf(orgs map[string]ward.Country) tally.Tally {
	out := tally.Tally{}
	for _, c := range orgs {
		out[c]++
	}
	return out
}

// told are the counts of alerts, rounded down, beside those of the reader's own
// country, which he knows and could take off; nil when the others are too few.
func told(r, own ward.AlertsReached) *ward.AlertsReached {
	if r.Organisations-own.Organisations < tally.Threshold {
		return nil
	}
	down := func(n, own int) int { return own + max(0, n-own)/tally.Step*tally.Step }
	return &ward.AlertsReached{Alerts: r.Alerts, Organisations: down(r.Organisations, own.Organisations), Reached: down(r.Reached, own.Reached),
		Acknowledged: down(r.Acknowledged, own.Acknowledged)}
}
