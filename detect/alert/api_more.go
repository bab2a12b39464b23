package alert

import (
	"context"

	"ward"
)

type overviewQuery struct {
	Before int64 `query:"before" minimum:"0" doc:"number of the last issue of the page before"`
	Limit  int   `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type wireOverview struct {
	Issues []wireReach `json:"issues"`
}

func (s *Service) apiOverview(ctx context.Context, a ward.Actor, in *overviewQuery) (*wireOverview, error) {
	all, err := s.Overview(ctx, a, OverviewFilter{Before: in.Before, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &wireOverview{Issues: make([]wireReach, len(all))}
	for i, r := range all {
		out.Issues[i] = reachWire(r)
	}
	return out, nil
}

type respondersQuery struct {
	Issue int64  `path:"issue" minimum:"1" maximum:"1000000000000"`
	Group string `query:"group" enum:"silent,overdue,failed"`
	After string `query:"after" maxLength:"100"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type wireResponder struct {
	wireAlert
	Name     string        `json:"name"`
	Reached  bool          `json:"reached"`
	Failed   bool          `json:"failed"`
	Contacts []wireContact `json:"contacts" doc:"of those whom the caller may see"`
}

type wireResponders struct {
	Reach         wireReach       `json:"reach"`
	CVEs          []string        `json:"cves"`
	Organisations []wireResponder `json:"organisations"`
	Next          string          `json:"next,omitempty"`
}

func (s *Service) apiResponders(ctx context.Context, a ward.Actor, in *respondersQuery) (*wireResponders, error) {
	r, err := s.Responders(ctx, a, in.Issue, Group(in.Group), in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &wireResponders{Reach: reachWire(r.Reach), CVEs: list(r.CVEs), Organisations: make([]wireResponder, len(r.Rows)), Next: r.Next}
	for i, x := range r.Rows {
		out.Organisations[i] = wireResponder{alertWire(x.Alert), x.Organisation.Name, x.Reached, x.Failed, contactsWire(x.Contacts)}
	}
	return out, nil
}

type wireHooks struct {
	Webhooks []wireHook `json:"webhooks"`
}

func (s *Service) apiHooks(ctx context.Context, a ward.Actor, _ *struct{}) (*wireHooks, error) {
	all, err := s.Hooks(ctx, a)
	if err != nil {
		return nil, err
	}
	out := &wireHooks{Webhooks: make([]wireHook, len(all))}
	for i, h := range all {
		out.Webhooks[i] = hookWire(h)
	}
	return out, nil
}

type addHookInput struct {
	Body struct {
		URL       string `json:"url" maxLength:"2000"`
		Clearance string `json:"clearance" enum:"CLEAR,GREEN,AMBER" doc:"narrowest TLP that may leave by it"`
	}
}

func (s *Service) apiAddHook(ctx context.Context, a ward.Actor, in *addHookInput) (*wireHook, error) {
	t, _ := ward.ParseTLP(in.Body.Clearance) // the schema admits names only; RED is refused
	h, err := s.AddHook(ctx, a, in.Body.URL, t)
	if err != nil {
		return nil, err
	}
	out := hookWire(h)
	return &out, nil
}

type setHookInput struct {
	IDPath
	Body struct {
		State string `json:"state" enum:"active,paused"`
	}
}

func (s *Service) apiSetHook(ctx context.Context, a ward.Actor, in *setHookInput) error {
	return s.SetHook(ctx, a, in.ID, HookState(in.Body.State))
}

func (s *Service) apiDropHook(ctx context.Context, a ward.Actor, in *IDPath) error {
	return s.DropHook(ctx, a, in.ID)
}

type wireTest struct {
	Result string `json:"result" doc:"status of the receiver, or what went wrong"`
}

func (s *Service) apiTestHook(ctx context.Context, a ward.Actor, in *IDPath) (*wireTest, error) {
	word, err := s.TestHook(ctx, a, in.ID)
	return &wireTest{word}, err
}

type wireCall struct {
	Alert string `json:"alert"`
	wireDelivery
}

type wireCalls struct {
	Calls []wireCall `json:"calls"`
}

func (s *Service) apiCalls(ctx context.Context, a ward.Actor, in *IDPath) (*wireCalls, error) {
	all, err := s.Calls(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	out := &wireCalls{Calls: make([]wireCall, len(all))}
	for i, d := range all {
		out.Calls[i] = wireCall{string(MakeID(d.Issue, d.OrgNo)), deliveryWire(d)}
	}
	return out, nil
}

type wireReceivers struct {
	Receivers []wireContact `json:"receivers"`
}

func (s *Service) apiReceivers(ctx context.Context, a ward.Actor, _ *struct{}) (*wireReceivers, error) {
	all, err := s.Receivers(ctx, a)
	if err != nil {
		return nil, err
	}
	return &wireReceivers{contactsWire(all)}, nil
}
