package registry

import (
	"context"
	"errors"

	"ward"
	"ward/kit/auth"
	"ward/kit/db"
)

// Found makes the house's first organisation and its operator, both without a
// name, unless that was done before. Any number of replicas may call it. The
// account service then makes the link by which the operator comes in, and
// SetUp lets him name both. Asked by app only, as the house itself.
func (s *Service) Found(ctx context.Context, a ward.Actor) (ward.PersonID, error) {
	if !a.System {
		return "", ward.Wrap("found", ward.Fail(ward.Forbidden, "error.forbidden"))
	}
	var operator ward.PersonID
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		operator = ward.PersonID(s.ids())
		first, err := insertFounding(ctx, tx, operator)
		if err != nil || !first {
			operator, err = founder(ctx, tx)
			return err
		}
		return s.found(ctx, tx, a, operator)
	})
	return operator, ward.Wrap("found", err)
}

// found writes organisation, operator and hat without names: whoever holds the
// link says them in SetUp.
func (s *Service) found(ctx context.Context, tx *db.Tx, a ward.Actor, operator ward.PersonID) error {
	now := s.clock()
	org := prepared{Profile: Profile{ID: ward.OrgID(s.ids()), Details: Details{Kind: ward.KindCentre}, Version: 1, Created: now, Updated: now}}
	if err := insertOrganisations(ctx, tx, []prepared{org}); err != nil {
		return err
	}
	if err := insertPerson(ctx, tx, ward.Person{ID: operator, Lang: ward.English}, "", now); err != nil {
		return err
	}
	f := Affiliation{ID: s.ids(), Person: ward.Person{ID: operator}, Org: org.ID, Role: ward.RoleOperator, Began: now}
	if err := insertAffiliation(ctx, tx, f); err != nil {
		return err
	}
	return s.record(ctx, tx, a, deed{"org.create", "organisation.founded", org.Object(), auth.Decision{Allowed: true, Policy: "house-works"}})
}

// Setup is what the first operator says of the house and of himself.
type Setup struct {
	Kind    ward.OrgKind
	Name    string
	Country ward.Country // empty for the Centre only
	City    string
	Person  string
	Email   string
}

// SetUp names the operator's own organisation and himself. Needs org.create on
// it, which is the operator's; it can be repeated.
func (s *Service) SetUp(ctx context.Context, a ward.Actor, in Setup) error {
	return ward.Wrap("set up", s.db.Write(ctx, func(tx *db.Tx) error {
		p, d, err := s.allowed(ctx, tx, a, "org.create", a.Org)
		if err == nil && (a.Role != ward.RoleOperator || a.Token) {
			err = ward.Fail(ward.Forbidden, "error.forbidden")
		}
		if err != nil {
			return err
		}
		first := p.Name == ""
		p = s.named(p, in)
		own, email, err := operatorOf(ctx, tx, a.Person, in)
		if err := errors.Join(p.Details.check(), err); err != nil {
			return err
		}
		if _, err := s.guard.Check(a, "org.create", p.Object()); err != nil { // as what it becomes
			return err
		}
		if err := updateOrganisation(ctx, tx, p, p.Version); err != nil {
			return err
		}
		if err := nameOperator(ctx, tx, a.Person, own, email); err != nil {
			return err
		}
		if first {
			if err := s.bus.Publish(ctx, tx, ward.OrganisationRegistered{Org: p.ID}); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, a, deed{"org.create", "organisation.set_up", p.Object(), d})
	}))
}

// named puts the answers into the profile.
func (s *Service) named(p Profile, in Setup) Profile {
	p.Kind, p.Name, p.Country, p.City, p.Updated = in.Kind, in.Name, in.Country, in.City, s.clock()
	p.Details = p.Details.tidy()
	if p.Kind == ward.KindMaker || p.Kind == ward.KindOther {
		p.Kind = "" // refused along with all else
	}
	return p
}

// operatorOf is what the operator says of himself, checked, and his sign-in name.
func operatorOf(ctx context.Context, tx *db.Tx, id ward.PersonID, in Setup) (Own, string, error) {
	p, phone, err := personWithPhone(ctx, tx, id)
	if err != nil {
		return Own{}, "", err
	}
	o := Own{Name: oneLine(in.Person), Phone: phone, Lang: p.Lang, Zone: p.Zone}
	email, err := CleanEmail(in.Email)
	return o, email, errors.Join(checkHuman("person", o.Name, o.Phone, &o.Lang, err))
}

// nameOperator sets the sign-in name that the operator had not until now.
func nameOperator(ctx context.Context, tx *db.Tx, id ward.PersonID, o Own, email string) error {
	if err := updatePerson(ctx, tx, id, o); err != nil {
		return err
	}
	err := updateEmail(ctx, tx, id, email)
	if db.Duplicate(err) {
		return ward.Fail(ward.Conflict, "registry.error.email_taken").At("email")
	}
	return err
}
