package api

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/stand"
	"ward/kit/web"
)

// handler answers the operations.
type handler struct{ svc *alert.Service }

// Operations are what programs can do with alerts.
func Operations(svc *alert.Service) []web.Operation {
	h := handler{svc}
	return slices.Concat(h.operations(), h.wishOperations(), h.feedOperations())
}

func (h handler) operations() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/alerts", "alert.read", "Lists alerts: open ones by due time, or all by the newest raising.", h.list),
		web.Op("GET", "/api/v1/alerts/summary", "alert.read", "Counts the open alerts.", h.summary),
		web.Op("GET", "/api/v1/alerts/{id}", "alert.read", "Shows one alert with its devices, sources, deliveries and history.", h.get),
		web.Do("POST", "/api/v1/alerts/{id}/mute", "alert.mute", "Puts the reminders of an alert off until a time, with a reason; the national team sees it.", h.mute),
		web.Do("DELETE", "/api/v1/alerts/{id}/mute", "alert.mute", "Lets the reminders of an alert go on.", h.unmute),
		web.Do("POST", "/api/v1/alerts/{id}/respond", "alert.respond", "Moves an alert to a state.", h.respond),
		web.Do("POST", "/api/v1/alerts/{id}/assets", "alert.respond", "Gives single assets of an alert a state, for all CVEs or one.", h.assets),
		web.Do("POST", "/api/v1/alerts/{id}/comment", "alert.respond", "Adds a comment to an alert's history.", h.comment),
		web.Op("POST", "/api/v1/alerts/respond", "alert.respond", "Moves many alerts at once and tells how many could be moved.", h.respondAll),
		web.Op("GET", "/api/v1/alerts/asset/{asset}", "alert.read", "Lists the alerts that speak of one asset of the own organisation.", h.ofAsset),
		web.Op("POST", "/api/v1/alerts/match", "alert.respond", "Runs the matching by hand for assets of the own organisation.", h.matchAssets),
		web.Op("POST", "/api/v1/alerts/match/advisories", "advisory.write", "Runs the matching by hand for advisories and all inventories.", h.matchAdvisories),
		web.Op("GET", "/api/v1/acknowledgements/{secret}", web.Public, "Shows what the link of a mail is for; changes nothing.", h.lookAt),
		web.Op("POST", "/api/v1/acknowledgements/{secret}", web.Public, "Acknowledges the alert of a mail's link, once.", h.acknowledge),
		web.Op("GET", "/api/v1/changes", "alert.read", "Lists the alerts that changed after a cursor, without gaps, the oldest change first; waits for one if asked to.", h.changes),
		web.Op("GET", "/api/v1/calls", "alert.call", "Lists the organisations to call about alerts that nobody acknowledges.", h.toCall),
		web.Op("GET", "/api/v1/calls/{id}", "alert.call", "Shows one call with its contacts and log.", h.call),
		web.Do("POST", "/api/v1/calls/{id}", "alert.call", "Notes how a call ended.", h.logCall),
		web.Op("GET", "/api/v1/ladder", "alert.ladder", "Shows when an alert that nobody acknowledges goes on to whom.", h.ladder),
		web.Do("PUT", "/api/v1/ladder", "alert.ladder", "Sets that for the own country; for the Centre, for all that set nothing else.", h.setLadder),
		web.Op("GET", "/api/v1/red-alerts", "alert.overview", "Lists organisations with red alerts that are not acknowledged or were put aside.", h.red),
		web.Op("GET", "/api/v1/overview", "alert.overview", "Lists issues with how many organisations were reached, acknowledged and have done.", h.overview),
		web.Op("GET", "/api/v1/overview/{issue}/delivery", "alert.overview", "Tells how fast an issue's alerts were delivered and acknowledged, by country and channel.", h.speed),
		web.Op("GET", "/api/v1/overview/{issue}", "alert.overview", "Lists the organisations of an issue with their states.", h.responders),
		web.Op("GET", "/api/v1/webhooks", "channel.read", "Lists the webhooks of the own organisation.", h.hooks),
		web.Op("POST", "/api/v1/webhooks", "channel.write", "Makes a webhook; its secret is in this answer only.", h.addHook),
		web.Do("PATCH", "/api/v1/webhooks/{id}", "channel.write", "Pauses a webhook or turns it on again.", h.setHook),
		web.Do("DELETE", "/api/v1/webhooks/{id}", "channel.write", "Deletes a webhook.", h.dropHook),
		web.Op("POST", "/api/v1/webhooks/{id}/secret", "channel.write", "Gives a webhook another secret, in this answer only; for a day calls are signed with both.", h.changeSecret),
		web.Op("POST", "/api/v1/webhooks/{id}/test", "channel.write", "Calls a webhook with a test message.", h.testHook),
		web.Op("GET", "/api/v1/webhooks/{id}/calls", "channel.read", "Lists the last deliveries by a webhook.", h.calls),
		web.Op("GET", "/api/v1/receivers", "channel.read", "Lists the contacts of the own organisation who get alerts by mail.", h.receivers),
		web.Op("GET", "/api/v1/contacts/keys", "channel.read", "Lists the contacts of the own organisation who have no login, with the OpenPGP keys to which their mail is encrypted.", h.contactKeys),
		web.Do("PUT", "/api/v1/contacts/{contact}/key", "channel.write", "Encrypts mail to a contact without a login to an OpenPGP public key.", h.setContactKey),
		web.Do("POST", "/api/v1/contacts/{contact}/key/fetch", "channel.write", "Looks for the contact's OpenPGP key at its mail provider (Web Key Directory).", h.fetchContactKey),
		web.Do("DELETE", "/api/v1/contacts/{contact}/key", "channel.write", "Forgets the OpenPGP key of a contact.", h.dropContactKey),
	}
}

type listQuery struct {
	View     string `query:"view" enum:"open,all" default:"open" doc:"open: the nearest due time first; all: the newest first"`
	State    string `query:"state" enum:"new,acknowledged,applicable,not_applicable,in_progress,done,risk_accepted,obsolete"`
	Severity string `query:"severity" enum:"low,medium,high,critical" doc:"at least this"`
	Used     bool   `query:"exploited" doc:"only what attackers use"`
	Overdue  bool   `query:"overdue"`
	Org      string `query:"organisation" maxLength:"64"`
	Country  string `query:"country" maxLength:"2"`
	Issue    int64  `query:"issue" minimum:"0"`
	Text     string `query:"text" maxLength:"200" doc:"in the title, or a CVE"`
	After    string `query:"after" maxLength:"100" doc:"cursor: next of the page before"`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (q listQuery) filter() alert.Filter {
	f := alert.Filter{Open: q.View != "all", Used: q.Used, Overdue: q.Overdue, Org: ward.OrgID(q.Org), Country: ward.Country(q.Country),
		Issue: q.Issue, Text: q.Text, After: q.After, Limit: q.Limit}
	f.Severity, _ = ward.ParseSeverity(q.Severity) // the schema admits names only
	if q.State != "" {
		f.States = []stand.State{stand.State(q.State)}
	}
	return f
}

type wirePage struct {
	Alerts []WireAlert `json:"alerts"`
	Next   string      `json:"next,omitempty" doc:"cursor of the next page; absent at the end"`
}

func (h handler) list(ctx context.Context, a ward.Actor, in *listQuery) (*wirePage, error) {
	p, err := h.svc.List(ctx, a, in.filter())
	if err != nil {
		return nil, err
	}
	return &wirePage{Alerts: alertsWire(p.Alerts), Next: p.Next}, nil
}

type wireCount struct {
	Open    int `json:"open"`
	New     int `json:"new"`
	Overdue int `json:"overdue"`
	Urgent  int `json:"urgent" doc:"due within 24 hours or overdue"`
}

func (h handler) summary(ctx context.Context, a ward.Actor, _ *struct{}) (*wireCount, error) {
	c, err := h.svc.Summary(ctx, a)
	return &wireCount{c.Open, c.New, c.Overdue, c.Urgent}, err
}

// IDPath is the alert or webhook that a path names. It is exported, as the
// router fills embedded structs only then.
type IDPath struct {
	ID string `path:"id" maxLength:"64"`
}

func (p IDPath) alert() ward.AlertID { return ward.AlertID(p.ID) }

func (h handler) get(ctx context.Context, a ward.Actor, in *IDPath) (*wireDetail, error) {
	d, err := h.svc.Get(ctx, a, in.alert())
	if err != nil {
		return nil, err
	}
	out := detailWire(d)
	return &out, nil
}

type respondInput struct {
	IDPath
	Body struct {
		State  string `json:"state" maxLength:"32"`
		Reason string `json:"reason,omitempty" doc:"needed for not_applicable and risk_accepted"`
		Round  int64  `json:"round,omitempty" minimum:"0" doc:"the round that was seen; a newer one is a conflict"`
	}
}

func (h handler) respond(ctx context.Context, a ward.Actor, in *respondInput) error {
	return h.svc.Respond(ctx, a, in.alert(), alert.Response{State: stand.State(in.Body.State), Reason: in.Body.Reason, Round: in.Body.Round})
}

type assetsInput struct {
	IDPath
	Body struct {
		Assets []string `json:"assets" minItems:"1" maxItems:"10000"`
		State  string   `json:"state" enum:"applicable,in_progress,done,not_applicable,risk_accepted"`
		CVE    string   `json:"cve,omitempty" maxLength:"64" doc:"absent means all CVEs"`
		Reason string   `json:"reason,omitempty"`
	}
}

func (h handler) assets(ctx context.Context, a ward.Actor, in *assetsInput) error {
	r := alert.Response{State: stand.State(in.Body.State), CVE: in.Body.CVE, Reason: in.Body.Reason}
	for _, x := range in.Body.Assets {
		r.Assets = append(r.Assets, ward.AssetID(x))
	}
	return h.svc.Respond(ctx, a, in.alert(), r)
}

type commentInput struct {
	IDPath
	Body struct {
		Comment string `json:"comment"`
	}
}

func (h handler) comment(ctx context.Context, a ward.Actor, in *commentInput) error {
	return h.svc.Comment(ctx, a, in.alert(), in.Body.Comment)
}

type muteInput struct {
	IDPath
	Body struct {
		Until  time.Time `json:"until" doc:"at most 31 days away; a new revision, exploitation or a graver rating end it sooner"`
		Reason string    `json:"reason" maxLength:"4000"`
	}
}

func (h handler) mute(ctx context.Context, a ward.Actor, in *muteInput) error {
	return h.svc.Mute(ctx, a, in.alert(), in.Body.Until, in.Body.Reason)
}

func (h handler) unmute(ctx context.Context, a ward.Actor, in *IDPath) error {
	return h.svc.Unmute(ctx, a, in.alert())
}

type bulkInput struct {
	Body struct {
		Alerts []string `json:"alerts" minItems:"1"`
		State  string   `json:"state" maxLength:"32"`
		Reason string   `json:"reason,omitempty"`
	}
}

type wireMoved struct {
	Moved int `json:"moved" doc:"the others could not make the step"`
}

func (h handler) respondAll(ctx context.Context, a ward.Actor, in *bulkInput) (*wireMoved, error) {
	ids := make([]ward.AlertID, len(in.Body.Alerts))
	for i, id := range in.Body.Alerts {
		ids[i] = ward.AlertID(id)
	}
	n, err := h.svc.RespondAll(ctx, a, ids, alert.Response{State: stand.State(in.Body.State), Reason: in.Body.Reason})
	return &wireMoved{n}, err
}

type matchAssets struct {
	Body struct {
		Assets []string `json:"assets,omitempty" maxItems:"1000" doc:"absent means all of the own organisation"`
	}
}

type matchAdvisories struct {
	Body struct {
		Advisories []string `json:"advisories" minItems:"1" maxItems:"1000"`
	}
}

type wireRun struct {
	Run string `json:"run" doc:"id of the run in the audit log"`
}

func (h handler) matchAssets(ctx context.Context, a ward.Actor, in *matchAssets) (*wireRun, error) {
	var run alert.Run
	for _, x := range in.Body.Assets {
		run.Assets = append(run.Assets, ward.AssetID(x))
	}
	id, err := h.svc.Match(ctx, a, run)
	return &wireRun{id}, err
}

func (h handler) matchAdvisories(ctx context.Context, a ward.Actor, in *matchAdvisories) (*wireRun, error) {
	var run alert.Run
	for _, x := range in.Body.Advisories {
		run.Advisories = append(run.Advisories, ward.AdvisoryID(x))
	}
	id, err := h.svc.Match(ctx, a, run)
	return &wireRun{id}, err
}
