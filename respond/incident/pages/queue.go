package pages

import (
	"strconv"
	"time"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
)

func seenOf(c *web.Call) int64 {
	n, _ := strconv.ParseInt(c.Form("version"), 10, 64) // zero conflicts
	return n
}

func queuePath(id string) string { return "/incident-queue/" + id }

// receivedView is a report as the team sees it.
type receivedView struct {
	p         *i18n.Printer
	r         incident.Received
	now       time.Time
	talk      talkView
	until     string
	find      string
	ransom    string              // where the ransom record is that the hospital gave; empty for none
	hospitals []incident.Hospital // of an unconfirmed report
	fault     ui.Errors
}

func (h handler) received(c *web.Call) error { return h.receivedPage(c, nil) }

func (h handler) receivedPage(c *web.Call, fault error) error {
	r, err := h.svc.Receive(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	p := c.Printer
	v := receivedView{p: p, r: r, now: h.svc.Now(), until: c.Form("until"),
		talk: talkView{p: p, list: r.Messages, action: queuePath(r.ID) + "/messages", typed: c.Form("text"), may: true, asks: true}}
	if r.Trust == incident.Unconfirmed {
		if v.find = c.Query("find"); !c.R.URL.Query().Has("find") {
			v.find = r.OrgName // what was typed, to begin with; a number of the registry is called all the same
		}
		if v.hospitals, err = h.svc.Candidates(c.Context(), c.Actor, r.Report, v.find); err != nil {
			return err
		}
	}
	if v.ransom, err = h.ransomOf(c, r.ID); err != nil {
		return err
	}
	amber := ward.TLPAmber
	s := ui.Shell{Title: p.T("incident.show.title", "number", r.Number), Lead: i18n.Raw(r.OrgName), TLP: &amber, Above: lineChips(p, incident.Line{Report: r.Report, Care: r.Care()}),
		Crumbs: []ui.Link{home(p), {Text: p.T("incident.queue.title"), Href: "/incident-queue"}}}
	if fault != nil {
		v.fault = errorsOf(p, h.svc, fault)
		v.talk.errors, s.Errors = v.fault, v.fault
	}
	return c.Render(web.FormStatus(fault), s, receivedBody(v))
}

func (h handler) receivedDocument(c *web.Call) error {
	d, err := h.svc.ReceivedDocument(c.Context(), c.Actor, c.Path("id"), c.Path("sending"))
	if err != nil {
		return err
	}
	return h.printable(c, d)
}

// done leads back to the report, or shows it with what is wrong.
func (h handler) done(c *web.Call, err error, key i18n.Key) error {
	if web.InForm(err) {
		return h.receivedPage(c, err)
	}
	if err != nil {
		return err
	}
	return c.See(queuePath(c.Path("id")), key)
}

func (h handler) acknowledge(c *web.Call) error {
	told, err := h.svc.Acknowledge(c.Context(), c.Actor, c.Path("id"))
	if !told { // a report without an account, of a hospital that nobody knows yet
		return h.done(c, err, "incident.moved.done")
	}
	return h.done(c, err, "incident.acknowledged.done")
}

func (h handler) close(c *web.Call) error {
	return h.done(c, h.svc.Close(c.Context(), c.Actor, c.Path("id")), "incident.moved.done")
}

func (h handler) reopen(c *web.Call) error {
	return h.done(c, h.svc.Reopen(c.Context(), c.Actor, c.Path("id")), "incident.moved.done")
}

func (h handler) write(c *web.Call) error {
	return h.done(c, h.svc.Write(c.Context(), c.Actor, c.Path("id"), c.Form("text"), c.Form("asks") != ""), "incident.words.done")
}

func (h handler) ask(c *web.Call) error {
	until, err := time.ParseInLocation(inputTime, c.Form("until"), c.Zone())
	if err != nil {
		return h.done(c, ward.Fail(ward.Invalid, "incident.error.until").At("until"), "")
	}
	return h.done(c, h.svc.Ask(c.Context(), c.Actor, c.Path("id"), until), "incident.asked.done")
}
