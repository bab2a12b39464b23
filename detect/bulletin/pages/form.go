package pages

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ward"
	"ward/detect/bulletin"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// form is the editor with what was typed.
type form struct {
	bulletin bulletin.Bulletin
	version  int
	edit     string
	c        bulletin.Content
	reach    *bulletin.Reach
	errors   ui.Errors
	find     string // words by which organisations were looked for
	services []string
	orgs     []ward.Organisation // chosen ones, then those that were found
}

func (h handler) edit(c *web.Call) error {
	v, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	r := v.Open()
	if r == nil || r.State != bulletin.Draft {
		return c.See(path(v.Bulletin.ID), "bulletin.done.closed")
	}
	return h.form(c, http.StatusOK, form{bulletin: v.Bulletin, version: r.Version, edit: strconv.FormatInt(r.Edit, 10), c: r.Content})
}

func (h handler) form(c *web.Call, status int, f form) error {
	if reach, err := h.svc.ReachOf(c.Context(), c.Actor, h.who, f.c); err == nil { // a draft with a fault has no count
		f.reach = &reach
	}
	if err := h.choices(c.Context(), &f); err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("bulletin.edit.title"), Crumbs: crumbs(c.Printer, &f.bulletin), Errors: f.errors}
	return c.Render(status, s, formBody(c.Printer, f))
}

// choices are the names that an audience is chosen from: all services, and of the
// organisations those that are chosen and those that were looked for.
func (h handler) choices(ctx context.Context, f *form) error {
	f.services = h.directory.CareServices()
	for _, s := range f.c.Audience.Services {
		if !slices.Contains(f.services, s) {
			f.services = append(f.services, s)
		}
	}
	known, err := h.directory.Organisations(ctx, f.c.Audience.Orgs)
	if err != nil {
		return err
	}
	for _, id := range f.c.Audience.Orgs {
		o, ok := known[id]
		if !ok { // gone since, or never there: it can be taken out
			o = ward.Organisation{ID: id, Name: string(id)}
		}
		f.orgs = append(f.orgs, o)
	}
	if f.find == "" {
		return nil
	}
	found, err := h.directory.Named(ctx, f.find)
	for _, o := range found {
		if !slices.Contains(f.c.Audience.Orgs, o.ID) {
			f.orgs = append(f.orgs, o)
		}
	}
	return err
}

// save keeps the draft, or only counts again whom it would reach.
func (h handler) save(c *web.Call) error {
	v, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	r := v.Open()
	if r == nil {
		return ward.Fail(ward.Conflict, "bulletin.error.step")
	}
	f := form{bulletin: v.Bulletin, version: r.Version, edit: c.Form("edit"), c: typed(c, r.Content)}
	switch c.Form("act") {
	case "find":
		f.find = c.Form("find")
		return h.form(c, http.StatusOK, f)
	case "count":
		return h.form(c, http.StatusOK, f)
	}
	edit, _ := strconv.ParseInt(f.edit, 10, 64) // zero conflicts
	switch err := h.svc.Save(c.Context(), c.Actor, v.Bulletin.ID, edit, f.c); ward.CodeOf(err) {
	case "":
		return c.See(path(v.Bulletin.ID), "bulletin.done.saved")
	case ward.Invalid:
		f.errors = ui.ErrorsOf(c.Printer, err)
		return h.form(c, http.StatusUnprocessableEntity, f)
	case ward.Conflict:
		f.errors = ui.ErrorsOf(c.Printer, err)
		return h.form(c, http.StatusConflict, f)
	default:
		return err
	}
}

// typed reads the form; what it does not hold stays as it was.
func typed(c *web.Call, old bulletin.Content) bulletin.Content {
	out := old
	out.Text = ward.Guidance{Lang: old.Text.Lang, Title: c.Form("title"), Summary: c.Form("summary"), Patients: c.Form("patients"),
		IT: c.Form("it"), Devices: c.Form("devices"), Practice: c.Form("practice")}
	out.Severity, _ = ward.ParseSeverity(c.Form("severity"))
	out.Exploited, out.Change = ward.Exploitation(c.Form("exploited")), c.Form("change")
	out.TLP, _ = ward.ParseTLP(c.Form("tlp")) // RED is refused
	out.Weaknesses, out.Products, out.References = nil, nil, nil
	for _, l := range strings.Split(c.Form("cves"), "\n") {
		cve, vector, _ := strings.Cut(strings.TrimSpace(l), " ")
		out.Weaknesses = append(out.Weaknesses, bulletin.Weakness{CVE: cve, Vector: strings.TrimSpace(vector)})
	}
	for _, l := range strings.Split(c.Form("products"), "\n") {
		cell := append(strings.SplitN(l, "|", 4), "", "", "", "")
		out.Products = append(out.Products, bulletin.Product{Vendor: cell[0], Name: cell[1], Versions: cell[2], Fixed: cell[3]})
	}
	for _, l := range strings.Split(c.Form("references"), "\n") {
		link, words, _ := strings.Cut(strings.TrimSpace(l), " ")
		out.References = append(out.References, bulletin.Reference{URL: link, Summary: words})
	}
	out.Credits = strings.Split(c.Form("credits"), "\n")
	many := c.R.PostForm
	out.Audience = ward.Audience{All: c.Form("all") != "", Countries: as[ward.Country](many["countries"]), Kinds: as[ward.OrgKind](many["kinds"]),
		Sizes: many["sizes"], Services: many["services"], Orgs: as[ward.OrgID](many["orgs"]),
		Domains: strings.FieldsFunc(c.Form("domains"), separator)}
	return out
}

func separator(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\r' }

func as[T ~string](list []string) []T {
	out := make([]T, len(list))
	for i, s := range list {
		out[i] = T(s)
	}
	return out
}

// The lines of the text areas, as typed reads them.
func cveLines(c bulletin.Content) string {
	var out []string
	for _, w := range c.Weaknesses {
		out = append(out, strings.TrimSpace(w.CVE+" "+w.Vector))
	}
	return strings.Join(out, "\n")
}

func productLines(c bulletin.Content) string {
	var out []string
	for _, p := range c.Products {
		if p != (bulletin.Product{}) {
			out = append(out, strings.Join([]string{p.Vendor, p.Name, p.Versions, p.Fixed}, " | "))
		}
	}
	return strings.Join(out, "\n")
}

func referenceLines(c bulletin.Content) string {
	var out []string
	for _, r := range c.References {
		out = append(out, strings.TrimSpace(r.URL+" "+r.Summary))
	}
	return strings.Join(out, "\n")
}

func joined[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return strings.Join(out, "\n")
}

// options are values as choices with their words.
func options[T ~string](p *i18n.Printer, prefix string, list, chosen []T) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, v := range list {
		out[i] = ui.Option{Value: string(v), Text: word(p, prefix, v), Checked: slices.Contains(chosen, v)}
	}
	return out
}

// orgOptions are organisations by name, with their country.
func orgOptions(p *i18n.Printer, f form) []ui.Option {
	out := make([]ui.Option, len(f.orgs))
	for i, o := range f.orgs {
		out[i] = ui.Option{Value: string(o.ID), Text: i18n.Raw(o.Name), Checked: slices.Contains(f.c.Audience.Orgs, o.ID)}
		if o.Country != "" {
			out[i].Hint = word(p, "registry.country", o.Country)
		}
	}
	return out
}

func carers() []ward.OrgKind {
	return slices.DeleteFunc(ward.OrgKinds(), func(k ward.OrgKind) bool { return !k.CareProvider() })
}

func severities() []string { return []string{"low", "medium", "high", "critical"} }
func usages() []ward.Exploitation {
	return []ward.Exploitation{ward.ExploitationNone, ward.ExploitationProof, ward.ExploitationExploited, ward.ExploitationRansomware}
}
func markings() []string { return []string{"clear", "green", "amber"} }

// translation is the form of one language beside the original.
type translation struct {
	bulletin bulletin.Bulletin
	original ward.Guidance
	text     ward.Guidance
	stage    bulletin.Stage
	errors   ui.Errors
}

func (h handler) translation(c *web.Call) error {
	return h.translationPage(c, http.StatusOK, nil, nil)
}

func (h handler) translationPage(c *web.Call, status int, text *ward.Guidance, fault error) error {
	v, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	r, lang := v.Open(), ward.Lang(c.Path("lang"))
	if r == nil || !slices.Contains(r.Content.Languages(), lang) {
		return ward.Fail(ward.NotFound, "")
	}
	t := translation{bulletin: v.Bulletin, original: r.Content.Text, stage: r.Content.StageOf(lang), text: ward.Guidance{Lang: lang}, errors: ui.ErrorsOf(c.Printer, fault)}
	for _, x := range r.Content.Translations {
		if x.Text.Lang == lang {
			t.text = x.Text
		}
	}
	if text != nil {
		t.text = *text
	}
	s := ui.Shell{Title: c.T("bulletin.translate.title", "language", lang.Name()), Crumbs: crumbs(c.Printer, &v.Bulletin), Errors: t.errors}
	return c.Render(status, s, translationBody(c.Printer, t))
}

func (h handler) translate(c *web.Call) error {
	g := ward.Guidance{Lang: ward.Lang(c.Path("lang")), Title: c.Form("title"), Summary: c.Form("summary"), Patients: c.Form("patients"),
		IT: c.Form("it"), Devices: c.Form("devices"), Practice: c.Form("practice")}
	err := h.svc.Translate(c.Context(), c.Actor, c.Path("id"), g, c.Form("reviewed") != "")
	if ward.CodeOf(err) == ward.Invalid {
		return h.translationPage(c, http.StatusUnprocessableEntity, &g, err)
	}
	return h.done(c, err, "bulletin.done.translated")
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func markingOf(t ward.TLP) string { return strings.ToLower(t.String()) }

// faultText says why a document cannot be published, in words for a person.
func faultText(p *i18n.Printer, err error) i18n.Text {
	var e *ward.Error
	if errors.As(err, &e) {
		return p.Error(e)
	}
	return i18n.Text{}
}
