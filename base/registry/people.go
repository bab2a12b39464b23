package registry

import (
	"context"
	"errors"
	"slices"

	"ward"
	"ward/kit/auth"
	"ward/kit/db"
)

// People lists the affiliations of an organisation that last, by name. Needs
// person.read.
func (s *Service) People(ctx context.Context, a ward.Actor, org ward.OrgID) ([]Affiliation, error) {
	var out []Affiliation
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := s.allowed(ctx, tx, a, "person.read", org); err != nil {
			return err
		}
		var err error
		out, err = affiliations(ctx, tx, org)
		return err
	})
	return out, ward.Wrap("list people", err)
}

// Affiliated gives one affiliation and its organisation. Needs person.read on it.
func (s *Service) Affiliated(ctx context.Context, a ward.Actor, hat string) (Affiliation, Profile, error) {
	var f Affiliation
	var p Profile
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		if f, err = affiliation(ctx, tx, hat); err != nil {
			return err
		}
		p, _, err = s.allowed(ctx, tx, a, "person.read", f.Org)
		return err
	})
	return f, p, ward.Wrap("show person", err)
}

// Invite takes a person into an organisation: a new one, or the one who has
// that address already. It makes no way to sign in; the account service's link
// does. Needs person.write there and the right to give the role.
func (s *Service) Invite(ctx context.Context, a ward.Actor, org ward.OrgID, in Invitation) (Affiliation, error) {
	in, bad := in.tidy()
	f := Affiliation{ID: s.ids(), Org: org, Role: in.Role, Title: in.Title, Began: s.clock()}
	err := s.act(ctx, a, "person.write", org, "person.invited", func(tx *db.Tx, p Profile) (string, error) {
		if bad != nil {
			return "", bad
		}
		if err := mayGive(a, p, "", in.Role); err != nil {
			return "", err
		}
		var err error
		if f.Person, err = s.personFor(ctx, tx, in); err != nil {
			return "", err
		}
		if f.Person.ID == a.Person {
			return "", ward.Fail(ward.Forbidden, "registry.error.own_role").At("role")
		}
		return string(f.Person.ID), s.take(ctx, tx, f, in)
	})
	return f, ward.Wrap("invite", err)
}

// personFor finds the person by address or makes one. What is known of an
// existing person stays: an inviter does not rename anybody.
func (s *Service) personFor(ctx context.Context, tx *db.Tx, in Invitation) (ward.Person, error) {
	p, err := personByEmail(ctx, tx, in.Email)
	if err == nil || ward.CodeOf(err) != ward.NotFound {
		return p, err
	}
	p = ward.Person{ID: ward.PersonID(s.ids()), Name: in.Name, Email: in.Email, Lang: in.Lang}
	return p, insertPerson(ctx, tx, p, in.Phone, s.clock())
}

// take stores the affiliation and, where a duty is given, the contact with it.
func (s *Service) take(ctx context.Context, tx *db.Tx, f Affiliation, in Invitation) error {
	err := insertAffiliation(ctx, tx, f)
	if db.Duplicate(err) {
		return ward.Fail(ward.Conflict, "registry.error.already_in").At("email")
	}
	if err != nil || in.Duty == "" {
		return err
	}
	return insertContacts(ctx, tx, []ward.Contact{{ID: s.ids(), Org: f.Org, Person: f.Person.ID, Duty: in.Duty, Lang: f.Person.Lang}})
}

// mayGive checks the rules of roles: p's kind knows the next role, and a may
// give it and take the one held now (empty for none).
func mayGive(a ward.Actor, p Profile, now, next ward.Role) error {
	allowed := RolesToGive(a, p.Kind)
	if !slices.Contains(rolesOf(p.Kind), next) {
		return invalid("registry.error.role", "role")
	}
	if !slices.Contains(allowed, next) || now != "" && !slices.Contains(allowed, now) {
		return ward.Fail(ward.Forbidden, "registry.error.role_not_yours").At("role")
	}
	return nil
}

// ChangeRole gives a person another role and title in the same organisation.
// Nobody changes his own role. Needs person.write.
func (s *Service) ChangeRole(ctx context.Context, a ward.Actor, hat string, role ward.Role, title string) error {
	return ward.Wrap("change role", s.onHat(ctx, a, hat, "person.role_changed", func(tx *db.Tx, p Profile, f Affiliation) error {
		if err := mayGive(a, p, f.Role, role); err != nil {
			return err
		}
		if err := within(maxText, "title", title); err != nil {
			return err
		}
		if manages(f.Role) && role != f.Role {
			if err := notTheLast(ctx, tx, f); err != nil {
				return err
			}
		}
		return updateAffiliation(ctx, tx, f.ID, role, oneLine(title))
	}))
}

// End ends an affiliation: from the next request on the hat is gone, and so
// are the sessions and tokens that wear it. Needs person.write.
func (s *Service) End(ctx context.Context, a ward.Actor, hat string) error {
	return ward.Wrap("end affiliation", s.onHat(ctx, a, hat, "person.left", func(tx *db.Tx, p Profile, f Affiliation) error {
		if err := mayGive(a, p, f.Role, f.Role); err != nil {
			return err
		}
		if manages(f.Role) {
			if err := notTheLast(ctx, tx, f); err != nil {
				return err
			}
		}
		heir, err := heirOf(ctx, tx, a, f)
		if err != nil {
			return err
		}
		return s.depart(ctx, tx, f, heir)
	}))
}

// depart ends a place and what hangs on it, so that nothing of it comes back with
// the person; heir is who stands in for him where a group needs somebody, he himself
// when he leaves of his own will: then he names another before.
func (s *Service) depart(ctx context.Context, tx *db.Tx, f Affiliation, heir ward.PersonID) error {
	if err := endAffiliation(ctx, tx, f.ID, s.clock()); err != nil {
		return err
	}
	if err := deletePersonContacts(ctx, tx, f.Org, f.Person.ID); err != nil {
		return err
	}
	if err := endDeputiesOf(ctx, tx, f.Person.ID, f.Org, s.clock()); err != nil {
		return err
	}
	return withoutManager(ctx, tx, f, heir)
}

// onHat is act for one affiliation that lasts and is not the actor's own.
func (s *Service) onHat(ctx context.Context, a ward.Actor, hat, did string, change func(*db.Tx, Profile, Affiliation) error) error {
	d := deed{permission: "person.write", did: did, object: ward.Object{Kind: "person"}}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		f, err := affiliation(ctx, tx, hat)
		if err != nil {
			return err
		}
		p, decision, err := s.allowed(ctx, tx, a, "person.write", f.Org)
		d.decision, d.object = decision, on("person", string(f.Person.ID), p)
		if err != nil {
			return err
		}
		switch {
		case !f.Ended.IsZero():
			return missing()
		case f.Person.ID == a.Person:
			return ward.Fail(ward.Forbidden, "registry.error.own_role").At("role")
		}
		if err := change(tx, p, f); err != nil {
			return err
		}
		return s.record(ctx, tx, a, d)
	})
	return s.refused(ctx, a, d, err)
}

// notTheLast keeps the last manager in: an organisation that nobody manages
// could only be helped from outside.
func notTheLast(ctx context.Context, tx *db.Tx, f Affiliation) error {
	n, err := holders(ctx, tx, f.Org, f.Role)
	if err != nil || n > 1 {
		return err
	}
	return ward.Fail(ward.Conflict, "registry.error.last_manager").At("role")
}

// Own is what a person may say of himself.
type Own struct {
	Name  string
	Phone string
	Lang  ward.Lang
	Zone  string // IANA name; empty for the house's own
}

// Myself gives a's own person and phone.
func (s *Service) Myself(ctx context.Context, a ward.Actor) (ward.Person, string, error) {
	var p ward.Person
	var phone string
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		p, phone, err = personWithPhone(ctx, tx, a.Person)
		return err
	})
	return p, phone, ward.Wrap("show myself", err)
}

// UpdateMyself changes a's own name, phone, language and time zone. A token
// cannot: it acts for its person, it is not him.
func (s *Service) UpdateMyself(ctx context.Context, a ward.Actor, o Own) error {
	o.Name, o.Phone = oneLine(o.Name), oneLine(o.Phone)
	self := ward.Object{Kind: "person", ID: string(a.Person), Org: a.Org, Country: a.Country}
	d, err := s.guard.Check(a, "account.self", self)
	if err == nil && a.Token {
		err = ward.Fail(ward.Forbidden, "error.forbidden")
	}
	if err == nil {
		err = errors.Join(checkHuman("name", o.Name, o.Phone, &o.Lang, nil), checkZone(o.Zone))
	}
	if err != nil {
		return ward.Wrap("update myself", err)
	}
	return ward.Wrap("update myself", s.db.Write(ctx, func(tx *db.Tx) error {
		if err := updatePerson(ctx, tx, a.Person, o); err != nil {
			return err
		}
		return s.record(ctx, tx, a, deed{"account.self", "person.changed", self, d})
	}))
}

// errFirst gives the first error that is one.
func errFirst(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// MayVouch decides whether a may let a person in (make a sign-in link, take a
// lost second factor away): only whoever may manage every hat that the person
// wears, as a link opens them all. The decision is that of the last hat.
func (s *Service) MayVouch(ctx context.Context, a ward.Actor, person ward.PersonID) (policy string, err error) {
	var d auth.Decision
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		hats, err := hatsOf(ctx, tx, person)
		if err != nil {
			return err
		}
		acting, err := actingHats(ctx, tx, person, s.clock())
		if err != nil {
			return err
		}
		hats = append(hats, acting...)
		if d, err = s.vouch(a, hats); err == nil || len(hats) != 1 {
			return err
		}
		// Whoever accepted a request opens the door to whom he let in.
		fresh, e := acceptedAs(ctx, tx, person, hats[0].Org.ID, s.clock().Add(-vouchLife))
		if e != nil || !fresh {
			return errFirst(e, err)
		}
		if own := s.guard.Decide(a, "org.verify", ward.Object{Kind: "organisation", Org: hats[0].Org.ID, Country: hats[0].Org.Country}); own.Allowed {
			d, err = own, nil
		}
		return err
	})
	return d.Policy, ward.Wrap("vouch", err)
}

// vouch: a person of whom no hat is visible to a does not exist for him.
func (s *Service) vouch(a ward.Actor, hats []ward.Hat) (auth.Decision, error) {
	var d auth.Decision
	seen, all := false, len(hats) > 0
	for _, h := range hats {
		p := Profile{ID: h.Org.ID, Details: Details{Kind: h.Org.Kind, Country: h.Org.Country}}
		seen = seen || s.may(a, "person.read", p)
		one := s.guard.Decide(a, "person.write", p.Object())
		if one.Allowed && slices.Contains(RolesToGive(a, h.Org.Kind), h.Role) {
			d = one
			continue
		}
		all = false
	}
	switch {
	case !seen:
		return d, missing()
	case !all:
		return d, ward.Fail(ward.Forbidden, "registry.error.other_hats")
	}
	return d, nil
}
