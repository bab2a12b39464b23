package reach

import (
	"context"
	"slices"
	"strings"

	"ward"
)

// Receivers are the contacts of the actor's organisation who get its mails.
func (s *Service) Receivers(ctx context.Context, a ward.Actor) ([]ward.Contact, error) {
	if _, err := s.cfg.Guard.Check(a, permRead, ward.Object{Kind: "contact", Org: a.Org, Country: a.Country}); err != nil {
		return nil, err
	}
	all, err := s.cfg.Registry.Contacts(ctx, []ward.OrgID{a.Org})
	return Receivers(all[a.Org]), ward.Wrap("mail receivers", err)
}

// Receives reports whether a is among those to whom alerts of his organisation
// are sent.
func (s *Service) Receives(ctx context.Context, a ward.Actor) (bool, error) {
	if _, err := s.cfg.Guard.Check(a, permSelf, self(a)); err != nil {
		return false, err
	}
	all, err := s.cfg.Registry.Contacts(ctx, []ward.OrgID{a.Org})
	for _, c := range Receivers(all[a.Org]) {
		if c.Person == a.Person {
			return true, nil
		}
	}
	return false, ward.Wrap("receives", err)
}

// Receivers are the contacts who get the mail: all for IT and devices with an
// address; without one, whoever leads the house. Who has two duties is told once.
func Receivers(all []ward.Contact) []ward.Contact {
	var first, rest []ward.Contact
	for _, c := range all {
		switch {
		case c.Email == "" || Heard(first, c) || Heard(rest, c):
		case c.Duty == ward.DutyIT || c.Duty == ward.DutyDevices:
			first = append(first, c)
		case c.Duty == ward.DutyManagement:
			rest = append(rest, c)
		}
	}
	if len(first) > 0 {
		return first
	}
	return rest
}

// Heard reports whether the address of c is among those of all.
func Heard(all []ward.Contact, c ward.Contact) bool {
	return slices.ContainsFunc(all, func(x ward.Contact) bool { return strings.EqualFold(x.Email, c.Email) })
}

// People are those of the contacts who have a login, without repeats.
func People(contacts map[ward.OrgID][]ward.Contact) []ward.PersonID {
	var out []ward.PersonID
	for _, list := range contacts {
		for _, c := range list {
			if c.Person != "" {
				out = append(out, c.Person)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
