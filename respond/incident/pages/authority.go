package pages

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"ward"
	"ward/format/sheet"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
	"ward/respond/incident/authority"
	"ward/respond/incident/link"
)

// office is what a team does with many reports at once.
type office struct {
	handler
	many *authority.Service
}

// AuthorityRoutes are the pages of related reports and of the quarter.
func AuthorityRoutes(svc *incident.Service, many *authority.Service) []web.Page {
	h := office{handler{svc: svc}, many}
	const related, quarter = "/incident-queue/{id}/related", "/incident-statistics/{quarter}"
	return []web.Page{
		web.Get(related, "incident.handle", h.related),
		web.Post(related, "incident.handle", h.join),
		web.Post(related+"/part", "incident.handle", h.part),
		web.Get("/incident-statistics", "incident.handle", h.latest),
		web.Get(quarter, "incident.handle", h.quarter),
		web.Get(quarter+"/summary.csv", "incident.handle", h.summaryCSV),
		web.Get(quarter+"/summary.json", "incident.handle", h.summaryJSON),
		web.Get(quarter+"/incidents.csv", "incident.handle", h.incidentsCSV),
		web.Get(quarter+"/incidents.json", "incident.handle", h.incidentsJSON),
	}
}

func (h office) related(c *web.Call) error {
	v, err := h.many.Show(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("incident.related.title", "number", v.Report.Number), Lead: c.T("incident.related.lead"),
		Crumbs: []ui.Link{home(c.Printer), {Text: c.T("incident.queue.title"), Href: "/incident-queue"}, {Text: i18n.Raw(v.Report.Number), Href: queuePath(v.Report.ID)}}}
	return c.OK(s, relatedBody(c.Printer, v))
}

func (h office) join(c *web.Call) error {
	if err := h.many.Join(c.Context(), c.Actor, c.Path("id"), c.Form("other"), link.Kind(c.Form("kind"))); err != nil {
		return err
	}
	return c.See(queuePath(c.Path("id"))+"/related", "incident.linked.done")
}

func (h office) part(c *web.Call) error {
	if err := h.many.Part(c.Context(), c.Actor, c.Path("id"), c.Form("other")); err != nil {
		return err
	}
	return c.See(queuePath(c.Path("id"))+"/related", "incident.unlinked.done")
}

// reasons says why two reports may belong together.
func reasons(p *i18n.Printer, l authority.Likeness) string {
	var out []string
	for _, r := range l.Reasons {
		out = append(out, ui.Word(p, "incident.alike.", r).String())
	}
	return strings.Join(out, " · ")
}

// latest leads to the quarter that has ended last: the one that is reported now.
func (h office) latest(c *web.Call) error {
	return c.See("/incident-statistics/"+authority.QuarterOf(h.many.Now()).Before().String(), "")
}

func quarterOf(c *web.Call) (authority.Quarter, error) {
	q, ok := authority.ParseQuarter(c.Path("quarter"))
	if !ok {
		return q, ward.Fail(ward.NotFound, "")
	}
	return q, nil
}

func (h office) summary(c *web.Call) (x authority.Summary, err error) {
	q, err := quarterOf(c)
	if err != nil {
		return x, err
	}
	return h.many.Summarise(c.Context(), c.Actor, q)
}

func (h office) quarter(c *web.Call) error {
	x, err := h.summary(c)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("incident.quarter.title", "quarter", x.Quarter.String()), Lead: c.T("incident.quarter.lead"),
		Crumbs: []ui.Link{home(c.Printer), {Text: c.T("incident.queue.title"), Href: "/incident-queue"}}}
	return c.OK(s, quarterBody(c.Printer, x, authority.QuarterOf(h.many.Now())))
}

// told is a figure as it leaves the authority.
func told(p *i18n.Printer, x authority.Count) string {
	n, ok := x.Told()
	if !ok {
		return p.T("incident.quarter.too_few").String()
	}
	return p.Number(n)
}

// countWord names a value of a group in words that other pages use.
func countWord(p *i18n.Printer, x authority.Count) i18n.Text {
	switch x.Group {
	case "type":
		return ui.Word(p, "incident.reason.", x.Value)
	case "kind":
		if x.Value != "unknown" {
			return ui.Word(p, "registry.kind.", x.Value)
		}
	case "cause":
		if x.Value != "unknown" {
			return incident.Value(p, "root_cause", x.Value)
		}
	case "severity":
		if x.Value != "unknown" {
			return incident.Value(p, "severity", x.Value)
		}
	}
	if x.Value == "unknown" {
		return p.T("incident.quarter.unknown")
	}
	return incident.Value(p, "yesno", x.Value)
}

func (h office) summaryCSV(c *web.Call) error {
	x, err := h.summary(c)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = sheet.WriteCSV(&b, []string{"quarter", "country", "group", "value", "at_least"}, func(yield func([]string) bool) {
		for _, n := range append([]authority.Count{x.Total()}, x.Counts...) {
			count, ok := n.Told()
			text := "hidden" // too few, or what would give such a number away
			if ok {
				text = strconv.Itoa(count)
			}
			if !yield([]string{x.Quarter.String(), string(x.Country), n.Group, n.Value, text}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return attach(c, "text/csv; charset=utf-8", "incidents-"+x.Quarter.String()+"-summary.csv", b.Bytes())
}

func (h office) summaryJSON(c *web.Call) error {
	x, err := h.summary(c)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(x.Wire(), "", "  ")
	if err != nil {
		return err
	}
	return attach(c, "application/json", "incidents-"+x.Quarter.String()+"-summary.json", b)
}

func (h office) rows(c *web.Call) (authority.Quarter, []authority.Row, error) {
	q, err := quarterOf(c)
	if err != nil {
		return q, nil, err
	}
	rows, err := h.many.Rows(c.Context(), c.Actor, q)
	return q, rows, err
}

func (h office) incidentsCSV(c *web.Call) error {
	q, rows, err := h.rows(c)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = sheet.WriteCSV(&b, authority.Head(), func(yield func([]string) bool) {
		for _, r := range rows {
			if !yield(r.Cells()) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return attach(c, "text/csv; charset=utf-8", "incidents-"+q.String()+".csv", b.Bytes())
}

func (h office) incidentsJSON(c *web.Call) error {
	q, rows, err := h.rows(c)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(map[string]any{"schema": "ward.incident.rows/1", "quarter": q.String(), "incidents": rows}, "", "  ")
	if err != nil {
		return err
	}
	return attach(c, "application/json", "incidents-"+q.String()+".json", b)
}
