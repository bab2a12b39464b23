package pages

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ward"
	"ward/base/registry"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// detailsForm is the form of an organisation's facts as typed.
type detailsForm struct {
	registry.Details
	beds, headcount, turnover, balance string
	version                            string
	kinds                              []ward.OrgKind
	countries                          []ward.Country // one: it is given
	verified                           bool           // name, kind and country cannot be changed here
	fresh                              bool           // a new organisation
}

func (p *pages) edit(c *web.Call) error {
	w, v, err := p.writableAt(c)
	if err != nil {
		return err
	}
	f := formOf(v.Profile)
	f.verified = !p.svc.MayVerify(c.Actor, v.Profile)
	f.kinds, f.countries = ward.OrgKinds(), ward.Countries()
	return c.OK(editShell(c, w, v.Name), detailsBody(c.Printer, w.base+"/edit", f, nil))
}

func editShell(c *web.Call, w at, name string) ui.Shell {
	return ui.Shell{Title: c.T("registry.edit.title"), Lead: c.T("registry.edit.lead"), Crumbs: crumbs(c, w, name)}
}

func formOf(v registry.Profile) detailsForm {
	return detailsForm{Details: v.Details, beds: typed(v.Facts.Beds), headcount: typed(v.Facts.Headcount), turnover: typed(v.Facts.Turnover),
		balance: typed(v.Facts.Balance), version: strconv.FormatInt(v.Version, 10)}
}

// typed writes a figure as it is typed: without grouping, empty for unknown.
func typed(v *int64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatInt(*v, 10)
}

// readDetails reads the form.
func readDetails(c *web.Call) detailsForm {
	f := detailsForm{beds: c.Form("beds"), headcount: c.Form("headcount"), turnover: c.Form("turnover"), balance: c.Form("balance"), version: c.Form("version")}
	f.Kind, f.Name, f.Country = ward.OrgKind(c.Form("kind")), c.Form("name"), ward.Country(c.Form("country"))
	f.Region, f.City, f.Address, f.Website = c.Form("region"), c.Form("city"), c.Form("address"), c.Form("website")
	f.Legal = registry.Legal(c.Form("legal"))
	f.Critical, f.Maker = slices.Contains(c.R.PostForm["besides"], "critical"), slices.Contains(c.R.PostForm["besides"], "maker")
	for _, x := range []struct {
		field, text string
		into        **int64
	}{{"beds", f.beds, &f.Facts.Beds}, {"headcount", f.headcount, &f.Facts.Headcount}, {"turnover", f.turnover, &f.Facts.Turnover}, {"balance", f.balance, &f.Facts.Balance}} {
		*x.into = number(x.text)
	}
	return f
}

// number reads a whole number with blanks between its groups; a dot or comma is
// no figure, as it means thousands here and a fraction there. Empty is unknown,
// what is no figure -1: the service refuses it along with all else.
func number(s string) *int64 {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "").Replace(s)
	if s == "" {
		return nil
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		v = -1
	}
	return &v
}

// save takes the verified facts from the register and not from the form where the
// person may not change them.
func (p *pages) save(c *web.Call) error {
	w, v, err := p.writableAt(c)
	if err != nil {
		return err
	}
	f := readDetails(c)
	f.verified = !p.svc.MayVerify(c.Actor, v.Profile)
	f.kinds, f.countries = ward.OrgKinds(), ward.Countries()
	if f.verified {
		f.Kind, f.Name, f.Country = v.Kind, v.Name, v.Country
	}
	version, bad := strconv.ParseInt(f.version, 10, 64)
	if bad != nil {
		version = 0
	}
	if err := p.svc.Update(c.Context(), c.Actor, w.org, version, f.Details); err != nil {
		return again(c, err, editShell(c, w, v.Name), func(e ui.Errors) templ.Component { return detailsBody(c.Printer, w.base+"/edit", f, e) })
	}
	return c.See(w.base, "registry.edit.done")
}

// kindsFor are the kinds that a may register.
func kindsFor(a ward.Actor) []ward.OrgKind {
	if a.Role == ward.RoleOperator || a.Role == ward.RoleCentre {
		return ward.OrgKinds()
	}
	var out []ward.OrgKind
	for _, k := range ward.OrgKinds() {
		if k != ward.KindCentre {
			out = append(out, k)
		}
	}
	return out
}

// countriesFor are the countries in which a may register: a CSIRT its own.
func countriesFor(a ward.Actor) []ward.Country {
	if a.Role == ward.RoleCSIRT {
		return []ward.Country{a.Country}
	}
	return ward.Countries()
}

func newShell(c *web.Call) ui.Shell {
	return ui.Shell{Title: c.T("registry.new.title"), Lead: c.T("registry.new.lead"),
		Crumbs: []ui.Link{{Text: c.T("registry.crumb.home"), Href: "/"}, {Text: c.T("registry.list.title"), Href: "/organisations"}}}
}

func (p *pages) newOrganisation(c *web.Call) error {
	f := detailsForm{fresh: true, kinds: kindsFor(c.Actor), countries: countriesFor(c.Actor)}
	f.Kind, f.Country = ward.KindHospital, c.Actor.Country
	return c.OK(newShell(c), detailsBody(c.Printer, "/organisations/new", f, nil))
}

func (p *pages) register(c *web.Call) error {
	f := readDetails(c)
	f.fresh, f.kinds, f.countries = true, kindsFor(c.Actor), countriesFor(c.Actor)
	made, err := p.svc.Register(c.Context(), c.Actor, []registry.NewOrganisation{{Details: f.Details}})
	if err == nil && len(made.Faults) > 0 {
		err = made.Faults[0].Err
	}
	if err != nil {
		return again(c, err, newShell(c), func(e ui.Errors) templ.Component { return detailsBody(c.Printer, "/organisations/new", f, e) })
	}
	return c.See("/organisations/"+string(made.IDs[0]), "registry.new.done")
}

// besides are what an organisation is besides its kind.
func besides(p *i18n.Printer, d registry.Details) []ui.Option {
	return []ui.Option{{Value: "critical", Text: p.T("registry.besides.critical"), Checked: d.Critical, Hint: p.T("registry.besides.critical_hint")},
		{Value: "maker", Text: p.T("registry.besides.maker"), Checked: d.Maker, Hint: p.T("registry.besides.maker_hint")}}
}

func field(p *i18n.Printer, e ui.Errors, name string, key i18n.Key, optional bool) ui.Field {
	return ui.Field{Name: name, Label: p.T("registry.field." + key), Optional: optional, Error: e.At(name)}
}

func hinted(f ui.Field, hint i18n.Text) ui.Field {
	f.Hint = hint
	return f
}
