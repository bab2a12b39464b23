// Package pages serves the files that package provider publishes, and shows the
// house what it publishes.
package pages

import (
	"net/http"

	"github.com/a-h/templ"

	"ward"
	"ward/detect/provider"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

type handler struct{ svc *provider.Service }

// Routes are the files for other houses' clients and the pages of our own;
// address is the public one of the house.
func Routes(svc *provider.Service, address string) []web.Page {
	h := handler{svc: svc}
	return append(h.fileRoutes(address),
		web.Get("/publishing", "publish.read", h.overview),
		web.Get("/publishing/keys", "publish.write", h.renewForm),
		web.Post("/publishing/keys", "publish.write", h.renew),
	)
}

// Menu is the entry of the navigation.
func Menu() []web.MenuItem {
	return []web.MenuItem{{Order: 74, Text: "provider.menu", Path: "/publishing", Permission: "publish.read"}}
}

func (h handler) overview(c *web.Call) error {
	o, err := h.svc.Overview(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("provider.title"), Lead: c.T("provider.lead"), Crumbs: []ui.Link{{Text: c.T("provider.crumb.home"), Href: "/"}}}
	return c.OK(s, overview(c.Printer, o, h.svc.MayRenew(c.Actor)))
}

func (h handler) renewForm(c *web.Call) error {
	s := ui.Shell{Title: c.T("provider.renew.title"), Lead: c.T("provider.renew.lead"),
		Crumbs: []ui.Link{{Text: c.T("provider.crumb.home"), Href: "/"}, {Text: c.T("provider.title"), Href: "/publishing"}}}
	return c.Render(http.StatusOK, s, renewBody(c.Printer))
}

func (h handler) renew(c *web.Call) error {
	if _, err := h.svc.Renew(c.Context(), c.Actor, c.Form("compromised") == "1"); err != nil {
		return err
	}
	return c.See("/publishing", "provider.renew.done")
}

// addresses are where other houses find us.
func addresses(p *i18n.Printer, o *provider.Overview) []ui.Row {
	rows := []ui.Row{{Label: p.T("provider.at.metadata"), Value: outside(o.Metadata)}}
	if o.Security != "" {
		rows = append(rows, ui.Row{Label: p.T("provider.at.security"), Value: outside(o.Security)})
	} else {
		rows = append(rows, ui.Row{Label: p.T("provider.at.security"), Value: p.T("provider.at.no_contact")})
	}
	if o.Category != provider.NoList {
		rows = append(rows, ui.Row{Label: p.T("provider.at.list"), Value: outside(o.List)})
	}
	return append(rows, ui.Row{Label: p.T("provider.at.namespace"), Value: ui.Code(o.Publisher.Namespace)})
}

func feeds(p *i18n.Printer, list []provider.Folder) ui.Table {
	t := ui.Table{Caption: p.T("provider.feeds"), Hide: true, Columns: []ui.Column{{Head: p.T("provider.feed.marking")},
		{Head: p.T("provider.feed.entries"), Numeric: true}, {Head: p.T("provider.feed.readers")}, {Head: p.T("provider.feed.changed")}},
		Empty: ui.EmptyState{Title: p.T("provider.feed.none"), Text: p.T("provider.feed.none_yet")}}
	for _, f := range list {
		readers := p.T("provider.feed.cleared")
		if f.TLP == ward.TLPClear {
			readers = p.T("provider.feed.everybody")
		}
		t.Rows = append(t.Rows, []templ.Component{ui.TLP(p, f.TLP), i18n.Raw(p.Number(f.Entries)), readers, ui.Moment(p, f.Changed)})
	}
	return t
}

func keys(p *i18n.Printer, list []provider.Key) ui.Table {
	t := ui.Table{Caption: p.T("provider.keys"), Hide: true, Columns: []ui.Column{{Head: p.T("provider.key.fingerprint")},
		{Head: p.T("provider.key.made")}, {Head: p.T("provider.key.state")}},
		Empty: ui.EmptyState{Title: p.T("provider.key.none"), Text: p.T("provider.key.none_text")}}
	for _, k := range list {
		t.Rows = append(t.Rows, []templ.Component{fingerprint(k.Fingerprint), ui.Moment(p, k.Made), keyState(p, k)})
	}
	return t
}

func keyState(p *i18n.Printer, k provider.Key) templ.Component {
	switch k.State {
	case provider.KeySigning:
		return ui.StateChip(ui.Success, p.T("provider.key.signing"))
	case provider.KeyRevoked:
		return ui.StateChip(ui.Bad, p.T("provider.key.revoked"))
	}
	return ui.StateChip(ui.Neutral, p.T("provider.key.retired"))
}

func latest(p *i18n.Printer, o *provider.Overview) ui.Table {
	t := ui.Table{Caption: p.T("provider.latest"), Hide: true, Columns: []ui.Column{{Head: p.T("provider.file.advisory")},
		{Head: p.T("provider.file.marking")}, {Head: p.T("provider.file.version")}, {Head: p.T("provider.file.changed")}},
		Empty: ui.EmptyState{Title: p.T("provider.feed.none")}}
	for i := range o.Latest {
		d := &o.Latest[i]
		t.Rows = append(t.Rows, []templ.Component{fileName(d, o.MayRead), ui.TLP(p, d.TLP), i18n.Raw(d.Version), ui.Moment(p, d.Changed)})
	}
	return t
}

func held(p *i18n.Printer, o *provider.Overview) ui.Table {
	t := ui.Table{Caption: p.T("provider.held.title"), Hide: true, Columns: []ui.Column{{Head: p.T("provider.file.advisory")},
		{Head: p.T("provider.file.marking")}, {Head: p.T("provider.held.why")}}}
	for i := range o.Held {
		d := &o.Held[i]
		t.Rows = append(t.Rows, []templ.Component{fileName(d, o.MayRead), ui.TLP(p, d.TLP), reason(p, d)})
	}
	return t
}

func mirrors(p *i18n.Printer, o *provider.Overview) ui.Table {
	t := ui.Table{Caption: p.T("provider.mirrors"), Hide: true, Columns: []ui.Column{{Head: p.T("provider.mirror.publisher")},
		{Head: p.T("provider.mirror.state")}, {Head: p.T("provider.mirror.copies"), Numeric: true}},
		Empty: ui.EmptyState{Title: p.T("provider.mirror.none"), Text: p.T("provider.mirror.none_text"),
			Next: &ui.Button{Text: p.T("provider.mirror.sources"), Href: "/sources", Kind: ui.Secondary}}}
	for _, m := range o.Mirrors {
		state := p.T("provider.mirror.listed")
		if m.Mirrored {
			state = p.T("provider.mirror.mirrored")
		} else if m.Mirror {
			state = p.T("provider.mirror.alone")
		}
		t.Rows = append(t.Rows, []templ.Component{i18n.Raw(m.Name), state, i18n.Raw(p.Number(o.Copies[m.Source]))})
	}
	return t
}
