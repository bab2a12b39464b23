package pages

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"ward"
	"ward/base/account"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

func (p *pages) tokens(c *web.Call) error {
	list, err := p.svc.Tokens(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := own(c, "account.tokens.title", "account.tokens.lead")
	s.Actions = ui.ButtonLink(ui.Button{Text: c.T("account.tokens.new"), Href: "/me/tokens/new", Icon: ui.IconPlus})
	return c.OK(s, tokensBody(c.Printer, list))
}

func tokenTable(p *i18n.Printer, list []account.Token) ui.Table {
	t := ui.Table{Caption: p.T("account.tokens.title"), Hide: true,
		Columns: []ui.Column{{Head: p.T("account.field.token_name")}, {Head: p.T("account.field.scopes")}, {Head: p.T("account.tokens.used")},
			{Head: p.T("account.tokens.expires")}, {Head: p.T("account.tokens.act"), Quiet: true}},
		Empty: ui.EmptyState{Title: p.T("account.tokens.none"), Text: p.T("account.tokens.none_why")}}
	for _, x := range list {
		t.Rows = append(t.Rows, []templ.Component{i18n.Raw(x.Name), scopeWords(p, x.Scopes), used(p, x.Used), ui.Day(p, x.Expires),
			revokeLink(p, x)})
	}
	return t
}

// scope gives the words of a permission, or its name where it has none yet.
func scope(p *i18n.Printer, s ward.Permission) i18n.Text {
	k := i18n.Key("account.scope." + strings.ReplaceAll(string(s), ".", "_"))
	if !p.Has(k) {
		return i18n.Raw(string(s))
	}
	return p.T(k)
}

func scopeWords(p *i18n.Printer, list []ward.Permission) i18n.Text {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = scope(p, s).String()
	}
	return i18n.Raw(strings.Join(words, "; "))
}

// tokenForm is the form of a new token as typed.
type tokenForm struct {
	account.TokenRequest
	may []ward.Permission
}

func (f tokenForm) options(p *i18n.Printer) []ui.Option {
	out := make([]ui.Option, len(f.may))
	for i, s := range f.may {
		out[i] = ui.Option{Value: string(s), Text: scope(p, s), Checked: slices.Contains(f.Scopes, s)}
	}
	return out
}

// lives are the lifetimes on offer, in days.
func (f tokenForm) lives(p *i18n.Printer) []ui.Option {
	var out []ui.Option
	for _, d := range []int{30, 90, 180, 365} {
		out = append(out, ui.Option{Value: strconv.Itoa(d), Text: p.N("account.tokens.days", d), Checked: d == f.Days})
	}
	return out
}

func (p *pages) newToken(c *web.Call) error {
	f := tokenForm{account.TokenRequest{Days: 90}, p.svc.MayScope(c.Actor)}
	return c.OK(newTokenShell(c), newTokenBody(c.Printer, f, nil))
}

func newTokenShell(c *web.Call) ui.Shell {
	s := own(c, "account.tokens.new", "account.tokens.new_lead")
	s.Crumbs = append(s.Crumbs, ui.Link{Text: c.T("account.tokens.title"), Href: "/me/tokens"})
	return s
}

// makeToken answers with the token itself and not with a way to a page: it is
// shown this once and stored nowhere.
func (p *pages) makeToken(c *web.Call) error {
	f := tokenForm{account.TokenRequest{Name: c.Form("name")}, p.svc.MayScope(c.Actor)}
	f.Days, _ = strconv.Atoi(c.Form("days"))
	for _, s := range c.R.PostForm["scopes"] {
		f.Scopes = append(f.Scopes, ward.Permission(s))
	}
	text, t, err := p.svc.MakeToken(c.Context(), c.Actor, f.TokenRequest)
	if err != nil {
		return again(c, err, newTokenShell(c), func(e ui.Errors) templ.Component { return newTokenBody(c.Printer, f, e) })
	}
	s := newTokenShell(c)
	s.Title, s.Lead = c.T("account.tokens.made"), i18n.Text{}
	return c.OK(s, madeTokenBody(c.Printer, text, t))
}

func (p *pages) askRevokeToken(c *web.Call) error {
	list, err := p.svc.Tokens(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(t account.Token) bool { return t.ID == c.Path("id") })
	if i < 0 {
		return ward.Fail(ward.NotFound, "")
	}
	b := ui.Button{Text: c.T("account.tokens.revoke"), Kind: ui.Danger}
	text := c.T("account.tokens.ask", "name", list[i].Name)
	return c.OK(own(c, "account.tokens.revoke", ""), confirmBody(text, "/me/tokens/"+list[i].ID+"/revoke", b, "/me/tokens", c.T("account.keep")))
}

func (p *pages) revokeToken(c *web.Call) error {
	if err := p.svc.RevokeToken(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	return c.See("/me/tokens", "account.tokens.revoked.done")
}

func (p *pages) totp(c *web.Call) error {
	e, err := p.svc.TOTP(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.OK(own(c, "account.totp.title", "account.totp.why"), totpBody(c.Printer, e, nil))
}

func (p *pages) startTOTP(c *web.Call) error {
	if _, err := p.svc.StartTOTP(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.See("/me/totp", "")
}

// confirmTOTP shows the same secret again after a wrong code: the app has it by now.
func (p *pages) confirmTOTP(c *web.Call) error {
	if err := p.svc.ConfirmTOTP(c.Context(), c.Actor, c.Form("code")); err != nil {
		e, other := p.svc.TOTP(c.Context(), c.Actor)
		if other != nil {
			return other
		}
		return again(c, err, own(c, "account.totp.title", "account.totp.why"), func(x ui.Errors) templ.Component { return totpBody(c.Printer, e, x) })
	}
	return c.See("/me", "account.totp.done")
}

func (p *pages) askDropTOTP(c *web.Call) error {
	return c.OK(own(c, "account.totp.off_title", "account.totp.off_lead"), dropBody(c.Printer, nil))
}

func (p *pages) dropTOTP(c *web.Call) error {
	if err := p.svc.DropTOTP(c.Context(), c.Actor, c.R.PostFormValue("password")); err != nil {
		return again(c, err, own(c, "account.totp.off_title", "account.totp.off_lead"), func(e ui.Errors) templ.Component { return dropBody(c.Printer, e) })
	}
	return c.See("/me", "account.totp.off.done")
}

// until writes an end in the reader's form, for sentences.
func until(p *i18n.Printer, t time.Time) string { return p.Time(t) }
