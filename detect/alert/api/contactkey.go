package api

import (
	"context"
	"time"

	"ward"
	"ward/detect/alert/reach"
	"ward/kit/web"
)

type wireKeyed struct {
	Contact     string          `json:"contact"`
	Name        string          `json:"name"`
	Email       string          `json:"email"`
	Duty        ward.Duty       `json:"duty"`
	Fingerprint string          `json:"fingerprint,omitempty" doc:"of the key; absent where mail is not encrypted"`
	Expires     *time.Time      `json:"expires,omitempty"`
	Source      reach.KeySource `json:"source,omitempty" doc:"given by a manager, or wkd: found at the mail provider"`
	At          *time.Time      `json:"at,omitempty"`
}

type wireKeyedList struct {
	Contacts []wireKeyed `json:"contacts"`
}

func (h handler) contactKeys(ctx context.Context, a ward.Actor, _ *struct{}) (*wireKeyedList, error) {
	all, err := h.svc.Reach().ContactKeys(ctx, a)
	if err != nil {
		return nil, err
	}
	out := &wireKeyedList{Contacts: make([]wireKeyed, len(all))}
	for i, x := range all {
		k := x.Key
		out.Contacts[i] = wireKeyed{x.ID, x.Name, x.Email, x.Duty, k.Print, web.Moment(k.Expires), k.Source, web.Moment(k.At)}
	}
	return out, nil
}

// ContactPath is the contact that a path names.
type ContactPath struct {
	Contact string `path:"contact" maxLength:"64"`
}

type contactKeyInput struct {
	ContactPath
	Body struct {
		Key string `json:"key" maxLength:"131072" doc:"armoured public key"`
	}
}

func (h handler) setContactKey(ctx context.Context, a ward.Actor, in *contactKeyInput) error {
	return h.svc.Reach().SetContactKey(ctx, a, in.Contact, []byte(in.Body.Key))
}

func (h handler) fetchContactKey(ctx context.Context, a ward.Actor, in *ContactPath) error {
	return h.svc.Reach().FetchContactKey(ctx, a, in.Contact)
}

func (h handler) dropContactKey(ctx context.Context, a ward.Actor, in *ContactPath) error {
	return h.svc.Reach().DropContactKey(ctx, a, in.Contact)
}
