package pages

import (
	"strings"

	"ward"
	"ward/detect/disclosure"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// policy is the public page on how weaknesses are reported and what the Centre
// does with a report (ISO/IEC 29147, RFC 9116 "Policy").
func (h handler) policy(c *web.Call) error {
	p := c.Printer
	s := ui.Shell{Title: p.T("disclosure.policy.title"), Lead: p.T("disclosure.policy.lead"), Crumbs: []ui.Link{home(p)},
		Actions: ui.ButtonLink(ui.Button{Text: p.T("disclosure.policy.start"), Href: "/report/new"})}
	return c.OK(s, policyBody(p))
}

func policyLink(p *i18n.Printer) ui.Link {
	return ui.Link{Text: p.T("disclosure.policy.title"), Href: "/report"}
}

// thanks names those who wished it.
func (h handler) thanks(c *web.Call) error {
	list, err := h.svc.Credits(c.Context())
	if err != nil {
		return err
	}
	p := c.Printer
	s := ui.Shell{Title: p.T("disclosure.thanks.title"), Lead: p.T("disclosure.thanks.lead"), Crumbs: []ui.Link{home(p), policyLink(p)}}
	return c.OK(s, thanksBody(p, list))
}

// form is the report form with what was typed.
type form struct {
	action string
	maker  bool // signed in: who it is need not be asked
	sent   sent
	errors ui.Errors
}

func (f form) value(name string) string { return f.sent.get(name) }

func (h handler) blank(c *web.Call) error { return h.form(c, form{action: "/report/new"}, nil) }

func (h handler) blankOwn(c *web.Call) error {
	return h.form(c, form{action: "/reports/new", maker: true}, nil)
}

func (h handler) form(c *web.Call, f form, fault error) error {
	p := c.Printer
	f.errors = ui.ErrorsOf(p, fault)
	s := ui.Shell{Title: p.T("disclosure.form.title"), Lead: p.T("disclosure.form.lead"), Crumbs: []ui.Link{home(p), policyLink(p)}, Errors: f.errors}
	if f.maker {
		s.Lead, s.Crumbs = p.T("disclosure.form.lead_maker"), ownCrumbs(p)
	}
	if fault == nil {
		return c.OK(s, formBody(p, f))
	}
	return c.Fault(fault, s, formBody(p, f))
}

// reportOf reads a report from a form.
func reportOf(c *web.Call, in sent) disclosure.Report {
	return disclosure.Report{Source: disclosure.Source(in.get("source")), Lang: c.Printer.Lang(), Summary: summaryOf(in.get), Files: in.files,
		Confidence: disclosure.Confidence{Name: in.get("name"), Organisation: in.get("organisation"), Email: in.get("email"), MailLink: in.get("mail_link") != "",
			Proof: in.get("proof"), Maker: in.get("maker"), Plan: in.get("plan")}}
}

// receive leads to the page of the new case, whose address is its secret.
func (h handler) receive(c *web.Call) error {
	f := form{action: "/report/new"}
	var err error
	if f.sent, err = h.read(c); err == nil {
		var r disclosure.Receipt
		if r, err = h.svc.Receive(c.Context(), reportOf(c, f.sent), h.svc.AddressOf(c.R)); err == nil {
			c.W.Header().Set("Referrer-Policy", "no-referrer")
			return c.See(r.Path(), "disclosure.received.done", "number", r.Number)
		}
	}
	if web.InForm(err) {
		return h.form(c, f, err)
	}
	return err
}

func (h handler) receiveOwn(c *web.Call) error {
	f := form{action: "/reports/new", maker: true}
	var err error
	if f.sent, err = h.read(c); err == nil {
		var r disclosure.Receipt
		if r, err = h.svc.ReceiveFrom(c.Context(), c.Actor, reportOf(c, f.sent)); err == nil {
			return c.See("/reports/"+r.ID, "disclosure.received.done", "number", r.Number)
		}
	}
	if web.InForm(err) {
		return h.form(c, f, err)
	}
	return err
}

// place is where a reporter follows a case: by link or signed in.
type place struct {
	key    disclosure.Key
	action string // of the form for messages
	secret bool   // the address of the page is the key
}

func byLink(c *web.Call) place {
	return place{disclosure.BySecret(c.Path("secret")), "/report/case/" + c.Path("secret") + "/messages", true}
}

func byMaker(c *web.Call) place {
	return place{disclosure.ByMaker(c.Actor, c.Path("id")), "/reports/" + c.Path("id") + "/messages", false}
}

func (h handler) follow(c *web.Call) error    { return h.followed(c, byLink(c), nil, "") }
func (h handler) followOwn(c *web.Call) error { return h.followed(c, byMaker(c), nil, "") }

// followed shows a case to its reporter. An address that is a secret goes to
// nobody as a referrer.
func (h handler) followed(c *web.Call, at place, fault error, typed string) error {
	f, err := h.svc.Follow(c.Context(), at.key)
	if at.secret && ward.CodeOf(err) == ward.NotFound {
		err = ward.Fail(ward.NotFound, "disclosure.error.link")
	}
	if err != nil {
		return err
	}
	p := c.Printer
	s := ui.Shell{Title: p.T("disclosure.case.title", "number", f.Case.Number), Crumbs: []ui.Link{home(p), policyLink(p)}, Errors: ui.ErrorsOf(p, fault),
		Above: stateChip(p, f.Case), Secret: at.secret}
	if at.secret {
		c.W.Header().Set("Referrer-Policy", "no-referrer")
	} else {
		s.Crumbs = ownCrumbs(p)
	}
	body := followBody(p, f, at, s.Errors, typed)
	if fault == nil {
		return c.OK(s, body)
	}
	return c.Fault(fault, s, body)
}

func (h handler) say(c *web.Call) error    { return h.said(c, byLink(c)) }
func (h handler) sayOwn(c *web.Call) error { return h.said(c, byMaker(c)) }

func (h handler) said(c *web.Call, at place) error {
	if _, err := h.svc.Follow(c.Context(), at.key); err != nil { // before the body is read
		return err
	}
	in, err := h.read(c)
	if err == nil {
		err = h.svc.Say(c.Context(), at.key, in.get("text"), in.files, h.svc.AddressOf(c.R))
	}
	if web.InForm(err) {
		return h.followed(c, at, err, in.get("text"))
	}
	if err != nil {
		return err
	}
	if at.secret {
		c.W.Header().Set("Referrer-Policy", "no-referrer")
	}
	return c.See(strings.TrimSuffix(at.action, "/messages"), "disclosure.said.done")
}

// own lists what a maker reported.
func (h handler) own(c *web.Call) error {
	list, err := h.svc.Own(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	p := c.Printer
	s := ui.Shell{Title: p.T("disclosure.own.title"), Lead: p.T("disclosure.own.lead"), Crumbs: []ui.Link{home(p)},
		Actions: ui.ButtonLink(ui.Button{Text: p.T("disclosure.own.start"), Href: "/reports/new"})}
	return c.OK(s, ownBody(p, list))
}

func ownCrumbs(p *i18n.Printer) []ui.Link {
	return []ui.Link{home(p), {Text: p.T("disclosure.own.title"), Href: "/reports"}}
}
