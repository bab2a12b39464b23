package pages

import (
	"strings"

	"github.com/a-h/templ"

	"ward"
	"ward/base/registry"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// profile is what the page of an organisation shows.
type profile struct {
	at
	registry.View
	people    []registry.Affiliation
	gaps      []registry.Gap
	mayWrite  bool
	mayInvite bool
	seePeople bool
}

// show leaves out what the reader may not see or do, so that no button ends in a refusal.
func (p *pages) show(c *web.Call) error {
	w, v, err := p.viewAt(c)
	if err != nil {
		return err
	}
	m := profile{at: w, View: v, mayWrite: p.svc.MayWrite(c.Actor, v.Profile), mayInvite: p.svc.MayInvite(c.Actor, v.Profile),
		seePeople: p.svc.MaySeePeople(c.Actor, v.Profile)}
	if m.mayWrite {
		m.gaps = registry.Gaps(v)
	}
	if m.seePeople {
		if m.people, err = p.svc.People(c.Context(), c.Actor, w.org); err != nil {
			return err
		}
	}
	up := crumbs(c, w, v.Name)
	s := ui.Shell{Title: orUnnamed(c.Printer, v.Name), Lead: lead(c.Printer, v.Profile), Crumbs: up[:len(up)-1]}
	return c.OK(s, profileBody(c.Printer, m))
}

// more leads on to what else belongs to an organisation; groups and deputies are
// one's own only.
func (m profile) more(p *i18n.Printer) []ui.Link {
	list := []ui.Link{{Text: p.T("registry.verification.title"), Href: m.base + "/verification"}, {Text: p.T("registry.domain.title"), Href: m.base + "/domains"}}
	if m.base == "/org" {
		list = append(list, ui.Link{Text: p.T("registry.visible.title"), Href: "/org/visibility"}, ui.Link{Text: p.T("registry.group.title"), Href: "/groups"},
			ui.Link{Text: p.T("registry.deputy.title"), Href: "/me/deputies"})
	}
	return append(list, ui.Link{Text: p.T("registry.directory.title"), Href: "/directory"})
}

// lead says what and where in one line: kind, city, country.
func lead(p *i18n.Printer, v registry.Profile) i18n.Text {
	parts := []string{word(p, "registry.kind", v.Kind).String()}
	for _, s := range []string{v.City, word(p, "registry.country", v.Country).String()} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return i18n.Raw(strings.Join(parts, " · "))
}

// gapPath is where a gap is closed.
func gapPath(base string, g registry.Gap) string {
	switch g {
	case registry.GapIT, registry.GapPhone:
		return base + "/contacts/new?duty=" + map[registry.Gap]string{registry.GapIT: string(ward.DutyIT), registry.GapPhone: string(ward.DutyPhone)}[g]
	case registry.GapServices:
		return base + "/services"
	}
	return base + "/edit"
}

// gapTasks are the gaps as a list of tasks.
func gapTasks(p *i18n.Printer, base string, gaps []registry.Gap) []ui.Task {
	out := make([]ui.Task, len(gaps))
	for i, g := range gaps {
		out[i] = ui.Task{Text: word(p, "registry.gap", g), Href: gapPath(base, g), State: p.T("registry.gap.open"), Tone: ui.Warning}
	}
	return out
}

func figure(p *i18n.Printer, v *int64) templ.Component {
	if v == nil {
		return i18n.Text{}
	}
	return i18n.Raw(p.Number(int(*v)))
}

func money(p *i18n.Printer, v *int64) templ.Component {
	if v == nil {
		return i18n.Text{}
	}
	return p.T("registry.facts.euro", "amount", p.Number(int(*v)))
}

// factRows is the profile as terms and values.
func factRows(p *i18n.Printer, m profile) []ui.Row {
	rows := []ui.Row{
		{Label: p.T("registry.field.kind"), Value: word(p, "registry.kind", m.Kind)},
		{Label: p.T("registry.field.country"), Value: word(p, "registry.country", m.Country)},
		{Label: p.T("registry.field.region"), Value: i18n.Raw(m.Region)},
		{Label: p.T("registry.field.address"), Value: address(m.Address, m.City)},
		{Label: p.T("registry.field.website"), Value: website(m.Website)},
		{Label: p.T("registry.field.legal"), Value: word(p, "registry.legal", m.Legal)},
	}
	if !m.Kind.CareProvider() {
		return rows
	}
	return append(rows,
		ui.Row{Label: p.T("registry.field.beds"), Value: figure(p, m.Facts.Beds)},
		ui.Row{Label: p.T("registry.field.headcount"), Value: figure(p, m.Facts.Headcount)},
		ui.Row{Label: p.T("registry.field.turnover"), Value: money(p, m.Facts.Turnover)},
		ui.Row{Label: p.T("registry.field.balance"), Value: money(p, m.Facts.Balance)},
		ui.Row{Label: p.T("registry.field.size"), Value: size(p, m.Size())},
		ui.Row{Label: p.T("registry.field.besides"), Value: besidesOf(p, m)})
}

// besidesOf is for those who may change it: that it is a critical entity is told to
// itself and the authorities (Directive (EU) 2022/2557 Art. 6(3)), not to colleagues.
func besidesOf(p *i18n.Printer, m profile) i18n.Text {
	var out []string
	for _, o := range besides(p, m.Details) {
		if o.Checked && m.mayWrite {
			out = append(out, o.Text.String())
		}
	}
	return i18n.Raw(strings.Join(out, ", "))
}

func size(p *i18n.Printer, s registry.Size) i18n.Text {
	if s == registry.SizeUnknown {
		return p.T("registry.size.unknown")
	}
	return word(p, "registry.size", s)
}

func address(street, city string) i18n.Text {
	return i18n.Raw(strings.Trim(street+", "+city, ", "))
}

func website(s string) templ.Component {
	if s == "" {
		return i18n.Text{}
	}
	return outLink(s)
}

func siteTable(p *i18n.Printer, m profile) ui.Table {
	t := ui.Table{Caption: p.T("registry.sites.title"), Hide: true,
		Columns: []ui.Column{{Head: p.T("registry.field.name")}, {Head: p.T("registry.field.address")}, {Head: p.T("registry.field.phone")}},
		Empty:   ui.EmptyState{Title: p.T("registry.sites.none"), Text: p.T("registry.sites.why")}}
	for _, s := range m.Sites {
		name := templ.Component(i18n.Raw(s.Name))
		if m.mayWrite {
			name = link(m.base+"/sites/"+string(s.ID), i18n.Raw(s.Name))
		}
		t.Rows = append(t.Rows, []templ.Component{name, address(s.Address, s.City), phone(s.Phone)})
	}
	return t
}

func contactTable(p *i18n.Printer, m profile) ui.Table {
	t := ui.Table{Caption: p.T("registry.contacts.title"), Hide: true,
		Columns: []ui.Column{{Head: p.T("registry.field.duty")}, {Head: p.T("registry.field.name")}, {Head: p.T("registry.field.phone")},
			{Head: p.T("registry.field.email")}, {Head: p.T("registry.field.lang")}},
		Empty: ui.EmptyState{Title: p.T("registry.contacts.none"), Text: p.T("registry.contacts.why")}}
	for _, x := range m.Contacts {
		duty := templ.Component(word(p, "registry.duty", x.Duty))
		if m.mayInvite {
			duty = link(m.base+"/contacts/"+x.ID, word(p, "registry.duty", x.Duty))
		}
		t.Rows = append(t.Rows, []templ.Component{duty, i18n.Raw(x.Name), phone(x.Phone), email(x.Email), i18n.In(x.Lang, x.Lang.Name())})
	}
	return t
}

func peopleTable(p *i18n.Printer, m profile) ui.Table {
	t := ui.Table{Caption: p.T("registry.people.title"), Hide: true,
		Columns: []ui.Column{{Head: p.T("registry.field.name")}, {Head: p.T("registry.field.role")}, {Head: p.T("registry.field.job")}, {Head: p.T("registry.field.email")}},
		Empty:   ui.EmptyState{Title: p.T("registry.people.none"), Text: p.T("registry.people.why")}}
	for _, f := range m.people {
		t.Rows = append(t.Rows, []templ.Component{link("/people/"+f.ID, orUnnamed(p, f.Person.Name)), word(p, "registry.role", f.Role), i18n.Raw(f.Title), email(f.Person.Email)})
	}
	return t
}

func careTable(p *i18n.Printer, m profile) ui.Table {
	t := ui.Table{Caption: p.T("registry.services.title"), Hide: true,
		Columns: []ui.Column{{Head: p.T("registry.services.service")}, {Head: p.T("registry.services.limit")}},
		Empty:   ui.EmptyState{Title: p.T("registry.services.none"), Text: p.T("registry.services.why")}}
	for _, s := range m.Services {
		t.Rows = append(t.Rows, []templ.Component{word(p, "registry.care", s.Code), outage(p, s.Limit())})
	}
	return t
}
