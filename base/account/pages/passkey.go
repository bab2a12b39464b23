package pages

import (
	"net/url"

	"github.com/a-h/templ"

	"ward"
	"ward/base/account"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// passkeyRoutes are the pages of passkeys.
func (p *pages) passkeyRoutes() []web.Page {
	return []web.Page{
		web.Get("/signin/passkey", web.Public, p.askPasskey),
		web.Post("/signin/passkey", web.Public, p.enterByPasskey),
		web.Post("/signin/passkey/ask", web.Public, p.askPasskeyOf),
		web.Get("/me/passkeys", web.SignedIn, p.passkeys),
		web.Post("/me/passkeys", web.SignedIn, p.addPasskey),
		web.Get("/me/passkeys/new", web.SignedIn, p.newPasskey),
		web.Post("/me/passkeys/new", web.SignedIn, p.startPasskey),
		web.Get("/me/passkeys/{id}", web.SignedIn, p.askNamePasskey),
		web.Post("/me/passkeys/{id}", web.SignedIn, p.namePasskey),
		web.Get("/me/passkeys/{id}/remove", web.SignedIn, p.askRemovePasskey),
		web.Post("/me/passkeys/{id}/remove", web.SignedIn, p.removePasskey),
	}
}

// passkeyForm is a form that passkey.js answers with an authenticator.
func passkeyForm(action, how string, x account.Ceremony) ui.Form {
	return ui.Form{Action: action, Hidden: []ui.Hidden{{Name: "ceremony", Value: x.Text}, {Name: "answer"}},
		Data: templ.Attributes{"data-passkey": how, "data-options": string(x.Options), "data-failed": "passkey-failed"}}
}

func signInPath(next string) string { return "/signin?next=" + url.QueryEscape(next) }

func passkeyInShell(c *web.Call) ui.Shell {
	return ui.Shell{Title: c.T("account.passkeys.in"), Lead: c.T("account.passkeys.in_lead"), Passkey: true}
}

func (p *pages) askPasskey(c *web.Call) error {
	return p.passkeyIn(c, "", i18n.LocalPath(c.Query("next")), nil)
}

// askPasskeyOf asks for the keys of one address.
func (p *pages) askPasskeyOf(c *web.Call) error {
	return p.passkeyIn(c, c.Form("email"), i18n.LocalPath(c.Form("next")), nil)
}

// passkeyIn shows the page with a fresh ceremony; wrong is what went wrong before.
func (p *pages) passkeyIn(c *web.Call, address, next string, wrong error) error {
	x, err := p.svc.AskPasskey(c.Context(), address, next)
	if err != nil {
		return err
	}
	body := func(e ui.Errors) templ.Component { return passkeyInBody(c.Printer, x, address, next, e) }
	if wrong != nil {
		return again(c, wrong, passkeyInShell(c), body)
	}
	return c.OK(passkeyInShell(c), body(nil))
}

// enterByPasskey takes the answer of the page above and of the second step.
func (p *pages) enterByPasskey(c *web.Call) error {
	e, err := p.svc.EnterByPasskey(c.Context(), c.Form("ceremony"), c.R.PostFormValue("answer"), p.svc.ClientOf(c.R))
	if err != nil {
		return p.passkeyIn(c, "", "/", err)
	}
	return p.entered(c, e)
}

func (p *pages) passkeys(c *web.Call) error {
	list, err := p.svc.Passkeys(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := own(c, "account.passkeys.title", "account.passkeys.why")
	if p.svc.HasPasskeys() {
		s.Actions = ui.ButtonLink(ui.Button{Text: c.T("account.passkeys.new"), Href: "/me/passkeys/new", Icon: ui.IconPlus})
	}
	return c.OK(s, passkeysBody(c.Printer, list))
}

func passkeyShell(c *web.Call, title, lead i18n.Key) ui.Shell {
	s := own(c, title, lead)
	s.Crumbs = append(s.Crumbs, ui.Link{Text: c.T("account.passkeys.title"), Href: "/me/passkeys"})
	return s
}

func (p *pages) newPasskey(c *web.Call) error {
	o, err := p.svc.Me(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.OK(passkeyShell(c, "account.passkeys.new", "account.passkeys.new_lead"), startPasskeyBody(c.Printer, o.Password, nil))
}

func (p *pages) startPasskey(c *web.Call) error {
	x, err := p.svc.StartPasskey(c.Context(), c.Actor, c.R.PostFormValue("password"))
	if err != nil {
		return again(c, err, passkeyShell(c, "account.passkeys.new", "account.passkeys.new_lead"), func(e ui.Errors) templ.Component { return startPasskeyBody(c.Printer, true, e) })
	}
	s := passkeyShell(c, "account.passkeys.new", "account.passkeys.make_lead")
	s.Passkey = true
	return c.OK(s, addPasskeyBody(c.Printer, x, p.svc.ClientOf(c.R).Device(), nil))
}

// addPasskey goes back to the start after a fault: the authenticator has
// answered this ceremony already.
func (p *pages) addPasskey(c *web.Call) error {
	_, err := p.svc.AddPasskey(c.Context(), c.Actor, c.Form("ceremony"), c.Form("name"), c.R.PostFormValue("answer"))
	if err != nil {
		o, other := p.svc.Me(c.Context(), c.Actor)
		if other != nil {
			return other
		}
		return again(c, err, passkeyShell(c, "account.passkeys.new", "account.passkeys.new_lead"), func(e ui.Errors) templ.Component { return startPasskeyBody(c.Printer, o.Password, e) })
	}
	return c.See("/me/passkeys", "account.passkeys.added.done")
}

// passkey finds one of the reader's own.
func (p *pages) passkey(c *web.Call) (account.Passkey, error) {
	list, err := p.svc.Passkeys(c.Context(), c.Actor)
	if err != nil {
		return account.Passkey{}, err
	}
	for _, k := range list {
		if k.ID == c.Path("id") {
			return k, nil
		}
	}
	return account.Passkey{}, ward.Fail(ward.NotFound, "")
}

func (p *pages) askNamePasskey(c *web.Call) error {
	k, err := p.passkey(c)
	if err != nil {
		return err
	}
	return c.OK(passkeyShell(c, "account.passkeys.rename_title", ""), namePasskeyBody(c.Printer, k, nil))
}

func (p *pages) namePasskey(c *web.Call) error {
	k, err := p.passkey(c)
	if err != nil {
		return err
	}
	k.Name = c.Form("name")
	if err := p.svc.NamePasskey(c.Context(), c.Actor, k.ID, k.Name); err != nil {
		return again(c, err, passkeyShell(c, "account.passkeys.rename_title", ""), func(e ui.Errors) templ.Component { return namePasskeyBody(c.Printer, k, e) })
	}
	return c.See("/me/passkeys", "account.passkeys.named.done")
}

func (p *pages) askRemovePasskey(c *web.Call) error { return p.removalOf(c, nil) }

func (p *pages) removePasskey(c *web.Call) error {
	if err := p.svc.RemovePasskey(c.Context(), c.Actor, c.Path("id"), c.R.PostFormValue("password")); err != nil {
		return p.removalOf(c, err)
	}
	return c.See("/me/passkeys", "account.passkeys.removed.done")
}

// removalOf shows what removing means; wrong is what went wrong before.
func (p *pages) removalOf(c *web.Call, wrong error) error {
	k, err := p.passkey(c)
	if err != nil {
		return err
	}
	o, err := p.svc.Me(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	body := func(e ui.Errors) templ.Component { return removePasskeyBody(c.Printer, k, o.Password, e) }
	s := passkeyShell(c, "account.passkeys.remove_title", "")
	if wrong != nil {
		return again(c, wrong, s, body)
	}
	return c.OK(s, body(nil))
}
