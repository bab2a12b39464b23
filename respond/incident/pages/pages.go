// Package pages shows incident reports: to the hospital that writes one, and to
// the team of its country what was sent. They work without scripts; the clock
// bar stands on every page of a report.
package pages

import (
	"context"
	"slices"

	"ward"
	"ward/format/rule"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
)

// Ransom keeps demands and payments beside a report, for those who were named.
type Ransom interface {
	// Link is where a reads of them; empty for whoever may not know of any.
	Link(ctx context.Context, a ward.Actor, incident string) (string, error)
}

type handler struct {
	svc    *incident.Service
	ransom Ransom // nil where no page leads there
}

// Routes are the pages.
func Routes(svc *incident.Service, r Ransom) []web.Page {
	h := handler{svc, r}
	const one, sent, team = "/incidents/{id}", "/incidents/{id}/sent/{sending}", "/incident-queue/{id}"
	return []web.Page{
		web.Get("/incidents", "incident.read", h.list),
		web.Get("/incidents/schema.json", web.Public, h.schema),
		web.Get("/incidents/new", "incident.write", h.blank),
		web.Post("/incidents/new", "incident.write", h.begin),
		web.Get(one, "incident.read", h.show),
		web.Get(one+"/{stage}/{step}", "incident.write", h.step),
		web.Post(one+"/{stage}/{step}", "incident.write", h.save),
		web.Get(one+"/check/{stage}", "incident.write", h.check),
		web.Post(one+"/send/{stage}", "incident.write", h.send),
		web.Get(one+"/delete", "incident.write", h.askDrop),
		web.Post(one+"/delete", "incident.write", h.drop),
		web.Get(one+"/clock", "incident.write", h.clock),
		web.Post(one+"/clock", "incident.write", h.move),
		web.Get(one+"/log", "incident.read", h.log),
		web.Get(one+"/messages", "incident.read", h.messages),
		web.Post(one+"/messages", "incident.write", h.reply),
		web.Post(one+"/duties/{duty}", "incident.write", h.fulfilled),
		web.Post(one+"/deliveries/{delivery}", "incident.write", h.carried),
		web.Get(sent, "incident.read", h.sent),
		web.Get(sent+"/document/{lang}", "incident.read", h.document),
		web.Get(sent+"/report.csv", "incident.read", h.csv),
		web.Get(sent+"/report.xlsx", "incident.read", h.xlsx),
		web.Get(sent+"/report.json", "incident.read", h.json),
		web.Get(sent+"/receipt.txt", "incident.read", h.receipt),

		web.Get(team, "incident.handle", h.received),
		web.Get(team+"/sent/{sending}/document/{lang}", "incident.handle", h.receivedDocument),
		web.Post(team+"/acknowledge", "incident.handle", h.acknowledge),
		web.Post(team+"/messages", "incident.handle", h.write),
		web.Post(team+"/ask", "incident.handle", h.ask),
		web.Post(team+"/close", "incident.handle", h.close),
		web.Post(team+"/reopen", "incident.handle", h.reopen),
	}
}

// Menu are the entries of the navigation.
func Menu() []web.MenuItem {
	return []web.MenuItem{{Order: 12, Text: "incident.menu.own", Path: "/incidents", Permission: "incident.read"},
		{Order: 13, Text: "incident.menu.cards", Path: "/incident-cards", Permission: "incident.card"},
		{Order: 12, Text: "incident.menu.queue", Path: "/incident-queue", Permission: "incident.handle"},
		{Order: 14, Text: "incident.menu.forwarded", Path: "/incident-forwarded", Permission: "incident.forwarded"},
		{Order: 73, Text: "incident.menu.keys", Path: "/receiver-keys", Permission: "receiver.write"}}
}

func home(p *i18n.Printer) ui.Link { return ui.Link{Text: p.T("incident.home"), Href: "/"} }

func own(p *i18n.Printer) []ui.Link {
	return []ui.Link{home(p), {Text: p.T("incident.list.title"), Href: "/incidents"}}
}

func crumbs(p *i18n.Printer, r incident.Report) []ui.Link {
	return append(own(p), ui.Link{Text: i18n.Raw(r.Number), Href: path(r.ID)})
}

func path(id string) string { return "/incidents/" + id }

func stepPath(id string, stage rule.Stage, step string) string {
	return path(id) + "/" + string(stage) + "/" + step
}

func checkPath(id string, stage rule.Stage) string { return path(id) + "/check/" + string(stage) }

func stageWord(p *i18n.Printer, s rule.Stage) i18n.Text { return ui.Word(p, "incident.stage.", s) }

// stageOf reads the stage of an address.
func stageOf(c *web.Call) (rule.Stage, error) {
	stage := rule.Stage(c.Path("stage"))
	if !slices.Contains(incident.Stages(), stage) {
		return "", ward.Fail(ward.NotFound, "")
	}
	return stage, nil
}

// errorsOf are all faults of a joined error, with questions named in words.
func errorsOf(p *i18n.Printer, svc *incident.Service, err error) ui.Errors {
	var named []error
	for _, e := range ward.All(err) {
		named = append(named, inWords(p, svc, e))
	}
	return ui.ErrorsOf(p, named...)
}

var tones = map[incident.State]ui.Tone{incident.Draft: ui.Neutral, incident.Reported: ui.Warning, incident.Acknowledged: ui.Success, incident.Closed: ui.Neutral}
