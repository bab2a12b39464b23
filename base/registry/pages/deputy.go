package pages

import (
	"slices"
	"time"

	"github.com/a-h/templ"

	"ward"
	"ward/base/registry"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// deputyForm is a span as typed: days, the last one included.
type deputyForm struct{ hat, first, last string }

// deputyPage is who acts for whom in the reader's organisation.
type deputyPage struct {
	list       []registry.Deputy
	colleagues []registry.Affiliation
	reader     ward.PersonID
	manages    bool // ends those of others too
	own        bool // no deputy himself
}

func deputyShell(c *web.Call) ui.Shell {
	return ui.Shell{Title: c.T("registry.deputy.title"), Lead: c.T("registry.deputy.lead"),
		Crumbs: []ui.Link{{Text: c.T("registry.crumb.home"), Href: "/"}, {Text: c.T("registry.crumb.me"), Href: "/me"}}}
}

func (p *pages) deputiesAt(c *web.Call) (deputyPage, error) {
	m := deputyPage{reader: c.Actor.Person, own: c.Actor.For == ""}
	v, err := p.svc.Show(c.Context(), c.Actor, c.Actor.Org)
	if err != nil {
		return m, err
	}
	m.manages = p.svc.MayInvite(c.Actor, v.Profile)
	if !p.svc.MaySeePeople(c.Actor, v.Profile) {
		return m, nil
	}
	if m.list, err = p.svc.DeputiesIn(c.Context(), c.Actor, c.Actor.Org); err != nil {
		return m, err
	}
	people, err := p.svc.People(c.Context(), c.Actor, c.Actor.Org)
	m.colleagues = slices.DeleteFunc(people, func(f registry.Affiliation) bool { return f.Person.ID == c.Actor.Person })
	return m, err
}

func (p *pages) deputies(c *web.Call) error {
	m, err := p.deputiesAt(c)
	if err != nil {
		return err
	}
	return c.OK(deputyShell(c), deputyBody(c.Printer, m, deputyForm{}, nil))
}

// zone is where the reader's days begin.
func zone(a ward.Actor) *time.Location {
	if z, err := time.LoadLocation(a.Zone); err == nil && a.Zone != "" {
		return z
	}
	return i18n.ZoneOf(a.Country)
}

// span reads the form; a day that cannot be read is the zero time, which the
// service refuses by its field.
func (f deputyForm) span(a ward.Actor) (begins, ends time.Time) {
	begins, _ = time.ParseInLocation(time.DateOnly, f.first, zone(a))
	if last, err := time.ParseInLocation(time.DateOnly, f.last, zone(a)); err == nil {
		ends = last.AddDate(0, 0, 1)
	}
	return begins, ends
}

func (p *pages) nameDeputy(c *web.Call) error {
	f := deputyForm{c.Form("hat"), c.Form("begins"), c.Form("ends")}
	begins, ends := f.span(c.Actor)
	_, err := p.svc.NameDeputy(c.Context(), c.Actor, f.hat, begins, ends)
	return p.onDeputies(c, err, f, "registry.deputy.named.done")
}

func (p *pages) endDeputy(c *web.Call) error {
	return p.onDeputies(c, p.svc.EndDeputy(c.Context(), c.Actor, c.Path("deputy")), deputyForm{}, "registry.deputy.ended.done")
}

func (p *pages) onDeputies(c *web.Call, err error, f deputyForm, done i18n.Key) error {
	if err == nil {
		return c.See("/me/deputies", done)
	}
	m, gone := p.deputiesAt(c)
	if gone != nil {
		return err
	}
	return again(c, err, deputyShell(c), func(e ui.Errors) templ.Component { return deputyBody(c.Printer, m, f, e) })
}

func leaveShell(c *web.Call) ui.Shell {
	s := deputyShell(c)
	s.Title, s.Lead = c.T("registry.leave.title"), i18n.Raw(c.Actor.OrgName)
	return s
}

func leaveBody(c *web.Call) templ.Component {
	b := ui.Button{Text: c.T("registry.leave.act"), Kind: ui.Danger}
	return confirmBody(c.T("registry.leave.ask", "organisation", c.Actor.OrgName), "/me/leave", b, "/me", c.T("registry.keep"))
}

func (p *pages) askLeaveOrganisation(c *web.Call) error { return c.OK(leaveShell(c), leaveBody(c)) }

func (p *pages) leaveOrganisation(c *web.Call) error {
	if err := p.svc.Leave(c.Context(), c.Actor); err != nil {
		return again(c, err, leaveShell(c), func(ui.Errors) templ.Component { return leaveBody(c) })
	}
	return c.See("/signin", "registry.leave.done")
}
