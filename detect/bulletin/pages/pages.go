// Package pages shows the Centre's own alerts: to those who write and approve
// them, and, once published, to everybody within their marking.
package pages

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"ward"
	"ward/detect/bulletin"
	"ward/format/atom"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// Letters shows what a mail would look like. The alerts answer it, which write
// the real ones.
type Letters interface {
	SampleLetter(head ward.AdvisoryHead, said []ward.Guidance, lang ward.Lang) (subject, text string)
}

// Directory names what an audience can be chosen from.
type Directory interface {
	CareServices() []string // codes; the name of one is "registry.care.<code>"
	Named(ctx context.Context, words string) ([]ward.Organisation, error)
	Organisations(context.Context, []ward.OrgID) (map[ward.OrgID]ward.Organisation, error)
}

type handler struct {
	svc       *bulletin.Service
	who       bulletin.Inventory
	letters   Letters
	directory Directory
}

// Routes are the pages; who answers who holds a product, letters how a mail
// looks, directory whom an audience can name.
func Routes(svc *bulletin.Service, who bulletin.Inventory, letters Letters, directory Directory) []web.Page {
	h := handler{svc, who, letters, directory}
	const one = "/centre-alerts/{id}"
	return []web.Page{
		web.Get("/centre-alerts", "bulletin.read", h.list),
		web.Post("/centre-alerts", "bulletin.write", h.create),
		web.Post("/centre-alerts/from-case", "bulletin.write", h.fromCase),
		web.Get(one, "bulletin.read", h.show),
		web.Get(one+"/edit", "bulletin.write", h.edit),
		web.Post(one+"/edit", "bulletin.write", h.save),
		web.Get(one+"/texts/{lang}", "bulletin.write", h.translation),
		web.Post(one+"/texts/{lang}", "bulletin.write", h.translate),
		web.Get(one+"/preview", "bulletin.read", h.preview),
		web.Post(one+"/submit", "bulletin.write", h.submit),
		web.Get(one+"/approve", "bulletin.approve", h.askApprove),
		web.Post(one+"/approve", "bulletin.approve", h.approve),
		web.Post(one+"/return", "bulletin.write", h.sendBack),
		web.Post(one+"/revise", "bulletin.write", h.revise),
		web.Post(one+"/drop", "bulletin.write", h.drop),
		web.Get("/hsc", web.Public, h.live),
		web.Get("/hsc/feed", web.Public, h.feed),
		web.Get("/hsc/{number}", web.Public, h.published),
		web.Get("/hsc/{number}/csaf", web.Public, h.document),
	}
}

// Menu leads the Centre to its own alerts.
func Menu() []web.MenuItem {
	return []web.MenuItem{{Order: 15, Text: "bulletin.menu", Path: "/centre-alerts", Permission: "bulletin.read"}}
}

func home(p *i18n.Printer) ui.Link { return ui.Link{Text: p.T("bulletin.home"), Href: "/"} }

// crumbs lead from a page of an alert back up to it.
func crumbs(p *i18n.Printer, b *bulletin.Bulletin) []ui.Link {
	out := []ui.Link{home(p), {Text: p.T("bulletin.list.title"), Href: "/centre-alerts"}}
	if b != nil {
		out = append(out, ui.Link{Text: name(p, *b), Href: path(b.ID)})
	}
	return out
}

func path(id string) string { return "/centre-alerts/" + id }

// name is the number, or that there is none yet.
func name(p *i18n.Printer, b bulletin.Bulletin) i18n.Text {
	if b.Number == "" {
		return p.T("bulletin.unnumbered")
	}
	return i18n.Raw(b.Number)
}

// titleOf marks the language of a title.
func titleOf(p *i18n.Printer, c bulletin.Content) i18n.Text {
	if c.Text.Title == "" {
		return p.T("bulletin.untitled")
	}
	return i18n.In(c.Text.Lang, c.Text.Title)
}

func word[T ~string](p *i18n.Printer, prefix string, v T) i18n.Text {
	return p.T(i18n.Key(prefix + "." + strings.ToLower(string(v))))
}

var tones = map[bulletin.State]ui.Tone{bulletin.Draft: ui.Neutral, bulletin.Submitted: ui.Warning, bulletin.Approved: ui.Info, bulletin.Published: ui.Success, bulletin.Dropped: ui.Neutral}

func stateChip(p *i18n.Printer, b bulletin.Bulletin, s bulletin.State) templ.Component {
	if s == bulletin.Published && b.Withdrawn {
		return ui.StateChip(ui.Bad, p.T("bulletin.state.withdrawn"))
	}
	return ui.StateChip(tones[s], word(p, "bulletin.state", s))
}

func (h handler) list(c *web.Call) error {
	rows, err := h.svc.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("bulletin.list.title"), Lead: c.T("bulletin.list.lead"), Crumbs: []ui.Link{home(c.Printer)}}
	return c.OK(s, listBody(c.Printer, rows, h.svc.Templates(), h.svc.MayWrite(c.Actor)))
}

func (h handler) create(c *web.Call) error {
	id, err := h.svc.Create(c.Context(), c.Actor, c.Form("template"))
	if err != nil {
		return err
	}
	return c.See(path(id)+"/edit", "")
}

// fromCase leads to the alert of a reported weakness, begun now or before.
func (h handler) fromCase(c *web.Call) error {
	id, err := h.svc.FromCase(c.Context(), c.Actor, c.Form("case"))
	if err != nil {
		return err
	}
	return c.See(path(id), "")
}

// view is what an alert's page shows.
type view struct {
	bulletin.View
	reach          bulletin.Reach
	write, approve bool
	errors         ui.Errors
	comment        string
}

func (h handler) show(c *web.Call) error { return h.page(c, http.StatusOK, nil) }

func (h handler) page(c *web.Call, status int, fault error) error {
	v := view{write: h.svc.MayWrite(c.Actor), errors: ui.ErrorsOf(c.Printer, fault), comment: c.Form("comment")}
	var err error
	if v.View, err = h.svc.Get(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	r := v.Revisions[0]
	if open := v.Open(); open != nil {
		r, v.approve = *open, h.svc.MayApprove(c.Actor, *open)
	}
	if v.reach, err = h.svc.ReachOf(c.Context(), c.Actor, h.who, r.Content); err != nil {
		return err
	}
	s := ui.Shell{Title: titleOf(c.Printer, r.Content), Crumbs: crumbs(c.Printer, nil), TLP: &r.Content.TLP, Errors: v.errors,
		Above: stateChip(c.Printer, v.Bulletin, r.State)}
	return c.Render(status, s, showBody(c.Printer, v, r))
}

// done leads back to the alert, or shows it with what is wrong.
func (h handler) done(c *web.Call, err error, key i18n.Key) error {
	switch ward.CodeOf(err) {
	case "":
		return c.See(path(c.Path("id")), key)
	case ward.Invalid:
		return h.page(c, http.StatusUnprocessableEntity, err)
	}
	return err
}

func (h handler) submit(c *web.Call) error {
	return h.done(c, h.svc.Submit(c.Context(), c.Actor, c.Path("id")), "bulletin.done.submitted")
}

func (h handler) drop(c *web.Call) error {
	return h.done(c, h.svc.Drop(c.Context(), c.Actor, c.Path("id")), "bulletin.done.dropped")
}

func (h handler) sendBack(c *web.Call) error {
	return h.done(c, h.svc.Return(c.Context(), c.Actor, c.Path("id"), c.Form("comment")), "bulletin.done.returned")
}

func (h handler) revise(c *web.Call) error {
	if err := h.svc.Revise(c.Context(), c.Actor, c.Path("id"), c.Form("withdraw") != ""); err != nil {
		return err
	}
	return c.See(path(c.Path("id"))+"/edit", "")
}

func (h handler) askApprove(c *web.Call) error { return h.approval(c, http.StatusOK, nil) }

func (h handler) approval(c *web.Call, status int, fault error) error {
	p, err := h.svc.PreviewOf(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	reach, err := h.svc.ReachOf(c.Context(), c.Actor, h.who, p.Revision.Content)
	if err != nil {
		return err
	}
	errs := ui.ErrorsOf(c.Printer, fault)
	s := ui.Shell{Title: c.T("bulletin.approve.title"), Crumbs: crumbs(c.Printer, &p.Bulletin), TLP: &p.Revision.Content.TLP, Errors: errs}
	return c.Render(status, s, approveBody(c.Printer, p, reach, h.svc.MayApprove(c.Actor, p.Revision), errs))
}

func (h handler) approve(c *web.Call) error {
	edit, _ := strconv.ParseInt(c.Form("edit"), 10, 64) // zero conflicts
	var at time.Time
	if s := c.Form("at"); s != "" {
		var err error
		if at, err = time.Parse("2006-01-02T15:04", s); err != nil { // UTC, as the field says
			return h.approval(c, http.StatusUnprocessableEntity, ward.Fail(ward.Invalid, "bulletin.error.time").At("at"))
		}
	}
	err := h.svc.Approve(c.Context(), c.Actor, c.Path("id"), edit, at)
	if ward.CodeOf(err) == ward.Invalid {
		return h.approval(c, http.StatusUnprocessableEntity, err)
	}
	return h.done(c, err, "bulletin.done.approved")
}

// head is what the alerts will know of a revision.
func head(b bulletin.Bulletin, r bulletin.Revision) ward.AdvisoryHead {
	c := r.Content
	return ward.AdvisoryHead{Tracking: b.Number, Title: c.Text.Title, Lang: c.Text.Lang, TLP: c.TLP, Severity: c.Severity, Exploited: c.Exploited, Own: true}
}

func (h handler) preview(c *web.Call) error {
	p, err := h.svc.PreviewOf(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	said := p.Revision.Content.Guidance()
	subject, text := h.letters.SampleLetter(head(p.Bulletin, p.Revision), said, c.Printer.Lang())
	s := ui.Shell{Title: c.T("bulletin.preview.title"), Crumbs: crumbs(c.Printer, &p.Bulletin), TLP: &p.Revision.Content.TLP}
	return c.OK(s, previewBody(c.Printer, p, ward.GuidanceIn(said, c.Printer.Lang()), subject, text))
}

func (h handler) live(c *web.Call) error {
	rows, err := h.svc.LiveList(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("bulletin.live.title"), Lead: c.T("bulletin.live.lead"), Crumbs: []ui.Link{home(c.Printer)}}
	return c.OK(s, liveBody(c.Printer, rows))
}

func (h handler) published(c *web.Call) error {
	x, _, err := h.svc.Live(c.Context(), c.Actor, c.Path("number"))
	if err != nil {
		return err
	}
	said := ward.GuidanceIn(x.Revision.Content.Guidance(), c.Printer.Lang())
	s := ui.Shell{Title: i18n.In(said.Lang, said.Title), Crumbs: []ui.Link{home(c.Printer), {Text: c.T("bulletin.live.title"), Href: "/hsc"}},
		TLP: &x.Revision.Content.TLP, Above: liveChips(c.Printer, x)}
	return c.OK(s, publishedBody(c.Printer, x, said))
}

func (h handler) document(c *web.Call) error {
	x, doc, err := h.svc.Live(c.Context(), c.Actor, c.Path("number"))
	if err != nil {
		return err
	}
	return bulletin.WriteDocument(c.W, x.Bulletin.Number, doc)
}

// feed holds what its reader may read: no cache of others keeps it, and his own
// asks each time, as the next one at that screen may read less. It is known by its
// tag alone: two alerts may be published within one second, and one may go.
func (h handler) feed(c *web.Call) error {
	b, err := h.svc.Feed(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	c.W.Header().Set("Cache-Control", "private, no-cache")
	c.W.Header().Add("Vary", "Authorization, Cookie")
	return c.Content(atom.Type, time.Time{}, b)
}
