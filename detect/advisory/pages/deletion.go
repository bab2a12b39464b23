package pages

import (
	"net/http"

	"github.com/a-h/templ"

	"ward"
	"ward/detect/advisory"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

func (h handler) deleteForm(c *web.Call) error { return h.deletePage(c, http.StatusOK, nil, "") }

// deletePage says what deleting does before it is done (UX rule 23).
func (h handler) deletePage(c *web.Call, status int, errs ui.Errors, reason string) error {
	v, err := h.svc.Read(c.Context(), c.Actor, ward.AdvisoryID(c.Path("id")), "")
	if err != nil {
		return err
	}
	a := &v.Advisory
	s := ui.Shell{Title: c.T("advisory.delete.title"), Lead: said(a.Lang, a.Title), TLP: &a.TLP, Errors: errs,
		Crumbs: append(crumbs(c, "/advisories", "advisory.list.title"), ui.Link{Text: i18n.Raw(a.Tracking), Href: "/advisories/" + string(a.ID)})}
	return c.Render(status, s, deleteBody(c.Printer, a, len(v.Revisions), errs, reason))
}

func (h handler) remove(c *web.Call) error {
	reason := c.Form("reason")
	err := h.svc.Delete(c.Context(), c.Actor, ward.AdvisoryID(c.Path("id")), reason)
	if ward.CodeOf(err) == ward.Invalid {
		return h.deletePage(c, http.StatusUnprocessableEntity, ui.ErrorsOf(c.Printer, err), reason)
	}
	if err != nil {
		return err
	}
	return c.See("/advisories", "advisory.delete.done")
}

// deleted lists the tombstones.
func (h handler) deleted(c *web.Call) error {
	page, err := h.svc.Deleted(c.Context(), c.Actor, c.Query("after"), 50)
	if err != nil {
		return err
	}
	pages := ui.Pages{Shown: len(page.Deleted)}
	if page.Next != "" {
		pages.Next = with("/advisories/deleted", nil, "after", page.Next)
	}
	if c.Query("after") != "" {
		pages.Previous = "/advisories/deleted"
	}
	s := ui.Shell{Title: c.T("advisory.deleted.title"), Lead: c.T("advisory.deleted.lead"), Crumbs: crumbs(c, "/advisories", "advisory.list.title")}
	return c.OK(s, deletedBody(c.Printer, deletedTable(c.Printer, page.Deleted), pages))
}

func deletedTable(p *i18n.Printer, list []advisory.Tombstone) ui.Table {
	t := ui.Table{Caption: p.T("advisory.deleted.title"), Hide: true, Columns: []ui.Column{{Head: p.T("advisory.deleted.what")},
		{Head: p.T("advisory.deleted.reason")}, {Head: p.T("advisory.deleted.who")}, {Head: p.T("advisory.deleted.when")},
		{Head: p.T("advisory.deleted.state")}}, Empty: ui.EmptyState{Title: p.T("advisory.deleted.none"), Text: p.T("advisory.deleted.none_text")}}
	for i := range list {
		d := &list[i]
		t.Rows = append(t.Rows, []templ.Component{deletedName(p, d), i18n.Raw(d.Reason), i18n.Raw(d.Name), ui.Moment(p, d.At), deletedState(p, d)})
	}
	return t
}

func (h handler) readmit(c *web.Call) error {
	if err := h.svc.Readmit(c.Context(), c.Actor, ward.AdvisoryID(c.Path("id"))); err != nil {
		return err
	}
	return c.See("/advisories/deleted", "advisory.readmit.done")
}
