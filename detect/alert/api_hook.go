package alert

import (
	"context"

	"ward"
)

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

func (s *Service) apiChangeSecret(ctx context.Context, a ward.Actor, in *IDPath) (*wireHook, error) {
	h, err := s.ChangeSecret(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	out := hookWire(h)
	return &out, nil
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
	WireDelivery
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
