package pages

import (
	"github.com/a-h/templ"

	"ward"
	"ward/base/registry"
	"ward/kit/ui"
	"ward/kit/web"
)

// houseKinds are what a house that runs the platform can be.
func houseKinds() []ward.OrgKind {
	return []ward.OrgKind{ward.KindCentre, ward.KindCSIRT, ward.KindAuthority, ward.KindHospital}
}

func setupShell(c *web.Call) ui.Shell {
	return ui.Shell{Title: c.T("registry.setup.title"), Lead: c.T("registry.setup.lead")}
}

func (p *pages) setup(c *web.Call) error {
	v, err := p.svc.Show(c.Context(), c.Actor, c.Actor.Org)
	if err != nil {
		return err
	}
	me, _, err := p.svc.Myself(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	in := registry.Setup{Kind: v.Kind, Name: v.Name, Country: v.Country, City: v.City, Person: me.Name, Email: me.Email}
	return c.OK(setupShell(c), setupBody(c.Printer, in, nil))
}

func (p *pages) saveSetup(c *web.Call) error {
	in := registry.Setup{Kind: ward.OrgKind(c.Form("kind")), Name: c.Form("name"), Country: ward.Country(c.Form("country")),
		City: c.Form("city"), Person: c.Form("person"), Email: c.Form("email")}
	if err := p.svc.SetUp(c.Context(), c.Actor, in); err != nil {
		return again(c, err, setupShell(c), func(e ui.Errors) templ.Component { return setupBody(c.Printer, in, e) })
	}
	return c.See("/setup/next", "registry.setup.done")
}

func (p *pages) next(c *web.Call) error {
	s := ui.Shell{Title: c.T("registry.next.title"), Lead: c.T("registry.next.lead")}
	return c.OK(s, nextBody(c.Printer))
}
