// Package pages shows the registry: the own organisation, the list of all for
// those who watch over them, and the people.
package pages

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ward"
	"ward/base/registry"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// pages holds what the handlers call.
type pages struct{ svc *registry.Service }

// Routes are the pages of the registry. What belongs to an organisation stands
// under /org for one's own and under /organisations/{org} for any.
func Routes(svc *registry.Service) []web.Page {
	p := &pages{svc}
	out := []web.Page{
		web.Get("/organisations", "org.read", p.list),
		web.Get("/organisations/new", "org.create", p.newOrganisation),
		web.Post("/organisations/new", "org.create", p.register),
		web.Get("/people/{hat}", "person.read", p.person),
		web.Post("/people/{hat}", "person.write", p.changeRole),
		web.Get("/people/{hat}/end", "person.write", p.askEnd),
		web.Post("/people/{hat}/end", "person.write", p.end),
		web.Get("/me/details", web.SignedIn, p.myself),
		web.Post("/me/details", web.SignedIn, p.saveMyself),
		web.Get("/setup", "system.read", p.setup),
		web.Post("/setup", "system.read", p.saveSetup),
		web.Get("/setup/next", "system.read", p.next),
	}
	for _, base := range []string{"/org", "/organisations/{org}"} {
		out = append(out,
			web.Get(base, "org.read", p.show),
			web.Get(base+"/edit", "org.write", p.edit),
			web.Post(base+"/edit", "org.write", p.save),
			web.Get(base+"/services", "org.write", p.services),
			web.Post(base+"/services", "org.write", p.saveServices),
			web.Get(base+"/sites/new", "org.write", p.site),
			web.Post(base+"/sites/new", "org.write", p.saveSite),
			web.Get(base+"/sites/{site}", "org.write", p.site),
			web.Post(base+"/sites/{site}", "org.write", p.saveSite),
			web.Get(base+"/sites/{site}/remove", "org.write", p.askRemoveSite),
			web.Post(base+"/sites/{site}/remove", "org.write", p.removeSite),
			web.Get(base+"/contacts/new", "person.write", p.contact),
			web.Post(base+"/contacts/new", "person.write", p.saveContact),
			web.Get(base+"/contacts/{contact}", "person.write", p.contact),
			web.Post(base+"/contacts/{contact}", "person.write", p.saveContact),
			web.Get(base+"/contacts/{contact}/remove", "person.write", p.askRemoveContact),
			web.Post(base+"/contacts/{contact}/remove", "person.write", p.removeContact),
			web.Get(base+"/people/new", "person.write", p.invite),
			web.Post(base+"/people/new", "person.write", p.saveInvite),
		)
	}
	return slices.Concat(out, p.membershipRoutes(), p.groupRoutes())
}

// Menu leads those who register organisations to their list, and those who
// decide to their inbox.
func Menu() []web.MenuItem {
	return []web.MenuItem{{Order: 70, Text: "registry.menu", Path: "/organisations", Permission: "org.create"},
		{Order: 71, Text: "registry.request.menu", Path: "/requests", Permission: "org.verify"}}
}

// at is the organisation that a request is about and the path its pages stand under.
type at struct {
	org  ward.OrgID
	base string
}

func where(c *web.Call) at {
	if id := c.Path("org"); id != "" {
		return at{ward.OrgID(id), "/organisations/" + id}
	}
	return at{c.Actor.Org, "/org"}
}

// viewAt is where with the organisation itself.
func (p *pages) viewAt(c *web.Call) (at, registry.View, error) {
	w := where(c)
	v, err := p.svc.Show(c.Context(), c.Actor, w.org)
	return w, v, err
}

// writableAt is viewAt for a form that changes the organisation's facts: nobody
// fills in a form that will be refused.
func (p *pages) writableAt(c *web.Call) (at, registry.View, error) {
	w, v, err := p.viewAt(c)
	if err == nil && !p.svc.MayWrite(c.Actor, v.Profile) {
		err = ward.Fail(ward.Forbidden, "error.forbidden")
	}
	return w, v, err
}

// peopledAt is the same for a form that changes people and contacts.
func (p *pages) peopledAt(c *web.Call) (at, registry.View, error) {
	w, v, err := p.viewAt(c)
	if err == nil && !p.svc.MayInvite(c.Actor, v.Profile) {
		err = ward.Fail(ward.Forbidden, "error.forbidden")
	}
	return w, v, err
}

// crumbs lead from a page of an organisation back up to it.
func crumbs(c *web.Call, w at, name string) []ui.Link {
	list := []ui.Link{{Text: c.T("registry.crumb.home"), Href: "/"}}
	if w.base != "/org" {
		list = append(list, ui.Link{Text: c.T("registry.list.title"), Href: "/organisations"})
	}
	return append(list, ui.Link{Text: orUnnamed(c.Printer, name), Href: w.base})
}

func orUnnamed(p *i18n.Printer, name string) i18n.Text {
	if name == "" {
		return p.T("registry.unnamed")
	}
	return i18n.Raw(name)
}

// moved puts faults to the field of a form that has its name from elsewhere.
func moved(err error, from, to string) error {
	for _, e := range ward.All(err) {
		if e.Field == from {
			e.Field = to
		}
	}
	return err
}

// again shows a form once more with what is wrong, or gives an error on that is
// no fault of the input.
func again(c *web.Call, err error, s ui.Shell, body func(ui.Errors) templ.Component) error {
	status := http.StatusUnprocessableEntity
	switch ward.CodeOf(err) {
	case ward.Invalid, ward.Throttled:
	case ward.Conflict:
		status = http.StatusConflict
	default:
		var e *ward.Error
		if !errors.As(err, &e) || e.Field == "" {
			return err
		}
		status = http.StatusForbidden
	}
	s.Errors = ui.ErrorsOf(c.Printer, err)
	if ward.CodeOf(err) == ward.Throttled {
		return c.Fault(err, s, body(s.Errors))
	}
	return c.Render(status, s, body(s.Errors))
}

// word gives the message of a value: word(p, "registry.kind", "hospital").
func word[T ~string](p *i18n.Printer, prefix string, v T) i18n.Text {
	if v == "" {
		return i18n.Text{}
	}
	return p.T(i18n.Key(prefix + "." + strings.ToLower(string(v))))
}

// options are the values of a list as choices with their words.
func options[T ~string](p *i18n.Printer, prefix string, list []T, chosen string) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, v := range list {
		out[i] = ui.Option{Value: string(v), Text: word(p, prefix, v), Checked: string(v) == chosen}
	}
	return out
}

// withNone puts an empty choice first.
func withNone(p *i18n.Printer, key i18n.Key, list []ui.Option) []ui.Option {
	return append([]ui.Option{{Text: p.T(key)}}, list...)
}

func languages(chosen string) []ui.Option {
	var out []ui.Option
	for _, l := range ward.Languages() {
		out = append(out, ui.Option{Value: string(l), Text: i18n.In(l, l.Name()), Checked: string(l) == chosen})
	}
	return out
}

func countries(p *i18n.Printer, chosen string) []ui.Option {
	return options(p, "registry.country", ward.Countries(), chosen)
}

// outage writes minutes as people say them.
func outage(p *i18n.Printer, minutes int64) i18n.Text {
	switch {
	case minutes == 0:
		return p.T("registry.outage.none")
	case minutes%1440 == 0:
		return p.N("registry.outage.days", int(minutes/1440))
	case minutes%60 == 0:
		return p.N("registry.outage.hours", int(minutes/60))
	}
	return p.N("registry.outage.minutes", int(minutes))
}
