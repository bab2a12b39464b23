package receiver

import (
	"context"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/web"
)

// Operations is the table of the package: what the pages can do, programs can.
func (s *Service) Operations() []web.Operation {
	const one = "/api/v1/receiver-keys/{receiver}"
	return []web.Operation{
		web.Op("GET", "/api/v1/receiver-keys", permWrite, "List the authorities of a country that get incident reports, with their OpenPGP keys", s.apiList),
		web.Op("PUT", one, permWrite, "Put an authority's OpenPGP key in; it waits until somebody else has compared its fingerprint", s.apiPut),
		web.Do("POST", one+"/confirm", permConfirm, "Confirm a key as a second person; mail to the authority is encrypted with it from then on", s.apiConfirm),
		web.Do("DELETE", one, permWrite, "Take an authority's keys away; mail to it leaves readable again", s.apiEnd),
	}
}

type keyWire struct {
	ID          string     `json:"id"`
	State       State      `json:"state" doc:"waiting, used"`
	Fingerprint string     `json:"fingerprint"`
	Addresses   []string   `json:"addresses"`
	Expires     *time.Time `json:"expires,omitempty"`
	Put         time.Time  `json:"put"`
	PutBy       string     `json:"put_by"`
	Confirmed   *time.Time `json:"confirmed,omitempty"`
	ConfirmedBy string     `json:"confirmed_by,omitempty"`
}

func wireKey(k *Key) *keyWire {
	if k == nil {
		return nil
	}
	w := &keyWire{ID: k.ID, State: k.State, Fingerprint: k.Fingerprint, Addresses: append([]string{}, k.Addresses...), Put: k.Put.UTC(), PutBy: k.PutName, ConfirmedBy: k.SeenName}
	for _, x := range [...]struct {
		at   time.Time
		into **time.Time
	}{{k.Expires, &w.Expires}, {k.Seen, &w.Confirmed}} {
		if at := x.at.UTC(); !x.at.IsZero() {
			*x.into = &at
		}
	}
	return w
}

type entryWire struct {
	Receiver   string          `json:"receiver" doc:"such as HR-csirt"`
	Name       string          `json:"name"`
	Email      string          `json:"email,omitempty"`
	Portal     string          `json:"portal,omitempty"`
	Confidence rule.Confidence `json:"confidence"`
	Used       *keyWire        `json:"used,omitempty"`
	Waiting    *keyWire        `json:"waiting,omitempty"`
}

type listKeysIn struct {
	Country ward.Country `query:"country" doc:"of the Centre; without it the first"`
}

type receiversOut struct {
	Receivers []entryWire `json:"receivers"`
}

func (s *Service) apiList(ctx context.Context, a ward.Actor, in *listKeysIn) (*receiversOut, error) {
	if list := s.Countries(a); in.Country == "" && len(list) > 0 {
		in.Country = list[0]
	}
	list, err := s.List(ctx, a, in.Country)
	out := &receiversOut{[]entryWire{}}
	for _, e := range list {
		out.Receivers = append(out.Receivers, entryWire{e.Path(), e.Name, e.Email, e.Portal, e.Confidence, wireKey(e.Used), wireKey(e.Waiting)})
	}
	return out, err
}

// ReceiverIn names a receiver; exported, as its field is that of others too.
type ReceiverIn struct {
	Receiver string `path:"receiver" doc:"such as HR-csirt"`
}

func (in ReceiverIn) key() string { return Named(in.Receiver) }

type putKeyIn struct {
	ReceiverIn
	Body struct {
		Key string `json:"key" maxLength:"131072" doc:"public, armoured"`
	}
}

func (s *Service) apiPut(ctx context.Context, a ward.Actor, in *putKeyIn) (*keyWire, error) {
	k, err := s.Put(ctx, a, in.key(), []byte(in.Body.Key))
	return wireKey(&k), err
}

type confirmKeyIn struct {
	ReceiverIn
	Body struct {
		ID  string `json:"id" doc:"of the key that waits"`
		End string `json:"end" doc:"of the fingerprint, as the authority reads it out: eight signs or more"`
	}
}

func (s *Service) apiConfirm(ctx context.Context, a ward.Actor, in *confirmKeyIn) error {
	return s.Confirm(ctx, a, in.key(), in.Body.ID, in.Body.End)
}

func (s *Service) apiEnd(ctx context.Context, a ward.Actor, in *ReceiverIn) error {
	return s.End(ctx, a, in.key())
}
