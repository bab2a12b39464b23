package pages

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/stand"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// inboxView is what the list shows.
type inboxView struct {
	Page      alert.Page
	Count     alert.Count
	Filter    inboxFilter
	Now       time.Time
	Oversee   bool // sees those of others: country and organisation are shown
	Countries bool
	Respond   bool
	Bulk      bulkForm
}

// inboxFilter is the filter as it stands in the address.
type inboxFilter struct {
	View     string // "open" is the default, or "all"
	Severity string
	State    string
	Used     bool
	Overdue  bool
	Text     string
	Country  string
	Org      string
	After    string
}

// bulkForm keeps what a person chose when an answer was refused.
type bulkForm struct {
	State  string
	Reason string
	Errors ui.Errors
}

func filterOf(c *web.Call) inboxFilter {
	f := inboxFilter{View: c.Query("view"), Severity: c.Query("severity"), State: c.Query("state"), Used: c.Query("used") != "",
		Overdue: c.Query("overdue") != "", Text: c.Query("q"), Country: c.Query("country"), Org: c.Query("org"), After: c.Query("after")}
	if f.View != "all" {
		f.View = "open"
	}
	return f
}

// textLimit bounds a search in characters.
const textLimit = 200

// filter is the same for the service; what it cannot read does not restrict.
func (f inboxFilter) filter() alert.Filter {
	out := alert.Filter{Open: f.View == "open", Used: f.Used, Overdue: f.Overdue, Text: f.Text, Org: ward.OrgID(f.Org), After: f.After}
	if runes := []rune(f.Text); len(runes) > textLimit {
		out.Text = string(runes[:textLimit])
	}
	out.Severity, _ = ward.ParseSeverity(f.Severity)
	if f.State != "" {
		out.States = []stand.State{stand.State(f.State)}
	}
	if country, ok := ward.ParseCountry(f.Country); ok {
		out.Country = country
	}
	return out
}

// active counts the filters that are set.
func (f inboxFilter) active() int {
	n := 0
	for _, set := range []bool{f.View != "open", f.Severity != "", f.State != "", f.Used, f.Overdue, f.Text != "", f.Country != "", f.Org != ""} {
		if set {
			n++
		}
	}
	return n
}

// href is the list with this filter, from the row after.
func (f inboxFilter) href(after string) string {
	q := url.Values{}
	set := func(name, value string, when bool) {
		if when && value != "" {
			q.Set(name, value)
		}
	}
	set("view", f.View, f.View != "open")
	set("severity", f.Severity, true)
	set("state", f.State, true)
	set("used", "1", f.Used)
	set("overdue", "1", f.Overdue)
	set("q", f.Text, true)
	set("country", f.Country, true)
	set("org", f.Org, true)
	set("after", after, true)
	if len(q) == 0 {
		return "/alerts"
	}
	return "/alerts?" + q.Encode()
}

// action is where the bulk form of this list goes; it comes back to the list.
func (f inboxFilter) action() string {
	return "/alerts/respond" + strings.TrimPrefix(f.href(""), "/alerts")
}

func (h handler) inbox(c *web.Call) error { return h.list(c, http.StatusOK, filterOf(c), bulkForm{}) }

func (h handler) list(c *web.Call, status int, f inboxFilter, bulk bulkForm) error {
	v := inboxView{Filter: f, Now: h.svc.Now(), Oversee: h.svc.MayOversee(c.Actor), Bulk: bulk}
	var err error
	if v.Page, err = h.svc.List(c.Context(), c.Actor, f.filter()); err != nil {
		return err
	}
	if v.Count, err = h.svc.Summary(c.Context(), c.Actor); err != nil {
		return err
	}
	v.Countries = v.Oversee && c.Actor.Country == ""
	v.Respond = len(v.Page.Alerts) > 0 && h.svc.MayRespond(c.Actor, v.Page.Alerts[0])
	s := ui.Shell{Title: c.T("alert.list.title"), Lead: leadOf(c.Printer, v), Crumbs: []ui.Link{home(c.Printer)}, Live: true, Errors: bulk.Errors,
		Actions: inboxActions(c.Printer, v.Oversee, v.Respond)}
	return c.Render(status, s, inbox(c.Printer, v))
}

// leadOf says in one sentence how much there is to do.
func leadOf(p *i18n.Printer, v inboxView) i18n.Text {
	switch {
	case v.Count.Open == 0:
		return p.T("alert.list.lead_none")
	case v.Count.Overdue > 0:
		return p.N("alert.list.lead_overdue", v.Count.Open, "overdue", p.Number(v.Count.Overdue))
	}
	return p.N("alert.list.lead", v.Count.Open)
}

// respondAll moves the alerts that were ticked.
func (h handler) respondAll(c *web.Call) error {
	if err := c.R.ParseForm(); err != nil {
		return ward.Fail(ward.Invalid, "").Because(err)
	}
	var ids []ward.AlertID
	for _, id := range c.R.PostForm["alert"] {
		ids = append(ids, ward.AlertID(id))
	}
	bulk := bulkForm{State: c.Form("bulk_state"), Reason: c.Form("bulk_reason")}
	if len(ids) == 0 {
		bulk.Errors = ui.Errors{{Field: "bulk_state", Text: c.T("alert.error.none_chosen")}}
		return h.list(c, http.StatusUnprocessableEntity, filterOf(c), bulk)
	}
	n, err := h.svc.RespondAll(c.Context(), c.Actor, ids, alert.Response{State: stand.State(bulk.State), Reason: bulk.Reason})
	if ward.CodeOf(err) == ward.Invalid {
		bulk.Errors = fieldErrors(c.Printer, "bulk_", err)
		return h.list(c, http.StatusUnprocessableEntity, filterOf(c), bulk)
	}
	if err != nil {
		return err
	}
	return c.See(filterOf(c).href(""), "alert.bulk.done", "moved", c.Printer.Number(n), "chosen", c.Printer.Number(len(ids)))
}

// fieldErrors are the faults of a form whose fields begin with prefix.
func fieldErrors(p *i18n.Printer, prefix string, err error) ui.Errors {
	out := ui.ErrorsOf(p, err)
	for i := range out {
		if out[i].Field != "" {
			out[i].Field = prefix + out[i].Field
		}
	}
	return out
}

// streamFor bounds a stream: the browser comes again, and rights are asked anew.
const streamFor = 10 * time.Minute

// stream tells an open list how many alerts came after it was shown.
func (h handler) stream(c *web.Call) error {
	since := h.svc.Now()
	for _, said := range []string{c.Query("since"), c.R.Header.Get("Last-Event-ID")} { // of the page, or of a program that comes again
		if n, err := strconv.ParseInt(said, 10, 64); err == nil && n > 0 {
			since = time.UnixMicro(n)
			break
		}
	}
	w, stop, err := h.svc.Watch(c.Context(), c.Actor, since)
	if err != nil {
		return err
	}
	p := c.Printer
	return web.Push(c, web.Life{For: streamFor, End: stop, ID: strconv.FormatInt(since.UnixMicro(), 10)}, w.C, func(n int) web.Message { return freshMessage(p, n) })
}

// freshMessages are those that were written, by language and count: thousands of
// pages are told the same at the same moment. There are 24 times 101 at most.
var freshMessages sync.Map

// freshMessage is what the list shows of the count.
func freshMessage(p *i18n.Printer, n int) web.Message {
	key := p.Tag() + " " + strconv.Itoa(n)
	if m, ok := freshMessages.Load(key); ok {
		return m.(web.Message)
	}
	var b strings.Builder
	if n > 0 {
		if err := ui.ShowNew(p.N("alert.list.fresh", n), "/alerts").Render(context.Background(), &b); err != nil {
			return web.Message{}
		}
	}
	m := web.Message{Data: b.String()} // the id stays that of the beginning: a count is told whole
	freshMessages.Store(key, m)
	return m
}
