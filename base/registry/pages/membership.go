package pages

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"ward"
	"ward/base/registry"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// membershipRoutes are the pages of coming in, being verified, domains and who
// sees what.
func (p *pages) membershipRoutes() []web.Page {
	out := []web.Page{
		web.Get("/register", web.Public, p.askForm),
		web.Post("/register", web.Public, p.ask),
		web.Get("/register/{receipt}", web.Public, p.fate),
		web.Get("/requests", "org.verify", p.requests),
		web.Get("/requests/{request}", "org.verify", p.request),
		web.Post("/requests/{request}/accept", "org.verify", p.accept),
		web.Post("/requests/{request}/refuse", "org.verify", p.refuse),
		web.Get("/org/visibility", "org.read", p.visibility),
		web.Get("/directory", web.Public, p.directory),
	}
	for _, base := range []string{"/org", "/organisations/{org}"} {
		out = append(out,
			web.Get(base+"/verification", "org.read", p.verification),
			web.Post(base+"/verification", "org.verify", p.verify),
			web.Get(base+"/domains", "org.read", p.domains),
			web.Post(base+"/domains", "org.write", p.addDomain),
			web.Post(base+"/domains/{domain}/check", "org.write", p.checkDomain),
			web.Post(base+"/domains/{domain}/remove", "org.write", p.removeDomain),
		)
	}
	return out
}

func home(c *web.Call) []ui.Link { return []ui.Link{{Text: c.T("registry.crumb.home"), Href: "/"}} }

func askShell(c *web.Call) ui.Shell {
	return ui.Shell{Title: c.T("registry.request.title"), Lead: c.T("registry.request.lead")}
}

func (p *pages) askForm(c *web.Call) error {
	return c.OK(askShell(c), askBody(c.Printer, registry.Asking{Lang: c.Printer.Lang()}, nil))
}

func (p *pages) ask(c *web.Call) error {
	q := registry.Asking{Kind: ward.OrgKind(c.Form("kind")), Name: c.Form("name"), Country: ward.Country(c.Form("country")), City: c.Form("city"),
		Address: c.Form("address"), Website: c.Form("website"), Number: c.Form("number"), Evidence: c.Form("evidence"), Person: c.Form("person"),
		Email: c.Form("email"), Phone: c.Form("phone"), Lang: ward.Lang(c.Form("lang"))}
	receipt, err := p.svc.Ask(c.Context(), q, p.svc.ClientOf(c.R))
	if err != nil {
		return again(c, err, askShell(c), func(e ui.Errors) templ.Component { return askBody(c.Printer, q, e) })
	}
	return c.See("/register/"+receipt, "registry.request.sent.done")
}

// fate is the page of the receipt. It holds no more than whoever asked wrote or
// is told.
func (p *pages) fate(c *web.Call) error {
	r, err := p.svc.Fate(c.Context(), c.Path("receipt"))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("registry.request.fate"), Lead: i18n.Raw(r.Name)}
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	c.W.Header().Set("Cache-Control", "no-store")
	return c.Render(http.StatusOK, s, fateBody(c.Printer, r))
}

func (p *pages) requests(c *web.Call) error {
	in, err := p.svc.Requests(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	notices, err := p.svc.NoticesIn(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("registry.request.inbox"), Lead: c.T("registry.request.inbox_lead"), Crumbs: home(c)}
	return c.OK(s, inboxBody(c.Printer, in, notices))
}

func requestTable(p *i18n.Printer, caption i18n.Key, list []registry.Request, empty ui.EmptyState) ui.Table {
	t := ui.Table{Caption: p.T(caption), Columns: []ui.Column{{Head: p.T("registry.field.org_name")}, {Head: p.T("registry.field.kind")},
		{Head: p.T("registry.field.country")}, {Head: p.T("registry.request.came")}, {Head: p.T("registry.request.state")}}, Empty: empty}
	for _, r := range list {
		t.Rows = append(t.Rows, []templ.Component{link("/requests/"+r.ID, i18n.Raw(r.Name)), word(p, "registry.kind", r.Kind),
			word(p, "registry.country", r.Country), ui.Moment(p, r.Created), word(p, "registry.request", r.State)})
	}
	return t
}

func dueTable(p *i18n.Printer, list []registry.Verification) ui.Table {
	t := ui.Table{Caption: p.T("registry.verification.due"), Columns: []ui.Column{{Head: p.T("registry.field.org_name")}, {Head: p.T("registry.verification.until")}, {Head: p.T("registry.verification.by")}},
		Empty: ui.EmptyState{Title: p.T("registry.verification.none_due")}}
	for _, v := range list {
		t.Rows = append(t.Rows, []templ.Component{link("/organisations/"+string(v.Org)+"/verification", i18n.Raw(v.OrgName)), ui.Day(p, v.Expires), i18n.Raw(v.By)})
	}
	return t
}

// decision is a verification as typed.
type decision struct {
	evidence, reason, refusal string
	months                    int
}

func decisionOf(c *web.Call) decision {
	d := decision{evidence: c.Form("evidence"), reason: c.Form("reason")}
	d.months, _ = strconv.Atoi(c.Form("months"))
	return d
}

// spans are the times on offer until the next check.
func (d decision) spans(p *i18n.Printer) []ui.Option {
	var out []ui.Option
	for _, m := range []int{6, 12, 24, 36} {
		out = append(out, ui.Option{Value: strconv.Itoa(m), Text: p.N("registry.verification.months", m), Checked: m == d.months})
	}
	return out
}

func requestShell(c *web.Call, r registry.Request) ui.Shell {
	return ui.Shell{Title: i18n.Raw(r.Name), Lead: word(c.Printer, "registry.request", r.State),
		Crumbs: append(home(c), ui.Link{Text: c.T("registry.request.inbox"), Href: "/requests"})}
}

func (p *pages) request(c *web.Call) error {
	r, err := p.svc.Request(c.Context(), c.Actor, c.Path("request"))
	if err != nil {
		return err
	}
	return c.OK(requestShell(c, r), requestBody(c.Printer, r, decision{months: 24}, nil))
}

func (p *pages) accept(c *web.Call) error {
	d := decisionOf(c)
	f, err := p.svc.Accept(c.Context(), c.Actor, c.Path("request"), d.evidence, d.reason, d.months)
	if err != nil {
		return p.requestAgain(c, err, d)
	}
	// The account service's page makes the link that lets the person in.
	return c.See("/people/"+string(f.Person.ID)+"/link?back="+url.QueryEscape("/organisations/"+string(f.Org)), "registry.request.accept.done")
}

func (p *pages) refuse(c *web.Call) error {
	d := decision{refusal: c.Form("refusal"), months: 24}
	if err := p.svc.Refuse(c.Context(), c.Actor, c.Path("request"), d.refusal); err != nil {
		return p.requestAgain(c, moved(err, "reason", "refusal"), d)
	}
	return c.See("/requests", "registry.request.refuse.done")
}

func (p *pages) requestAgain(c *web.Call, err error, d decision) error {
	r, gone := p.svc.Request(c.Context(), c.Actor, c.Path("request"))
	if gone != nil {
		return err
	}
	return again(c, err, requestShell(c, r), func(e ui.Errors) templ.Component { return requestBody(c.Printer, r, d, e) })
}

// verified is what the page of the checks of an organisation shows.
type verified struct {
	base string
	list []registry.Verification
	may  bool
}

func (p *pages) verifiedAt(c *web.Call) (verified, ui.Shell, error) {
	w := where(c)
	o, list, err := p.svc.Verifications(c.Context(), c.Actor, w.org)
	s := titled(c, w, o.Name, "registry.verification.title")
	return verified{w.base, list, err == nil && p.svc.MayCheck(c.Actor, o)}, s, err
}

func (p *pages) verification(c *web.Call) error {
	v, s, err := p.verifiedAt(c)
	if err != nil {
		return err
	}
	return c.OK(s, verificationBody(c.Printer, v, decision{months: 24}, nil))
}

func (p *pages) verify(c *web.Call) error {
	v, s, err := p.verifiedAt(c)
	if err != nil {
		return err
	}
	d := decisionOf(c)
	if err := p.svc.Verify(c.Context(), c.Actor, where(c).org, d.evidence, d.reason, d.months); err != nil {
		return again(c, err, s, func(e ui.Errors) templ.Component { return verificationBody(c.Printer, v, d, e) })
	}
	return c.See(v.base+"/verification", "registry.verification.done")
}
