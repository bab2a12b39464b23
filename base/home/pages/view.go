package pages

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ward"
	"ward/base/home"
	"ward/kit/audit"
	"ward/kit/i18n"
	"ward/kit/job"
	"ward/kit/ui"
)

// leads say in one sentence what the first screen of a role is for.
var leads = map[ward.Role]i18n.Key{
	ward.RoleMember: "home.lead.hospital", ward.RoleManager: "home.lead.hospital", ward.RoleCSIRT: "home.lead.csirt",
	ward.RoleCentre: "home.lead.centre", ward.RoleOperator: "home.lead.operator", ward.RoleMaker: "home.lead.maker",
	ward.RoleAuditor: "home.lead.auditor",
}

// countryOptions are the Member States.
func countryOptions(p *i18n.Printer) []ui.Option {
	out := []ui.Option{{Text: p.T("registry.choose")}} // nobody calls another country's team for not having looked
	for _, c := range ward.Countries() {
		out = append(out, ui.Option{Value: string(c), Text: p.T(i18n.Key("registry.country." + strings.ToLower(string(c))))})
	}
	return out
}

// telephone is a number as a phone dials it (RFC 3966).
func telephone(number string) templ.SafeURL {
	return templ.SafeURL("tel:" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, number))
}

func leadOf(r ward.Role) i18n.Key { return leads[r] }

func jobTable(p *i18n.Printer, caption i18n.Key, rows []job.Row, buried bool) ui.Table {
	t := ui.Table{Caption: p.T(caption), Hide: true, Empty: ui.EmptyState{Title: p.T("home.jobs.none")},
		Columns: []ui.Column{{Head: p.T("home.jobs.kind")}, {Head: p.T("home.jobs.since")}, {Head: p.T("home.jobs.tries"), Numeric: true}, {Head: p.T("home.jobs.fault")}}}
	if buried {
		t.Columns = append(t.Columns, ui.Column{Head: p.T("home.jobs.act"), Quiet: true})
	}
	for _, r := range rows {
		row := []templ.Component{ui.Code(r.Kind), ui.Moment(p, r.Created), i18n.Raw(p.Number(r.Attempt) + " / " + p.Number(r.Max)), i18n.In(ward.English, cut(r.LastFail))}
		if buried {
			row = append(row, jobActs(p, r))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// jobStats are the two figures that tell whether the machine needs a hand. A
// list that is full says "at least".
func jobStats(p *i18n.Printer, j home.Jobs) []ui.Stat {
	buried := ui.Stat{Label: p.T("home.jobs.buried"), Value: p.Number(len(j.Buried)), Href: "/operations"}
	if len(j.Buried) > 0 {
		buried.Tone = ui.Bad
	}
	return []ui.Stat{buried, {Label: p.T("home.jobs.waiting"), Value: p.Number(len(j.Waiting)), Href: "/operations"}}
}

// faultLength keeps a long error text from pushing the table off the screen.
const faultLength = 200

func cut(s string) string {
	r := []rune(s)
	if len(r) > faultLength {
		return string(r[:faultLength]) + "…"
	}
	return s
}

func jobPath(id int64, act string) string {
	return "/operations/" + strconv.FormatInt(id, 10) + "/" + act
}

func auditTable(p *i18n.Printer, page home.AuditPage) ui.Table {
	t := ui.Table{Caption: p.T("home.audit.caption"), Hide: true, Empty: ui.EmptyState{Title: p.T("home.audit.none")},
		Columns: []ui.Column{{Head: p.T("home.audit.number"), Numeric: true}, {Head: p.T("home.audit.at")}, {Head: p.T("home.audit.who")},
			{Head: p.T("home.audit.what")}, {Head: p.T("home.audit.on")}, {Head: p.T("home.audit.policy")}}}
	for _, e := range page.Entries {
		t.Rows = append(t.Rows, []templ.Component{i18n.Raw(strconv.FormatInt(e.Seq, 10)), ui.Moment(p, e.At), i18n.Raw(who(e)),
			ui.Code(what(e)), i18n.Raw(e.Object.Kind + " " + e.Object.ID), i18n.Raw(e.Policy)})
	}
	return t
}

func who(e audit.Entry) string {
	if e.Actor.Name != "" {
		return e.Actor.Name
	}
	return string(e.Actor.Person)
}

// what is the right that was used and, where the service says it, the act.
func what(e audit.Entry) string {
	for _, key := range []string{"did", "act", "step"} {
		if act := e.Detail[key]; act != "" {
			return e.Action + " · " + act
		}
	}
	return e.Action
}

func nextAudit(page home.AuditPage) string {
	if page.Before == 0 {
		return ""
	}
	return "/audit?before=" + strconv.FormatInt(page.Before, 10)
}

func checkNotice(p *i18n.Printer, r audit.Report) ui.Notice {
	if r.Fault == nil {
		return ui.Notice{Tone: ui.Success, Title: p.T("home.check.good"), Text: p.T("home.check.size",
			"size", p.Number(int(r.Size)), "anchored", p.Number(int(r.Anchored)))}
	}
	return ui.Notice{Tone: ui.Bad, Title: p.T("home.check.bad", "entry", strconv.FormatInt(r.Fault.Seq, 10)), Text: i18n.In(ward.English, r.Fault.Text)}
}
