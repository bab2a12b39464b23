package pages

import (
	"github.com/a-h/templ"

	"ward"
	"ward/base/account"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// accessForm is the form of a link for somebody.
type accessForm struct {
	account.Access
	purpose account.Purpose
	drop    bool
	back    string
}

// accessForm reads the way back from the link or the form; it stays on this site.
func (p *pages) accessForm(c *web.Call) (accessForm, error) {
	x, err := p.svc.AccessOf(c.Context(), c.Actor, ward.PersonID(c.Path("id")))
	f := accessForm{Access: x, purpose: account.Password, back: i18n.LocalPath(c.R.FormValue("back"))}
	return f, err
}

func accessShell(c *web.Call, f accessForm) ui.Shell {
	s := ui.Shell{Title: c.T("account.access.title"), Crumbs: []ui.Link{{Text: c.T("account.crumb.home"), Href: "/"}, {Text: c.T("account.crumb.back"), Href: f.back}}}
	if f.Person.Name != "" {
		s.Title = c.T("account.access.title_for", "name", f.Person.Name)
	}
	return s
}

// askLink explains itself where no link can be made: whoever has just invited a
// person that works elsewhere too must learn what happens next.
func (p *pages) askLink(c *web.Call) error {
	f, err := p.accessForm(c)
	if ward.CodeOf(err) == ward.Forbidden {
		return c.OK(accessShell(c, f), noLinkBody(c.Printer, ui.ErrorsOf(c.Printer, err), f.back))
	}
	if err != nil {
		return err
	}
	return c.OK(accessShell(c, f), accessBody(c.Printer, f, nil))
}

// makeLink answers with the link itself: it is shown this once and stored nowhere.
func (p *pages) makeLink(c *web.Call) error {
	f, err := p.accessForm(c)
	if err != nil {
		return err
	}
	f.purpose, f.drop = account.Purpose(c.Form("purpose")), c.Form("drop") != ""
	l, err := p.svc.MakeLink(c.Context(), c.Actor, f.Person.ID, account.LinkRequest{Purpose: f.purpose, DropTOTP: f.drop})
	if err != nil {
		return again(c, err, accessShell(c, f), func(e ui.Errors) templ.Component { return accessBody(c.Printer, f, e) })
	}
	return c.OK(accessShell(c, f), madeLinkBody(c.Printer, p.svc.Absolute(c.R, l.Path), l, f.back))
}

func purposes(p *i18n.Printer, chosen account.Purpose) []ui.Option {
	return []ui.Option{
		{Value: string(account.Password), Text: p.T("account.access.password"), Hint: p.T("account.access.password_hint"), Checked: chosen == account.Password},
		{Value: string(account.Enter), Text: p.T("account.access.enter"), Hint: p.T("account.access.enter_hint"), Checked: chosen == account.Enter},
	}
}
