package pages

import (
	"net/http"
	"strconv"
	"time"

	"ward"
	"ward/detect/alert/period"
	"ward/detect/alert/reach"
	"ward/kit/i18n"
	"ward/kit/mail"
	"ward/kit/ui"
	"ward/kit/web"
)

// wishView is what the page of one's own settings shows.
type wishView struct {
	Wishes    reach.Wishes // as they are kept, for key and zone
	MailKey   mail.House
	Form      wishForm // as they are typed
	Receives  bool
	Org       string
	Address   string
	Texts     bool // there is a gateway for short messages
	KeyOver   bool
	Foresight *reach.Foresight
	Digests   []reach.Digest
	Key       string
	Errors    ui.Errors
}

// wishForm holds what was typed, right or wrong.
type wishForm struct {
	Every, Hour, Weekday, QuietFrom, QuietUntil, Urgent, SMS, Phone string
}

func formOf(w reach.Wishes) wishForm {
	q := w.Rule.Quiet
	return wishForm{Every: string(w.Rule.Every), Hour: strconv.Itoa(w.Rule.Hour), Weekday: strconv.Itoa(int(w.Rule.Weekday)),
		QuietFrom: period.ClockOf(q, q.From), QuietUntil: period.ClockOf(q, q.Until), Urgent: string(w.Urgent), SMS: string(w.SMS), Phone: w.Phone}
}

func said(c *web.Call) wishForm {
	f := wishForm{c.Form("every"), c.Form("hour"), c.Form("weekday"), c.Form("quiet_from"), c.Form("quiet_until"), c.Form("urgent"), c.Form("sms"), c.Form("phone")}
	if f.SMS == "" { // not asked where there is no gateway
		f.SMS = string(reach.TextNever)
	}
	return f
}

// wishes reads the form; what is no number is out of range.
func (f wishForm) wishes() reach.Wishes {
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			return -1
		}
		return n
	}
	quiet := period.ParseQuiet(f.QuietFrom, f.QuietUntil)
	return reach.Wishes{Rule: period.Rule{Every: period.Every(f.Every), Hour: number(f.Hour), Weekday: time.Weekday(number(f.Weekday)), Quiet: quiet},
		Urgent: reach.Urgent(f.Urgent), SMS: reach.Texting(f.SMS), Phone: f.Phone}
}

func (h handler) wishes(c *web.Call) error {
	w, err := h.svc.Reach().Wishes(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return h.wishesAgain(c, http.StatusOK, wishView{Form: formOf(w)})
}

// wishesAgain fills v with what the house knows and shows the page.
func (h handler) wishesAgain(c *web.Call, status int, v wishView) (err error) {
	v.MailKey = h.svc.MailKey()
	if v.Wishes, err = h.svc.Reach().Wishes(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.Receives, err = h.svc.Reach().Receives(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.Digests, err = h.svc.Reach().Digests(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.Form == (wishForm{}) {
		v.Form = formOf(v.Wishes)
	}
	v.Org, v.Texts, v.KeyOver = c.Actor.OrgName, h.svc.Reach().Texts(), h.svc.Reach().KeyOver(v.Wishes)
	s := ui.Shell{Title: c.T("alert.wish.title"), Lead: c.T("alert.wish.lead"), Errors: v.Errors, Crumbs: []ui.Link{home(c.Printer)}}
	return c.Render(status, s, wishPage(c.Printer, v))
}

// setWishes saves what was typed, or shows what it would have brought.
func (h handler) setWishes(c *web.Call) error {
	if c.Form("act") == "preview" {
		return h.foresee(c)
	}
	f := said(c)
	if err := h.svc.Reach().SetWishes(c.Context(), c.Actor, f.wishes()); err != nil {
		return h.wrong(c, err, wishView{Form: f})
	}
	return c.See("/me/reach", "alert.wish.saved.done")
}

// foresee shows what was typed again, with what it would have brought.
func (h handler) foresee(c *web.Call) error {
	f := said(c)
	seen, err := h.svc.Reach().Foresee(c.Context(), c.Actor, f.wishes())
	if err != nil {
		return h.wrong(c, err, wishView{Form: f})
	}
	return h.wishesAgain(c, http.StatusOK, wishView{Form: f, Foresight: &seen})
}

// wrong shows the page once more with what a person can mend; other errors go on.
func (h handler) wrong(c *web.Call, err error, v wishView) error {
	switch ward.CodeOf(err) {
	case ward.Invalid, ward.Conflict, ward.NotFound:
		v.Errors = ui.ErrorsOf(c.Printer, err)
		return h.wishesAgain(c, http.StatusUnprocessableEntity, v)
	}
	return err
}

func (h handler) setKey(c *web.Call) error {
	key := c.Form("key")
	if err := h.svc.Reach().SetKey(c.Context(), c.Actor, []byte(key)); err != nil {
		if e := ui.ErrorsOf(c.Printer, err); len(e) > 0 && len(key) > 4000 {
			key = "" // a wrong file is not shown again
		}
		return h.wrong(c, err, wishView{Key: key})
	}
	return c.See("/me/reach", "alert.key.set.done")
}

func (h handler) fetchKey(c *web.Call) error {
	if err := h.svc.Reach().FetchKey(c.Context(), c.Actor); err != nil {
		return h.wrong(c, err, wishView{})
	}
	return c.See("/me/reach", "alert.key.set.done")
}

func (h handler) dropKey(c *web.Call) error {
	if err := h.svc.Reach().DropKey(c.Context(), c.Actor); err != nil {
		return h.wrong(c, err, wishView{})
	}
	return c.See("/me/reach", "alert.key.dropped.done")
}

// choice are the options of a question whose words are key_value.
func choice[T ~string](p *i18n.Printer, key string, all []T, chosen string) []ui.Option {
	out := make([]ui.Option, len(all))
	for i, x := range all {
		out[i] = ui.Option{Value: string(x), Text: p.T(i18n.Key(key + "_" + string(x))), Checked: string(x) == chosen}
	}
	return out
}

func hours(chosen string) []ui.Option {
	out := make([]ui.Option, 24)
	for i := range out {
		v := strconv.Itoa(i)
		out[i] = ui.Option{Value: v, Text: i18n.Raw(v + ":00"), Checked: v == chosen}
	}
	return out
}

// weekdays begin with Monday, as the Union's weeks do.
func weekdays(p *i18n.Printer, chosen string) []ui.Option {
	out := make([]ui.Option, 7)
	for i := range out {
		v := strconv.Itoa((i + 1) % 7)
		out[i] = ui.Option{Value: v, Text: p.T(i18n.Key("alert.weekday.d" + v)), Checked: v == chosen}
	}
	return out
}
