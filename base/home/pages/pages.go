// Package pages shows what package home offers.
package pages

import (
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"ward"
	"ward/base/home"
	"ward/kit/auth"
	"ward/kit/i18n"
	"ward/kit/module"
	"ward/kit/ui"
	"ward/kit/web"
)

// handler answers the pages.
type handler struct {
	svc   *home.Service
	guard *auth.Guard
	cards []module.Card
}

// Routes are the pages of home. cards are those of all services.
func Routes(svc *home.Service, guard *auth.Guard, cards []module.Card) []web.Page {
	cards = append(slices.Clone(cards), jobCard(svc))
	slices.SortStableFunc(cards, func(a, b module.Card) int { return a.Order - b.Order })
	h := handler{svc: svc, guard: guard, cards: cards}
	return []web.Page{
		web.Get("/{$}", web.Public, h.first),
		web.Get("/help", web.Public, h.help),
		web.Get("/help/{see}", web.Public, h.firstHour),
		web.Get("/help/card", web.Public, h.helpCard),
		web.Get("/worker.js", web.Public, h.worker),
		web.Get("/accessibility", web.Public, h.accessibility),
		web.Get("/languages", web.Public, h.languages),
		web.Get("/privacy", web.Public, h.privacy),
		web.Get("/status", web.Public, h.status),
		web.Get("/operations", "job.read", h.jobs),
		web.Get("/operations/tls", "job.read", h.tls),
		web.Post("/operations/{id}/retry", "job.write", h.retry),
		web.Get("/operations/{id}/drop", "job.write", h.askDrop),
		web.Post("/operations/{id}/drop", "job.write", h.drop),
		web.Get("/audit", "audit.read", h.audit),
		web.Get("/audit/check", "audit.verify", h.check),
	}
}

// Menu are the entries of the navigation.
func Menu() []web.MenuItem {
	return []web.MenuItem{
		{Order: 0, Text: "home.menu.home", Path: "/", Permission: web.SignedIn},
		{Order: 80, Text: "home.menu.operations", Path: "/operations", Permission: "job.read"},
		{Order: 90, Text: "home.menu.audit", Path: "/audit", Permission: "audit.read"},
	}
}

// first shows a visitor what this is, and everybody else what needs them.
func (h handler) first(c *web.Call) error {
	if c.Actor.Nobody() {
		return c.OK(ui.Shell{Title: c.T("home.visitor.title"), Lead: c.T("home.visitor.lead"), Band: true}, visitor(c.Printer))
	}
	var shown []templ.Component
	for _, card := range h.cards {
		if !h.mine(c.Actor, card) {
			continue
		}
		body, err := card.Show(c.Context(), c.Actor, c.Printer)
		if err != nil {
			return err
		}
		if body != nil {
			shown = append(shown, body)
		}
	}
	s := ui.Shell{Title: c.T("home.first.title", "organisation", c.Actor.OrgName), Lead: c.Printer.T(leadOf(c.Actor.Role)), Band: true}
	return c.OK(s, first(c.Printer, shown))
}

func (h handler) mine(a ward.Actor, card module.Card) bool {
	if len(card.Roles) > 0 && !slices.Contains(card.Roles, a.Role) {
		return false
	}
	return card.Permission == web.SignedIn || h.guard.May(a, card.Permission)
}

func (h handler) accessibility(c *web.Call) error {
	return c.OK(ui.Shell{Title: c.T("home.accessibility.title")}, plain(c.T("home.accessibility.text"), c.T("home.accessibility.limits")))
}

func (h handler) privacy(c *web.Call) error {
	return c.OK(ui.Shell{Title: c.T("home.privacy.title")}, plain(c.T("home.privacy.text"), c.T("home.privacy.cookies")))
}

func (h handler) status(c *web.Call) error {
	return c.OK(ui.Shell{Title: c.T("home.status.title")}, plain(c.T("home.status.text")))
}

func (h handler) jobs(c *web.Call) error {
	j, err := h.svc.Jobs(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.OK(ui.Shell{Title: c.T("home.jobs.title"), Lead: c.T("home.jobs.lead")}, jobs(c.Printer, j, h.guard.May(c.Actor, "audit.verify")))
}

func (h handler) retry(c *web.Call) error {
	if err := h.svc.Retry(c.Context(), c.Actor, jobID(c)); err != nil {
		return err
	}
	return c.See("/operations", "home.jobs.retried.done")
}

// askDrop says what will happen: a job that was given up does not come back.
func (h handler) askDrop(c *web.Call) error {
	j, err := h.svc.Jobs(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	for _, r := range j.Buried {
		if r.ID == jobID(c) {
			s := ui.Shell{Title: c.T("home.drop.title", "kind", r.Kind), Lead: c.T("home.drop.lead"),
				Crumbs: []ui.Link{{Text: c.T("home.jobs.title"), Href: "/operations"}}}
			return c.OK(s, askDrop(c.Printer, r))
		}
	}
	return ward.Fail(ward.NotFound, "home.error.no_job")
}

func (h handler) drop(c *web.Call) error {
	if err := h.svc.Drop(c.Context(), c.Actor, jobID(c)); err != nil {
		return err
	}
	return c.See("/operations", "home.jobs.dropped.done")
}

// jobCard shows the operator how the background work stands.
func jobCard(svc *home.Service) module.Card {
	return module.Card{Order: 10, Permission: "job.read", Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
		j, err := svc.Jobs(ctx, a)
		return jobSummary(p, j), err
	}}
}

// jobID is zero, which no job has, for any text that is no number.
func jobID(c *web.Call) int64 {
	id, err := strconv.ParseInt(c.Path("id"), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

func (h handler) audit(c *web.Call) error {
	before, err := strconv.ParseInt(c.Query("before"), 10, 64)
	if err != nil {
		before = 0
	}
	p, err := h.svc.AuditLog(c.Context(), c.Actor, before)
	if err != nil {
		return err
	}
	return c.OK(ui.Shell{Title: c.T("home.audit.title"), Lead: c.T("home.audit.lead")}, auditLog(c.Printer, p, h.guard.May(c.Actor, "audit.verify")))
}

func (h handler) check(c *web.Call) error {
	r, err := h.svc.VerifyAudit(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.OK(ui.Shell{Title: c.T("home.check.title")}, checked(c.Printer, r, h.guard.May(c.Actor, "audit.read")))
}
