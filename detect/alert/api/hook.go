package api

import (
	"context"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/webhook"
)

type wireHooks struct {
	Webhooks []wireHook `json:"webhooks"`
}

func (h handler) hooks(ctx context.Context, a ward.Actor, _ *struct{}) (*wireHooks, error) {
	all, err := h.svc.Hooks().List(ctx, a)
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

func (h handler) addHook(ctx context.Context, a ward.Actor, in *addHookInput) (*wireHook, error) {
	t, _ := ward.ParseTLP(in.Body.Clearance) // the schema admits names only; RED is refused
	made, err := h.svc.Hooks().Add(ctx, a, in.Body.URL, t)
	if err != nil {
		return nil, err
	}
	out := hookWire(made)
	return &out, nil
}

type setHookInput struct {
	IDPath
	Body struct {
		State string `json:"state" enum:"active,paused"`
	}
}

func (h handler) setHook(ctx context.Context, a ward.Actor, in *setHookInput) error {
	return h.svc.Hooks().Set(ctx, a, in.ID, webhook.State(in.Body.State))
}

func (h handler) changeSecret(ctx context.Context, a ward.Actor, in *IDPath) (*wireHook, error) {
	made, err := h.svc.Hooks().ChangeSecret(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	out := hookWire(made)
	return &out, nil
}

func (h handler) dropHook(ctx context.Context, a ward.Actor, in *IDPath) error {
	return h.svc.Hooks().Drop(ctx, a, in.ID)
}

type wireTest struct {
	Result string `json:"result" doc:"status of the receiver, or what went wrong"`
}

func (h handler) testHook(ctx context.Context, a ward.Actor, in *IDPath) (*wireTest, error) {
	word, err := h.svc.Hooks().Test(ctx, a, in.ID)
	return &wireTest{word}, err
}

type wireCall struct {
	Alert string `json:"alert"`
	WireDelivery
}

type wireCalls struct {
	Calls []wireCall `json:"calls"`
}

func (h handler) calls(ctx context.Context, a ward.Actor, in *IDPath) (*wireCalls, error) {
	all, err := h.svc.Calls(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	out := &wireCalls{Calls: make([]wireCall, len(all))}
	for i, d := range all {
		out.Calls[i] = wireCall{string(alert.MakeID(d.Issue, d.OrgNo)), deliveryWire(d)}
	}
	return out, nil
}

type wireReceivers struct {
	Receivers []wireContact `json:"receivers"`
}

func (h handler) receivers(ctx context.Context, a ward.Actor, _ *struct{}) (*wireReceivers, error) {
	all, err := h.svc.Reach().Receivers(ctx, a)
	if err != nil {
		return nil, err
	}
	return &wireReceivers{contactsWire(all)}, nil
}
