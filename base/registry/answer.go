package registry

import (
	"context"
	"strings"

	"ward"
	"ward/kit/db"
)

// This file answers the questions of the other services. There is no actor:
// whoever asks has decided already what he may show.

// Organisation gives what rooms tell each other of an organisation; NotFound
// if there is none.
func (s *Service) Organisation(ctx context.Context, id ward.OrgID) (ward.Organisation, error) {
	var p Profile
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		p, err = organisation(ctx, tx, id)
		return err
	})
	return p.Organisation(), ward.Wrap("organisation", err)
}

// Organisations gives those of ids that exist, any number of them.
func (s *Service) Organisations(ctx context.Context, ids []ward.OrgID) (map[ward.OrgID]ward.Organisation, error) {
	out := make(map[ward.OrgID]ward.Organisation, len(ids))
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		clear(out)
		return organisationsByID(ctx, tx, ids, out)
	})
	return out, ward.Wrap("organisations", err)
}

// Contacts gives the contacts of the organisations, those for DutyIT first.
// Organisations without one are not in the map.
func (s *Service) Contacts(ctx context.Context, ids []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	out := make(map[ward.OrgID][]ward.Contact, len(ids))
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		list, err := contactsOf(ctx, tx, ids)
		clear(out)
		for _, c := range list {
			out[c.Org] = append(out[c.Org], c)
		}
		return err
	})
	return out, ward.Wrap("contacts", err)
}

// Person gives a person; NotFound if there is none.
func (s *Service) Person(ctx context.Context, id ward.PersonID) (ward.Person, error) {
	var p ward.Person
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		p, _, err = personWithPhone(ctx, tx, id)
		return err
	})
	return p, ward.Wrap("person", err)
}

// Persons gives those of ids that exist, any number of them.
func (s *Service) Persons(ctx context.Context, ids []ward.PersonID) (map[ward.PersonID]ward.Person, error) {
	out := make(map[ward.PersonID]ward.Person, len(ids))
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		clear(out)
		return peopleByID(ctx, tx, ids, out)
	})
	return out, ward.Wrap("people", err)
}

// PersonByEmail gives the person with that sign-in name, in any case and with
// blanks around it; NotFound if there is none or it is no address.
func (s *Service) PersonByEmail(ctx context.Context, email string) (ward.Person, error) {
	clean, err := CleanEmail(email)
	if err != nil {
		return ward.Person{}, missing()
	}
	var p ward.Person
	err = s.db.Glance(ctx, func(tx *db.Tx) error {
		var err error
		p, err = personByEmail(ctx, tx, clean)
		return err
	})
	return p, ward.Wrap("person by address", err)
}

// Hats lists the affiliations of a person that last, oldest first, and after
// them the hats that he wears on behalf of others: as manager of a group, and as
// deputy of a colleague.
func (s *Service) Hats(ctx context.Context, person ward.PersonID) ([]ward.Hat, error) {
	var out []ward.Hat
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		if out, err = hatsOf(ctx, tx, person); err != nil {
			return err
		}
		acting, err := actingHats(ctx, tx, person, s.clock())
		out = append(out, acting...)
		return err
	})
	return out, ward.Wrap("hats", err)
}

// Wear gives the Actor that a person is under a hat; NotFound if the
// affiliation has ended or is somebody else's. It is asked at every request, so
// that a right that was taken is gone at once.
func (s *Service) Wear(ctx context.Context, person ward.PersonID, hat string) (ward.Actor, error) {
	var a ward.Actor
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		if membership, ok := strings.CutPrefix(hat, groupHat); ok {
			a, err = wearGroup(ctx, tx, person, membership)
			return err
		}
		owner := person
		if deputy, ok := strings.CutPrefix(hat, deputyHat); ok {
			a, owner, err = wearDeputy(ctx, tx, person, deputy, s.clock())
		} else {
			a, err = wear(ctx, tx, person, hat)
		}
		if err == nil && a.Kind.CareProvider() {
			a.Acts, err = groupActs(ctx, tx, owner, a.Org)
		}
		return err
	})
	return a, ward.Wrap("wear hat", err)
}

// Operators lists the people who run the machine now, oldest first, at most 50.
func (s *Service) Operators(ctx context.Context) ([]ward.PersonID, error) {
	var out []ward.PersonID
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = withRole(ctx, tx, ward.RoleOperator)
		return err
	})
	return out, ward.Wrap("operators", err)
}

// Analysts lists the people who work for the Centre now, oldest first, at most
// 50: whom the house reminds.
func (s *Service) Analysts(ctx context.Context) ([]ward.Person, error) {
	var ids []ward.PersonID
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		ids, err = withRole(ctx, tx, ward.RoleCentre)
		return err
	})
	if err != nil {
		return nil, ward.Wrap("analysts", err)
	}
	known, err := s.Persons(ctx, ids)
	var out []ward.Person
	for _, id := range ids {
		if p, ok := known[id]; ok {
			out = append(out, p)
			delete(known, id) // who has two hats is reminded once
		}
	}
	return out, ward.Wrap("analysts", err)
}

// CareServices lists the codes of the clinical services, in the order of the
// catalogue. The name of one is the message "registry.care.<code>".
func (s *Service) CareServices() []string {
	out := make([]string, len(s.catalogue.Services))
	for i, c := range s.catalogue.Services {
		out[i] = c.Code
	}
	return out
}

// Named finds care providers by words of name, city or region, in the order of
// names, at most 50. It checks no rights: the asker does.
func (s *Service) Named(ctx context.Context, words string) ([]ward.Organisation, error) {
	var list []Profile
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		list, err = organisations(ctx, tx, ward.Scope{Everything: true}, Filter{Search: words, Limit: 50}, place{}, place{})
		return err
	})
	var out []ward.Organisation
	for _, p := range list {
		if p.Kind.CareProvider() {
			out = append(out, ward.Organisation{ID: p.ID, Kind: p.Kind, Name: p.Name, Country: p.Country})
		}
	}
	return out[:min(len(out), 50)], ward.Wrap("find care providers", err)
}

// Standing is what an organisation's legal class follows from; NotFound if
// there is none.
func (s *Service) Standing(ctx context.Context, id ward.OrgID) (ward.Standing, error) {
	var p Profile
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		p, err = organisation(ctx, tx, id)
		return err
	})
	return ward.Standing{Organisation: p.Organisation(), Legal: string(p.Legal), Headcount: p.Facts.Headcount, Turnover: p.Facts.Turnover, Balance: p.Facts.Balance,
			Critical: p.Critical, Maker: p.Maker},
		ward.Wrap("standing", err)
}

// Teams lists the response teams of a country that are registered here, at most 20.
func (s *Service) Teams(ctx context.Context, c ward.Country) ([]ward.OrgID, error) {
	var out []ward.OrgID
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = teamsOf(ctx, tx, c)
		return err
	})
	return out, ward.Wrap("teams", err)
}

// Responders lists the response teams of all countries that are registered here,
// and the Centre, which has no country; at most 200.
func (s *Service) Responders(ctx context.Context) ([]ward.Organisation, error) {
	var out []ward.Organisation
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = respondersOf(ctx, tx)
		return err
	})
	return out, ward.Wrap("responders", err)
}
