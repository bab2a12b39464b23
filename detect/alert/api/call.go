package api

import (
	"context"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/escalation"
	"ward/kit/web"
)

type callsQuery struct {
	After string `query:"after" maxLength:"100" doc:"cursor: next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type wireCallEntry struct {
	WireAlert
	Name     string        `json:"name"`
	Listed   time.Time     `json:"listed"`
	Next     time.Time     `json:"next" doc:"when to call"`
	Tries    int           `json:"tries"`
	There    string        `json:"there" doc:"local time now, RFC 3339 with the offset"`
	Contacts []wireContact `json:"contacts" doc:"with a number, whom to call first in front"`
	Log      []wireTry     `json:"log,omitempty"`
}

type wireTry struct {
	At      time.Time         `json:"at"`
	Person  string            `json:"person"`
	Contact string            `json:"contact"`
	Result  escalation.Result `json:"result"`
	Note    string            `json:"note,omitempty"`
	Next    *time.Time        `json:"next,omitempty"`
}

type wireCallList struct {
	Calls []wireCallEntry `json:"calls"`
	Next  string          `json:"next,omitempty"`
}

func (h handler) callWire(c alert.Call) wireCallEntry {
	out := wireCallEntry{WireAlert: alertWire(c.Alert), Name: c.Organisation.Name, Listed: c.Listed.UTC(), Next: c.Next.UTC(), Tries: c.Tries,
		There: c.There(h.svc.Now()).Format(time.RFC3339), Contacts: contactsWire(c.Contacts)}
	for _, t := range c.Log {
		out.Log = append(out.Log, wireTry{t.At.UTC(), t.Person, t.Contact, t.Result, t.Note, web.Moment(t.Next)})
	}
	return out
}

func (h handler) toCall(ctx context.Context, a ward.Actor, in *callsQuery) (*wireCallList, error) {
	all, err := h.svc.ToCall(ctx, a, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &wireCallList{Calls: make([]wireCallEntry, len(all.Calls)), Next: all.Next}
	for i, c := range all.Calls {
		out.Calls[i] = h.callWire(c)
	}
	return out, nil
}

func (h handler) call(ctx context.Context, a ward.Actor, in *IDPath) (*wireCallEntry, error) {
	c, err := h.svc.CallOf(ctx, a, ward.AlertID(in.ID))
	if err != nil {
		return nil, err
	}
	out := h.callWire(c)
	return &out, nil
}

type logCallInput struct {
	IDPath
	Body struct {
		Contact string    `json:"contact" maxLength:"200" doc:"who was called"`
		Result  string    `json:"result" enum:"reached,no_answer,left_message,wrong_number"`
		Note    string    `json:"note,omitempty" maxLength:"4000"`
		Next    time.Time `json:"next,omitempty" required:"false" doc:"when to call again; absent leaves it to the result"`
	}
}

func (h handler) logCall(ctx context.Context, a ward.Actor, in *logCallInput) error {
	b := in.Body
	return h.svc.LogCall(ctx, a, ward.AlertID(in.ID), escalation.Try{Contact: b.Contact, Result: escalation.Result(b.Result), Note: b.Note, Next: b.Next.UTC()})
}

type wireRung struct {
	Urgency escalation.Urgency `json:"urgency" enum:"now,days,week,cycle"`
	Rung    escalation.Rung    `json:"rung" enum:"management,duty_phone,call"`
	Minutes int64              `json:"minutes" minimum:"0" maximum:"86400" doc:"from the raising; 0 means never"`
}

type wireLadder struct {
	Rungs []wireRung `json:"rungs" maxItems:"20"`
}

func (h handler) ladder(ctx context.Context, a ward.Actor, _ *struct{}) (*wireLadder, error) {
	l, err := h.svc.Ladders().Of(ctx, a)
	if err != nil {
		return nil, err
	}
	out := &wireLadder{}
	for _, u := range escalation.Urgencies() {
		for _, r := range escalation.Rungs() {
			out.Rungs = append(out.Rungs, wireRung{u, r, int64(l[u][r] / time.Minute)})
		}
	}
	return out, nil
}

type setLadderInput struct{ Body wireLadder }

func (h handler) setLadder(ctx context.Context, a ward.Actor, in *setLadderInput) error {
	l := escalation.Ladder{}
	for _, x := range in.Body.Rungs {
		if l[x.Urgency] == nil {
			l[x.Urgency] = map[escalation.Rung]time.Duration{}
		}
		l[x.Urgency][x.Rung] = time.Duration(x.Minutes) * time.Minute
	}
	return h.svc.Ladders().Put(ctx, a, l)
}

type wireRed struct {
	Organisation string        `json:"organisation"`
	Name         string        `json:"name"`
	Country      string        `json:"country"`
	Silent       int           `json:"silent" doc:"red alerts that nobody has acknowledged"`
	Muted        []WireAlert   `json:"muted" doc:"those of them whose reminders the organisation has put off"`
	Aside        int           `json:"aside" doc:"red alerts closed without a remedy within 30 days"`
	Since        time.Time     `json:"since"`
	Contacts     []wireContact `json:"contacts" doc:"of those whom the caller may see"`
}

type wireRedList struct {
	Organisations []wireRed `json:"organisations"`
	Next          string    `json:"next,omitempty"`
}

func (h handler) red(ctx context.Context, a ward.Actor, in *callsQuery) (*wireRedList, error) {
	all, err := h.svc.Red(ctx, a, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &wireRedList{Organisations: make([]wireRed, len(all.Orgs)), Next: all.Next}
	for i, x := range all.Orgs {
		out.Organisations[i] = wireRed{string(x.Organisation.ID), x.Organisation.Name, string(x.Organisation.Country), x.Silent, alertsWire(x.Muted), x.Aside,
			x.Since.UTC(), contactsWire(x.Contacts)}
	}
	return out, nil
}

type changesQuery struct {
	After string `query:"after" maxLength:"100" doc:"cursor: next of the answer before; absent begins at the start"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	Wait  int    `query:"wait" minimum:"0" maximum:"55" default:"0" doc:"seconds to wait for a change when there is none"`
}

type wireChange struct {
	Version int64     `json:"version" doc:"counts the changes of this alert"`
	At      time.Time `json:"at"`
	Alert   WireAlert `json:"alert" doc:"as it is now"`
}

type wireChanges struct {
	Changes []wireChange `json:"changes"`
	Next    string       `json:"next" doc:"cursor to go on from, also when nothing is new"`
	More    bool         `json:"more" doc:"there is more at once"`
}

func (h handler) changes(ctx context.Context, a ward.Actor, in *changesQuery) (*wireChanges, error) {
	all, err := h.svc.AwaitChanges(ctx, a, in.After, in.Limit, time.Duration(in.Wait)*time.Second, web.Closing(ctx))
	if err != nil {
		return nil, err
	}
	out := &wireChanges{Changes: make([]wireChange, len(all.Changes)), Next: all.Next, More: all.More}
	for i, c := range all.Changes {
		out.Changes[i] = wireChange{c.Version, c.At.UTC(), alertWire(c.Alert)}
	}
	return out, nil
}
