package alert

import (
	"context"
	"crypto/rand"
	"encoding/base64"

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

// AddHook makes a webhook and returns it with its secret, which is shown once.
func (s *Service) AddHook(ctx context.Context, a ward.Actor, url string, clearance ward.TLP) (Hook, error) {
	d, err := s.cfg.Guard.Check(a, permHook, ward.Object{Kind: "webhook", Org: a.Org, Country: a.Country})
	if err != nil {
		return Hook{}, err
	}
	if !validHookURL(url, s.cfg.PlainHooks) {
		return Hook{}, ward.Fail(ward.Invalid, "alert.error.webhook_url").At("url")
	}
	// Nothing narrower than AMBER leaves the platform for a machine of others.
	if !clearance.Within(ward.TLPAmber) {
		return Hook{}, ward.Fail(ward.Invalid, "alert.error.webhook_tlp").At("clearance")
	}
	key := make([]byte, 24)
	rand.Read(key) // never fails (crypto/rand)
	h := Hook{ID: s.cfg.IDs(), Org: a.Org, URL: url, Secret: "whsec_" + base64.StdEncoding.EncodeToString(key),
		Clearance: clearance, State: HookActive, Created: s.cfg.Clock()}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		all, err := hooksOf(ctx, tx, []ward.OrgID{a.Org})
		if err != nil {
			return err
		}
		if len(all[a.Org]) >= hookLimit {
			return ward.Fail(ward.Conflict, "alert.error.webhook_many")
		}
		if err := insertHook(ctx, tx, h); err != nil {
			return err
		}
		return s.recordHook(ctx, tx, a, h, d.Policy, "add")
	})
	return h, ward.Wrap("add webhook", err)
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

func (s *Service) recordHook(ctx context.Context, tx *db.Tx, a ward.Actor, h Hook, policy, act string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permHook), Outcome: audit.Done, Policy: policy,
		Object: ward.Object{Kind: "webhook", ID: h.ID, Org: h.Org, Country: a.Country}, Detail: map[string]string{"act": act}})
}
