package pages

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"ward"
	"ward/base/account"
	"ward/kit/i18n"
	"ward/kit/module"
	"ward/kit/ui"
	"ward/kit/web"
)

// sheetRoutes are the pages of printed codes.
func (p *pages) sheetRoutes() []web.Page {
	return []web.Page{
		web.Get("/signin/break-glass", web.Public, p.askGlass),
		web.Post("/signin/break-glass", web.Public, p.enterGlass),
		web.Get("/break-glass", "breakglass.read", p.glass),
		web.Get("/break-glass/new", "breakglass.write", p.newSheet),
		web.Post("/break-glass/new", "breakglass.write", p.makeSheet),
		web.Get("/break-glass/{sheet}/revoke", "breakglass.write", p.askRevokeSheet),
		web.Post("/break-glass/{sheet}/revoke", "breakglass.write", p.revokeSheet),
	}
}

func glassShell(c *web.Call) ui.Shell {
	return ui.Shell{Title: c.T("account.glass.signin"), Lead: c.T("account.glass.signin_lead"),
		Crumbs: []ui.Link{{Text: c.T("account.signin.title"), Href: "/signin"}}}
}

// askGlass is open to whoever is signed in, too: a colleague's screen is often
// the only one that works.
func (p *pages) askGlass(c *web.Call) error {
	return c.OK(glassShell(c), glassCodeBody(c.Printer, "", nil))
}

// enterGlass takes the code first and the person then. Between the two the code
// stands in the page, which nothing stores; it is used up with the person.
func (p *pages) enterGlass(c *web.Call) error {
	in := account.GlassEntry{Code: c.Form("code"), Hat: c.Form("hat"), Client: p.svc.ClientOf(c.R)}
	var err error
	if c.R.PostForm.Has("who") {
		var e account.Entry
		if e, err = p.svc.EnterGlass(c.Context(), in); err == nil {
			return p.entered(c, e)
		}
		if ward.CodeOf(err) != ward.Invalid {
			return again(c, err, glassShell(c), func(e ui.Errors) templ.Component { return glassCodeBody(c.Printer, "", e) })
		}
	}
	x, ask := p.svc.AskGlass(c.Context(), in)
	if ask != nil {
		return again(c, ask, glassShell(c), func(e ui.Errors) templ.Component { return glassCodeBody(c.Printer, in.Code, e) })
	}
	s := glassShell(c)
	s.Title, s.Lead = c.T("account.glass.who"), c.T("account.glass.who_lead", "organisation", x.OrgName)
	if err != nil {
		return again(c, err, s, func(e ui.Errors) templ.Component { return glassWhoBody(c.Printer, in.Code, x, e) })
	}
	return c.OK(s, glassWhoBody(c.Printer, in.Code, x, nil))
}

func seatOptions(p *i18n.Printer, list []ward.Seat) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, h := range list {
		out[i] = ui.Option{Value: h.Hat, Text: i18n.Raw(h.Name), Hint: role(p, h.Role)}
	}
	return out
}

func sheetShell(c *web.Call, title, lead i18n.Key) ui.Shell {
	s := ui.Shell{Title: c.T(title), Crumbs: []ui.Link{{Text: c.T("account.crumb.home"), Href: "/"}}}
	if title != "account.glass.title" {
		s.Crumbs = append(s.Crumbs, ui.Link{Text: c.T("account.glass.title"), Href: "/break-glass"})
	}
	if lead != "" {
		s.Lead = c.T(lead)
	}
	return s
}

func (p *pages) glass(c *web.Call) error {
	g, err := p.svc.BreakGlass(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	lead := i18n.Key("account.glass.lead")
	if c.Actor.Role == ward.RoleCSIRT {
		lead = "account.glass.lead_csirt"
	}
	s := sheetShell(c, "account.glass.title", lead)
	if g.May {
		s.Actions = ui.ButtonLink(ui.Button{Text: c.T("account.glass.new"), Href: "/break-glass/new"})
	}
	return c.OK(s, glassBody(c.Printer, g, c.Actor.Role != ward.RoleCSIRT, p.svc.Now()))
}

func (p *pages) newSheet(c *web.Call) error {
	f, err := p.sheetForm(c)
	if err != nil {
		return err
	}
	return c.OK(sheetShell(c, "account.glass.new", ""), newSheetBody(c.Printer, f, nil))
}

// sheetForm is what the form of a new sheet says and asks for.
type sheetForm struct {
	account.Glass
	password bool // the maker has one
	place    string
}

func (p *pages) sheetForm(c *web.Call) (f sheetForm, err error) {
	if f.Glass, err = p.svc.BreakGlass(c.Context(), c.Actor); err != nil {
		return f, err
	}
	o, err := p.svc.Me(c.Context(), c.Actor)
	f.password, f.place = o.Password, c.Form("place")
	return f, err
}

// makeSheet answers with the sheet itself: it is shown this once and stored nowhere.
func (p *pages) makeSheet(c *web.Call) error {
	f, err := p.sheetForm(c)
	if err != nil {
		return err
	}
	x, err := p.svc.MakeSheet(c.Context(), c.Actor, account.SheetRequest{Place: f.place, Password: c.R.PostFormValue("password")})
	if err != nil {
		return again(c, err, sheetShell(c, "account.glass.new", ""), func(e ui.Errors) templ.Component { return newSheetBody(c.Printer, f, e) })
	}
	s := sheetShell(c, "account.glass.sheet", "")
	s.Title = c.T("account.glass.sheet_of", "organisation", c.Actor.OrgName)
	return c.OK(s, printedSheet(c.Printer, x, p.svc.Absolute(c.R, "/signin/break-glass")))
}

func (p *pages) askRevokeSheet(c *web.Call) error {
	if err := p.svc.OwnSheet(c.Context(), c.Actor, c.Path("sheet")); err != nil {
		return err
	}
	return c.OK(sheetShell(c, "account.glass.revoke", ""), confirmBody(c.T("account.glass.revoke_text"), c.R.URL.Path,
		ui.Button{Text: c.T("account.glass.revoke"), Kind: ui.Danger}, "/break-glass", c.T("account.keep")))
}

func (p *pages) revokeSheet(c *web.Call) error {
	if err := p.svc.RevokeSheet(c.Context(), c.Actor, c.Path("sheet")); err != nil {
		return err
	}
	return c.See("/break-glass", "account.glass.revoked.done")
}

func sheetTable(p *i18n.Printer, g account.Glass, now time.Time) ui.Table {
	t := ui.Table{Caption: p.T("account.glass.sheets"), Hide: true,
		Columns: []ui.Column{{Head: p.T("account.glass.place")}, {Head: p.T("account.glass.state")}, {Head: p.T("account.glass.left"), Numeric: true},
			{Head: p.T("account.glass.made")}, {Head: p.T("account.glass.until")}},
		Empty: ui.EmptyState{Title: p.T("account.glass.none"), Text: p.T("account.glass.none_why")}}
	if g.May {
		t.Columns = append(t.Columns, ui.Column{Head: p.T("account.glass.act"), Quiet: true})
	}
	for _, x := range g.Sheets {
		row := []templ.Component{i18n.Raw(x.Place), sheetState(p, x, now), i18n.Raw(p.Number(x.Left) + " / " + p.Number(x.Total)), ui.Day(p, x.Created), ui.Day(p, x.Expires)}
		if g.May {
			row = append(row, revokeSheetLink(p, x, x.Live(now)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func sheetState(p *i18n.Printer, x account.Sheet, now time.Time) templ.Component {
	switch {
	case !x.Revoked.IsZero():
		return ui.StateChip(ui.Neutral, p.T("account.glass.is_revoked"))
	case !x.Live(now):
		return ui.StateChip(ui.Warning, p.T("account.glass.is_old"))
	case x.Left == 0:
		return ui.StateChip(ui.Warning, p.T("account.glass.is_spent"))
	}
	return ui.StateChip(ui.Success, p.T("account.glass.is_live"))
}

func useTable(p *i18n.Printer, list []account.Use) ui.Table {
	t := ui.Table{Caption: p.T("account.glass.uses"), Hide: true,
		Columns: []ui.Column{{Head: p.T("account.glass.when")}, {Head: p.T("account.glass.org")}, {Head: p.T("account.glass.person")},
			{Head: p.T("account.glass.code")}, {Head: p.T("account.glass.place")}, {Head: p.T("account.glass.from")}},
		Empty: ui.EmptyState{Title: p.T("account.glass.no_uses")}}
	for _, u := range list {
		t.Rows = append(t.Rows, []templ.Component{ui.Moment(p, u.At), i18n.Raw(u.OrgName), i18n.Raw(u.Person.Name), i18n.Raw(strconv.Itoa(u.Number)), i18n.Raw(u.Place), i18n.Raw(u.Address)})
	}
	return t
}

// endsSoon is when a first screen begins to ask for a new sheet.
const endsSoon = 30 * 24 * time.Hour

// Cards tell of printed codes: used ones to those who must know, and to a
// hospital's manager that there is no sheet, or none for long.
func Cards(svc *account.Service) []module.Card {
	return []module.Card{{Order: 15, Permission: "breakglass.read",
		Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
			used, until, err := svc.RecentUses(ctx, a)
			if err != nil {
				return nil, err
			}
			lasts := a.Role != ward.RoleManager || until.Sub(svc.Now()) > endsSoon
			if used == 0 && lasts {
				return nil, nil
			}
			return glassCard(p, used, lasts, until), nil
		}}}
}
