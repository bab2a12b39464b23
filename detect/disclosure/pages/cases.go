package pages

import (
	"net/url"
	"strconv"
	"time"

	"ward"
	"ward/detect/disclosure"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// listView is the list with its filter.
type listView struct {
	p     *i18n.Printer
	f     disclosure.Filter
	cases []disclosure.Case
	more  bool
	now   time.Time
}

// filterOf reads the filter from the address, so that a view can be sent on.
func filterOf(c *web.Call) disclosure.Filter {
	f := disclosure.Filter{Overdue: c.Query("overdue") != "", Mine: c.Query("mine") != "", Text: c.Query("q"), After: c.Query("after")}
	switch s := c.Query("state"); s {
	case "all":
		f.All = true
	default:
		for _, known := range disclosure.States() {
			if s == string(known) {
				f.State = known
			}
		}
	}
	return f
}

// next is the address of the page after this one.
func (v listView) next() string {
	if !v.more {
		return ""
	}
	q := url.Values{"after": {v.cases[len(v.cases)-1].ID}}
	set := func(on bool, name, value string) {
		if on {
			q.Set(name, value)
		}
	}
	set(v.f.State != "", "state", string(v.f.State))
	set(v.f.All, "state", "all")
	set(v.f.Overdue, "overdue", "1")
	set(v.f.Mine, "mine", "1")
	set(v.f.Text != "", "q", v.f.Text)
	return "/disclosures?" + q.Encode()
}

// active counts the filters that are set.
func (v listView) active() int {
	n := 0
	for _, on := range []bool{v.f.State != "" || v.f.All, v.f.Overdue, v.f.Mine, v.f.Text != ""} {
		if on {
			n++
		}
	}
	return n
}

func (h handler) list(c *web.Call) error {
	v := listView{p: c.Printer, f: filterOf(c), now: h.svc.Now()}
	var err error
	if v.cases, v.more, err = h.svc.List(c.Context(), c.Actor, v.f); err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("disclosure.list.title"), Lead: c.T("disclosure.list.lead"), Crumbs: []ui.Link{home(c.Printer)}}
	return c.OK(s, listBody(v))
}

// caseView is the page of a case.
type caseView struct {
	p           *i18n.Printer
	c           disclosure.Case
	entries     []disclosure.Entry
	write, open bool
	now         time.Time
	errors      ui.Errors
	typed       func(string) string
}

func caseCrumbs(p *i18n.Printer, c *disclosure.Case) []ui.Link {
	out := []ui.Link{home(p), {Text: p.T("disclosure.list.title"), Href: "/disclosures"}}
	if c != nil {
		out = append(out, ui.Link{Text: i18n.Raw(c.Number), Href: path(c.ID)})
	}
	return out
}

func (h handler) show(c *web.Call) error { return h.page(c, nil) }

func (h handler) page(c *web.Call, fault error) error {
	v := caseView{p: c.Printer, write: h.svc.MayWrite(c.Actor), open: h.svc.MayOpen(c.Actor), now: h.svc.Now(), errors: ui.ErrorsOf(c.Printer, fault), typed: c.Form}
	var err error
	if v.c, v.entries, err = h.svc.Get(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("disclosure.case.title", "number", v.c.Number), Lead: i18n.Raw(v.c.Summary.Title), Crumbs: caseCrumbs(c.Printer, nil),
		Errors: v.errors, Above: caseChips(v)}
	return c.Render(web.FormStatus(fault), s, caseBody(v))
}

// done leads back to the case, or shows it with what is wrong.
func (h handler) done(c *web.Call, err error, key i18n.Key) error {
	if web.InForm(err) {
		return h.page(c, err)
	}
	if err != nil {
		return err
	}
	return c.See(path(c.Path("id")), key)
}

func (h handler) take(c *web.Call) error {
	return h.done(c, h.svc.Take(c.Context(), c.Actor, c.Path("id")), "disclosure.taken.done")
}

func (h handler) triage(c *web.Call) error {
	return h.done(c, h.svc.Triage(c.Context(), c.Actor, c.Path("id"), c.Form("note")), "disclosure.moved.done")
}

func (h handler) reopen(c *web.Call) error {
	return h.done(c, h.svc.Reopen(c.Context(), c.Actor, c.Path("id"), c.Form("note")), "disclosure.moved.done")
}

func (h handler) close(c *web.Call) error {
	return h.done(c, h.svc.Close(c.Context(), c.Actor, c.Path("id"), c.Form("outcome"), c.Form("reason")), "disclosure.moved.done")
}

// dayOf reads the day of publication: it begins at eight in the morning UTC,
// when somebody is at work in all Member States.
func dayOf(c *web.Call) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, c.Form("embargo"))
	if err != nil {
		return t, ward.Fail(ward.Invalid, "disclosure.error.embargo").At("embargo")
	}
	return t.Add(8 * time.Hour), nil
}

func (h handler) coordinate(c *web.Call) error {
	day, err := dayOf(c)
	if err == nil {
		err = h.svc.Coordinate(c.Context(), c.Actor, c.Path("id"), day, c.Form("note"))
	}
	return h.done(c, err, "disclosure.moved.done")
}

func (h handler) postpone(c *web.Call) error {
	day, err := dayOf(c)
	if err == nil {
		err = h.svc.Postpone(c.Context(), c.Actor, c.Path("id"), day, c.Form("note"))
	}
	return h.done(c, err, "disclosure.moved.done")
}

// summaryView is the form of what may be published.
type summaryView struct {
	p      *i18n.Printer
	c      disclosure.Case
	edit   string
	v      disclosure.Summary
	errors ui.Errors
}

func (h handler) edit(c *web.Call) error {
	x, _, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	return h.summaryPage(c, summaryView{p: c.Printer, c: x, edit: strconv.FormatInt(x.Edit, 10), v: x.Summary}, nil)
}

func (h handler) summaryPage(c *web.Call, v summaryView, fault error) error {
	v.errors = ui.ErrorsOf(c.Printer, fault)
	s := ui.Shell{Title: c.T("disclosure.summary.title"), Lead: c.T("disclosure.summary.lead"), Crumbs: caseCrumbs(c.Printer, &v.c), Errors: v.errors}
	return c.Render(web.FormStatus(fault), s, summaryBody(v))
}

func (h handler) summarise(c *web.Call) error {
	edit, _ := strconv.ParseInt(c.Form("edit"), 10, 64) // zero conflicts
	v := summaryOf(c.Form)
	err := h.svc.Summarise(c.Context(), c.Actor, c.Path("id"), edit, v)
	if !web.InForm(err) {
		return h.done(c, err, "disclosure.summary.done")
	}
	x, _, e := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if e != nil {
		return e
	}
	return h.summaryPage(c, summaryView{p: c.Printer, c: x, edit: c.Form("edit"), v: v}, err)
}

// openView is what is confidential.
type openView struct {
	p      *i18n.Printer
	o      disclosure.Opened
	errors ui.Errors
	typed  func(string) string
}

func (h handler) open(c *web.Call) error { return h.openPage(c, nil) }

func (h handler) openPage(c *web.Call, fault error) error {
	v := openView{p: c.Printer, errors: ui.ErrorsOf(c.Printer, fault), typed: c.Form}
	var err error
	if v.o, err = h.svc.Open(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	red := ward.TLPRed
	s := ui.Shell{Title: c.T("disclosure.open.title", "number", v.o.Case.Number), Lead: c.T("disclosure.open.lead"), Crumbs: caseCrumbs(c.Printer, &v.o.Case),
		Errors: v.errors, TLP: &red}
	return c.Render(web.FormStatus(fault), s, openBody(v))
}

// opened leads back to what is confidential.
func (h handler) opened(c *web.Call, err error, key i18n.Key) error {
	if web.InForm(err) {
		return h.openPage(c, err)
	}
	if err != nil {
		return err
	}
	return c.See(path(c.Path("id"))+"/confidential", key)
}

func (h handler) write(c *web.Call) error {
	return h.opened(c, h.svc.Write(c.Context(), c.Actor, c.Path("id"), c.Form("text"), c.Form("ask") != ""), "disclosure.written.done")
}

func (h handler) remark(c *web.Call) error {
	return h.opened(c, h.svc.Remark(c.Context(), c.Actor, c.Path("id"), c.Form("note")), "disclosure.noted.done")
}

func (h handler) relink(c *web.Call) error {
	return h.opened(c, h.svc.Relink(c.Context(), c.Actor, c.Path("id")), "disclosure.relinked.done")
}

func (h handler) file(c *web.Call) error {
	f, data, err := h.svc.Attachment(c.Context(), c.Actor, c.Path("id"), c.Path("file"))
	if err != nil {
		return err
	}
	return disclosure.WriteFile(c.W, f, data)
}
