package authority

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/tally"
	"ward/kit/db"
	"ward/respond/incident"
	"ward/respond/incident/link"
)

// Quarter is three months of a year in UTC.
type Quarter struct{ Year, Number int }

// QuarterOf is the one of a moment.
func QuarterOf(t time.Time) Quarter {
	t = t.UTC()
	return Quarter{t.Year(), (int(t.Month())-1)/3 + 1}
}

// ParseQuarter reads "2026-Q4".
func ParseQuarter(s string) (q Quarter, ok bool) {
	n, err := fmt.Sscanf(s, "%4d-Q%1d", &q.Year, &q.Number)
	return q, err == nil && n == 2 && q.Year >= 2000 && q.Year <= 2200 && q.Number >= 1 && q.Number <= 4 && q.String() == s
}

// String is "2026-Q4".
func (q Quarter) String() string { return fmt.Sprintf("%04d-Q%d", q.Year, q.Number) }

// Start and End bound it; End is the start of the next.
func (q Quarter) Start() time.Time {
	return time.Date(q.Year, time.Month(3*q.Number-2), 1, 0, 0, 0, 0, time.UTC)
}

// End see Start.
func (q Quarter) End() time.Time { return q.Start().AddDate(0, 3, 0) }

// Before is the quarter before.
func (q Quarter) Before() Quarter { return QuarterOf(q.Start().Add(-time.Hour)) }

// Count is one figure: how many reports of the quarter have a value of a question.
type Count struct {
	Group string // type, significant, class, cause, severity, safety, kind, care, cross_border
	Value string
	N     int
	Said  bool // whether it may leave the authority: see cover
}

// Few is the number of organisations below which nothing is told.
const Few = tally.Threshold

// Told is what leaves the authority: steps of five, so that no hospital can be made
// out or subtracted.
func (c Count) Told() (n int, ok bool) { return c.N / tally.Step * tally.Step, c.Said }

// cover decides which counts of a group leave the authority, by the rule of the house
// (format/tally): nobody, or at least Few organisations; and what is not told is not
// left over when the told ones are taken from all, so the smallest gives way until it
// is nobody, or enough to hide in.
func cover(counts []Count, orgs []map[ward.OrgID]bool) {
	rest := map[ward.OrgID]bool{}
	for i := range counts {
		if counts[i].Said = counts[i].N == 0 || len(orgs[i]) >= Few; !counts[i].Said {
			maps.Copy(rest, orgs[i])
		}
	}
	for len(rest) > 0 && len(rest) < Few {
		least := -1
		for i, c := range counts {
			if c.Said && c.N > 0 && (least < 0 || c.N < counts[least].N) {
				least = i
			}
		}
		if least < 0 {
			return
		}
		counts[least].Said = false
		maps.Copy(rest, orgs[least])
	}
}

// Summary is the quarter of a country (NIS2 Art. 23(9)): significant incidents,
// incidents, threats and near misses, counted and without names. Duplicates count
// once, what nobody confirmed does not count.
type Summary struct {
	Quarter Quarter
	Country ward.Country
	All     int
	Said    bool // whether All may leave the authority
	Counts  []Count
}

// Total is the count of all.
func (x Summary) Total() Count { return Count{"all", "", x.All, x.Said} }

// order of groups and their values; what has another value, or none, is "unknown".
var groups = [...]struct {
	name   string
	values []string
}{
	{"type", []string{"significant", "near_miss", "threat", "voluntary"}},
	{"significant", []string{"yes", "no", "unknown"}},
	{"care", []string{"yes", "no"}},
	{"cross_border", []string{"yes", "no", "unknown"}},
	{"cause", []string{"malicious-actions", "system-failures", "human-errors", "third-party-failures", "natural-phenomena", "unknown"}},
	{"severity", []string{"high", "medium", "low", "unknown"}},
	{"ransomware", []string{"yes", "no", "unknown"}},
	{"kind", []string{"hospital", "practice", "lab", "care", "ambulance", "pharmacy", "unknown"}},
}

// Summarise counts a quarter of the team's country. Needs incident.handle.
func (s *Service) Summarise(ctx context.Context, a ward.Actor, q Quarter) (Summary, error) {
	list, err := s.counted(ctx, a, q)
	if err != nil {
		return Summary{}, ward.Wrap("count quarter", err)
	}
	out := Summary{Quarter: q, Country: a.Country, All: len(list)}
	everybody := map[ward.OrgID]bool{}
	for _, x := range list {
		everybody[x.org] = true
	}
	out.Said = len(list) == 0 || len(everybody) >= Few
	for _, g := range groups {
		counts, orgs := make([]Count, len(g.values)), make([]map[ward.OrgID]bool, len(g.values))
		for i, v := range g.values {
			counts[i], orgs[i] = Count{Group: g.name, Value: v}, map[ward.OrgID]bool{}
		}
		for _, x := range list {
			i := slices.Index(g.values, x.row.value(g.name))
			if i < 0 {
				i = slices.Index(g.values, "unknown")
			}
			if i >= 0 {
				counts[i].N++
				orgs[i][x.org] = true
			}
		}
		cover(counts, orgs)
		out.Counts = append(out.Counts, counts...)
	}
	return out, nil
}

// Row is one incident in the shape of ENISA's yearly reporting tool (CIRAS): what
// it was and did, by the words of the NIS Cooperation Group, without a name, a
// number or a text that somebody wrote.
type Row struct {
	Country     ward.Country `json:"country"`
	Sector      string       `json:"sector"`
	Kind        string       `json:"entity_kind"`
	Month       string       `json:"month"`
	Type        string       `json:"type"`
	Significant string       `json:"significant"`
	Class       string       `json:"class"`
	Cause       string       `json:"root_cause"`
	Detail      string       `json:"cause_detail"`
	Severity    string       `json:"severity"`
	Impact      string       `json:"impact"`
	Outlook     string       `json:"outlook"`
	CrossBorder string       `json:"cross_border"`
	Ransomware  string       `json:"ransomware"`
	Safety      string       `json:"patient_safety"`
	Care        string       `json:"care_hit"`
	Services    []string     `json:"services"`
	Hours       string       `json:"hours"` // from awareness to the end of handling; empty while it is open
}

// Head names the columns of a table of rows.
func Head() []string {
	return []string{"country", "sector", "entity_kind", "month", "type", "significant", "class", "root_cause", "cause_detail", "severity", "impact", "outlook", "cross_border",
		"ransomware", "patient_safety", "care_hit", "services", "hours"}
}

// Cells are those of Head.
func (r Row) Cells() []string {
	return []string{string(r.Country), r.Sector, r.Kind, r.Month, r.Type, r.Significant, r.Class, r.Cause, r.Detail, r.Severity, r.Impact, r.Outlook, r.CrossBorder,
		r.Ransomware, r.Safety, r.Care, strings.Join(r.Services, " "), r.Hours}
}

func (r Row) value(group string) string {
	return map[string]string{"type": r.Type, "significant": r.Significant, "care": r.Care, "cross_border": r.CrossBorder, "cause": r.Cause, "severity": r.Severity,
		"ransomware": r.Ransomware, "kind": r.Kind}[group]
}

// Rows are the incidents of a quarter of the team's country, each once, and what
// nobody confirmed left out. Needs incident.handle; it is in the audit log.
func (s *Service) Rows(ctx context.Context, a ward.Actor, q Quarter) ([]Row, error) {
	list, err := s.counted(ctx, a, q)
	out := make([]Row, len(list))
	for i, x := range list {
		out[i] = x.row
	}
	return out, ward.Wrap("list quarter", err)
}

// counted is an incident of a quarter and who reported it.
type counted struct {
	org ward.OrgID
	row Row
}

func (s *Service) counted(ctx context.Context, a ward.Actor, q Quarter) ([]counted, error) {
	cases, err := s.cfg.Reports.Cases(ctx, a, q.Start(), q.End())
	if err != nil {
		return nil, err
	}
	var twice map[string]bool
	if err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		twice, err = link.Later(ctx, tx)
		return err
	}); err != nil {
		return nil, err
	}
	var out []counted
	for _, x := range cases {
		if twice[x.ID] || x.Trust == incident.Unconfirmed {
			continue
		}
		significant, err := s.cfg.Reports.Significance(x)
		if err != nil {
			return nil, err
		}
		out = append(out, counted{x.Org, rowOf(x, significant)})
	}
	return out, s.cfg.Reports.NoteCounted(ctx, a, "statistics")
}

func rowOf(x incident.Case, significant string) Row {
	word := func(id string) string {
		if x.Answers[id].Text == "" {
			return "unknown"
		}
		return x.Answers[id].Text
	}
	r := Row{Country: x.Country, Sector: "health", Kind: string(x.Standing.Kind), Month: x.First.UTC().Format("2006-01"), Type: string(x.Reason), Significant: significant,
		Class: word("incident_class"), Cause: word("root_cause"), Detail: word("cause_detail"), Severity: word("severity"), Impact: word("impact_level"), Outlook: word("outlook"),
		CrossBorder: word("cross_border"), Ransomware: word("ransomware"), Safety: word("patient_safety"), Care: "no", Services: x.Answers["services_affected"].Items()}
	if x.Care {
		r.Care = "yes"
	}
	if r.Services == nil {
		r.Services = []string{}
	}
	if from, to := x.Answers["aware_at"].Time(), x.Answers["closed_at"].Time(); !from.IsZero() && to.After(from) {
		r.Hours = fmt.Sprint(int(to.Sub(from).Hours()))
	}
	return r
}
