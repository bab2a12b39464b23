package pages

import (
	"net/url"

	"github.com/a-h/templ"

	"ward"
	"ward/base/registry"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// listView is one page of the list with its filter.
type listView struct {
	filter    registry.Filter
	page      registry.Page
	countries bool // more than one country can be in the list
	create    bool
}

func (p *pages) list(c *web.Call) error {
	f := registry.Filter{Search: c.Query("q"), Kind: ward.OrgKind(c.Query("kind")), Country: ward.Country(c.Query("country")),
		After: c.Query("after"), Before: c.Query("before")}
	page, err := p.svc.List(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	v := listView{filter: f, page: page, countries: c.Actor.Role != ward.RoleCSIRT && !c.Actor.Kind.CareProvider(), create: p.svc.MayRegister(c.Actor)}
	s := ui.Shell{Title: c.T("registry.list.title"), Lead: c.T("registry.list.lead"), Crumbs: []ui.Link{{Text: c.T("registry.crumb.home"), Href: "/"}}}
	if v.create {
		s.Actions = ui.ButtonLink(ui.Button{Text: c.T("registry.new.title"), Href: "/organisations/new", Icon: ui.IconPlus})
	}
	return c.OK(s, listBody(c.Printer, v))
}

// active counts the filters that are set.
func (v listView) active() (n int) {
	for _, s := range []string{v.filter.Search, string(v.filter.Kind), string(v.filter.Country)} {
		if s != "" {
			n++
		}
	}
	return n
}

// link is the address of the list with the same filter and one more value.
func (v listView) link(name, value string) string {
	if value == "" {
		return ""
	}
	q := url.Values{name: {value}}
	for name, s := range map[string]string{"q": v.filter.Search, "kind": string(v.filter.Kind), "country": string(v.filter.Country)} {
		if s != "" {
			q.Set(name, s)
		}
	}
	return "/organisations?" + q.Encode()
}

func (v listView) table(p *i18n.Printer) ui.Table {
	t := ui.Table{Caption: p.T("registry.list.title"), Hide: true, Columns: []ui.Column{{Head: p.T("registry.field.name")},
		{Head: p.T("registry.field.kind")}, {Head: p.T("registry.field.city")}, {Head: p.T("registry.field.country")}, {Head: p.T("registry.field.size")}}}
	t.Empty = ui.EmptyState{Title: p.T("registry.list.none"), Text: p.T("registry.list.none_why")}
	if v.active() > 0 {
		t.Empty = ui.EmptyState{Title: p.T("registry.list.not_found"), Next: &ui.Button{Text: p.T("registry.list.all"), Href: "/organisations", Kind: ui.Secondary}}
	} else if v.create {
		t.Empty.Next = &ui.Button{Text: p.T("registry.new.title"), Href: "/organisations/new"}
	}
	for _, o := range v.page.Rows {
		t.Rows = append(t.Rows, []templ.Component{link("/organisations/"+string(o.ID), orUnnamed(p, o.Name)), word(p, "registry.kind", o.Kind),
			i18n.Raw(o.City), word(p, "registry.country", o.Country), word(p, "registry.size", o.Size())})
	}
	return t
}
