// Package pages shows the records of ransom demands: to the people whom the
// manager of a hospital named, to the manager who names them, and to the
// country's team what it was given. One short form on one thing a page; what is
// not known yet stays empty.
package pages

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/ransom"
)

type handler struct{ svc *ransom.Service }

// Routes are the pages. The id is that of the incident.
func Routes(svc *ransom.Service) []web.Page {
	h := handler{svc}
	const one = "/ransom/{id}"
	return []web.Page{
		web.Get(one, "ransom.read", h.show),
		web.Get(one+"/document", "ransom.read", h.document),
		web.Get(one+"/record.json", "ransom.read", h.json),
		web.Get(one+"/history", "ransom.read", h.history),
		web.Get(one+"/edit/{part}", "ransom.write", h.edit),
		web.Post(one+"/edit/{part}", "ransom.write", h.save),
		web.Post(one+"/share", "ransom.write", h.share),
		web.Get(one+"/circle", "ransom.circle", h.circle),
		web.Post(one+"/circle", "ransom.circle", h.name),
		web.Post(one+"/circle/drop", "ransom.circle", h.drop),
		web.Get("/incident-queue/{id}/ransom", "ransom.receive", h.received),
		web.Get("/ransom-statistics", "ransom.count", h.figures),
	}
}

// Menu are the entries of the navigation.
func Menu() []web.MenuItem {
	return []web.MenuItem{{Order: 72, Text: "ransom.menu.figures", Path: "/ransom-statistics", Permission: "ransom.count"}}
}

func path(id string) string { return "/ransom/" + id }

func home(p *i18n.Printer) ui.Link { return ui.Link{Text: p.T("ransom.home"), Href: "/"} }

// incidentCrumbs lead from the first page to the incident.
func incidentCrumbs(p *i18n.Printer, id, number string) []ui.Link {
	return []ui.Link{home(p), {Text: i18n.Raw(number), Href: "/incidents/" + id}}
}

func crumbs(p *i18n.Printer, r ransom.Record) []ui.Link {
	return append(incidentCrumbs(p, r.Incident, r.Number), ui.Link{Text: p.T("ransom.title"), Href: path(r.Incident)})
}

// red marks every page of a record: for the people named and nobody else.
func red() *ward.TLP {
	t := ward.TLPRed
	return &t
}

var tones = map[string]ui.Tone{ransom.Deciding: ui.Warning, ransom.Paid: ui.Neutral, ransom.NotPaid: ui.Neutral}

func (h handler) show(c *web.Call) error {
	r, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	p := c.Printer
	s := ui.Shell{Title: p.T("ransom.title"), Lead: p.T("ransom.lead", "number", r.Number), Crumbs: incidentCrumbs(p, r.Incident, r.Number), TLP: red(),
		Above: ui.StateChip(tones[r.Decision()], ui.Word(p, "ransom.value.", r.Decision()))}
	return c.OK(s, showBody(p, r, h.svc.MayName(c.Actor)))
}

// document is the record on one page, to be printed for the police.
func (h handler) document(c *web.Call) error {
	r, err := h.svc.Document(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	return c.OK(documentShell(c.Printer, r, crumbs(c.Printer, r)), documentBody(c.Printer, r))
}

func documentShell(p *i18n.Printer, r ransom.Record, up []ui.Link) ui.Shell {
	return ui.Shell{Title: p.T("ransom.document.title", "number", r.Number), Lead: i18n.Raw(r.OrgName + ", " + string(r.Country)), Crumbs: up, TLP: red(),
		Above: ui.StateChip(tones[r.Decision()], ui.Word(p, "ransom.value.", r.Decision()))}
}

func (h handler) received(c *web.Call) error {
	r, err := h.svc.Receive(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	up := []ui.Link{home(c.Printer), {Text: i18n.Raw(r.Number), Href: "/incident-queue/" + r.Incident}}
	return c.OK(documentShell(c.Printer, r, up), documentBody(c.Printer, r))
}

func (h handler) json(c *web.Call) error {
	r, err := h.svc.Document(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	b, err := r.JSON()
	if err != nil {
		return err
	}
	head := c.W.Header()
	head.Set("Content-Type", "application/json")
	head.Set("Content-Disposition", `attachment; filename="`+r.Number+`-ransom.json"`)
	head.Set("Cache-Control", "no-store")
	c.W.WriteHeader(http.StatusOK)
	_, err = c.W.Write(b)
	return ward.Wrap("write", err)
}

func (h handler) history(c *web.Call) error {
	l, err := h.svc.History(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("ransom.history.title"), Lead: c.T("ransom.history.lead"), Crumbs: crumbs(c.Printer, l.Record), TLP: red()}
	return c.OK(s, historyBody(c.Printer, l))
}

// field is one question with what stands in it.
type field struct {
	q     ransom.Question
	typed string
	fault i18n.Text
}

// inputTime is the form of times in a phone's own picker.
const inputTime = "2006-01-02T15:04"

// partView is one page of the form.
type partView struct {
	p      *i18n.Printer
	r      ransom.Record
	part   ransom.Part
	fields []field
}

func partOf(c *web.Call) (ransom.Part, error) {
	part := ransom.Part(c.Path("part"))
	if !slices.Contains(ransom.Parts(), part) {
		return "", ward.Fail(ward.NotFound, "")
	}
	return part, nil
}

func (h handler) edit(c *web.Call) error { return h.editPage(c, nil, nil) }

// editPage shows a part; typed is what a refused form held.
func (h handler) editPage(c *web.Call, typed map[string]string, fault error) error {
	part, err := partOf(c)
	if err != nil {
		return err
	}
	r, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	p := c.Printer
	s := ui.Shell{Title: ui.Word(p, "ransom.part.", part), Lead: p.T("ransom.edit.lead"), Crumbs: crumbs(p, r), TLP: red(), Errors: ui.ErrorsOf(p, fault)}
	v := partView{p: p, r: r, part: part}
	for _, q := range ransom.Of(part) {
		f := field{q: q, typed: r.Answers[q.ID], fault: s.Errors.At(q.ID)}
		if q.Kind == ransom.Time && f.typed != "" {
			f.typed = r.Answers.Time(q.ID).In(c.Zone()).Format(inputTime)
		}
		if typed != nil {
			f.typed = typed[q.ID]
		}
		v.fields = append(v.fields, f)
	}
	return c.Render(web.FormStatus(fault), s, editBody(v))
}

func (h handler) save(c *web.Call) error {
	part, err := partOf(c)
	if err != nil {
		return err
	}
	answers, typed := ransom.Answers{}, map[string]string{}
	for _, q := range ransom.Of(part) {
		typed[q.ID] = c.Form(q.ID)
		v, e := q.Read(typed[q.ID], c.Zone())
		err = errors.Join(err, e)
		answers[q.ID] = v
	}
	seen, _ := strconv.ParseInt(c.Form("version"), 10, 64) // zero conflicts
	var r ransom.Record
	if err == nil {
		r, err = h.svc.Save(c.Context(), c.Actor, c.Path("id"), seen, answers)
	}
	if web.InForm(err) {
		return h.editPage(c, typed, err)
	}
	if err != nil {
		return err
	}
	next, more := part.Next()
	if next == ransom.Payment && r.Answers["decision"] != "paid" {
		next, more = next.Next()
	}
	if !more || c.Form("later") != "" {
		return c.See(path(c.Path("id")), "ransom.saved.done")
	}
	return c.See(path(c.Path("id"))+"/edit/"+string(next), "ransom.saved.done")
}

func (h handler) share(c *web.Call) error {
	give := c.Form("share") == "yes"
	if err := h.svc.Give(c.Context(), c.Actor, c.Path("id"), give); err != nil {
		return err
	}
	if give {
		return c.See(path(c.Path("id")), "ransom.given.done")
	}
	return c.See(path(c.Path("id")), "ransom.taken.done")
}

func (h handler) circle(c *web.Call) error { return h.circlePage(c, nil) }

func (h handler) circlePage(c *web.Call, fault error) error {
	n, err := h.svc.Circle(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	p := c.Printer
	s := ui.Shell{Title: p.T("ransom.circle.title"), Lead: p.T("ransom.circle.lead"), Crumbs: incidentCrumbs(p, n.Incident.ID, n.Incident.Number), Errors: ui.ErrorsOf(p, fault)}
	in := slices.ContainsFunc(n.Circle, func(m ransom.Member) bool { return m.Person == c.Actor.Person })
	return c.Render(web.FormStatus(fault), s, circleBody(p, n, in, s.Errors))
}

func (h handler) name(c *web.Call) error {
	err := h.svc.Name(c.Context(), c.Actor, c.Path("id"), ward.PersonID(c.Form("person")))
	if web.InForm(err) {
		return h.circlePage(c, err)
	}
	if err != nil {
		return err
	}
	return c.See(path(c.Path("id"))+"/circle", "ransom.named.done")
}

func (h handler) drop(c *web.Call) error {
	if err := h.svc.Drop(c.Context(), c.Actor, c.Path("id"), ward.PersonID(c.Form("person"))); err != nil {
		return err
	}
	return c.See(path(c.Path("id"))+"/circle", "ransom.dropped.done")
}

func (h handler) figures(c *web.Call) error {
	list, err := h.svc.Count(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("ransom.figures.title"), Lead: c.T("ransom.figures.lead"), Crumbs: []ui.Link{home(c.Printer)}}
	return c.OK(s, figuresBody(c.Printer, list))
}
