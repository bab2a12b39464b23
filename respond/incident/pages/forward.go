package pages

import (
	"slices"
	"strconv"
	"strings"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
	"ward/respond/incident/forward"
)

// desk is the team's list, with what other teams passed on to it.
type desk struct {
	handler
	passed *forward.Service
}

// ForwardRoutes are the team's list, and what is passed on from one team to another.
func ForwardRoutes(svc *incident.Service, passed *forward.Service) []web.Page {
	h := desk{handler{svc: svc}, passed}
	return []web.Page{
		web.Get("/incident-queue", "incident.handle", h.queue),
		web.Get("/incident-queue/{id}/forward", "incident.handle", h.plan),
		web.Post("/incident-queue/{id}/forward", "incident.handle", h.send),
		web.Get("/incidents/{id}/forwarded", "incident.read", h.of),
		web.Get("/incident-forwarded", "incident.forwarded", h.inbox),
		web.Get("/incident-forwarded/{forward}", "incident.forwarded", h.open),
	}
}

// queue is the team's list, by its own clock.
func (h desk) queue(c *web.Call) error {
	skip, err := strconv.Atoi(c.Query("skip"))
	if err != nil || skip < 0 || skip > maxSkip {
		skip = 0
	}
	list, more, err := h.svc.Queue(c.Context(), c.Actor, skip)
	if err != nil {
		return err
	}
	pages := ui.Pages{Shown: len(list)}
	if more {
		pages.Next = "/incident-queue?skip=" + strconv.Itoa(skip+incident.QueuePage)
	}
	if skip > 0 {
		pages.Previous = "/incident-queue?skip=" + strconv.Itoa(max(0, skip-incident.QueuePage))
	}
	var passed []forward.Forward
	if h.passed.MayReceive(c.Actor) {
		if passed, err = h.passed.Inbox(c.Context(), c.Actor); err != nil {
			return err
		}
	}
	s := ui.Shell{Title: c.T("incident.queue.title"), Lead: c.T("incident.queue.lead"), Crumbs: []ui.Link{home(c.Printer)}}
	s.Actions = queueActions(c.Printer)
	return c.OK(s, queueBody(c.Printer, listTable(c.Printer, list, h.svc.Now(), "/incident-queue/", true), pages, passed))
}

// maxSkip bounds how far a page of the queue lies.
const maxSkip = 1_000_000

// planView is the form by which a report is passed on.
type planView struct {
	p      *i18n.Printer
	plan   forward.Plan
	rows   []incident.Row
	text   string
	to     []string
	errors ui.Errors
}

func (h desk) plan(c *web.Call) error { return h.planPage(c, nil) }

func (h desk) planPage(c *web.Call, fault error) error {
	plan, err := h.passed.Plan(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	v := planView{p: c.Printer, plan: plan, rows: h.passed.Rows(c.Printer, plan.Content), text: c.Form("text"), to: c.R.PostForm["to"], errors: ui.ErrorsOf(c.Printer, fault)}
	s := ui.Shell{Title: c.T("incident.forward.title", "number", plan.Report.Number), Lead: c.T("incident.forward.lead"), TLP: &plan.TLP, Errors: v.errors,
		Crumbs: intakeCrumbs(c.Printer, ui.Link{Text: i18n.Raw(plan.Report.Number), Href: queuePath(plan.Report.ID)})}
	return c.Render(web.FormStatus(fault), s, planBody(v))
}

func (h desk) send(c *web.Call) error {
	text := c.Form("text") // parses the body
	var to []ward.OrgID
	for _, id := range c.R.PostForm["to"] {
		to = append(to, ward.OrgID(id))
	}
	err := h.passed.Send(c.Context(), c.Actor, c.Path("id"), to, text)
	if web.InForm(err) {
		return h.planPage(c, err)
	}
	if err != nil {
		return err
	}
	return c.See(queuePath(c.Path("id"))+"/forward", "incident.forward.sent_done")
}

// of is what left of a report, for its hospital.
func (h desk) of(c *web.Call) error {
	r, list, err := h.passed.Of(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("incident.forward.of"), Lead: c.T("incident.forward.of_lead"), Crumbs: crumbs(c.Printer, r)}
	return c.OK(s, passedOn(c.Printer, list))
}

func (h desk) inbox(c *web.Call) error {
	list, err := h.passed.Inbox(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("incident.forward.inbox"), Lead: c.T("incident.forward.inbox_lead"), Crumbs: []ui.Link{home(c.Printer)}}
	return c.OK(s, ui.DataTable(c.Printer, inboxTable(c.Printer, list)))
}

func (h desk) open(c *web.Call) error {
	f, err := h.passed.Open(c.Context(), c.Actor, c.Path("forward"))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("incident.forward.copied_from", "country", countryName(c.Printer, f.Home)), Lead: i18n.Raw(f.Sender), TLP: &f.TLP,
		Crumbs: []ui.Link{home(c.Printer), {Text: c.T("incident.forward.inbox"), Href: "/incident-forwarded"}}}
	return c.OK(s, forwardBody(c.Printer, f, h.passed.Rows(c.Printer, f.Content)))
}

func countryName(p *i18n.Printer, c ward.Country) string {
	if c == "" {
		return p.T("incident.forward.centre").String()
	}
	return p.T(i18n.Key("registry.country." + strings.ToLower(string(c)))).String()
}

// forwardChoices are the choices of the form.
func forwardChoices(v planView) []ui.Option {
	var out []ui.Option
	for _, o := range v.plan.Receivers {
		out = append(out, ui.Option{Value: string(o.ID), Text: i18n.Raw(o.Name + ", " + countryName(v.p, o.Country)), Checked: slices.Contains(v.to, string(o.ID))})
	}
	return out
}
