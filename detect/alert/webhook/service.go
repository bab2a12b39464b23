package webhook

import (
	"context"
	"errors"
	"strings"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/fetch"
	"ward/kit/id"
	"ward/kit/seal"
)

// Rights, those of all channels of an organisation.
const (
	permRead  ward.Permission = "channel.read"
	permWrite ward.Permission = "channel.write"
)

// Config of New. All fields are needed.
type Config struct {
	DB    *db.DB
	Clock clock.Clock
	IDs   id.Source
	Guard *auth.Guard
	Audit *audit.Log
	Fetch *fetch.Client
	Box   seal.Box // seals secrets
	URL   string   // address of this site
	Plain bool     // addresses without TLS are allowed: training and tests
}

// Service keeps webhooks and calls them. Safe for concurrent use.
type Service struct{ cfg Config }

// New makes the service.
func New(cfg Config) *Service { return &Service{cfg} }

func missing() error { return ward.Fail(ward.NotFound, "alert.error.no_webhook") }

// List gives the webhooks of the actor's organisation, without their secrets.
func (s *Service) List(ctx context.Context, a ward.Actor) ([]Hook, error) {
	if _, err := s.cfg.Guard.Check(a, permRead, ward.Object{Kind: "webhook", Org: a.Org, Country: a.Country}); err != nil {
		return nil, err
	}
	var out []Hook
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := hooksOf(ctx, tx, []ward.OrgID{a.Org})
		out = all[a.Org]
		return err
	})
	for i := range out {
		out[i].Secret = ""
	}
	return out, ward.Wrap("list webhooks", err)
}

// Of gives the webhooks of organisations, by organisation.
func (s *Service) Of(ctx context.Context, tx *db.Tx, orgs []ward.OrgID) (map[ward.OrgID][]Hook, error) {
	return hooksOf(ctx, tx, orgs)
}

// Find gives one webhook. NotFound when it was deleted.
func (s *Service) Find(ctx context.Context, tx *db.Tx, id string) (Hook, error) {
	return hookByID(ctx, tx, id)
}

// Readable is nil for a webhook that a may see, NotFound for others.
func (s *Service) Readable(ctx context.Context, tx *db.Tx, a ward.Actor, id string) error {
	h, err := hookByID(ctx, tx, id)
	if err == nil && !s.cfg.Guard.Decide(a, permRead, ward.Object{Kind: "webhook", ID: id, Org: h.Org}).Allowed {
		err = missing()
	}
	return err
}

// May reports whether a may change the webhooks of the own organisation.
func (s *Service) May(a ward.Actor) bool {
	return s.cfg.Guard.Decide(a, permWrite, ward.Object{Kind: "webhook", Org: a.Org, Country: a.Country}).Allowed
}

// Add makes a webhook and returns it with its secret, which is shown once.
func (s *Service) Add(ctx context.Context, a ward.Actor, url string, clearance ward.TLP) (Hook, error) {
	d, err := s.cfg.Guard.Check(a, permWrite, ward.Object{Kind: "webhook", Org: a.Org, Country: a.Country})
	if err != nil {
		return Hook{}, err
	}
	// Nothing narrower than AMBER leaves the platform for a machine of others.
	err = errors.Join(
		ward.When(!validURL(url, s.cfg.Plain), ward.Fail(ward.Invalid, "alert.error.webhook_url").At("url")),
		ward.When(!clearance.Within(ward.TLPAmber), ward.Fail(ward.Invalid, "alert.error.webhook_tlp").At("clearance")))
	if err != nil {
		return Hook{}, err
	}
	h := Hook{ID: s.cfg.IDs(), Org: a.Org, URL: url, Secret: newSecret(),
		Clearance: clearance, State: Active, Created: s.cfg.Clock()}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "alert.webhooks."+string(a.Org)); err != nil { // the limit is counted
			return err
		}
		all, err := hooksOf(ctx, tx, []ward.OrgID{a.Org})
		if err != nil {
			return err
		}
		if len(all[a.Org]) >= hookLimit {
			return ward.Fail(ward.Conflict, "alert.error.webhook_many")
		}
		kept := h
		kept.Secret = s.sealSecret(h.ID, h.Secret)
		if err := insertHook(ctx, tx, kept); err != nil {
			return err
		}
		return s.record(ctx, tx, a, h, d.Policy, "add")
	})
	return h, ward.Wrap("add webhook", err)
}

// ChangeSecret gives a webhook another secret, which is shown once. For a day calls
// bear the signatures of both, so that the receiver refuses none meanwhile.
func (s *Service) ChangeSecret(ctx context.Context, a ward.Actor, id string) (Hook, error) {
	var h Hook
	next := newSecret()
	err := s.change(ctx, a, id, "secret", func(tx *db.Tx) (err error) {
		if h, err = hookByID(ctx, tx, id); err != nil {
			return err
		}
		last, err := s.secretOf(h)
		if err != nil {
			return err
		}
		former := []string{s.sealSecret(id, last)}
		if now := s.cfg.Clock(); now.Before(h.until) { // a form sent twice: the receiver has the one before both
			former = append(former, strings.Fields(h.former)...)
		}
		former = former[:min(len(former), formerMost)]
		return changeSecret(ctx, tx, id, s.sealSecret(id, next), strings.Join(former, " "), s.cfg.Clock().Add(formerLife))
	})
	h.Secret = next
	return h, err
}

// Set pauses a webhook or turns it on again.
func (s *Service) Set(ctx context.Context, a ward.Actor, id string, state State) error {
	if state != Active && state != Paused {
		return ward.Fail(ward.Invalid, "alert.error.step").At("state")
	}
	return s.change(ctx, a, id, string(state), func(tx *db.Tx) error { return setState(ctx, tx, id, state) })
}

// Drop deletes a webhook.
func (s *Service) Drop(ctx context.Context, a ward.Actor, id string) error {
	return s.change(ctx, a, id, "drop", func(tx *db.Tx) error { return deleteHook(ctx, tx, id) })
}

func (s *Service) change(ctx context.Context, a ward.Actor, id, act string, do func(*db.Tx) error) error {
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := hookByID(ctx, tx, id)
		if err != nil {
			return err
		}
		o := ward.Object{Kind: "webhook", ID: id, Org: h.Org}
		d := s.cfg.Guard.Decide(a, permWrite, o)
		if !d.Allowed {
			return missing()
		}
		if err := do(tx); err != nil {
			return err
		}
		return s.record(ctx, tx, a, h, d.Policy, act)
	})
	return ward.Wrap("change webhook", err)
}

// Test calls a webhook of the own organisation at once with a message that
// names no alert, and gives how the call ended: a status, or a Fault. The end is
// also kept with the webhook; a failure does not count towards disabling it.
func (s *Service) Test(ctx context.Context, a ward.Actor, id string) (string, error) {
	var h Hook
	err := s.change(ctx, a, id, "test", func(tx *db.Tx) (err error) {
		h, err = hookByID(ctx, tx, id)
		return err
	})
	if err != nil {
		return "", err
	}
	p := Payload{Type: TypeTest, Timestamp: s.cfg.Clock(), Data: Data{TLP: ward.TLPClear.String(), URL: s.cfg.URL}}
	end := s.Call(ctx, h, "test-"+s.cfg.IDs(), p)
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return noteTest(ctx, tx, id, end.Word, s.cfg.Clock()) })
	return end.Word, ward.Wrap("test webhook", err)
}

func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, h Hook, policy, act string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permWrite), Outcome: audit.Done, Policy: policy,
		Object: ward.Object{Kind: "webhook", ID: h.ID, Org: h.Org, Country: a.Country}, Detail: map[string]string{"act": act}})
}
