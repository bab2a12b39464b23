package pages

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"ward"
	"ward/detect/advisory/decision"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// decisions lists what is in force and what was undone, newest first.
func (h handler) decisions(c *web.Call) error {
	page, err := h.svc.DecisionList(c.Context(), c.Actor, c.Query("after"), 50)
	if err != nil {
		return err
	}
	pages := ui.Pages{Shown: len(page.Decisions)}
	if page.Next != "" {
		pages.Next = with("/decisions", nil, "after", page.Next)
	}
	if c.Query("after") != "" {
		pages.Previous = "/decisions"
	}
	s := ui.Shell{Title: c.T("advisory.decisions.title"), Lead: c.T("advisory.decisions.lead"), Crumbs: crumbs(c, "/review", "advisory.review.title")}
	return c.OK(s, decisionsBody(c.Printer, decisionTable(c.Printer, page.Decisions, h.svc.MayDecide(c.Actor)), pages))
}

// decisionTable offers "undo" to those who may, for decisions in force.
func decisionTable(p *i18n.Printer, list []decision.Decision, may bool) ui.Table {
	t := ui.Table{Caption: p.T("advisory.decisions.title"), Hide: true, Columns: []ui.Column{{Head: p.T("advisory.decisions.what")},
		{Head: p.T("advisory.decisions.reason")}, {Head: p.T("advisory.decisions.who")}, {Head: p.T("advisory.decisions.when")},
		{Head: p.T("advisory.decisions.state")}}, Empty: ui.EmptyState{Title: p.T("advisory.decisions.none"), Text: p.T("advisory.decisions.none_text"),
		Next: &ui.Button{Text: p.T("advisory.card.review_open"), Href: "/review", Kind: ui.Secondary}}}
	for i := range list {
		d := &list[i]
		t.Rows = append(t.Rows, []templ.Component{decisionText(p, sentence(p, d), d.Path, d.Advisory), i18n.Raw(d.Reason), i18n.Raw(d.AuthorName),
			ui.Moment(p, d.At), decisionState(p, d, may)})
	}
	return t
}

// sentence says what was decided.
func sentence(p *i18n.Printer, d *decision.Decision) i18n.Text {
	mine := describe(ward.ProductRef{Vendor: d.Vendor, Name: d.Name, Model: d.Model})
	theirs := strings.Join(append([]string{d.ClaimVendor}, d.ClaimNames...), " · ")
	switch d.Kind {
	case decision.Alias:
		if d.Same {
			return p.T("advisory.decisions.same", "inventory", mine, "advisory", theirs)
		}
		return p.T("advisory.decisions.different", "inventory", mine, "advisory", theirs)
	case decision.Reading:
		if d.Verdict == ward.Affected {
			return p.T("advisory.decisions.affected", "version", d.Version, "range", d.Range)
		}
		return p.T("advisory.decisions.not_affected", "version", d.Version, "range", d.Range)
	}
	return p.T("advisory.decisions.note")
}

func (h handler) undoForm(c *web.Call) error { return h.undoPage(c, http.StatusOK, nil, "") }

// undoPage says what undoing does before it is done (UX rule 23).
func (h handler) undoPage(c *web.Call, status int, errs ui.Errors, reason string) error {
	d, err := h.svc.DecisionByID(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("advisory.undo.title"), Lead: sentence(c.Printer, &d), Crumbs: crumbs(c, "/decisions", "advisory.decisions.title"), Errors: errs}
	return c.Render(status, s, undoBody(c.Printer, &d, errs, reason))
}

func (h handler) undo(c *web.Call) error {
	reason := c.Form("reason")
	err := h.svc.Undo(c.Context(), c.Actor, c.Path("id"), reason)
	if code := ward.CodeOf(err); code == ward.Invalid || code == ward.Conflict {
		return h.undoPage(c, http.StatusUnprocessableEntity, ui.ErrorsOf(c.Printer, err), reason)
	}
	if err != nil {
		return err
	}
	return c.See("/decisions", "advisory.undo.done")
}
