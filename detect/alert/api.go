package alert

import (
	"context"
	"time"

	"ward"
	"ward/kit/web"
)

func (s *Service) operations() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/alerts", permRead, "Lists alerts: open ones by due time, or all by the newest raising.", s.apiList),
		web.Op("GET", "/api/v1/alerts/summary", permRead, "Counts the open alerts.", s.apiSummary),
		web.Op("GET", "/api/v1/alerts/{id}", permRead, "Shows one alert with its devices, sources, deliveries and history.", s.apiGet),
		web.Do("POST", "/api/v1/alerts/{id}/mute", permMute, "Puts the reminders of an alert off until a time, with a reason; the national team sees it.", s.apiMute),
		web.Do("DELETE", "/api/v1/alerts/{id}/mute", permMute, "Lets the reminders of an alert go on.", s.apiUnmute),
		web.Do("POST", "/api/v1/alerts/{id}/respond", permRespond, "Moves an alert to a state.", s.apiRespond),
		web.Do("POST", "/api/v1/alerts/{id}/assets", permRespond, "Gives single assets of an alert a state, for all CVEs or one.", s.apiAssets),
		web.Do("POST", "/api/v1/alerts/{id}/comment", permRespond, "Adds a comment to an alert's history.", s.apiComment),
		web.Op("POST", "/api/v1/alerts/respond", permRespond, "Moves many alerts at once and tells how many could be moved.", s.apiRespondAll),
		web.Op("GET", "/api/v1/alerts/asset/{asset}", permRead, "Lists the alerts that speak of one asset of the own organisation.", s.apiOfAsset),
		web.Op("POST", "/api/v1/alerts/match", permRespond, "Runs the matching by hand for assets of the own organisation.", s.apiMatchAssets),
		web.Op("POST", "/api/v1/alerts/match/advisories", permCurate, "Runs the matching by hand for advisories and all inventories.", s.apiMatchAdvisories),
		web.Op("GET", "/api/v1/acknowledgements/{secret}", web.Public, "Shows what the link of a mail is for; changes nothing.", s.apiLookAt),
		web.Op("POST", "/api/v1/acknowledgements/{secret}", web.Public, "Acknowledges the alert of a mail's link, once.", s.apiAcknowledge),
		web.Op("GET", "/api/v1/changes", permRead, "Lists the alerts that changed after a cursor, without gaps, the oldest change first; waits for one if asked to.", s.apiChanges),
		web.Op("GET", "/api/v1/calls", permCall, "Lists the organisations to call about alerts that nobody acknowledges.", s.apiToCall),
		web.Op("GET", "/api/v1/calls/{id}", permCall, "Shows one call with its contacts and log.", s.apiCall),
		web.Do("POST", "/api/v1/calls/{id}", permCall, "Notes how a call ended.", s.apiLogCall),
		web.Op("GET", "/api/v1/ladder", permLadder, "Shows when an alert that nobody acknowledges goes on to whom.", s.apiLadder),
		web.Do("PUT", "/api/v1/ladder", permLadder, "Sets that for the own country; for the Centre, for all that set nothing else.", s.apiSetLadder),
		web.Op("GET", "/api/v1/red-alerts", permOverview, "Lists organisations with red alerts that are not acknowledged or were put aside.", s.apiRed),
		web.Op("GET", "/api/v1/overview", permOverview, "Lists issues with how many organisations were reached, acknowledged and have done.", s.apiOverview),
		web.Op("GET", "/api/v1/overview/{issue}/delivery", permOverview, "Tells how fast an issue's alerts were delivered and acknowledged, by country and channel.", s.apiSpeed),
		web.Op("GET", "/api/v1/overview/{issue}", permOverview, "Lists the organisations of an issue with their states.", s.apiResponders),
		web.Op("GET", "/api/v1/webhooks", permHooks, "Lists the webhooks of the own organisation.", s.apiHooks),
		web.Op("POST", "/api/v1/webhooks", permHook, "Makes a webhook; its secret is in this answer only.", s.apiAddHook),
		web.Do("PATCH", "/api/v1/webhooks/{id}", permHook, "Pauses a webhook or turns it on again.", s.apiSetHook),
		web.Do("DELETE", "/api/v1/webhooks/{id}", permHook, "Deletes a webhook.", s.apiDropHook),
		web.Op("POST", "/api/v1/webhooks/{id}/secret", permHook, "Gives a webhook another secret, in this answer only; for a day calls are signed with both.", s.apiChangeSecret),
		web.Op("POST", "/api/v1/webhooks/{id}/test", permHook, "Calls a webhook with a test message.", s.apiTestHook),
		web.Op("GET", "/api/v1/webhooks/{id}/calls", permHooks, "Lists the last deliveries by a webhook.", s.apiCalls),
		web.Op("GET", "/api/v1/receivers", permHooks, "Lists the contacts of the own organisation who get alerts by mail.", s.apiReceivers),
		web.Op("GET", "/api/v1/contacts/keys", permHooks, "Lists the contacts of the own organisation who have no login, with the OpenPGP keys to which their mail is encrypted.", s.apiContactKeys),
		web.Do("PUT", "/api/v1/contacts/{contact}/key", permHook, "Encrypts mail to a contact without a login to an OpenPGP public key.", s.apiSetContactKey),
		web.Do("POST", "/api/v1/contacts/{contact}/key/fetch", permHook, "Looks for the contact's OpenPGP key at its mail provider (Web Key Directory).", s.apiFetchContactKey),
		web.Do("DELETE", "/api/v1/contacts/{contact}/key", permHook, "Forgets the OpenPGP key of a contact.", s.apiDropContactKey),
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

func (q listQuery) filter() Filter {
	f := Filter{Open: q.View != "all", Used: q.Used, Overdue: q.Overdue, Org: ward.OrgID(q.Org), Country: ward.Country(q.Country),
		Issue: q.Issue, Text: q.Text, After: q.After, Limit: q.Limit}
	f.Severity, _ = ward.ParseSeverity(q.Severity) // the schema admits names only
	if q.State != "" {
		f.States = []State{State(q.State)}
	}
	return f
}

type wirePage struct {
	Alerts []WireAlert `json:"alerts"`
	Next   string      `json:"next,omitempty" doc:"cursor of the next page; absent at the end"`
}

func (s *Service) apiList(ctx context.Context, a ward.Actor, in *listQuery) (*wirePage, error) {
	p, err := s.List(ctx, a, in.filter())
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

func (s *Service) apiSummary(ctx context.Context, a ward.Actor, _ *struct{}) (*wireCount, error) {
	c, err := s.Summary(ctx, a)
	return &wireCount{c.Open, c.New, c.Overdue, c.Urgent}, err
}

// IDPath is the alert or webhook that a path names. It is exported, as the
// router fills embedded structs only then.
type IDPath struct {
	ID string `path:"id" maxLength:"64"`
}

func (p IDPath) alert() ward.AlertID { return ward.AlertID(p.ID) }

func (s *Service) apiGet(ctx context.Context, a ward.Actor, in *IDPath) (*wireDetail, error) {
	d, err := s.Get(ctx, a, in.alert())
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

func (s *Service) apiRespond(ctx context.Context, a ward.Actor, in *respondInput) error {
	return s.Respond(ctx, a, in.alert(), Response{State: State(in.Body.State), Reason: in.Body.Reason, Round: in.Body.Round})
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

func (s *Service) apiAssets(ctx context.Context, a ward.Actor, in *assetsInput) error {
	r := Response{State: State(in.Body.State), CVE: in.Body.CVE, Reason: in.Body.Reason}
	for _, x := range in.Body.Assets {
		r.Assets = append(r.Assets, ward.AssetID(x))
	}
	return s.Respond(ctx, a, in.alert(), r)
}

type commentInput struct {
	IDPath
	Body struct {
		Comment string `json:"comment"`
	}
}

func (s *Service) apiComment(ctx context.Context, a ward.Actor, in *commentInput) error {
	return s.Comment(ctx, a, in.alert(), in.Body.Comment)
}

type muteInput struct {
	IDPath
	Body struct {
		Until  time.Time `json:"until" doc:"at most 31 days away; a new revision, exploitation or a graver rating end it sooner"`
		Reason string    `json:"reason" maxLength:"4000"`
	}
}

func (s *Service) apiMute(ctx context.Context, a ward.Actor, in *muteInput) error {
	return s.Mute(ctx, a, in.alert(), in.Body.Until, in.Body.Reason)
}

func (s *Service) apiUnmute(ctx context.Context, a ward.Actor, in *IDPath) error {
	return s.Unmute(ctx, a, in.alert())
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

func (s *Service) apiRespondAll(ctx context.Context, a ward.Actor, in *bulkInput) (*wireMoved, error) {
	ids := make([]ward.AlertID, len(in.Body.Alerts))
	for i, id := range in.Body.Alerts {
		ids[i] = ward.AlertID(id)
	}
	n, err := s.RespondAll(ctx, a, ids, Response{State: State(in.Body.State), Reason: in.Body.Reason})
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

func (s *Service) apiMatchAssets(ctx context.Context, a ward.Actor, in *matchAssets) (*wireRun, error) {
	var run Run
	for _, x := range in.Body.Assets {
		run.Assets = append(run.Assets, ward.AssetID(x))
	}
	id, err := s.Match(ctx, a, run)
	return &wireRun{id}, err
}

func (s *Service) apiMatchAdvisories(ctx context.Context, a ward.Actor, in *matchAdvisories) (*wireRun, error) {
	var run Run
	for _, x := range in.Body.Advisories {
		run.Advisories = append(run.Advisories, ward.AdvisoryID(x))
	}
	id, err := s.Match(ctx, a, run)
	return &wireRun{id}, err
}
