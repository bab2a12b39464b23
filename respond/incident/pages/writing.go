package pages

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"ward"
	"ward/format/rule"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
)

func (h handler) list(c *web.Call) error {
	list, err := h.svc.Own(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	p := c.Printer
	s := ui.Shell{Title: p.T("incident.list.title"), Lead: p.T("incident.list.lead"), Crumbs: []ui.Link{home(p)}}
	if h.svc.MayWrite(c.Actor) {
		s.Actions = ui.ButtonLink(ui.Button{Text: p.T("incident.list.start"), Href: "/incidents/new", Kind: ui.Urgent})
	}
	return c.OK(s, listBody(p, list, h.svc.Now()))
}

// newView is the page on which a report begins: the early warning.
type newView struct {
	p      *i18n.Printer
	id     string
	reason incident.Reason
	fields []field
	errors ui.Errors
}

// firstFields are the questions of the early warning with the times filled in:
// somebody who reports has just noticed. What he chose under "What do you see?" is
// there as well.
func (h handler) firstFields(c *web.Call) []field {
	step := incident.Steps(rule.Early)[0]
	fields := h.fieldsOf(c, step.Questions, nil, h.needed(rule.Early))
	now := h.svc.Now().In(c.Zone()).Format(inputTime)
	for i := range fields {
		f := &fields[i]
		switch f.q.ID {
		case "aware_at", "detected_at":
			f.typed = now
		case "summary", "ransomware":
			f.typed = seen(c.Printer, f.q.ID, seeOf(c.Query("see")))
		}
	}
	return fields
}

// seen is the answer that a choice under "What do you see?" gives.
func seen(p *i18n.Printer, question, see string) string {
	switch {
	case question == "summary" && see != "":
		return p.T(i18n.Key("incident.see." + see)).String()
	case question == "ransomware" && see == "files":
		return "yes"
	}
	return ""
}

func (h handler) needed(stage rule.Stage) func(string) bool {
	return func(id string) bool { return h.svc.Catalogue().Needed(stage, id) }
}

func (h handler) blank(c *web.Call) error {
	return h.newPage(c, newView{id: h.svc.NewID(), reason: incident.Incident, fields: h.firstFields(c)}, nil)
}

func (h handler) newPage(c *web.Call, v newView, fault error) error {
	v.p = c.Printer
	if fault != nil {
		v.errors = errorsOf(c.Printer, h.svc, fault)
		mark(v.fields, v.errors)
	}
	s := ui.Shell{Title: c.T("incident.new.title"), Lead: c.T("incident.new.lead"), Crumbs: own(c.Printer), Errors: v.errors}
	if fault == nil {
		return c.OK(s, newBody(v))
	}
	return c.Fault(fault, s, newBody(v))
}

// begin opens the report and leads to its answers.
func (h handler) begin(c *web.Call) error {
	v := newView{id: c.Form("id"), reason: incident.Reason(c.Form("reason")), fields: h.firstFields(c)}
	answers, err := h.read(c, v.fields)
	var r incident.Report
	if err == nil {
		r, err = h.svc.Begin(c.Context(), c.Actor, incident.Start{ID: v.id, Reason: v.reason, Answers: answers})
	}
	if web.InForm(err) {
		return h.newPage(c, v, err)
	}
	if err != nil {
		return err
	}
	return c.See(checkPath(r.ID, rule.Early), "incident.new.done", "number", r.Number)
}

func (h handler) show(c *web.Call) error {
	v, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("incident.show.title", "number", v.Number), Lead: ui.Word(c.Printer, "incident.reason.", v.Reason), Crumbs: own(c.Printer),
		Above: ui.StateChip(tones[v.State], ui.Word(c.Printer, "incident.state.", v.State))}
	ransom, err := h.ransomOf(c, v.ID)
	if err != nil {
		return err
	}
	return c.OK(s, showBody(c.Printer, h.clocksOf(c, v), h.svc.MayWrite(c.Actor), ransom))
}

// ransomOf is where the reader finds the demand and payment of a report.
func (h handler) ransomOf(c *web.Call, id string) (string, error) {
	if h.ransom == nil {
		return "", nil
	}
	return h.ransom.Link(c.Context(), c.Actor, id)
}

// stepView is one page of questions.
type stepView struct {
	p       *i18n.Printer
	v       incident.View
	bar     bar
	stage   rule.Stage
	step    incident.Step
	fields  []field
	back    string // "check": where saving leads
	because string
	asks    bool // why "became aware" changes
	errors  ui.Errors
	clashes []ui.Diff
	number  int
	count   int
}

func (h handler) stepOf(c *web.Call) (sv stepView, err error) {
	stage, err := stageOf(c)
	if err != nil {
		return sv, err
	}
	v, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return sv, err
	}
	step, ok := v.StepOf(stage, c.Path("step"))
	if !ok {
		return sv, ward.Fail(ward.NotFound, "")
	}
	all := v.Steps(stage)
	number := slices.IndexFunc(all, func(s incident.Step) bool { return s.ID == step.ID }) + 1
	return stepView{p: c.Printer, v: v, bar: h.clocksOf(c, v), stage: stage, step: step, back: c.Query("back"), number: number, count: len(all),
		asks: !v.Base.IsZero() && slices.Contains(step.Questions, "aware_at"), fields: h.fieldsOf(c, step.Questions, v.Answers, h.needed(stage))}, nil
}

func (h handler) step(c *web.Call) error {
	sv, err := h.stepOf(c)
	if err != nil {
		return err
	}
	return h.stepPage(c, sv, nil)
}

func (h handler) stepPage(c *web.Call, sv stepView, fault error) error {
	s := ui.Shell{Title: ui.Word(sv.p, "incident.step.", sv.step.ID), Crumbs: crumbs(sv.p, sv.v.Report)}
	if len(sv.clashes) > 0 {
		s.Title, s.Lead = sv.p.T("incident.merge.title"), sv.p.T("incident.merge.lead")
	}
	if fault != nil {
		sv.errors = errorsOf(sv.p, h.svc, fault)
		mark(sv.fields, sv.errors)
		s.Errors = sv.errors
	}
	return c.Render(web.FormStatus(fault), s, stepBody(sv))
}

// save stores a page and leads on: to the next one, or back to the answers. Two
// people who answered the same at once get the page again, with both answers.
func (h handler) save(c *web.Call) error {
	sv, err := h.stepOf(c)
	if err != nil {
		return err
	}
	sv.back, sv.because = c.Form("back"), c.Form("because")
	seen, _ := strconv.ParseInt(c.Form("version"), 10, 64) // zero conflicts
	answers, err := h.read(c, sv.fields)
	var clashes []incident.Clash
	if err == nil {
		_, clashes, err = h.svc.Save(c.Context(), c.Actor, incident.Page{Report: sv.v.ID, Seen: seen, Answers: answers, Because: sv.because})
	}
	if web.InForm(err) {
		return h.again(c, sv, clashes, err)
	}
	if err != nil {
		return err
	}
	next, more := sv.v.Next(sv.stage, sv.step.ID)
	switch {
	case c.Form("later") != "":
		return c.See(path(sv.v.ID), "incident.saved.done")
	case more && sv.back != "check":
		return c.See(stepPath(sv.v.ID, sv.stage, next.ID), "incident.saved.done")
	}
	return c.See(checkPath(sv.v.ID, sv.stage), "incident.saved.done")
}

// again shows a page with what was typed. After a clash it stands on what is
// stored now: what nobody else answered keeps the typed answer, and saving again
// is a decision made in the sight of both.
func (h handler) again(c *web.Call, sv stepView, clashes []incident.Clash, fault error) error {
	fresh, err := h.svc.Get(c.Context(), c.Actor, sv.v.ID)
	if err != nil {
		return err
	}
	sv.v, sv.bar = fresh, h.clocksOf(c, fresh)
	for _, x := range clashes {
		q, _ := h.svc.Catalogue().Question(x.ID)
		sv.clashes = append(sv.clashes, ui.Diff{Kind: ui.Changed, Label: incident.Title(c.Printer, q), Before: i18n.Raw(orNone(c.Printer, incident.Words(c.Printer, q, x.Theirs))),
			After: i18n.Raw(orNone(c.Printer, incident.Words(c.Printer, q, x.Mine)))})
		for i := range sv.fields {
			if sv.fields[i].q.ID == x.ID {
				sv.fields[i].hint = c.T("incident.merge.theirs", "name", fresh.SavedBy, "answer", orNone(c.Printer, incident.Words(c.Printer, q, x.Theirs)))
			}
		}
	}
	if len(clashes) > 0 {
		h.keepOthers(c, &sv, clashes)
	}
	return h.stepPage(c, sv, fault)
}

// keepOthers fills questions that are no clash with what is stored where the
// page had left them as they were.
func (h handler) keepOthers(c *web.Call, sv *stepView, clashes []incident.Clash) {
	stored := h.fieldsOf(c, sv.step.Questions, sv.v.Answers, h.needed(sv.stage))
	for i := range sv.fields {
		id := sv.fields[i].q.ID
		clash := slices.ContainsFunc(clashes, func(x incident.Clash) bool { return x.ID == id })
		if !clash && sv.fields[i].typed == "" && !sv.fields[i].unknown {
			sv.fields[i].typed, sv.fields[i].unknown = stored[i].typed, stored[i].unknown
		}
	}
}

func orNone(p *i18n.Printer, s string) string {
	if s == "" {
		return p.T("incident.none").String()
	}
	return s
}

// part are answers that stand together: those for everybody, or for one receiver.
type part struct {
	step incident.Step
	rows []ui.Row
}

// checkView is the page of all answers before sending.
type checkView struct {
	p        *i18n.Printer
	v        incident.View
	bar      bar
	stage    rule.Stage
	request  string // what this page sends, however often the button is pressed
	parts    []part
	to       []incident.Addressee
	missing  []ui.Link
	suspects []ui.Link
	errors   ui.Errors
}

func (h handler) check(c *web.Call) error { return h.checkPage(c, nil) }

func (h handler) checkPage(c *web.Call, fault error) error {
	stage, err := stageOf(c)
	if err != nil {
		return err
	}
	v, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	p, cat := c.Printer, h.svc.Catalogue()
	cv := checkView{p: p, v: v, bar: h.clocksOf(c, v), stage: stage, request: h.svc.NewID(), to: v.To(stage)}
	step := map[string]string{}
	link := func(id string) string { return stepPath(v.ID, stage, step[id]) + "?back=check#" + id }
	for _, s := range v.Steps(stage) {
		if s.Form != "" || len(cv.parts) == 0 { // what one receiver alone asks stands by itself
			cv.parts = append(cv.parts, part{step: s})
		}
		into := &cv.parts[len(cv.parts)-1]
		for _, id := range s.Questions {
			if step[id] == "" {
				step[id] = s.ID
				q, _ := cat.Question(id)
				into.rows = append(into.rows, ui.Row{Label: incident.Title(p, q), Value: i18n.Raw(incident.Words(p, q, v.Answers[id])), Href: link(id)})
			}
		}
	}
	named := func(id string) ui.Link {
		q, _ := cat.Question(id)
		return ui.Link{Text: incident.Title(p, q), Href: link(id)}
	}
	for _, id := range cat.Missing(stage, v.Answers) {
		cv.missing = append(cv.missing, named(id))
	}
	for _, id := range cat.Suspects(v.Answers) {
		if step[id] != "" {
			cv.suspects = append(cv.suspects, named(id))
		}
	}
	if fault == nil {
		fault = errors.Join(cat.Check(v.Answers, h.svc.Now(), nil)...)
	}
	if fault != nil {
		cv.errors = errorsOf(p, h.svc, fault)
		for i := range cv.errors {
			cv.errors[i].Field = ""
		}
	}
	s := ui.Shell{Title: p.T("incident.check.title", "stage", stageWord(p, stage).String()), Lead: p.T("incident.check.lead"), Crumbs: crumbs(p, v.Report), Errors: cv.errors}
	return c.Render(web.FormStatus(fault), s, checkBody(cv))
}

func (h handler) send(c *web.Call) error {
	stage, err := stageOf(c)
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(c.Form("version"), 10, 64) // zero conflicts
	x, err := h.svc.Send(c.Context(), c.Actor, c.Path("id"), incident.Dispatch{Request: c.Form("request"), Seen: seen, Stage: stage})
	if web.InForm(err) {
		return h.checkPage(c, err)
	}
	if err != nil {
		return err
	}
	return c.See(path(c.Path("id"))+"/sent/"+x.ID, "")
}

// askDrop asks before a draft is deleted: there is no way back.
func (h handler) askDrop(c *web.Call) error {
	v, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"))
	if err == nil && !v.Droppable() {
		err = ward.Fail(ward.Conflict, "incident.error.drop")
	}
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("incident.drop.title", "number", v.Number), Lead: c.T("incident.drop.lead"), Crumbs: crumbs(c.Printer, v.Report)}
	return c.OK(s, dropBody(c.Printer, v.Report))
}

func (h handler) drop(c *web.Call) error {
	seen, _ := strconv.ParseInt(c.Form("version"), 10, 64) // zero conflicts
	if err := h.svc.Drop(c.Context(), c.Actor, c.Path("id"), seen); err != nil {
		return err
	}
	return c.See("/incidents", "incident.drop.done")
}

// receivers names those who get a stage, as the button that sends it does.
func receivers(p *i18n.Printer, list []incident.Addressee) string {
	var out []string
	for _, a := range list {
		out = append(out, nameOf(p, a))
	}
	if len(out) > 1 {
		last := len(out) - 1
		return p.T("incident.and", "first", strings.Join(out[:last], ", "), "last", out[last]).String()
	}
	return strings.Join(out, "")
}

// nameOf is an authority's own name, or what it is where the country pack does
// not know it.
func nameOf(p *i18n.Printer, a incident.Addressee) string {
	if a.Name != "" {
		return a.Name
	}
	return incident.RoleTitle(p, a)
}
