package pages

import (
	"time"

	"github.com/a-h/templ"

	"ward/base/account"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

func (p *pages) me(c *web.Call) error {
	o, err := p.svc.Me(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("account.me.title"), Lead: i18n.Raw(hatName(c.Printer, c.Actor.OrgName, c.Actor.Role)),
		Crumbs: []ui.Link{{Text: c.T("account.crumb.home"), Href: "/"}}}
	return c.OK(s, meBody(c.Printer, o))
}

// meRows are the parts of an account, each with the way to change it.
func meRows(p *i18n.Printer, o account.Overview) []ui.Row {
	return []ui.Row{
		{Label: p.T("account.field.name"), Value: i18n.Raw(o.Person.Name), Href: "/me/details"},
		{Label: p.T("account.field.email"), Value: i18n.Raw(o.Person.Email)},
		{Label: p.T("account.field.lang"), Value: i18n.In(o.Person.Lang, o.Person.Lang.Name()), Href: "/me/details"},
		{Label: p.T("account.field.zone"), Value: zone(p, o.Person.Zone), Href: "/me/details"},
	}
}

func zone(p *i18n.Printer, s string) i18n.Text {
	if s == "" {
		return p.T("account.me.house_zone")
	}
	return i18n.Raw(s)
}

// meTasks are the doors of the account with their state.
func meTasks(p *i18n.Printer, o account.Overview) []ui.Task {
	password := ui.Task{Text: p.T("account.password.title"), Href: "/me/password", State: p.T("account.state.set"), Tone: ui.Success}
	if !o.Password {
		password.State, password.Tone = p.T("account.state.none"), ui.Warning
	}
	factor := ui.Task{Text: p.T("account.totp.title"), Hint: p.T("account.totp.why"), Href: "/me/totp", State: p.T("account.state.on"), Tone: ui.Success}
	if !o.TOTP {
		factor.State, factor.Tone = p.T("account.state.off"), ui.Warning
	}
	keys := ui.Task{Text: p.T("account.passkeys.title"), Hint: p.T("account.passkeys.why"), Href: "/me/passkeys", State: p.N("account.state.passkeys", o.Passkeys), Tone: ui.Success}
	if o.Passkeys == 0 {
		keys.Tone = ui.Neutral
	}
	if o.Passkeys > 0 && !o.TOTP { // a passkey is a second factor as well
		factor.Tone = ui.Neutral
	}
	more := []ui.Task{}
	if o.Outside > 0 || o.Issuers > 0 {
		more = append(more, ui.Task{Text: p.T("account.outside.title"), Hint: p.T("account.outside.why"), Href: "/me/with", State: p.N("account.state.outside", o.Outside), Tone: ui.Neutral})
	}
	return append([]ui.Task{keys, factor, password,
		{Text: p.T("account.sessions.title"), Hint: p.T("account.sessions.lead"), Href: "/me/sessions", State: p.N("account.state.devices", o.Sessions), Tone: ui.Neutral},
		{Text: p.T("account.tokens.title"), Hint: p.T("account.tokens.lead"), Href: "/me/tokens", State: p.N("account.state.tokens", o.Tokens), Tone: ui.Neutral}}, more...)
}

func (p *pages) askPassword(c *web.Call) error {
	o, err := p.svc.Me(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.OK(own(c, "account.password.title", "account.password.lead"), passwordBody(c.Printer, o.Password, nil))
}

func (p *pages) changePassword(c *web.Call) error {
	o, err := p.svc.Me(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	err = p.svc.ChangePassword(c.Context(), c.Actor, c.R.PostFormValue("current"), c.R.PostFormValue("password"))
	if err != nil {
		return again(c, err, own(c, "account.password.title", "account.password.lead"), func(e ui.Errors) templ.Component { return passwordBody(c.Printer, o.Password, e) })
	}
	return c.See("/me", "account.password.done")
}

func (p *pages) sessions(c *web.Call) error {
	list, err := p.svc.Sessions(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.OK(own(c, "account.sessions.title", "account.sessions.lead"), sessionsBody(c.Printer, c.Actor.Session, list))
}

func (p *pages) revoke(c *web.Call) error {
	if err := p.svc.Revoke(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	return c.See("/me/sessions", "account.sessions.done")
}

func (p *pages) revokeOthers(c *web.Call) error {
	if err := p.svc.RevokeOthers(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.See("/me/sessions", "account.sessions.done")
}

func sessionItems(p *i18n.Printer, here string, list []account.Session) []templ.Component {
	out := make([]templ.Component, len(list))
	for i, s := range list {
		out[i] = sessionItem(p, s, s.ID == here)
	}
	return out
}

func deviceName(p *i18n.Printer, s string) i18n.Text {
	if s == "" {
		return p.T("account.sessions.unknown")
	}
	return i18n.Raw(s)
}

// used says when a token was used last.
func used(p *i18n.Printer, t time.Time) templ.Component {
	if t.IsZero() {
		return p.T("account.tokens.never")
	}
	return ui.Moment(p, t)
}
