package alert

import (
	"context"
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/reach"
	"ward/kit/mail"
)

// Rights of channels: a person's own, and those of an organisation.
const (
	permSelf  ward.Permission = "account.self"
	permHooks ward.Permission = "channel.read"
	permHook  ward.Permission = "channel.write"
)

// self is the object of what a person says of himself.
func self(a ward.Actor) ward.Object {
	return ward.Object{Kind: "person", ID: string(a.Person), Org: a.Org, Country: a.Country}
}

// Reach is how people are reached.
func (s *Service) Reach() *reach.Service { return s.reach }

// MailKey is the key that the house signs encrypted mail with; without a
// fingerprint where it signs none.
func (s *Service) MailKey() mail.House { return s.cfg.MailKey }

// Receivers are the contacts of the actor's organisation who get its mails.
func (s *Service) Receivers(ctx context.Context, a ward.Actor) ([]ward.Contact, error) {
	if _, err := s.cfg.Guard.Check(a, permHooks, ward.Object{Kind: "contact", Org: a.Org, Country: a.Country}); err != nil {
		return nil, err
	}
	all, err := s.cfg.Registry.Contacts(ctx, []ward.OrgID{a.Org})
	return receivers(all[a.Org]), ward.Wrap("mail receivers", err)
}

// Receives reports whether a is among those to whom alerts of his organisation
// are sent.
func (s *Service) Receives(ctx context.Context, a ward.Actor) (bool, error) {
	if _, err := s.cfg.Guard.Check(a, permSelf, self(a)); err != nil {
		return false, err
	}
	all, err := s.cfg.Registry.Contacts(ctx, []ward.OrgID{a.Org})
	for _, c := range receivers(all[a.Org]) {
		if c.Person == a.Person {
			return true, nil
		}
	}
	return false, ward.Wrap("receives", err)
}

// clearance is the narrowest marking whose text a mail to w may carry: more where
// only the receiver can open it.
func clearance(w reach.Wishes, at time.Time) ward.TLP {
	if w.Sealed(at) {
		return marking.OrganisationClearance
	}
	return marking.MailClearance
}
