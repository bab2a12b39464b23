package pages

import (
	"net/http"

	"github.com/a-h/templ"

	"ward"
	"ward/base/account"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// doors are the ways in beside the password.
type doors struct {
	passkeys bool
	issuers  []account.Outside
	ended    bool // the reader was sent here as his role is over
}

func (p *pages) doors() doors { return doors{passkeys: p.svc.HasPasskeys(), issuers: p.svc.Issuers()} }

func signInShell(c *web.Call) ui.Shell {
	return ui.Shell{Title: c.T("account.signin.title"), Lead: c.T("account.signin.lead")}
}

// signIn sends on whoever is signed in already.
func (p *pages) signIn(c *web.Call) error {
	next := i18n.LocalPath(c.Query("next"))
	if !c.Actor.Nobody() {
		return c.See(next, "")
	}
	d := p.doors()
	d.ended = p.svc.RoleEnded(c.R)
	return c.OK(signInShell(c), signInBody(c.Printer, d, "", next, nil))
}

func (p *pages) password(c *web.Call) error {
	in := account.Credentials{Email: c.Form("email"), Password: c.R.PostFormValue("password"), Next: c.Form("next"), Client: p.svc.ClientOf(c.R)}
	e, err := p.svc.SignIn(c.Context(), in)
	if err != nil {
		return again(c, err, signInShell(c), func(e ui.Errors) templ.Component {
			return signInBody(c.Printer, p.doors(), in.Email, i18n.LocalPath(in.Next), e)
		})
	}
	return p.entered(c, e)
}

// entered gives the browser what the step opened and goes on.
func (p *pages) entered(c *web.Call, e account.Entry) error {
	p.svc.SetCookies(c.W, e)
	if e.Challenge != "" {
		return c.See("/signin/code", "")
	}
	return c.See(e.Next, "")
}

// step is what the page of the second step offers.
type step struct {
	account.Step
	ceremony account.Ceremony
}

// form leaves the script to be asked where a code is the other way: nobody's
// phone should ring before he chose.
func (n step) form() ui.Form {
	f := passkeyForm("/signin/passkey", "get", n.ceremony)
	if n.Code {
		f.Data["data-passkey"] = "ask"
	}
	return f
}

func (n step) kind() ui.Kind {
	if n.Code {
		return ui.Secondary
	}
	return ui.Primary
}

func codeShell(c *web.Call, n step) ui.Shell {
	s := ui.Shell{Title: c.T("account.code.title"), Lead: c.T("account.code.lead"), Passkey: n.Keys}
	if !n.Code {
		s.Title = c.T("account.code.title_key")
	}
	return s
}

// step reads what may answer the browser's challenge.
func (p *pages) step(c *web.Call) (n step, err error) {
	if n.Step, err = p.svc.SecondSteps(c.Context(), challenge(c.R)); err == nil && n.Keys {
		n.ceremony, err = p.svc.AskSecondPasskey(c.Context(), challenge(c.R))
	}
	return n, err
}

// tooLate begins anew when the challenge is gone.
func (p *pages) tooLate(c *web.Call) error {
	p.svc.ClearCookies(c.W)
	return again(c, ward.Fail(ward.Invalid, "account.error.challenge"), signInShell(c), func(e ui.Errors) templ.Component { return signInBody(c.Printer, p.doors(), "", "/", e) })
}

// challenge is the secret of the browser's challenge, "" without one.
func challenge(r *http.Request) string {
	k, err := r.Cookie(account.ChallengeCookie)
	if err != nil || len(k.Value) > 128 {
		return ""
	}
	return k.Value
}

func (p *pages) askCode(c *web.Call) error {
	if challenge(c.R) == "" {
		return c.See("/signin", "")
	}
	n, err := p.step(c)
	if ward.CodeOf(err) == ward.NotFound {
		return p.tooLate(c)
	}
	if err != nil {
		return err
	}
	return c.OK(codeShell(c, n), codeBody(c.Printer, n, nil))
}

func (p *pages) code(c *web.Call) error {
	e, err := p.svc.SecondStep(c.Context(), challenge(c.R), c.Form("code"), p.svc.ClientOf(c.R))
	if err == nil {
		return p.entered(c, e)
	}
	n, gone := p.step(c)
	if ward.CodeOf(err) == ward.NotFound || ward.CodeOf(gone) == ward.NotFound {
		return p.tooLate(c)
	}
	if gone != nil {
		return gone
	}
	return again(c, err, codeShell(c, n), func(e ui.Errors) templ.Component { return codeBody(c.Printer, n, e) })
}

// signOut also clears the cookie of a session that has ended meanwhile.
func (p *pages) signOut(c *web.Call) error {
	if err := p.svc.SignOut(c.Context(), c.Actor); err != nil && ward.CodeOf(err) != ward.NotFound {
		return err
	}
	p.svc.ClearCookies(c.W)
	return c.See("/signin", "account.signout.done")
}

func (p *pages) hat(c *web.Call) error {
	e, err := p.svc.SwitchHat(c.Context(), c.Actor, c.Form("hat"), c.Form("next"))
	if err != nil {
		return err
	}
	p.svc.SetCookies(c.W, e)
	return c.See(e.Next, "account.hat_switched.done")
}

func linkShell(c *web.Call, l account.Link) ui.Shell {
	s := ui.Shell{Title: c.T("account.link.title"), Lead: c.T("account.link.lead")}
	if l.Person.Name != "" {
		s.Title = c.T("account.link.hello", "name", l.Person.Name)
	}
	if l.Purpose == account.Password {
		s.Lead = c.T("account.link.password_lead")
	}
	return s
}

// link shows one button and changes nothing: scanners of mail open links.
func (p *pages) link(c *web.Call) error {
	l, err := p.svc.LookAt(c.Context(), c.Path("secret"))
	if err != nil {
		return err
	}
	return c.OK(linkShell(c, l), linkBody(c.Printer, c.Path("secret"), l, nil))
}

// openLink shows the form again for a weak password; the link still works then.
func (p *pages) openLink(c *web.Call) error {
	key := c.Path("secret")
	e, err := p.svc.OpenLink(c.Context(), key, c.R.PostFormValue("password"), p.svc.ClientOf(c.R))
	if err == nil {
		return p.entered(c, e)
	}
	l, gone := p.svc.LookAt(c.Context(), key)
	if gone != nil {
		return err
	}
	return again(c, err, linkShell(c, l), func(e ui.Errors) templ.Component { return linkBody(c.Printer, key, l, e) })
}
