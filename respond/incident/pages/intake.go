package pages

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/notice"
	"ward/format/rule"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
	"ward/respond/incident/intake"
)

// reception takes over what reached the team in another way than through this house.
type reception struct {
	handler
	in *intake.Service
}

// IntakeRoutes are its pages.
func IntakeRoutes(svc *incident.Service, in *intake.Service) []web.Page {
	h := reception{handler{svc: svc}, in}
	const base = "/incident-intake"
	return []web.Page{
		web.Get(base, "incident.handle", h.ways),
		web.Get(base+"/template.csv", "incident.handle", h.templateCSV),
		web.Get(base+"/template.xlsx", "incident.handle", h.templateXLSX),
		web.Post(base+"/table", "incident.handle", h.look),
		web.Post(base+"/table/enter", "incident.handle", h.enter),
		web.Post(base+"/letter", "incident.handle", h.propose),
		web.Post(base+"/letter/enter", "incident.handle", h.confirm),
		web.Get("/incident-queue/{id}/original", "incident.handle", h.original),
	}
}

func intakeCrumbs(p *i18n.Printer, more ...ui.Link) []ui.Link {
	return append([]ui.Link{home(p), {Text: p.T("incident.queue.title"), Href: "/incident-queue"}}, more...)
}

func intakeLink(p *i18n.Printer) ui.Link {
	return ui.Link{Text: p.T("incident.intake.title"), Href: "/incident-intake"}
}

func (h reception) ways(c *web.Call) error { return h.waysPage(c, nil) }

func (h reception) waysPage(c *web.Call, fault error) error {
	errs := ui.ErrorsOf(c.Printer, fault)
	s := ui.Shell{Title: c.T("incident.intake.title"), Lead: c.T("incident.intake.lead"), Crumbs: intakeCrumbs(c.Printer), Errors: errs}
	return c.Render(web.FormStatus(fault), s, waysBody(c.Printer, c.Form("letter"), errs))
}

func (h reception) templateCSV(c *web.Call) error {
	var b bytes.Buffer
	if err := h.in.Template(&b, c.Printer, false); err != nil {
		return err
	}
	return attach(c, "text/csv; charset=utf-8", "incident-reports.csv", b.Bytes())
}

func (h reception) templateXLSX(c *web.Call) error {
	var b bytes.Buffer
	if err := h.in.Template(&b, c.Printer, true); err != nil {
		return err
	}
	return attach(c, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "incident-reports.xlsx", b.Bytes())
}

// upload is a table as it was chosen. The page that shows what it says carries it
// on to the next step: nothing is stored before somebody said so.
type upload struct {
	name string
	data []byte
}

func (u upload) hidden() []ui.Hidden {
	return []ui.Hidden{{Name: "name", Value: u.name}, {Name: "data", Value: base64.StdEncoding.EncodeToString(u.data)}}
}

func (h reception) look(c *web.Call) error {
	u, err := uploadOf(c)
	if err != nil {
		return h.waysPage(c, err)
	}
	t, err := h.in.ReadTable(c.Context(), c.Actor, u.name, u.data)
	if web.InForm(err) {
		return h.waysPage(c, err)
	}
	if err != nil {
		return err
	}
	return h.tablePage(c, u, t, nil)
}

// uploadOf reads the chosen file; a byte more than is taken lets its reader say
// that it is too large.
func uploadOf(c *web.Call) (upload, error) {
	none := ward.Fail(ward.Invalid, "incident.error.no_file").At("file")
	if err := c.R.ParseMultipartForm(notice.MaxTable); err != nil {
		return upload{}, none
	}
	defer c.R.MultipartForm.RemoveAll() //nolint:errcheck // temporary files of the system
	file, head, err := c.R.FormFile("file")
	if err != nil {
		return upload{}, none
	}
	defer file.Close() //nolint:errcheck // read only
	data, err := io.ReadAll(io.LimitReader(file, notice.MaxTable+1))
	if err != nil || len(data) == 0 {
		return upload{}, none
	}
	return upload{head.Filename, data}, nil
}

func (h reception) tablePage(c *web.Call, u upload, t intake.Table, fault error) error {
	s := ui.Shell{Title: c.T("incident.intake.table"), Lead: i18n.Raw(u.name), Crumbs: intakeCrumbs(c.Printer, intakeLink(c.Printer)), Errors: ui.ErrorsOf(c.Printer, fault)}
	return c.Render(web.FormStatus(fault), s, tableBody(c.Printer, h.in, u, t))
}

func (h reception) enter(c *web.Call) error {
	data, err := base64.StdEncoding.DecodeString(c.Form("data"))
	if err != nil {
		return h.waysPage(c, ward.Fail(ward.Invalid, "incident.error.no_file").At("file"))
	}
	u := upload{c.Form("name"), data}
	t, err := h.in.TakeTable(c.Context(), c.Actor, u.name, u.data)
	switch {
	case web.InForm(err) && len(t.Rows) > 0:
		return h.tablePage(c, u, t, err)
	case web.InForm(err):
		return h.waysPage(c, err)
	case err != nil:
		return err
	}
	return c.See("/incident-queue", "incident.intake.table_done")
}

// letterView is a letter with what a person confirms of it.
type letterView struct {
	p                         *i18n.Printer
	text                      string
	found                     intake.Proposal
	org                       ward.OrgID
	name, reference, received string
	stage                     rule.Stage
	reason                    incident.Reason
	sure                      bool
	fields                    []field
	errors                    ui.Errors
}

// letterQuestions are those of the early warning, and what else a letter may say.
func letterQuestions() []string {
	out := slices.Clone(incident.Steps(rule.Early)[0].Questions)
	return append(out, "malware_family", "third_party")
}

// rawForm is a field as it was sent: a letter begins and ends as it came.
func rawForm(c *web.Call, name string) string { return c.R.PostFormValue(name) }

func (h reception) propose(c *web.Call) error {
	v := letterView{p: c.Printer, text: rawForm(c, "letter"), stage: rule.Early, reason: incident.Incident}
	var err error
	if v.found, err = h.in.ReadLetter(c.Context(), c.Actor, v.text); err != nil {
		if web.InForm(err) {
			return h.waysPage(c, err)
		}
		return err
	}
	if len(v.found.Hospitals) > 0 {
		v.org = v.found.Hospitals[0].ID
	}
	v.name = v.found.Name
	v.fields = h.fieldsOf(c, letterQuestions(), v.found.Answers, h.needed(rule.Early))
	for i := range v.fields {
		f := &v.fields[i]
		f.unknown = f.needed && f.typed == "" && f.q.ID != "aware_at"
	}
	return h.letterPage(c, v, nil)
}

func (h reception) letterPage(c *web.Call, v letterView, fault error) error {
	if fault != nil {
		v.errors = errorsOf(c.Printer, h.svc, fault)
		mark(v.fields, v.errors)
	}
	s := ui.Shell{Title: c.T("incident.intake.letter"), Lead: c.T("incident.intake.letter_lead"), Crumbs: intakeCrumbs(c.Printer, intakeLink(c.Printer)), Errors: v.errors}
	return c.Render(web.FormStatus(fault), s, letterBody(v))
}

func (h reception) confirm(c *web.Call) error {
	v := letterView{p: c.Printer, text: rawForm(c, "letter"), org: ward.OrgID(c.Form("org")), name: c.Form("organisation"), reference: c.Form("reference"), received: c.Form("received_at"),
		stage: rule.Stage(c.Form("stage")), reason: incident.Reason(c.Form("reason")), sure: c.Form("sure") != ""}
	v.fields = h.fieldsOf(c, letterQuestions(), nil, h.needed(rule.Early))
	answers, err := h.read(c, v.fields)
	in := intake.Letter{Text: v.text, Org: v.org, OrgName: v.name, Reference: v.reference, Sure: v.sure, Reason: v.reason, Stage: v.stage, Answers: answers}
	if v.received != "" {
		var bad error
		in.Received, bad = time.ParseInLocation(inputTime, v.received, c.Zone())
		err = errors.Join(err, ward.When(bad != nil, ward.Fail(ward.Invalid, "incident.error.time").At("received_at")))
	}
	in.Faults = err
	out, err := h.in.TakeLetter(c.Context(), c.Actor, in)
	switch {
	case web.InForm(err):
		if v.found, _ = h.in.ReadLetter(c.Context(), c.Actor, v.text); v.found.Known.Known { // an error here is the one that is shown
			return c.See(queuePath(v.found.Known.Report), "incident.intake.known_done")
		}
		return h.letterPage(c, v, err)
	case err != nil:
		return err
	case out.Known:
		return c.See(queuePath(out.Report), "incident.intake.known_done")
	}
	return c.See(queuePath(out.Report), "incident.intake.letter_done")
}

func (h reception) original(c *web.Call) error {
	list, err := h.in.Original(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	amber := ward.TLPAmber
	s := ui.Shell{Title: c.T("incident.intake.original"), TLP: &amber, Crumbs: intakeCrumbs(c.Printer, ui.Link{Text: c.T("incident.intake.back"), Href: queuePath(c.Path("id"))})}
	return c.OK(s, originalBody(c.Printer, list))
}

// letterHouses are the hospitals of the registry that a letter may be from, and
// the choice to name one in words.
func letterHouses(v letterView) []ui.Option {
	var out []ui.Option
	for _, o := range v.found.Hospitals {
		if !slices.ContainsFunc(out, func(x ui.Option) bool { return x.Value == string(o.ID) }) {
			out = append(out, ui.Option{Value: string(o.ID), Text: i18n.Raw(strings.TrimSuffix(o.Name+", "+o.City, ", ")), Checked: o.ID == v.org})
		}
	}
	return append(out, ui.Option{Value: "", Text: v.p.T("incident.intake.in_words"), Checked: v.org == ""})
}

// plainFaults are the faults of a table in words.
func plainFaults(p *i18n.Printer, svc *intake.Service, t intake.Table) [][]string {
	var out [][]string
	for _, f := range t.Faults() {
		out = append(out, []string{p.Number(f.Line), f.Column, svc.Words(p.Lang(), f.Err)})
	}
	return out
}
