package pages

import (
	"slices"

	"github.com/a-h/templ"

	"ward"
	"ward/base/registry"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

func sitePath(w at, s registry.Site) string {
	if s.ID == "" {
		return w.base + "/sites/new"
	}
	return w.base + "/sites/" + string(s.ID)
}

func contactPath(w at, x ward.Contact) string {
	if x.ID == "" {
		return w.base + "/contacts/new"
	}
	return w.base + "/contacts/" + x.ID
}

// titled is the shell of a small page below an organisation.
func titled(c *web.Call, w at, name string, title i18n.Key) ui.Shell {
	return ui.Shell{Title: c.T(title), Crumbs: crumbs(c, w, name)}
}

// findSite gives the site of the address, or an empty one on the page for a new one.
func (p *pages) findSite(c *web.Call) (at, registry.View, registry.Site, error) {
	w, v, err := p.writableAt(c)
	id := ward.SiteID(c.Path("site"))
	if err != nil || id == "" {
		return w, v, registry.Site{Org: w.org}, err
	}
	i := slices.IndexFunc(v.Sites, func(s registry.Site) bool { return s.ID == id })
	if i < 0 {
		return w, v, registry.Site{}, ward.Fail(ward.NotFound, "")
	}
	return w, v, v.Sites[i], nil
}

func (p *pages) site(c *web.Call) error {
	w, v, s, err := p.findSite(c)
	if err != nil {
		return err
	}
	return c.OK(titled(c, w, v.Name, "registry.sites.form"), siteBody(c.Printer, w, s, nil))
}

func (p *pages) saveSite(c *web.Call) error {
	w, v, s, err := p.findSite(c)
	if err != nil {
		return err
	}
	s.Name, s.Address, s.City, s.Phone = c.Form("name"), c.Form("address"), c.Form("city"), c.Form("phone")
	if _, err = p.svc.SaveSite(c.Context(), c.Actor, s); err != nil {
		return again(c, err, titled(c, w, v.Name, "registry.sites.form"), func(e ui.Errors) templ.Component { return siteBody(c.Printer, w, s, e) })
	}
	return c.See(w.base, "registry.sites.done")
}

func (p *pages) askRemoveSite(c *web.Call) error {
	w, v, s, err := p.findSite(c)
	if err != nil {
		return err
	}
	b := ui.Button{Text: c.T("registry.sites.remove"), Kind: ui.Danger}
	return c.OK(titled(c, w, v.Name, "registry.sites.remove"), confirmBody(c.T("registry.sites.ask", "name", s.Name), sitePath(w, s)+"/remove", b, w.base, c.T("registry.keep")))
}

func (p *pages) removeSite(c *web.Call) error {
	w := where(c)
	if err := p.svc.RemoveSite(c.Context(), c.Actor, w.org, ward.SiteID(c.Path("site"))); err != nil {
		return err
	}
	return c.See(w.base, "registry.sites.removed.done")
}

// findContact is findSite for contacts; the duty may come from a link.
func (p *pages) findContact(c *web.Call) (at, registry.View, ward.Contact, error) {
	w, v, err := p.peopledAt(c)
	id := c.Path("contact")
	if err != nil || id == "" {
		return w, v, ward.Contact{Org: w.org, Duty: ward.Duty(c.Query("duty")), Lang: c.Printer.Lang()}, err
	}
	i := slices.IndexFunc(v.Contacts, func(x ward.Contact) bool { return x.ID == id })
	if i < 0 {
		return w, v, ward.Contact{}, ward.Fail(ward.NotFound, "")
	}
	return w, v, v.Contacts[i], nil
}

func (p *pages) contact(c *web.Call) error {
	w, v, x, err := p.findContact(c)
	if err != nil {
		return err
	}
	return c.OK(titled(c, w, v.Name, "registry.contacts.form"), contactBody(c.Printer, w, x, nil))
}

func (p *pages) saveContact(c *web.Call) error {
	w, v, x, err := p.findContact(c)
	if err != nil {
		return err
	}
	x.Duty, x.Name, x.Email, x.Phone, x.Lang = ward.Duty(c.Form("duty")), c.Form("name"), c.Form("email"), c.Form("phone"), ward.Lang(c.Form("lang"))
	if _, err = p.svc.SaveContact(c.Context(), c.Actor, x); err != nil {
		return again(c, err, titled(c, w, v.Name, "registry.contacts.form"), func(e ui.Errors) templ.Component { return contactBody(c.Printer, w, x, e) })
	}
	return c.See(w.base, "registry.contacts.done")
}

func (p *pages) askRemoveContact(c *web.Call) error {
	w, v, x, err := p.findContact(c)
	if err != nil {
		return err
	}
	b := ui.Button{Text: c.T("registry.contacts.remove"), Kind: ui.Danger}
	text := c.T("registry.contacts.ask", "name", x.Name)
	return c.OK(titled(c, w, v.Name, "registry.contacts.remove"), confirmBody(text, contactPath(w, x)+"/remove", b, w.base, c.T("registry.keep")))
}

func (p *pages) removeContact(c *web.Call) error {
	w := where(c)
	if err := p.svc.RemoveContact(c.Context(), c.Actor, w.org, c.Path("contact")); err != nil {
		return err
	}
	return c.See(w.base, "registry.contacts.removed.done")
}

// careForm is the choice of clinical services.
type careForm struct {
	groups []careGroup
	chosen []ownLimit
}

type careGroup struct {
	name    string
	options []ui.Option
}

// ownLimit is the organisation's own longest outage of a service, as typed.
type ownLimit struct{ code, typed string }

func (p *pages) services(c *web.Call) error {
	w, v, err := p.writableAt(c)
	if err != nil {
		return err
	}
	limits := map[string]string{}
	for _, s := range v.Services {
		limits[s.Code] = typed(s.Own)
	}
	return c.OK(careShell(c, w, v.Name), servicesBody(c.Printer, w, p.careForm(c.Printer, limits), nil))
}

func careShell(c *web.Call, w at, name string) ui.Shell {
	s := titled(c, w, name, "registry.services.edit")
	s.Lead = c.T("registry.services.lead")
	return s
}

// careForm builds the form; limits has the chosen codes with what was typed.
func (p *pages) careForm(pr *i18n.Printer, limits map[string]string) careForm {
	var f careForm
	for _, g := range registry.CareGroups() {
		group := careGroup{name: g}
		for _, s := range p.svc.Catalogue().Services {
			if s.Group != g {
				continue
			}
			typed, chosen := limits[s.Code]
			group.options = append(group.options, ui.Option{Value: s.Code, Text: word(pr, "registry.care", s.Code),
				Hint: pr.T("registry.services.hint", "limit", outage(pr, s.Outage).String()), Checked: chosen})
			if chosen {
				f.chosen = append(f.chosen, ownLimit{s.Code, typed})
			}
		}
		f.groups = append(f.groups, group)
	}
	return f
}

// saveServices takes limits of chosen services only; the others are not shown again.
func (p *pages) saveServices(c *web.Call) error {
	w, v, err := p.writableAt(c)
	if err != nil {
		return err
	}
	var list []registry.Care
	limits := map[string]string{}
	c.Form("") // parses the body
	for _, g := range registry.CareGroups() {
		for _, code := range c.R.PostForm["care-"+g] {
			limits[code] = c.Form("outage-" + code)
			list = append(list, registry.Care{Code: code, Own: number(limits[code])})
		}
	}
	if err := p.svc.SetServices(c.Context(), c.Actor, w.org, list); err != nil {
		return again(c, err, careShell(c, w, v.Name), func(e ui.Errors) templ.Component { return servicesBody(c.Printer, w, p.careForm(c.Printer, limits), e) })
	}
	return c.See(w.base, "registry.services.done")
}
