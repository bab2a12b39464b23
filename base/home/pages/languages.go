package pages

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// languages tells how far each language is, and where to report a mistake. It is
// where the foot of a draft's pages leads.
func (h handler) languages(c *web.Call) error {
	s := ui.Shell{Title: c.T("home.languages.title"), Lead: c.T("home.languages.lead")}
	return c.OK(s, languages(c.Printer, c.Languages(), h.svc.Contact(), i18n.LocalPath(c.Query("page"))))
}

func languageTable(p *i18n.Printer, all []i18n.Status) ui.Table {
	t := ui.Table{Caption: p.T("home.languages.caption"), Columns: []ui.Column{{Head: p.T("home.languages.language")},
		{Head: p.T("home.languages.state")}, {Head: p.T("home.languages.translated"), Numeric: true},
		{Head: p.T("home.languages.reviewed"), Numeric: true}}}
	for _, s := range all {
		t.Rows = append(t.Rows, []templ.Component{i18n.In(s.Lang, s.Lang.Name()), p.T(stateKey(s)), share(p, s.Translated, s.Total),
			share(p, s.Reviewed, s.Total)})
	}
	return t
}

func stateKey(s i18n.Status) i18n.Key {
	switch {
	case s.Lang == ward.English:
		return "home.languages.source"
	case s.Draft():
		return "home.languages.draft"
	}
	return "home.languages.done"
}

// share is rounded down: 100 % is all.
func share(p *i18n.Printer, n, of int) i18n.Text {
	if of == 0 {
		return i18n.Raw("–")
	}
	return i18n.Raw(p.Percent(float64(n*1000/of) / 1000))
}

// mistakeMail opens a letter whose subject says which text is meant. The page's
// path goes along without its query, which may hold what somebody searched for.
func mistakeMail(p *i18n.Printer, contact, page string) templ.SafeURL {
	path, _, _ := strings.Cut(page, "?")
	subject := p.T("home.languages.subject", "language", p.Lang().Name(), "page", path).String()
	return templ.SafeURL("mailto:" + url.PathEscape(contact) + "?subject=" + url.PathEscape(subject))
}
