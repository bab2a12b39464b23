package report

import (
	"cmp"
	"slices"
	"strings"

	"ward/detect/sensor/agent"
)

// tables fills hosts, indicators, rules and evidence.
func (m *maker) tables(v *view) {
	hosts := rows(m.g.hosts, cmp.Compare)
	v.Hosts = table{Title: m.n("table.hosts", len(hosts)), Head: m.head("host", "hits", "first", "last", "what")}
	for _, r := range hosts[:min(len(hosts), shownRows)] {
		v.Hosts.Rows = append(v.Hosts.Rows, []string{r.key, m.p.Number(r.hits), m.when(r.first), m.when(r.last), some(r.what)})
	}
	v.Hosts.More = m.more(len(hosts), len(v.Hosts.Rows))

	found := rows(m.g.found, func(a, b subject) int { return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.list, b.list)) })
	v.Found = table{Title: m.n("table.indicators", len(found)), Head: m.head("indicator", "type", "list", "hits", "hosts", "first", "last", "benign")}
	for _, r := range found[:min(len(found), shownRows)] {
		v.Found.Rows = append(v.Found.Rows, []string{defang(r.key.kind, r.key.value), r.key.kind, r.key.list, m.p.Number(r.hits), m.p.Number(len(r.hosts)),
			m.when(r.first), m.when(r.last), r.key.benign})
	}
	v.Found.More = m.more(len(found), len(v.Found.Rows))

	rules := rows(m.g.rules, func(a, b rule) int { return cmp.Or(cmp.Compare(a.title, b.title), cmp.Compare(a.id, b.id)) })
	v.Rules = table{Title: m.n("table.rules", len(rules)), Head: m.head("rule", "level", "hits", "hosts", "first", "last", "ident")}
	for _, r := range rules[:min(len(rules), shownRows)] {
		v.Rules.Rows = append(v.Rules.Rows, []string{r.key.title, r.key.level, m.p.Number(r.hits), m.p.Number(len(r.hosts)), m.when(r.first), m.when(r.last), r.key.id})
	}
	v.Rules.More = m.more(len(rules), len(v.Rules.Rows))
	m.evidence(v)
}

func (m *maker) evidence(v *view) {
	v.Evidence = table{Title: m.t("table.evidence"), Head: m.head("place", "time", "host", "what", "text")}
	for i := range m.g.first[:min(len(m.g.first), shownRows)] {
		h := &m.g.first[i]
		when := "–"
		if h.Time != nil {
			when = m.when(*h.Time)
		}
		what := defang(h.Type, h.Indicator)
		if h.RuleTitle != "" {
			what = h.RuleTitle
		}
		v.Evidence.Rows = append(v.Evidence.Rows, []string{place(m, h), when, h.Host, what, h.Text})
	}
	v.Evidence.More = m.more(m.g.all.hits, len(v.Evidence.Rows))
}

func place(m *maker, h *agent.Hit) string {
	return h.File + ":" + m.p.Number(int(h.Line))
}

func (m *maker) head(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = m.t("col." + k)
	}
	return out
}

// some are a few of the words, in order.
func some(set map[string]bool) string {
	words := make([]string, 0, len(set))
	for w := range set {
		words = append(words, w)
	}
	slices.Sort(words)
	if len(words) > 5 {
		words = append(words[:5], "…")
	}
	return strings.Join(words, ", ")
}

// defang writes what a mail program or viewer would make a link of so that it
// makes none.
func defang(kind, value string) string {
	switch kind {
	case "domain", "url", "email", "ipv4":
		value = strings.Replace(value, "http", "hxxp", 1)
		return strings.ReplaceAll(value, ".", "[.]")
	}
	return value
}
