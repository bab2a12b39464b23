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

// outsideRoutes are the pages of sign-in at outside issuers.
func (p *pages) outsideRoutes() []web.Page {
	return []web.Page{
		web.Get("/signin/with/{issuer}", web.Public, p.goOutside),
		web.Get("/signin/with/{issuer}/back", web.Public, p.backFromOutside),
		web.Get("/me/with", web.SignedIn, p.outsides),
		web.Get("/me/with/{issuer}", web.SignedIn, p.askLinkOutside),
		web.Post("/me/with/{issuer}", web.SignedIn, p.linkOutside),
		web.Get("/me/with/{issuer}/remove", web.SignedIn, p.askRemoveOutside),
		web.Post("/me/with/{issuer}/remove", web.SignedIn, p.removeOutside),
	}
}

// goOutside sends the browser to the issuer, with a cookie that ties what comes
// back to it.
func (p *pages) goOutside(c *web.Call) error {
	w, err := p.svc.GoOutside(c.Context(), c.Path("issuer"), i18n.LocalPath(c.Query("next")))
	if err != nil {
		return err
	}
	p.svc.SetWay(c.W, w)
	http.Redirect(c.W, c.R, w.Location, http.StatusSeeOther)
	return nil
}

// backFromOutside is where an issuer sends people: those who sign in, and those
// who add it to their account.
func (p *pages) backFromOutside(c *web.Call) error {
	b := account.Back{Issuer: c.Path("issuer"), State: c.Query("state"), Code: c.Query("code"), Iss: c.Query("iss"), Error: c.Query("error")}
	if k, err := c.R.Cookie(account.WayCookie); err == nil {
		b.Text = k.Value
	}
	p.svc.ClearWay(c.W)
	if !c.Actor.Nobody() {
		if err := p.svc.AddOutside(c.Context(), c.Actor, b); err != nil {
			return err
		}
		return c.See("/me/with", "account.outside.added.done")
	}
	e, err := p.svc.EnterFromOutside(c.Context(), b, p.svc.ClientOf(c.R))
	if err != nil {
		return again(c, err, signInShell(c), func(e ui.Errors) templ.Component { return signInBody(c.Printer, p.doors(), "", "/", e) })
	}
	return p.entered(c, e)
}

func (p *pages) outsides(c *web.Call) error {
	list, err := p.svc.Outsides(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.OK(own(c, "account.outside.title", "account.outside.why"), outsidesBody(c.Printer, list))
}

// outsideForm shows what asks for the password before a change; wrong is what
// went wrong before.
func (p *pages) outsideForm(c *web.Call, title, text i18n.Key, action string, b ui.Button, wrong error) error {
	name := ""
	for _, o := range p.svc.Issuers() {
		if o.Issuer == c.Path("issuer") {
			name = o.Name
		}
	}
	if name == "" {
		return ward.Fail(ward.NotFound, "")
	}
	o, err := p.svc.Me(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := own(c, title, "")
	s.Crumbs = append(s.Crumbs, ui.Link{Text: c.T("account.outside.title"), Href: "/me/with"})
	body := func(e ui.Errors) templ.Component {
		return outsideFormBody(c.Printer, action, b, c.T(text, "name", name), o.Password, e)
	}
	if wrong != nil {
		return again(c, wrong, s, body)
	}
	return c.OK(s, body(nil))
}

func (p *pages) addForm(c *web.Call, wrong error) error {
	return p.outsideForm(c, "account.outside.add_title", "account.outside.add_text", "/me/with/"+c.Path("issuer"), ui.Button{Text: c.T("account.passkeys.next")}, wrong)
}

func (p *pages) askLinkOutside(c *web.Call) error { return p.addForm(c, nil) }

func (p *pages) linkOutside(c *web.Call) error {
	w, err := p.svc.LinkOutside(c.Context(), c.Actor, c.Path("issuer"), c.R.PostFormValue("password"))
	if err != nil {
		return p.addForm(c, err)
	}
	p.svc.SetWay(c.W, w)
	return c.OK(own(c, "account.outside.add_title", ""), outsideGoBody(c.Printer, w.Location, c.Path("issuer")))
}

func (p *pages) removeForm(c *web.Call, wrong error) error {
	return p.outsideForm(c, "account.outside.remove_title", "account.outside.remove_text", "/me/with/"+c.Path("issuer")+"/remove",
		ui.Button{Text: c.T("account.passkeys.remove"), Kind: ui.Danger}, wrong)
}

func (p *pages) askRemoveOutside(c *web.Call) error { return p.removeForm(c, nil) }

func (p *pages) removeOutside(c *web.Call) error {
	if err := p.svc.RemoveOutside(c.Context(), c.Actor, c.Path("issuer"), c.R.PostFormValue("password")); err != nil {
		return p.removeForm(c, err)
	}
	return c.See("/me/with", "account.outside.removed.done")
}
