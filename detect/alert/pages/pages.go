// Package pages shows what package alert offers.
package pages

import (
	"strconv"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/stand"
	"ward/kit/i18n"
	"ward/kit/live"
	"ward/kit/ui"
	"ward/kit/web"
)

// handler answers the pages.
type handler struct {
	svc *alert.Service
	hub *live.Hub
}

// Routes are the pages of the alerts; hub tells open lists that something changed.
func Routes(svc *alert.Service, hub *live.Hub) []web.Page {
	h := handler{svc: svc, hub: hub}
	return append(mailKeyRoutes(svc.MailKey()), []web.Page{
		web.Get("/alerts", "alert.read", h.inbox),
		web.Get("/alerts/stream", "alert.read", h.stream),
		web.Post("/alerts/{id}/mute", "alert.mute", h.mute),
		web.Post("/alerts/{id}/unmute", "alert.mute", h.unmute),
		web.Post("/alerts/respond", "alert.respond", h.respondAll),
		web.Get("/alerts/channels", "channel.read", h.channels),
		web.Post("/alerts/channels", "channel.write", h.addHook),
		web.Get("/alerts/contact-keys/{contact}", "channel.write", h.contactKey),
		web.Post("/alerts/contact-keys/{contact}/key", "channel.write", h.setContactKey),
		web.Post("/alerts/contact-keys/{contact}/fetch", "channel.write", h.fetchContactKey),
		web.Post("/alerts/contact-keys/{contact}/remove", "channel.write", h.dropContactKey),
		web.Get("/alerts/channels/{id}", "channel.read", h.calls),
		web.Get("/alerts/channels/{id}/delete", "channel.write", h.askDrop),
		web.Post("/alerts/channels/{id}/delete", "channel.write", h.dropHook),
		web.Get("/alerts/channels/{id}/secret", "channel.write", h.askSecret),
		web.Post("/alerts/channels/{id}/secret", "channel.write", h.changeSecret),
		web.Post("/alerts/channels/{id}/state", "channel.write", h.setHook),
		web.Post("/alerts/channels/{id}/test", "channel.write", h.testHook),
		web.Get("/me/reach", "account.self", h.wishes),
		web.Post("/me/reach", "account.self", h.setWishes),
		web.Post("/me/reach/key", "account.self", h.setKey),
		web.Post("/me/reach/key/fetch", "account.self", h.fetchKey),
		web.Post("/me/reach/key/remove", "account.self", h.dropKey),
		web.Get("/me/reach/feeds", "account.self", h.feeds),
		web.Post("/me/reach/feeds", "account.self", h.addFeed),
		web.Get("/me/reach/feeds/{id}/remove", "account.self", h.askDropFeed),
		web.Post("/me/reach/feeds/{id}/remove", "account.self", h.dropFeed),
		web.Get("/feed/{secret}/alerts.atom", web.Public, h.atom),
		web.Get("/feed/{secret}/due.ics", web.Public, h.calendar),
		web.Post("/alerts/match", "alert.respond", h.match),
		web.Get("/alerts/asset/{asset}", "alert.read", h.ofAsset),
		web.Get("/alerts/{id}", "alert.read", h.show),
		web.Post("/alerts/{id}/respond", "alert.respond", h.respond),
		web.Post("/alerts/{id}/assets", "alert.respond", h.respondAssets),
		web.Post("/alerts/{id}/comment", "alert.respond", h.comment),
		web.Get("/ack/{secret}", web.Public, h.ack),
		{Method: "POST", Path: "/ack/{secret}", Permission: web.Public, SecretPath: true, Handle: h.acknowledge},
		web.Get("/situation/calls", "alert.call", h.toCall),
		web.Get("/situation/calls/{id}", "alert.call", h.call),
		web.Post("/situation/calls/{id}", "alert.call", h.logCall),
		web.Get("/situation/ladder", "alert.ladder", h.ladder),
		web.Post("/situation/ladder", "alert.ladder", h.setLadder),
		web.Get("/situation/red", "alert.overview", h.red),
		web.Get("/situation/alerts", "alert.overview", h.overview),
		web.Get("/situation/alerts/{issue}", "alert.overview", h.responders),
		web.Post("/situation/alerts/{issue}/match", "advisory.write", h.matchIssue),
		web.Get("/situation/alerts/{issue}/delivery", "alert.overview", h.speed),
		web.Get("/situation/alerts/{issue}/delivery.csv", "alert.overview", h.speedCSV),
		web.Get("/situation/alerts/{issue}/organisations.csv", "alert.overview", h.respondersCSV),
	}...)
}

// Menu are the entries of the navigation.
func Menu() []web.MenuItem {
	return []web.MenuItem{
		{Order: 10, Text: "alert.menu.alerts", Path: "/alerts", Permission: "alert.read"},
		{Order: 60, Text: "alert.menu.situation", Path: "/situation/alerts", Permission: "alert.overview"},
	}
}

// home and inboxLink are the way back up.
func home(p *i18n.Printer) ui.Link { return ui.Link{Text: p.T("alert.crumb.home"), Href: "/"} }
func inboxLink(p *i18n.Printer) ui.Link {
	return ui.Link{Text: p.T("alert.list.title"), Href: "/alerts"}
}

// stateKey and its like name the words of a value.
func stateKey(s stand.State) i18n.Key { return i18n.Key("alert.state." + string(s)) }

// words are somebody else's, in the language that is known of them.
func words(lang ward.Lang, s string) i18n.Text {
	if lang == "" {
		return i18n.Raw(s)
	}
	return i18n.In(lang, s)
}

// faultText says how a delivery failed: a status of the receiver, or our word.
func faultText(p *i18n.Printer, fault string) i18n.Text {
	if fault == "" {
		return i18n.Text{}
	}
	if _, err := strconv.Atoi(fault); err == nil {
		return p.T("alert.fault.status", "status", fault)
	}
	return p.T(i18n.Key("alert.fault." + fault))
}

// toneOf is the colour of a state; the word says the same.
func toneOf(a alert.Alert, overdue bool) ui.Tone {
	switch {
	case overdue:
		return ui.Bad
	case a.State == stand.Unseen:
		return ui.Info
	case a.State.Open():
		return ui.Warning
	case a.State == stand.Done:
		return ui.Success
	}
	return ui.Neutral
}

// stateOptions are the states of a choice, with the chosen one.
func stateOptions(p *i18n.Printer, states []stand.State, chosen string) []ui.Option {
	out := make([]ui.Option, len(states))
	for i, s := range states {
		out[i] = ui.Option{Value: string(s), Text: p.T(stateKey(s)), Checked: string(s) == chosen}
	}
	return out
}

// ofAsset lists the alerts of one device of the own inventory.
func (h handler) ofAsset(c *web.Call) error {
	all, err := h.svc.OfAsset(c.Context(), c.Actor, ward.AssetID(c.Path("asset")))
	if err != nil {
		return err
	}
	return c.OK(ui.Shell{Title: c.T("alert.ofasset.title"), Lead: c.T("alert.ofasset.lead"), Crumbs: []ui.Link{home(c.Printer), inboxLink(c.Printer)}},
		ofAsset(c.Printer, all))
}
