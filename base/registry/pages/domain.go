package pages

import (
	"net/http"

	"github.com/a-h/templ"

	"ward"
	"ward/base/registry/proof"
	"ward/kit/ui"
	"ward/kit/web"
)

// owned is what the page of an organisation's domains shows.
type owned struct {
	base     string
	list     []proof.Domain
	may      bool
	training bool
}

func (p *pages) domainsAt(c *web.Call) (owned, ui.Shell, error) {
	w := where(c)
	o, list, err := p.svc.Domains(c.Context(), c.Actor, w.org)
	s := titled(c, w, o.Name, "registry.domain.title")
	s.Lead = c.T("registry.domain.lead")
	return owned{w.base, list, err == nil && p.svc.MayWrite(c.Actor, o), p.svc.Training()}, s, err
}

func (p *pages) domains(c *web.Call) error {
	v, s, err := p.domainsAt(c)
	if err != nil {
		return err
	}
	return c.OK(s, domainsBody(c.Printer, v, "", nil))
}

func (p *pages) addDomain(c *web.Call) error {
	v, s, err := p.domainsAt(c)
	if err != nil {
		return err
	}
	name := c.Form("domain")
	if _, err := p.svc.AddDomain(c.Context(), c.Actor, where(c).org, name); err != nil {
		return again(c, err, s, func(e ui.Errors) templ.Component { return domainsBody(c.Printer, v, name, e) })
	}
	return c.See(v.base+"/domains", "registry.domain.added.done")
}

// checkDomain says what was found; that nothing was is no fault of the form.
func (p *pages) checkDomain(c *web.Call) error {
	d, err := p.svc.CheckDomain(c.Context(), c.Actor, where(c).org, c.Path("domain"))
	if err == nil && d.Method == "" {
		err = ward.Fail(ward.Conflict, "registry.error.domain_proof", "domain", d.Name)
	}
	if err != nil {
		v, s, other := p.domainsAt(c)
		if other != nil {
			return err
		}
		return again(c, err, s, func(e ui.Errors) templ.Component { return domainsBody(c.Printer, v, "", e) })
	}
	return c.See(where(c).base+"/domains", "registry.domain.proved.done")
}

func (p *pages) removeDomain(c *web.Call) error {
	if err := p.svc.RemoveDomain(c.Context(), c.Actor, where(c).org, c.Path("domain")); err != nil {
		return err
	}
	return c.See(where(c).base+"/domains", "registry.domain.removed.done")
}

func (p *pages) visibility(c *web.Call) error {
	v, err := p.svc.Visible(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := titled(c, at{c.Actor.Org, "/org"}, v.Profile.Name, "registry.visible.title")
	s.Lead = c.T("registry.visible.lead")
	return c.OK(s, visibilityBody(c.Printer, v))
}

func (p *pages) directory(c *web.Call) error {
	s := ui.Shell{Title: c.T("registry.directory.title"), Lead: c.T("registry.directory.lead"), Crumbs: home(c)}
	c.W.Header().Set("Cache-Control", "no-store")
	return c.Render(http.StatusOK, s, directoryBody(c.Printer, p.svc.Directory()))
}
