package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ward/detect/sensor/agent"
	"ward/kit/i18n"
)

// Facts are what the page says beside the hits.
type Facts struct {
	Summary agent.Summary
	// Lists and Rules are what was looked for: names, and how many indicators and rules.
	Lists      []string
	Indicators int
	Rules      int
	// At is when the page was made; Version is the program's.
	At      time.Time
	Version string
	// Logs are the paths that were named.
	Logs []string
	// Refused counts lines of lists and rules that could not be used.
	Refused int
	// Zone is that of the times on the page; nil is UTC.
	Zone *time.Location
}

// view is what the template prints: words only.
type view struct {
	Lang, Title, Made string
	T                 map[string]string
	Verdict           string
	Kind              string // found, harmless, nothing
	Sentences         []string
	Steps             []string
	Bars              []barView
	Most              int
	Hosts, Found      table
	Rules, Evidence   table
	Missing           []string
	Skipped           table
	Looked            []string
}

type barView struct {
	From  string
	Count string
	Value int
}

// table is a table of words; an empty one is left out.
type table struct {
	Title string
	Head  []string
	Rows  [][]string
	More  string
}

// maker makes the view.
type maker struct {
	g *Gatherer
	f Facts
	p *i18n.Printer
}

func (m *maker) t(key string, args ...string) string {
	return m.p.T(i18n.Key("scanreport."+key), args...).String()
}
func (m *maker) n(key string, n int, args ...string) string {
	return m.p.N(i18n.Key("scanreport."+key), n, args...).String()
}

// when writes a time into a table, short and in order, or a dash.
func (m *maker) when(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(m.zone()).Format("2006-01-02 15:04:05")
}

func (m *maker) zone() *time.Location {
	if m.f.Zone == nil {
		return time.UTC
	}
	return m.f.Zone
}

func (m *maker) view() view {
	v := view{Lang: m.p.Tag(), Title: m.t("title"), Made: m.t("made", "time", m.p.Time(m.f.At), "version", m.f.Version), T: map[string]string{}}
	for _, key := range []string{"next", "timeline", "missing", "looked"} {
		v.T[key] = m.t("head." + key)
	}
	v.T["times"] = m.t("times", "zone", m.zone().String())
	m.verdict(&v)
	m.tables(&v)
	bars, step := m.g.timeline()
	v.T["step"] = m.t("step." + step)
	for _, b := range bars {
		v.Bars = append(v.Bars, barView{From: m.barTime(b.From, step), Count: m.p.Number(b.Count), Value: b.Count})
		v.Most = max(v.Most, b.Count)
	}
	m.missing(&v)
	v.Looked = []string{m.n("looked.files", m.f.Summary.Files, "lines", m.p.Number(int(m.f.Summary.Lines)), "logs", strings.Join(m.f.Logs, ", "))}
	if m.f.Indicators > 0 {
		v.Looked = append(v.Looked, m.n("looked.indicators", m.f.Indicators, "lists", strings.Join(firstFew(m.f.Lists), ", ")))
	}
	if m.f.Rules > 0 {
		v.Looked = append(v.Looked, m.n("looked.rules", m.f.Rules))
	}
	return v
}

func firstFew(s []string) []string {
	if len(s) > 10 {
		return append(slices.Clone(s[:10]), "…")
	}
	return s
}

func (m *maker) barTime(t time.Time, step string) string {
	switch step {
	case "hour":
		return t.Format("2006-01-02 15:00")
	case "day":
		return t.Format("2006-01-02")
	case "year":
		return t.Format("2006")
	}
	return t.Format("2006-01")
}

// verdict says what was found in as few words as can be, for each list one
// sentence, and what to do next.
func (m *maker) verdict(v *view) {
	switch g := m.g; {
	case g.harmful.hits > 0:
		v.Kind, v.Verdict = "found", m.t("verdict.found")
		if n := len(g.harmful.hosts); n > 0 {
			v.Verdict = m.n("verdict.hosts", n)
		}
		for i, r := range rows(g.lists, cmp.Compare) {
			if i < 10 {
				v.Sentences = append(v.Sentences, m.sentence("list", r.tally, m.listName(r.key)))
			}
		}
		for i, r := range rows(g.rules, func(a, b rule) int { return cmp.Compare(a.title, b.title) }) {
			if i < 10 {
				v.Sentences = append(v.Sentences, m.sentence("rule", r.tally, r.key.title))
			}
		}
		v.Steps = []string{m.t("do.isolate"), m.t("do.keep"), m.t("do.report")}
	case g.all.hits > 0:
		v.Kind, v.Verdict = "harmless", m.t("verdict.harmless")
		v.Steps = []string{m.t("do.judge"), m.t("do.missing"), m.t("do.again")}
	default:
		v.Kind, v.Verdict = "nothing", m.t("verdict.nothing")
		v.Steps = []string{m.t("do.missing"), m.t("do.file"), m.t("do.again")}
	}
	if !m.f.Summary.Complete {
		v.Sentences = append(v.Sentences, m.t("verdict.interrupted"))
	}
}

func (m *maker) listName(list string) string {
	if list == "" {
		return "–"
	}
	return list
}

// sentence is "3 computers … HSC-2026-014 … between … and …".
func (m *maker) sentence(kind string, t *tally, name string) string {
	s := m.n("sentence."+kind+".lines", t.hits, "name", name)
	if n := len(t.hosts); n > 0 {
		s = m.n("sentence."+kind+".hosts", n, "name", name, "hits", m.p.Number(t.hits))
	}
	if t.first.IsZero() {
		return s
	}
	if t.first.Equal(t.last) {
		return s + " " + m.t("sentence.at", "time", m.p.Time(t.first))
	}
	return s + " " + m.t("sentence.between", "first", m.p.Time(t.first), "last", m.p.Time(t.last))
}

// missing says what was not looked at: without it "nothing found" means little.
func (m *maker) missing(v *view) {
	s := m.f.Summary
	add := func(key string, n int64) {
		if n > 0 {
			v.Missing = append(v.Missing, m.n("missing."+key, int(n)))
		}
	}
	add("older", s.Older)
	add("notime", s.NoTime)
	add("refused", int64(m.f.Refused))
	var unread int64
	for name, n := range s.Counts {
		if strings.HasPrefix(name, "refused: ") {
			unread += n
		}
	}
	add("records", unread)
	if n := s.Counts[agent.Unassigned]; n > 0 {
		v.Missing = append(v.Missing, m.t("missing.unasked", "number", m.p.Number(int(n))))
	}
	if m.f.Rules == 0 {
		v.Missing = append(v.Missing, m.t("missing.rules"))
	}
	if m.f.Indicators == 0 {
		v.Missing = append(v.Missing, m.t("missing.indicators"))
	}
	v.Missing = append(v.Missing, m.t("missing.always"))
	v.Skipped = table{Title: m.n("missing.files", s.SkippedTotal), Head: []string{m.t("col.file"), m.t("col.from"), m.t("col.reason")}}
	for i, k := range s.Skipped {
		if i == shownRows {
			break
		}
		v.Skipped.Rows = append(v.Skipped.Rows, []string{k.File, m.p.Number(int(k.From)), k.Reason})
	}
	v.Skipped.More = m.more(s.SkippedTotal, len(v.Skipped.Rows))
}

func (m *maker) more(all, shown int) string {
	if all <= shown {
		return ""
	}
	return m.n("more", all-shown)
}
