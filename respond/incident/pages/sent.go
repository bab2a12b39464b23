package pages

import (
	"bytes"
	"net/http"
	"slices"

	"ward"
	"ward/format/rule"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
)

// sendingOf finds the sending of an address.
func sendingOf(c *web.Call, r incident.Report) (incident.Sending, error) {
	i := slices.IndexFunc(r.Sendings, func(x incident.Sending) bool { return x.ID == c.Path("sending") })
	if i < 0 {
		return incident.Sending{}, ward.Fail(ward.NotFound, "")
	}
	return r.Sendings[i], nil
}

// sent is the receipt at a lasting address: what went to whom and when, and what
// is due next.
func (h handler) sent(c *web.Call) error {
	v, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	x, err := sendingOf(c, v.Report)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("incident.sent.title", "stage", stageWord(c.Printer, x.Stage).String()), Lead: c.T("incident.sent.lead", "number", v.Number, "time", c.Printer.Time(x.At), "name", x.By),
		Crumbs: crumbs(c.Printer, v.Report)}
	return c.OK(s, sentBody(c.Printer, h.clocksOf(c, v), x, h.svc.ReceiptKey(), furtherOf(v, h.svc.MayWrite(c.Actor))))
}

// further is what single receivers still want to know, at the stage that can tell them.
type further struct {
	stage rule.Stage
	steps []incident.Step
}

// furtherOf looks at the last stage that is open: after the early warning, which led
// past these pages, the notification; after that the final report.
func furtherOf(v incident.View, may bool) (out further) {
	if open := v.Open(); may && len(open) > 0 {
		out.stage = open[len(open)-1]
		out.steps = v.Own(out.stage, v.Answers)
	}
	return out
}

// attach answers with a file to keep.
func attach(c *web.Call, media, name string, body []byte) error {
	h := c.W.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	c.W.WriteHeader(http.StatusOK)
	_, err := c.W.Write(body)
	return err
}

// inLanguage is a printer of the receiver's language, with times of the country.
func inLanguage(c *web.Call, printer func(ward.Lang) *i18n.Printer, country ward.Country) (*i18n.Printer, error) {
	lang, ok := ward.ParseLang(c.Path("lang"))
	if !ok || string(lang) != c.Path("lang") {
		return nil, ward.Fail(ward.NotFound, "")
	}
	return printer(lang).Zone(i18n.ZoneOf(country)), nil
}

// document is the printable form in the receiver's language: one file that needs
// no other.
func (h handler) document(c *web.Call) error {
	d, err := h.svc.Copy(c.Context(), c.Actor, c.Path("id"), c.Path("sending"), c.Query("to"))
	if err != nil {
		return err
	}
	return h.printable(c, d)
}

func (h handler) printable(c *web.Call, d incident.Document) error {
	p, err := inLanguage(c, h.svc.Printer, d.Country)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := documentPage(p, d).Render(c.Context(), &b); err != nil {
		return err
	}
	return attach(c, "text/html; charset=utf-8", d.Name()+"-"+string(p.Lang())+".html", b.Bytes())
}

func (h handler) csv(c *web.Call) error {
	d, err := h.svc.Copy(c.Context(), c.Actor, c.Path("id"), c.Path("sending"), c.Query("to"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := d.CSV(&b, c.Printer); err != nil {
		return err
	}
	return attach(c, "text/csv; charset=utf-8", d.Name()+".csv", b.Bytes())
}

func (h handler) xlsx(c *web.Call) error {
	d, err := h.svc.Copy(c.Context(), c.Actor, c.Path("id"), c.Path("sending"), c.Query("to"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := d.XLSX(&b, c.Printer); err != nil {
		return err
	}
	return attach(c, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", d.Name()+".xlsx", b.Bytes())
}

func (h handler) json(c *web.Call) error {
	d, err := h.svc.Copy(c.Context(), c.Actor, c.Path("id"), c.Path("sending"), c.Query("to"))
	if err != nil {
		return err
	}
	b, err := d.JSON()
	if err != nil {
		return err
	}
	return attach(c, "application/json", d.Name()+".json", b)
}

func (h handler) receipt(c *web.Call) error {
	v, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	x, err := sendingOf(c, v.Report)
	if err != nil {
		return err
	}
	return attach(c, "text/plain; charset=utf-8", v.Number+"-"+string(x.Stage)+"-receipt.txt", []byte(x.Receipt))
}

// schema is the open form of reports, for whoever reads the files.
func (h handler) schema(c *web.Call) error {
	b, err := h.svc.JSONSchema()
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/schema+json")
	_, err = c.W.Write(b)
	return err
}

func (h handler) carried(c *web.Call) error {
	if err := h.svc.Carried(c.Context(), c.Actor, c.Path("id"), c.Path("delivery")); err != nil {
		return err
	}
	return c.See(path(c.Path("id")), "incident.carried.done")
}

func (h handler) fulfilled(c *web.Call) error {
	if err := h.svc.Fulfilled(c.Context(), c.Actor, c.Path("id"), c.Path("duty")); err != nil {
		return err
	}
	return c.See(path(c.Path("id")), "incident.fulfilled.done")
}

// clock changes when the hospital became aware, with the reason.
func (h handler) clock(c *web.Call) error { return h.clockPage(c, nil, nil) }

func (h handler) clockPage(c *web.Call, fields []field, fault error) error {
	v, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	if fields == nil {
		fields = h.fieldsOf(c, []string{"aware_at"}, v.Answers, h.needed(rule.Early))
	}
	cv := stepView{p: c.Printer, v: v, bar: h.clocksOf(c, v), fields: fields, because: c.Form("because")}
	s := ui.Shell{Title: c.T("incident.base.title"), Lead: c.T("incident.base.lead"), Crumbs: crumbs(c.Printer, v.Report)}
	if fault != nil {
		cv.errors = errorsOf(c.Printer, h.svc, fault)
		mark(cv.fields, cv.errors)
		s.Errors = cv.errors
	}
	return c.Render(web.FormStatus(fault), s, baseBody(cv))
}

func (h handler) move(c *web.Call) error {
	fields := h.fieldsOf(c, []string{"aware_at"}, nil, h.needed(rule.Early))
	answers, err := h.read(c, fields)
	if err == nil {
		_, _, err = h.svc.Save(c.Context(), c.Actor, incident.Page{Report: c.Path("id"), Seen: seenOf(c), Answers: answers, Because: c.Form("because")})
	}
	if web.InForm(err) {
		return h.clockPage(c, fields, err)
	}
	if err != nil {
		return err
	}
	return c.See(path(c.Path("id")), "incident.base.done")
}

func (h handler) log(c *web.Call) error {
	t, err := h.svc.Trail(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("incident.log.title"), Lead: c.T("incident.log.lead"), Crumbs: crumbs(c.Printer, t.Report)}
	return c.OK(s, logBody(c.Printer, h.clocksOf(c, t.View), t))
}

func (h handler) messages(c *web.Call) error { return h.messagesPage(c, nil) }

func (h handler) messagesPage(c *web.Call, fault error) error {
	v, list, err := h.svc.Messages(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("incident.messages.title"), Crumbs: crumbs(c.Printer, v.Report)}
	tv := talkView{p: c.Printer, list: list, action: path(v.ID) + "/messages", typed: c.Form("text"), may: h.svc.MayWrite(c.Actor) && v.State != incident.Draft}
	if fault != nil {
		s.Errors = errorsOf(c.Printer, h.svc, fault)
		tv.errors = s.Errors
	}
	return c.Render(web.FormStatus(fault), s, messagesBody(h.clocksOf(c, v), tv))
}

func (h handler) reply(c *web.Call) error {
	err := h.svc.Reply(c.Context(), c.Actor, c.Path("id"), c.Form("text"))
	if web.InForm(err) {
		return h.messagesPage(c, err)
	}
	if err != nil {
		return err
	}
	return c.See(path(c.Path("id"))+"/messages", "incident.words.done")
}
