package forward

import (
	"context"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/web"
	"ward/respond/incident"
)

// Operations is the table of the API.
func (s *Service) Operations() []web.Operation {
	const one = "/api/v1/incident-queue/{id}/forward"
	return []web.Operation{
		web.Op("GET", one, permHandle, "Show what may leave of a report, to whom, and what left before", s.apiPlan),
		web.Do("POST", one, permHandle, "Pass a report on to teams of other countries or to the Centre, under its marking and your country's rule of sharing", s.apiSend),
		web.Op("GET", "/api/v1/incidents/{id}/forwarded", permRead, "Show what your response team passed on of a report of yours", s.apiOf),
		web.Op("GET", "/api/v1/incident-forwarded", permForwarded, "List what was forwarded to your team", s.apiInbox),
		web.Op("GET", "/api/v1/incident-forwarded/{forward}", permForwarded, "Open what was forwarded; the hospital sees that you did", s.apiOpen),
	}
}

type reportIn struct {
	ID string `path:"id"`
}

type partyWire struct {
	ID      ward.OrgID   `json:"id"`
	Name    string       `json:"name"`
	Country ward.Country `json:"country,omitempty" doc:"none: the Centre"`
}

type forwardWire struct {
	ID      string       `json:"id"`
	Country ward.Country `json:"country" doc:"of the report"`
	Team    string       `json:"team" doc:"that forwarded it"`
	By      string       `json:"by"`
	To      partyWire    `json:"to"`
	TLP     string       `json:"tlp"`
	Care    bool         `json:"care" doc:"care of patients is hit"`
	At      time.Time    `json:"at"`
	Read    *time.Time   `json:"read,omitempty"`
	Text    string       `json:"text,omitempty" doc:"of the team; not in lists of the receiver"`
}

func wire(f Forward) forwardWire {
	w := forwardWire{f.ID, f.Home, f.Sender, f.By, partyOf(f.To), f.TLP.String(), f.Care, f.At.UTC(), nil, f.Text}
	if !f.Read.IsZero() {
		at := f.Read.UTC()
		w.Read = &at
	}
	return w
}

func partyOf(o ward.Organisation) partyWire { return partyWire{o.ID, o.Name, o.Country} }

type copyWire struct {
	Number       string                `json:"number,omitempty"`
	Organisation string                `json:"organisation,omitempty" doc:"none under a cover"`
	Stage        rule.Stage            `json:"stage"`
	Reason       incident.Reason       `json:"reporting_reason"`
	Sent         time.Time             `json:"sent"`
	Answers      []incident.AnswerWire `json:"answers"`
}

func (s *Service) copied(c Content) copyWire {
	return copyWire{c.Number, c.Organisation, c.Stage, c.Reason, c.Sent.UTC(), s.cfg.Reports.Catalogue().Wire(c.Answers)}
}

type forwardPlanOut struct {
	TLP       string        `json:"tlp"`
	Rule      Rule          `json:"rule" doc:"of sharing: nothing, covered, exact"`
	Shut      string        `json:"shut,omitempty" doc:"why nothing may leave: tlp, rule, trust"`
	Leaves    *copyWire     `json:"leaves,omitempty"`
	Receivers []partyWire   `json:"receivers"`
	Sent      []forwardWire `json:"sent"`
}

func (s *Service) apiPlan(ctx context.Context, a ward.Actor, in *reportIn) (*forwardPlanOut, error) {
	p, err := s.Plan(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	out := &forwardPlanOut{TLP: p.TLP.String(), Rule: p.Rule, Shut: p.Shut(), Receivers: []partyWire{}, Sent: wires(p.Sent)}
	if out.Shut == "" {
		c := s.copied(p.Content)
		out.Leaves = &c
	}
	for _, o := range p.Receivers {
		out.Receivers = append(out.Receivers, partyOf(o))
	}
	return out, nil
}

func wires(list []Forward) []forwardWire {
	out := []forwardWire{}
	for _, f := range list {
		out = append(out, wire(f))
	}
	return out
}

type forwardIn struct {
	ID   string `path:"id"`
	Body struct {
		To   []ward.OrgID `json:"to" maxItems:"60" doc:"ids of receivers"`
		Text string       `json:"text"`
	}
}

func (s *Service) apiSend(ctx context.Context, a ward.Actor, in *forwardIn) error {
	return s.Send(ctx, a, in.ID, in.Body.To, in.Body.Text)
}

type forwardsOut struct {
	Forwarded []forwardWire `json:"forwarded"`
}

func (s *Service) apiOf(ctx context.Context, a ward.Actor, in *reportIn) (*forwardsOut, error) {
	_, list, err := s.Of(ctx, a, in.ID)
	return &forwardsOut{wires(list)}, err
}

func (s *Service) apiInbox(ctx context.Context, a ward.Actor, _ *struct{}) (*forwardsOut, error) {
	list, err := s.Inbox(ctx, a)
	return &forwardsOut{wires(list)}, err
}

type oneForwardIn struct {
	Forward string `path:"forward"`
}

type oneForwardOut struct {
	Forward forwardWire `json:"forward"`
	Copy    copyWire    `json:"copy"`
}

func (s *Service) apiOpen(ctx context.Context, a ward.Actor, in *oneForwardIn) (*oneForwardOut, error) {
	f, err := s.Open(ctx, a, in.Forward)
	if err != nil {
		return nil, err
	}
	return &oneForwardOut{wire(f), s.copied(f.Content)}, nil
}
