package pages

import (
	"errors"
	"slices"
	"strings"

	"ward"
	"ward/format/rule"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
	"ward/respond/incident/urgent"
)

// outside shows reports without an account, and the cards that they are made with.
type outside struct {
	handler
	urgent *urgent.Service
}

// OutsideRoutes are the pages of reports without an account.
func OutsideRoutes(svc *incident.Service, u *urgent.Service) []web.Page {
	h := outside{handler{svc: svc}, u}
	const own, team = "/incidents/{id}", "/incident-queue/{id}"
	return []web.Page{
		web.Get("/help/report", web.Public, h.blank),
		web.Post("/help/report", web.Public, h.file),
		web.Get("/help/report/sent/{secret}", web.Public, h.filed),
		web.Post(own+"/adopt", "incident.write", h.adopt),
		web.Post(own+"/disown", "incident.write", h.disown),
		web.Post(team+"/confirm", "incident.handle", h.confirm),
		web.Post(team+"/refute", "incident.handle", h.refute),
		web.Get("/incident-cards", "incident.card", h.cards),
		web.Post("/incident-cards", "incident.card", h.print),
		web.Get("/incident-cards/{card}/revoke", "incident.card", h.askRevoke),
		web.Post("/incident-cards/{card}/revoke", "incident.card", h.revoke),
	}
}

// asked are the questions of a report without an account: those that the early
// warning needs and no more. A phone shows them on one page.
var asked = [...]string{"aware_at", "summary", "severe_disruption", "ransomware", "suspected_malicious", "cross_border", "contact"}

// outsideView is the form.
type outsideView struct {
	p        *i18n.Printer
	form     string
	see      string
	country  ward.Country // chosen, or of the address
	zone     ward.Country // by whose clock the page showed the time
	shown    string       // the time that the page showed, by that clock
	code     string
	hospital string
	fields   []field
	errors   ui.Errors
}

// blank leads those who are signed in to the report of their hospital.
func (h outside) blank(c *web.Call) error {
	if h.svc.MayWrite(c.Actor) {
		return c.See("/incidents/new?see="+seeOf(c.Query("see")), "")
	}
	country, _ := ward.ParseCountry(c.Query("country"))
	v := outsideView{p: c.Printer, form: h.urgent.NewForm(), see: seeOf(c.Query("see")), country: country, zone: country}
	v.shown = h.svc.Now().In(i18n.ZoneOf(v.zone)).Format(inputTime)
	v.fields = h.outsideFields(c, v)
	return h.form(c, v, nil)
}

// seeOf is one of the choices of "What do you see?", or nothing.
func seeOf(s string) string {
	if slices.Contains(sees[:], s) {
		return s
	}
	return ""
}

// sees are the choices of the page "Get help now".
var sees = [...]string{"files", "intruder", "down", "mail", "leak", "unsure"}

// outsideFields are the questions with what is known: the time is now, what is
// seen was chosen, and all else is not known yet. Somebody who can do nothing but
// press Send sends a report that the team can act on.
func (h outside) outsideFields(c *web.Call, v outsideView) []field {
	fields := h.fieldsOf(c, asked[:], nil, h.needed(rule.Early))
	for i := range fields {
		f := &fields[i]
		switch f.q.ID {
		case "aware_at":
			f.typed = v.shown
			f.hint = i18n.Raw(f.hint.String() + " " + c.Printer.Zone(i18n.ZoneOf(v.zone)).Clock(h.svc.Now())) // by whose clock it is read
		case "contact":
		case "summary", "ransomware":
			f.typed = seen(c.Printer, f.q.ID, v.see)
			f.unknown = f.typed == "" && f.q.ID == "ransomware"
		default:
			f.unknown = true
		}
	}
	return fields
}

func (h outside) form(c *web.Call, v outsideView, fault error) error {
	if fault != nil {
		v.errors = errorsOf(c.Printer, h.svc, fault)
		mark(v.fields, v.errors)
	}
	s := ui.Shell{Title: c.T("incident.outside.title"), Lead: c.T("incident.outside.lead"), Errors: v.errors,
		Crumbs: []ui.Link{home(c.Printer), {Text: c.T("incident.card.help"), Href: "/help"}}}
	if fault == nil {
		return c.OK(s, outsideBody(v))
	}
	return c.Fault(fault, s, outsideBody(v))
}

// file takes the report in and leads to its lasting page.
func (h outside) file(c *web.Call) error {
	zone, _ := ward.ParseCountry(c.Form("zone"))
	country, _ := ward.ParseCountry(c.Form("country"))
	v := outsideView{p: c.Printer, form: c.Form("form"), see: seeOf(c.Form("see")), country: country, zone: zone, shown: c.Form("shown"), code: c.Form("code"), hospital: c.Form("hospital")}
	if v.zone == "" && c.Form("aware_at") != v.shown {
		v.zone = country // whoever typed another time than the page's read it off a clock there
	}
	v.fields = h.outsideFields(c, v)
	answers, err := h.readIn(c, v.fields, i18n.ZoneOf(v.zone))
	if _, ok := answers["aware_at"]; ok {
		answers["detected_at"] = answers["aware_at"]
	}
	in := urgent.Filing{Form: v.form, Code: v.code, Hospital: v.hospital, Country: v.country, Answers: answers}
	if v.code == "" {
		err = errors.Join(urgent.CheckCall(in), err)
	}
	secret := ""
	if err == nil {
		secret, err = h.urgent.File(c.Context(), in, h.urgent.AddressOf(c.R))
	}
	switch ward.CodeOf(err) {
	case "":
		return c.See(urgent.Path(secret), "")
	case ward.Invalid, ward.Conflict, ward.Throttled, ward.Unavailable:
		return h.form(c, v, err)
	}
	return err
}

// filed is what whoever reported sees: his own words went out, to whom, and what
// is due next. It says nothing of the hospital.
func (h outside) filed(c *web.Call) error {
	v, err := h.urgent.Sent(c.Context(), c.Path("secret"), c.Printer.Lang())
	if err != nil {
		return err
	}
	p := c.Printer.Zone(i18n.ZoneOf(v.Country)) // whoever waits there reads all times by one clock
	s := ui.Shell{Title: c.T("incident.outside.sent"), Lead: c.T("incident.outside.sent_lead", "number", v.Number, "time", p.Time(v.First)), Secret: true,
		Above: ui.StateChip(trustTones[v.Trust], ui.Word(c.Printer, "incident.trust.", v.Trust))}
	return c.OK(s, filedBody(p, v, h.svc.Now()))
}

var trustTones = map[incident.Trust]ui.Tone{incident.Unconfirmed: ui.Warning, incident.Confirmed: ui.Success, incident.Disowned: ui.Bad}

// dues are the deadlines that somebody who reported should know.
func dues(v incident.View) []rule.Duty {
	var out []rule.Duty
	for _, d := range v.Clocks {
		if d.Due != nil && d.Sent == nil && len(out) < 3 {
			out = append(out, d)
		}
	}
	return out
}

func (h outside) adopt(c *web.Call) error {
	if err := h.svc.Adopt(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	return c.See(path(c.Path("id")), "incident.adopted.done")
}

func (h outside) disown(c *web.Call) error {
	if err := h.svc.Disown(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	return c.See(path(c.Path("id")), "incident.disowned.done")
}

func (h outside) confirm(c *web.Call) error {
	return h.done(c, h.svc.Confirm(c.Context(), c.Actor, c.Path("id"), ward.OrgID(c.Form("org"))), "incident.confirmed.done")
}

func (h outside) refute(c *web.Call) error {
	return h.done(c, h.svc.Refute(c.Context(), c.Actor, c.Path("id")), "incident.moved.done")
}

func (h outside) cards(c *web.Call) error { return h.cardsPage(c, nil) }

func (h outside) cardsPage(c *web.Call, fault error) error {
	list, err := h.urgent.Cards(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	errs := ui.ErrorsOf(c.Printer, fault)
	s := ui.Shell{Title: c.T("incident.cards.title"), Lead: c.T("incident.cards.lead"), Crumbs: own(c.Printer), Errors: errs}
	return c.Render(web.FormStatus(fault), s, cardsBody(c.Printer, list, h.urgent.Now(), c.Form("place"), errs))
}

// print answers with the card itself: its code is shown this once and stored
// nowhere.
func (h outside) print(c *web.Call) error {
	card, err := h.urgent.Print(c.Context(), c.Actor, c.Form("place"))
	if web.InForm(err) {
		return h.cardsPage(c, err)
	}
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("incident.cards.printed"), Lead: i18n.Raw(card.OrgName), Crumbs: append(own(c.Printer), ui.Link{Text: c.T("incident.cards.title"), Href: "/incident-cards"})}
	return c.OK(s, printedCard(c.Printer, card))
}

func (h outside) askRevoke(c *web.Call) error {
	list, err := h.urgent.Cards(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(x urgent.Card) bool { return x.ID == c.Path("card") })
	if i < 0 {
		return ward.Fail(ward.NotFound, "")
	}
	s := ui.Shell{Title: c.T("incident.cards.revoke_title", "place", list[i].Place), Lead: c.T("incident.cards.revoke_lead"),
		Crumbs: append(own(c.Printer), ui.Link{Text: c.T("incident.cards.title"), Href: "/incident-cards"})}
	return c.OK(s, revokeBody(c.Printer, list[i]))
}

func (h outside) revoke(c *web.Call) error {
	if err := h.urgent.Revoke(c.Context(), c.Actor, c.Path("card")); err != nil {
		return err
	}
	return c.See("/incident-cards", "incident.cards.revoked.done")
}

// phones are the numbers that the registry has of a hospital.
func phones(x incident.Hospital) []ward.Contact {
	return slices.DeleteFunc(slices.Clone(x.Contacts), func(c ward.Contact) bool { return c.Phone == "" })
}

func dial(number string) string {
	return "tel:" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, number)
}
