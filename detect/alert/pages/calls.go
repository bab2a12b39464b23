package pages

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ward"
	"ward/detect/alert/escalation"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

func situationLink(p *i18n.Printer) ui.Link {
	return ui.Link{Text: p.T("alert.situation.title"), Href: "/situation/alerts"}
}

// toCall lists whom the reader is to call.
func (h handler) toCall(c *web.Call) error {
	after := c.Query("after")
	list, err := h.svc.ToCall(c.Context(), c.Actor, after, 0)
	if err != nil {
		return err
	}
	pages := ui.Pages{Shown: len(list.Calls)}
	if list.Next != "" {
		pages.Next = "/situation/calls?after=" + url.QueryEscape(list.Next)
	}
	if after != "" {
		pages.Previous = "/situation/calls"
	}
	s := ui.Shell{Title: c.T("alert.call.title"), Lead: c.T("alert.call.lead"), Crumbs: []ui.Link{home(c.Printer), situationLink(c.Printer)},
		Actions: ui.ButtonLink(ui.Button{Text: c.T("alert.ladder.open"), Href: "/situation/ladder", Kind: ui.Plain})}
	return c.OK(s, callsPage(c.Printer, list.Calls, h.svc.Now(), pages))
}

// callForm keeps what a person wrote when it was refused.
type callForm struct {
	Contact, Result, Note, Next string
	Errors                      ui.Errors
}

func (h handler) call(c *web.Call) error { return h.callForm(c, http.StatusOK, callForm{}) }

func (h handler) callForm(c *web.Call, status int, f callForm) error {
	x, err := h.svc.CallOf(c.Context(), c.Actor, ward.AlertID(c.Path("id")))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("alert.call.single", "organisation", x.Organisation.Name), TLP: &x.TLP, Errors: f.Errors,
		Crumbs: []ui.Link{home(c.Printer), situationLink(c.Printer), {Text: c.T("alert.call.title"), Href: "/situation/calls"}}}
	return c.Render(status, s, callOne(c.Printer, x, h.svc.Now(), f))
}

func (h handler) logCall(c *web.Call) error {
	f := callForm{Contact: c.Form("contact"), Result: c.Form("result"), Note: c.Form("note"), Next: c.Form("next")}
	x, err := h.svc.CallOf(c.Context(), c.Actor, ward.AlertID(c.Path("id")))
	if err != nil {
		return err
	}
	in := escalation.Try{Contact: f.Contact, Result: escalation.Result(f.Result), Note: f.Note, Next: nextCall(f.Next, x.There(h.svc.Now()))}
	err = h.svc.LogCall(c.Context(), c.Actor, x.ID(), in)
	if ward.CodeOf(err) == ward.Invalid {
		f.Errors = ui.ErrorsOf(c.Printer, err)
		return h.callForm(c, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return c.See("/situation/calls", "alert.call.logged.done")
}

// nextChoices are the times of the next call that the form offers; "" leaves it
// to the result.
func nextChoices() []string { return []string{"", "30m", "1h", "2h", "4h", "morning"} }

// morning is when offices have opened, at the place that is called.
const morning = 8

// nextCall is the time of a choice; local is the time there.
func nextCall(choice string, local time.Time) time.Time {
	if choice == "morning" {
		next := time.Date(local.Year(), local.Month(), local.Day(), morning, 0, 0, 0, local.Location())
		if !next.After(local) {
			next = time.Date(local.Year(), local.Month(), local.Day()+1, morning, 0, 0, 0, local.Location())
		}
		return next.UTC()
	}
	d, err := time.ParseDuration(choice)
	if err != nil || d <= 0 {
		return time.Time{}
	}
	return local.Add(d).UTC()
}

// red lists organisations whose red alerts need a look.
func (h handler) red(c *web.Call) error {
	after := c.Query("after")
	list, err := h.svc.Red(c.Context(), c.Actor, after, 0)
	if err != nil {
		return err
	}
	pages := ui.Pages{Shown: len(list.Orgs)}
	if list.Next != "" {
		pages.Next = "/situation/red?after=" + url.QueryEscape(list.Next)
	}
	if after != "" {
		pages.Previous = "/situation/red"
	}
	s := ui.Shell{Title: c.T("alert.red.title"), Lead: c.T("alert.red.lead"), Crumbs: []ui.Link{home(c.Printer), situationLink(c.Printer)}}
	return c.OK(s, redPage(c.Printer, list.Orgs, h.svc.MayCall(c.Actor), pages))
}

func (h handler) ladder(c *web.Call) error { return h.ladderForm(c, http.StatusOK, nil, nil) }

// ladderForm shows the hours of each rung, as typed when they were refused.
func (h handler) ladderForm(c *web.Call, status int, typed url.Values, errs ui.Errors) error {
	l, err := h.svc.Ladders().Of(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	if typed == nil {
		typed = url.Values{}
		for _, u := range escalation.Urgencies() {
			for _, r := range escalation.Rungs() {
				if d := l[u][r]; d > 0 {
					typed.Set(rungField(u, r), strconv.FormatFloat(d.Hours(), 'f', -1, 64))
				}
			}
		}
	}
	lead := c.T("alert.ladder.lead_house")
	if c.Actor.Country != "" {
		lead = c.T("alert.ladder.lead_country")
	}
	s := ui.Shell{Title: c.T("alert.ladder.title"), Lead: lead, Errors: errs, Crumbs: []ui.Link{home(c.Printer), situationLink(c.Printer)}}
	return c.Render(status, s, ladderPage(c.Printer, typed, errs))
}

func rungField(u escalation.Urgency, r escalation.Rung) string { return string(u) + "_" + string(r) }

func (h handler) setLadder(c *web.Call) error {
	if err := c.R.ParseForm(); err != nil {
		return ward.Fail(ward.Invalid, "").Because(err)
	}
	l := escalation.Ladder{}
	for _, u := range escalation.Urgencies() {
		l[u] = map[escalation.Rung]time.Duration{}
		for _, r := range escalation.Rungs() {
			d, ok := hoursOf(c.Form(rungField(u, r)))
			if !ok {
				d = -1 // refused along with all else
			}
			l[u][r] = d
		}
	}
	err := h.svc.Ladders().Put(c.Context(), c.Actor, l)
	if ward.CodeOf(err) == ward.Invalid {
		return h.ladderForm(c, http.StatusUnprocessableEntity, c.R.PostForm, ui.ErrorsOf(c.Printer, err))
	}
	if err != nil {
		return err
	}
	return c.See("/situation/ladder", "alert.ladder.saved.done")
}

// hoursOf reads hours with a decimal comma or point; empty is never.
func hoursOf(s string) (time.Duration, bool) {
	if s == "" {
		return 0, true
	}
	b := []byte(s)
	for i := range b {
		if b[i] == ',' {
			b[i] = '.'
		}
	}
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil || !(f >= 0 && f <= 24*365) {
		return 0, false
	}
	return time.Duration(f*60+0.5) * time.Minute, true
}
