package pages

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"ward"
	"ward/detect/advisory"
	"ward/detect/advisory/harvest"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// sources lists all sources with their state.
func (h handler) sources(c *web.Call) error {
	list, err := h.svc.Sources().List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("advisory.sources.title"), Lead: c.T("advisory.sources.lead"), Crumbs: []ui.Link{{Text: c.T("advisory.crumb.home"), Href: "/"}}}
	if h.svc.MayManage(c.Actor) {
		s.Actions = ui.ButtonLink(ui.Button{Text: c.T("advisory.source.add"), Href: "/sources/new", Icon: ui.IconPlus})
	}
	return c.OK(s, ui.DataTable(c.Printer, sourceTable(c.Printer, list)))
}

func sourceTable(p *i18n.Printer, list []harvest.Source) ui.Table {
	t := ui.Table{Caption: p.T("advisory.sources.title"), Hide: true, Columns: []ui.Column{{Head: p.T("advisory.source.name")},
		{Head: p.T("advisory.source.kind.label")}, {Head: p.T("advisory.source.state")}, {Head: p.T("advisory.source.succeeded")},
		{Head: p.T("advisory.source.documents"), Numeric: true}, {Head: p.T("advisory.source.faults"), Numeric: true}},
		Empty: ui.EmptyState{Title: p.T("advisory.sources.empty")}}
	for i := range list {
		s := &list[i]
		t.Rows = append(t.Rows, []templ.Component{sourceLink(p, s), kindOf(p, s),
			stateOf(p, s), ui.Moment(p, s.Succeeded), i18n.Raw(p.Number(s.Done)), i18n.Raw(p.Number(s.Faults))})
	}
	return t
}

// nameOf is the name of a source as it is shown.
func nameOf(p *i18n.Printer, s *harvest.Source) i18n.Text {
	if s.Kind == harvest.Upload {
		return kindOf(p, s)
	}
	return i18n.Raw(s.Name)
}

// kindOf says what a source is; what the house itself publishes is apart from
// what people bring.
func kindOf(p *i18n.Printer, s *harvest.Source) i18n.Text {
	if s.ID == advisory.CentreSource {
		return p.T("advisory.source.kind.centre")
	}
	return p.T(i18n.Key("advisory.source.kind." + string(s.Kind)))
}

// stateOf is the state as chip: problem before paused before waiting.
func stateOf(p *i18n.Printer, s *harvest.Source) templ.Component {
	switch {
	case s.Kind == harvest.Upload:
		return ui.StateChip(ui.Neutral, p.T("advisory.source.state_people"))
	case s.Paused:
		return ui.StateChip(ui.Neutral, p.T("advisory.source.state_paused"))
	case s.Problem != "":
		return ui.StateChip(ui.Bad, p.T("advisory.source.state_problem"))
	case s.Checked.IsZero():
		return ui.StateChip(ui.Info, p.T("advisory.source.state_new"))
	case s.Pending > 0:
		return ui.StateChip(ui.Info, p.T("advisory.source.state_pending", "count", p.Number(s.Pending)))
	}
	return ui.StateChip(ui.Success, p.T("advisory.source.state_well"))
}

// source shows one source with its faults and keys.
func (h handler) source(c *web.Call) error {
	v, err := h.svc.Sources().ByID(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: nameOf(c.Printer, &v.Source), Crumbs: crumbs(c, "/sources", "advisory.sources.title"), Above: stateOf(c.Printer, &v.Source)}
	return c.OK(s, sourceBody(c.Printer, v, h.svc.MayManage(c.Actor)))
}

// sourceRows are the facts of a source; people as a source have no address.
func sourceRows(p *i18n.Printer, s *harvest.Source) []ui.Row {
	rows := []ui.Row{{Label: p.T("advisory.source.kind.label"), Value: kindOf(p, s)}}
	if s.Kind == harvest.Upload {
		return rows
	}
	rows = append(rows, ui.Row{Label: p.T("advisory.source.url"), Value: i18n.Raw(s.URL)})
	if s.Metadata != "" {
		rows = append(rows, ui.Row{Label: p.T("advisory.source.metadata"), Value: i18n.Raw(s.Metadata)})
	}
	if s.Role != "" {
		rows = append(rows, ui.Row{Label: p.T("advisory.source.role"), Value: ui.Code(s.Role)})
	}
	return append(rows, ui.Row{Label: p.T("advisory.source.unmarked"), Value: ui.TLP(p, s.Unmarked)},
		ui.Row{Label: p.T("advisory.source.every"), Value: p.N("advisory.source.minutes", int(s.Every/time.Minute))},
		ui.Row{Label: p.T("advisory.source.checked"), Value: ui.Moment(p, s.Checked)},
		ui.Row{Label: p.T("advisory.source.succeeded"), Value: ui.Moment(p, s.Succeeded)},
		ui.Row{Label: p.T("advisory.source.next"), Value: ui.Moment(p, s.Next)},
		ui.Row{Label: p.T("advisory.source.documents"), Value: i18n.Raw(p.Number(s.Done))},
		ui.Row{Label: p.T("advisory.source.pending"), Value: i18n.Raw(p.Number(s.Pending))},
		ui.Row{Label: p.T("advisory.source.refused"), Value: i18n.Raw(p.Number(s.Refused))})
}

func faultTable(p *i18n.Printer, list []harvest.Fault) ui.Table {
	t := ui.Table{Caption: p.T("advisory.fault.title"), Hide: true, Columns: []ui.Column{{Head: p.T("advisory.fault.subject")},
		{Head: p.T("advisory.fault.reason")}, {Head: p.T("advisory.fault.last")}, {Head: p.T("advisory.fault.tries"), Numeric: true},
		{Head: p.T("advisory.fault.state")}}, Empty: ui.EmptyState{Title: p.T("advisory.fault.none")}}
	for i := range list {
		f := &list[i]
		state := ui.StateChip(ui.Bad, p.T("advisory.fault.open"))
		if !f.Resolved.IsZero() {
			state = ui.StateChip(ui.Success, p.T("advisory.fault.resolved"))
		}
		t.Rows = append(t.Rows, []templ.Component{i18n.Raw(f.Subject), faultText(p, f), ui.Moment(p, f.Last), i18n.Raw(p.Number(f.Tries)), state})
	}
	return t
}

// problemTitle says in words what ended the last try, where the evidence begins
// with a kind of fault.
func problemTitle(p *i18n.Printer, s harvest.Source) i18n.Text {
	kind, _, _ := strings.Cut(s.Problem, ":")
	if key := i18n.Key("advisory.refusal." + kind); p.Has(key) {
		return p.T(key)
	}
	return p.T("advisory.source.problem")
}

// evidence are the lines of a fault, at most five.
func evidence(f *harvest.Fault) []string {
	lines := strings.Split(strings.TrimSpace(f.Detail), "\n")
	return lines[:min(len(lines), 5)]
}

// sourceFormView is the form with what was typed.
type sourceFormView struct {
	kind, url, name, unmarked, every string
	errors                           ui.Errors
}

func (h handler) sourceForm(c *web.Call) error {
	return h.sourceFormPage(c, http.StatusOK, sourceFormView{kind: string(harvest.Provider), unmarked: "CLEAR"})
}

func (h handler) sourceFormPage(c *web.Call, status int, v sourceFormView) error {
	s := ui.Shell{Title: c.T("advisory.source.add"), Lead: c.T("advisory.source.add_lead"),
		Crumbs: crumbs(c, "/sources", "advisory.sources.title"), Errors: v.errors}
	return c.Render(status, s, sourceFormBody(c.Printer, v))
}

// addSource keeps what was typed when something is wrong.
func (h handler) addSource(c *web.Call) error {
	v := sourceFormView{kind: c.Form("kind"), url: c.Form("url"), name: c.Form("name"), unmarked: c.Form("unmarked"), every: c.Form("every")}
	in := harvest.Source{Kind: harvest.Kind(v.kind), URL: v.url, Name: v.name, Unmarked: -1, Every: -1} // refused along with all else
	if tlp, ok := ward.ParseTLP(v.unmarked); ok {
		in.Unmarked = tlp
	}
	if v.every == "" {
		in.Every = 0
	} else if minutes, err := strconv.Atoi(v.every); err == nil && minutes > 0 && minutes <= 20000 {
		in.Every = time.Duration(minutes) * time.Minute
	}
	in, problem := h.svc.Sources().Add(c.Context(), c.Actor, in)
	if ward.CodeOf(problem) == ward.Invalid {
		v.errors = ui.ErrorsOf(c.Printer, problem)
		return h.sourceFormPage(c, http.StatusUnprocessableEntity, v)
	}
	if problem != nil {
		return problem
	}
	return c.See("/sources/"+in.ID, "advisory.source.added.done")
}

func (h handler) fetch(c *web.Call) error {
	if err := h.svc.Sources().FetchNow(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	return c.See("/sources/"+c.Path("id"), "advisory.source.fetch.done")
}

func (h handler) pause(c *web.Call) error {
	paused := c.Form("paused") == "1"
	if err := h.svc.Sources().Pause(c.Context(), c.Actor, c.Path("id"), paused); err != nil {
		return err
	}
	if paused {
		return c.See("/sources/"+c.Path("id"), "advisory.source.paused.done")
	}
	return c.See("/sources/"+c.Path("id"), "advisory.source.resumed.done")
}

func (h handler) trust(c *web.Call) error {
	if err := h.svc.Sources().Trust(c.Context(), c.Actor, c.Path("id"), c.Form("fingerprint"), c.Form("trusted") == "1"); err != nil {
		return err
	}
	return c.See("/sources/"+c.Path("id"), "advisory.source.trust.done")
}

// troubled are the sources that somebody should look at, at most five.
func troubled(list []harvest.Source) []harvest.Source {
	var out []harvest.Source
	for _, s := range list {
		if (s.Problem != "" || s.Faults > 0) && len(out) < 5 {
			out = append(out, s)
		}
	}
	return out
}
