// Package pages lets people sign in, shows them their own account, and lets
// those who may make the link that lets somebody else in.
package pages

import (
	"errors"
	"slices"

	"github.com/a-h/templ"

	"ward"
	"ward/base/account"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// pages holds what the handlers call.
type pages struct{ svc *account.Service }

// Routes are the pages of the account service.
func Routes(svc *account.Service) []web.Page {
	p := &pages{svc}
	return append(slices.Concat(p.passkeyRoutes(), p.outsideRoutes(), p.sheetRoutes()),
		web.Get("/signin", web.Public, p.signIn),
		web.Post("/signin", web.Public, p.password),
		web.Get("/signin/code", web.Public, p.askCode),
		web.Post("/signin/code", web.Public, p.code),
		web.Post("/signout", web.Leaving, p.signOut),
		web.Post("/session/hat", web.SignedIn, p.hat),
		web.Get("/link/{secret}", web.Public, p.link),
		web.Post("/link/{secret}", web.Public, p.openLink),
		web.Get("/me", web.SignedIn, p.me),
		web.Get("/me/password", web.SignedIn, p.askPassword),
		web.Post("/me/password", web.SignedIn, p.changePassword),
		web.Get("/me/sessions", web.SignedIn, p.sessions),
		web.Post("/me/sessions/revoke", web.SignedIn, p.revokeOthers),
		web.Post("/me/sessions/{id}/revoke", web.SignedIn, p.revoke),
		web.Get("/me/tokens", web.SignedIn, p.tokens),
		web.Get("/me/tokens/new", web.SignedIn, p.newToken),
		web.Post("/me/tokens/new", web.SignedIn, p.makeToken),
		web.Get("/me/tokens/{id}/revoke", web.SignedIn, p.askRevokeToken),
		web.Post("/me/tokens/{id}/revoke", web.SignedIn, p.revokeToken),
		web.Get("/me/totp", web.SignedIn, p.totp),
		web.Post("/me/totp", web.SignedIn, p.confirmTOTP),
		web.Post("/me/totp/start", web.SignedIn, p.startTOTP),
		web.Get("/me/totp/off", web.SignedIn, p.askDropTOTP),
		web.Post("/me/totp/off", web.SignedIn, p.dropTOTP),
		web.Get("/people/{id}/link", "person.write", p.askLink),
		web.Post("/people/{id}/link", "person.write", p.makeLink))
}

// UserMenu is the menu of a signed-in person: who, as what, and what else.
func UserMenu(svc *account.Service) func(*web.Call) *ui.UserMenu {
	return func(c *web.Call) *ui.UserMenu {
		a := c.Actor
		m := &ui.UserMenu{Name: a.Name, Hat: actingFor(c.Printer, hatName(c.Printer, a.OrgName, a.Role), a.For),
			Links: []ui.Link{{Text: c.T("account.me.title"), Href: "/me"}, {Text: c.T("account.menu.org"), Href: "/org"}}}
		if !a.Emergency.IsZero() { // a paper lets nobody at an account
			m.Links = nil
			return m
		}
		if svc.MaySeeSheets(a) {
			m.Links = append(m.Links, ui.Link{Text: c.T("account.glass.title"), Href: "/break-glass"})
		}
		if m.Name == "" {
			m.Name = c.T("account.unnamed").String()
		}
		hats, err := svc.Hats(c.Context(), a)
		if err != nil { // the page itself works without the switch
			return m
		}
		for _, h := range hats {
			m.Hats = append(m.Hats, ui.Hat{ID: h.ID, Text: actingFor(c.Printer, hatName(c.Printer, h.Org.Name, h.Role), h.For),
				Current: h.Org.ID == a.Org && h.Role == a.Role && h.For == a.For})
		}
		return m
	}
}

func hatName(p *i18n.Printer, org string, r ward.Role) string {
	if org == "" {
		return role(p, r).String()
	}
	return p.T("account.hat", "organisation", org, "role", role(p, r).String()).String()
}

// actingFor adds on whose behalf a hat acts.
func actingFor(p *i18n.Printer, hat, whom string) string {
	if whom == "" {
		return hat
	}
	return p.T("account.hat_for", "hat", hat, "for", whom).String()
}

func role(p *i18n.Printer, r ward.Role) i18n.Text { return p.T(i18n.Key("registry.role." + string(r))) }

// again shows a form once more with what is wrong; errors that are no fault of
// the input go on.
func again(c *web.Call, err error, s ui.Shell, body func(ui.Errors) templ.Component) error {
	var e *ward.Error
	if !errors.As(err, &e) || e.Key == "" || !slices.Contains([]ward.Code{ward.Invalid, ward.Forbidden, ward.Conflict, ward.Throttled}, e.Code) {
		return err
	}
	s.Errors = ui.ErrorsOf(c.Printer, err)
	return c.Fault(err, s, body(s.Errors))
}

func field(p *i18n.Printer, e ui.Errors, name string, key i18n.Key) ui.Field {
	return ui.Field{Name: name, Label: p.T("account.field." + key), Error: e.At(name)}
}

func hinted(f ui.Field, hint i18n.Text) ui.Field {
	f.Hint = hint
	return f
}

// own is the shell of a page below one's own account.
func own(c *web.Call, title, lead i18n.Key) ui.Shell {
	s := ui.Shell{Title: c.T(title), Crumbs: []ui.Link{{Text: c.T("account.crumb.home"), Href: "/"}, {Text: c.T("account.me.title"), Href: "/me"}}}
	if lead != "" {
		s.Lead = c.T(lead)
	}
	return s
}
