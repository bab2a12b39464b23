// Package pages shows the reports of weaknesses: to whoever reports one, to
// makers who are signed in, and to the Centre's analysts. What is confidential
// stands on pages of its own, of which each look is recorded.
package pages

import (
	"slices"
	"strings"

	"ward"
	"ward/detect/disclosure"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

type handler struct{ svc *disclosure.Service }

// Routes are the pages.
func Routes(svc *disclosure.Service) []web.Page {
	h := handler{svc}
	const link, one = "/report/case/{secret}", "/disclosures/{id}"
	return slices.Concat([]web.Page{
		web.Get("/report", web.Public, h.policy),
		web.Get("/report/thanks", web.Public, h.thanks),
		web.Get("/report/new", web.Public, h.blank),
		large(web.Post("/report/new", web.Public, h.receive)),
		web.Get(link, web.Public, h.follow),
		large(web.Page{Method: "POST", Path: link + "/messages", Permission: web.Public, SecretPath: true, Handle: h.say}),

		web.Get("/reports", "disclosure.report", h.own),
		web.Get("/reports/new", "disclosure.report", h.blankOwn),
		large(web.Post("/reports/new", "disclosure.report", h.receiveOwn)),
		web.Get("/reports/{id}", "disclosure.report", h.followOwn),
		large(web.Post("/reports/{id}/messages", "disclosure.report", h.sayOwn)),

		web.Get("/disclosures", "disclosure.read", h.list),
		web.Get(one, "disclosure.read", h.show),
		web.Get(one+"/summary", "disclosure.write", h.edit),
		web.Post(one+"/summary", "disclosure.write", h.summarise),
		web.Post(one+"/take", "disclosure.write", h.take),
		web.Post(one+"/triage", "disclosure.write", h.triage),
		web.Post(one+"/coordinate", "disclosure.write", h.coordinate),
		web.Post(one+"/embargo", "disclosure.write", h.postpone),
		web.Post(one+"/close", "disclosure.write", h.close),
		web.Post(one+"/reopen", "disclosure.write", h.reopen),
		web.Get(one+"/confidential", "disclosure.private", h.open),
		web.Get(one+"/files/{file}", "disclosure.private", h.file),
		web.Post(one+"/messages", "disclosure.private", h.write),
		web.Post(one+"/notes", "disclosure.private", h.remark),
		web.Post(one+"/link", "disclosure.private", h.relink),
	})
}

// Menu leads the Centre to the cases and a maker to its reports.
func Menu() []web.MenuItem {
	return []web.MenuItem{{Order: 16, Text: "disclosure.menu.cases", Path: "/disclosures", Permission: "disclosure.read"},
		{Order: 17, Text: "disclosure.menu.own", Path: "/reports", Permission: "disclosure.report"}}
}

func home(p *i18n.Printer) ui.Link { return ui.Link{Text: p.T("disclosure.home"), Href: "/"} }

func path(id string) string { return "/disclosures/" + id }

// field is one of a form: its name is the ending of its words.
func field(p *i18n.Printer, e ui.Errors, name string, optional bool) ui.Field {
	f := ui.Field{Name: name, Label: ui.Word(p, "disclosure.field.", name), Optional: optional, Error: e.At(name)}
	if key := i18n.Key("disclosure.hint." + name); p.Has(key) {
		f.Hint = p.T(key)
	}
	return f
}

var tones = map[disclosure.State]ui.Tone{disclosure.Received: ui.Warning, disclosure.Triaged: ui.Info, disclosure.Coordinating: ui.Info,
	disclosure.Published: ui.Success, disclosure.Closed: ui.Neutral}

// usages are the answers to "do attackers use it?".
func usages() []ward.Exploitation {
	return []ward.Exploitation{ward.ExploitationNone, ward.ExploitationProof, ward.ExploitationExploited, ward.ExploitationRansomware}
}

func severities() []string { return []string{"none", "low", "medium", "high", "critical"} }

// summaryOf reads the publishable fields of a form.
func summaryOf(get func(string) string) disclosure.Summary {
	severity, _ := ward.ParseSeverity(get("severity"))
	return disclosure.Summary{Title: get("title"), Vendor: get("vendor"), Product: get("product"), Versions: get("versions"), Fixed: get("fixed"),
		CVEs: strings.FieldsFunc(get("cves"), separator), Severity: severity, Exploited: ward.Exploitation(get("exploited")),
		Impact: get("impact"), Patients: get("patients"), Mitigation: get("mitigation"), Credit: get("credit")}
}

func separator(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) }
