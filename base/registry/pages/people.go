package pages

import (
	"net/url"

	"github.com/a-h/templ"

	"ward"
	"ward/base/registry"
	"ward/kit/ui"
	"ward/kit/web"
)

func (p *pages) invite(c *web.Call) error {
	w, v, err := p.peopledAt(c)
	if err != nil {
		return err
	}
	in := registry.Invitation{Lang: c.Printer.Lang()}
	roles := registry.RolesToGive(c.Actor, v.Kind)
	if len(roles) > 0 {
		in.Role = roles[0]
	}
	return c.OK(inviteShell(c, w, v.Name), inviteBody(c.Printer, w, in, roles, nil))
}

func inviteShell(c *web.Call, w at, name string) ui.Shell {
	s := titled(c, w, name, "registry.people.invite")
	s.Lead = c.T("registry.people.invite_lead")
	return s
}

func (p *pages) saveInvite(c *web.Call) error {
	w, v, err := p.peopledAt(c)
	if err != nil {
		return err
	}
	in := registry.Invitation{Name: c.Form("name"), Email: c.Form("email"), Phone: c.Form("phone"), Lang: ward.Lang(c.Form("lang")),
		Role: ward.Role(c.Form("role")), Title: c.Form("title"), Duty: ward.Duty(c.Form("duty"))}
	f, err := p.svc.Invite(c.Context(), c.Actor, w.org, in)
	if err != nil {
		return again(c, err, inviteShell(c, w, v.Name), func(e ui.Errors) templ.Component {
			return inviteBody(c.Printer, w, in, registry.RolesToGive(c.Actor, v.Kind), e)
		})
	}
	// The account service's page makes the link that lets the person in.
	return c.See("/people/"+string(f.Person.ID)+"/link?back="+url.QueryEscape(w.base), "registry.people.done")
}

// hat is what the page of one affiliation shows.
type hat struct {
	registry.Affiliation
	org   registry.Profile
	base  string
	roles []ward.Role
	may   bool // change and end it
}

// hatAt leads back to /org from one's own organisation.
func (p *pages) hatAt(c *web.Call) (hat, error) {
	f, org, err := p.svc.Affiliated(c.Context(), c.Actor, c.Path("hat"))
	m := hat{Affiliation: f, org: org, base: "/organisations/" + string(org.ID)}
	if org.ID == c.Actor.Org {
		m.base = "/org"
	}
	m.may = err == nil && f.Ended.IsZero() && f.Person.ID != c.Actor.Person && p.svc.MayInvite(c.Actor, org)
	m.roles = registry.RolesToGive(c.Actor, org.Kind)
	return m, err
}

func (m hat) shell(c *web.Call) ui.Shell {
	return ui.Shell{Title: orUnnamed(c.Printer, m.Person.Name), Lead: orUnnamed(c.Printer, m.org.Name), Crumbs: crumbs(c, at{m.org.ID, m.base}, m.org.Name)}
}

func (p *pages) person(c *web.Call) error {
	m, err := p.hatAt(c)
	if err != nil {
		return err
	}
	return c.OK(m.shell(c), personBody(c.Printer, m, nil))
}

func (p *pages) changeRole(c *web.Call) error {
	m, err := p.hatAt(c)
	if err != nil {
		return err
	}
	role, title := ward.Role(c.Form("role")), c.Form("title")
	if err := p.svc.ChangeRole(c.Context(), c.Actor, m.ID, role, title); err != nil {
		m.Role, m.Title = role, title
		return again(c, err, m.shell(c), func(e ui.Errors) templ.Component { return personBody(c.Printer, m, e) })
	}
	return c.See("/people/"+m.ID, "registry.people.role.done")
}

func (p *pages) askEnd(c *web.Call) error {
	m, err := p.hatAt(c)
	if err != nil {
		return err
	}
	return c.OK(m.shell(c), m.ask(c))
}

func (m hat) ask(c *web.Call) templ.Component {
	b := ui.Button{Text: c.T("registry.people.end"), Kind: ui.Danger}
	return confirmBody(c.T("registry.people.ask", "name", m.Person.Name), "/people/"+m.ID+"/end", b, "/people/"+m.ID, c.T("registry.keep"))
}

func (p *pages) end(c *web.Call) error {
	m, err := p.hatAt(c)
	if err != nil {
		return err
	}
	if err := p.svc.End(c.Context(), c.Actor, m.ID); err != nil {
		return again(c, err, m.shell(c), func(ui.Errors) templ.Component { return m.ask(c) })
	}
	return c.See(m.base, "registry.people.ended.done")
}

func (p *pages) myself(c *web.Call) error {
	me, tel, err := p.svc.Myself(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.OK(myShell(c), myselfBody(c.Printer, me.Email, registry.Own{Name: me.Name, Phone: tel, Lang: me.Lang, Zone: me.Zone}, nil))
}

func myShell(c *web.Call) ui.Shell {
	return ui.Shell{Title: c.T("registry.me.title"), Lead: c.T("registry.me.lead"),
		Crumbs: []ui.Link{{Text: c.T("registry.crumb.home"), Href: "/"}, {Text: c.T("registry.crumb.me"), Href: "/me"}}}
}

func (p *pages) saveMyself(c *web.Call) error {
	me, _, err := p.svc.Myself(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	o := registry.Own{Name: c.Form("name"), Phone: c.Form("phone"), Lang: ward.Lang(c.Form("lang")), Zone: c.Form("zone")}
	if err := p.svc.UpdateMyself(c.Context(), c.Actor, o); err != nil {
		return again(c, err, myShell(c), func(e ui.Errors) templ.Component { return myselfBody(c.Printer, me.Email, o, e) })
	}
	return c.See("/me", "registry.me.done")
}

// zones are the time zones of the Union's capitals and of the islands and
// regions that keep another time.
func zones(chosen string) []ui.Option {
	seen := map[string]bool{"": true}
	var out []ui.Option
	for _, z := range append(capitals(), "Atlantic/Azores", "Atlantic/Madeira", "Atlantic/Canary", "America/Guadeloupe", "America/Martinique",
		"America/Cayenne", "Indian/Reunion", "Indian/Mayotte", "UTC") {
		if !seen[z] {
			seen[z] = true
			out = append(out, zoneOption(z, chosen))
		}
	}
	return out
}
