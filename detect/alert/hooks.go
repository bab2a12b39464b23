package alert

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"

	"ward"
	"ward/kit/audit"
	"ward/kit/db"
)

const (
	permHooks ward.Permission = "channel.read"
	permHook  ward.Permission = "channel.write"
)

// Hooks lists the webhooks of the actor's organisation, without their secrets.
func (s *Service) Hooks(ctx context.Context, a ward.Actor) ([]Hook, error) {
	if _, err := s.cfg.Guard.Check(a, permHooks, ward.Object{Kind: "webhook", Org: a.Org, Country: a.Country}); err != nil {
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

// Receivers are the contacts of the actor's organisation who get its mails.
func (s *Service) Receivers(ctx context.Context, a ward.Actor) ([]ward.Contact, error) {
	if _, err := s.cfg.Guard.Check(a, permHooks, ward.Object{Kind: "contact", Org: a.Org, Country: a.Country}); err != nil {
		return nil, err
	}
	all, err := s.cfg.Registry.Contacts(ctx, []ward.OrgID{a.Org})
	return receivers(all[a.Org]), ward.Wrap("mail receivers", err)
}

// callLimit bounds the log of a webhook.
const callLimit = 50

// Calls are the last deliveries of a webhook of the actor's organisation,
// newest first. NotFound for that of another.
func (s *Service) Calls(ctx context.Context, a ward.Actor, id string) ([]Delivery, error) {
	var out []Delivery
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		h, err := hookByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if !s.cfg.Guard.Decide(a, permHooks, ward.Object{Kind: "webhook", ID: id, Org: h.Org}).Allowed {
			return ward.Fail(ward.NotFound, "alert.error.no_webhook")
		}
		out, err = callsOf(ctx, tx, id, callLimit)
		return err
	})
	return out, ward.Wrap("webhook log", err)
}

// AddHook makes a webhook and returns it with its secret, which is shown once.
func (s *Service) AddHook(ctx context.Context, a ward.Actor, url string, clearance ward.TLP) (Hook, error) {
	d, err := s.cfg.Guard.Check(a, permHook, ward.Object{Kind: "webhook", Org: a.Org, Country: a.Country})
	if err != nil {
		return Hook{}, err
	}
	// Nothing narrower than AMBER leaves the platform for a machine of others.
	if err := errors.Join(flaw(!validHookURL(url, s.cfg.PlainHooks), "webhook_url", "url"), flaw(!clearance.Within(ward.TLPAmber), "webhook_tlp", "clearance")); err != nil {
		return Hook{}, err
	}
	h := Hook{ID: s.cfg.IDs(), Org: a.Org, URL: url, Secret: newHookSecret(),
		Clearance: clearance, State: HookActive, Created: s.cfg.Clock()}
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
		return s.recordHook(ctx, tx, a, h, d.Policy, "add")
	})
	return h, ward.Wrap("add webhook", err)
}

func newHookSecret() string {
	key := make([]byte, 24)
	rand.Read(key) // never fails (crypto/rand)
	return openMark + base64.StdEncoding.EncodeToString(key)
}

// formerLife is how long calls are signed with the secret before as well: a
// receiver has that time to take the new one.
const formerLife = 24 * time.Hour

// ChangeSecret gives a webhook another secret, which is shown once. For a day calls
// bear the signatures of both, so that the receiver refuses none meanwhile.
func (s *Service) ChangeSecret(ctx context.Context, a ward.Actor, id string) (Hook, error) {
	var h Hook
	next := newHookSecret()
	err := s.onHook(ctx, a, id, "secret", func(tx *db.Tx) (err error) {
		if h, err = hookByID(ctx, tx, id); err != nil {
			return err
		}
		former, err := s.secretOf(h)
		if err != nil {
			return err
		}
		return changeSecret(ctx, tx, id, s.sealSecret(id, next), s.sealSecret(id, former), s.cfg.Clock().Add(formerLife))
	})
	h.Secret = next
	return h, err
}

// SetHook pauses a webhook or turns it on again.
func (s *Service) SetHook(ctx context.Context, a ward.Actor, id string, state HookState) error {
	if state != HookActive && state != HookPaused {
		return ward.Fail(ward.Invalid, "alert.error.step").At("state")
	}
	return s.onHook(ctx, a, id, string(state), func(tx *db.Tx) error { return setHookState(ctx, tx, id, state) })
}

// DropHook deletes a webhook.
func (s *Service) DropHook(ctx context.Context, a ward.Actor, id string) error {
	return s.onHook(ctx, a, id, "drop", func(tx *db.Tx) error { return deleteHook(ctx, tx, id) })
}

func (s *Service) onHook(ctx context.Context, a ward.Actor, id, act string, do func(*db.Tx) error) error {
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := hookByID(ctx, tx, id)
		if err != nil {
			return err
		}
		o := ward.Object{Kind: "webhook", ID: id, Org: h.Org}
		d := s.cfg.Guard.Decide(a, permHook, o)
		if !d.Allowed {
			return ward.Fail(ward.NotFound, "alert.error.no_webhook")
		}
		if err := do(tx); err != nil {
			return err
		}
		return s.recordHook(ctx, tx, a, h, d.Policy, act)
	})
	return ward.Wrap("change webhook", err)
}

// TestHook calls a webhook of the own organisation at once with a message that
// names no alert, and gives how the call ended: a status, or a Fault. The end is
// also kept with the webhook; a failure does not count towards disabling it.
func (s *Service) TestHook(ctx context.Context, a ward.Actor, id string) (string, error) {
	var h Hook
	err := s.onHook(ctx, a, id, "test", func(tx *db.Tx) (err error) {
		h, err = hookByID(ctx, tx, id)
		return err
	})
	if err != nil {
		return "", err
	}
	p := payload{Type: "alert.test", Timestamp: s.cfg.Clock()}
	p.Data.CVEs, p.Data.TLP, p.Data.URL = []string{}, ward.TLPClear.String(), s.cfg.URL
	body, err := json.Marshal(p)
	if err != nil {
		return "", ward.Wrap("test webhook", err)
	}
	status, fault := s.post(ctx, h, "test-"+s.cfg.IDs(), body)
	word := callWord(status, fault)
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return noteTest(ctx, tx, id, word, s.cfg.Clock()) })
	return word, ward.Wrap("test webhook", err)
}

func (s *Service) recordHook(ctx context.Context, tx *db.Tx, a ward.Actor, h Hook, policy, act string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permHook), Outcome: audit.Done, Policy: policy,
		Object: ward.Object{Kind: "webhook", ID: h.ID, Org: h.Org, Country: a.Country}, Detail: map[string]string{"act": act}})
}
