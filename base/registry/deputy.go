package registry

import (
	"context"
	"errors"
	"time"

	"ward"
	"ward/kit/db"
)

// Deputy is a span in which a person acts in the place of a colleague: with his
// role, under the own name, and visibly so.
type Deputy struct {
	ID     string
	Hat    string // affiliation of whom is acted for
	Org    ward.OrgID
	Role   ward.Role
	For    ward.Person // id and name
	Person ward.Person // id and name of who acts
	Begins time.Time
	Ends   time.Time // the first moment after it
}

// deputyHat is the hat of a deputy, as groupHat is that of a group's manager.
const deputyHat = "deputy-"

const (
	maxDeputySpan = 180 * 24 * time.Hour // longer is a role of one's own
	maxDeputies   = 20                   // of one organisation's person
)

// actingHats are the hats that a person wears on behalf of others now.
func actingHats(ctx context.Context, tx *db.Tx, person ward.PersonID, now time.Time) ([]ward.Hat, error) {
	groups, err := groupHats(ctx, tx, person)
	if err != nil {
		return nil, err
	}
	places, err := deputyHats(ctx, tx, person, now)
	return append(groups, places...), err
}

// checkSpan wants a span that is not over and not endless.
func checkSpan(begins, ends, now time.Time) error {
	return errors.Join(ward.When(begins.IsZero(), invalid("registry.error.deputy_begins", "begins")),
		ward.When(!ends.After(now) || !ends.After(begins), invalid("registry.error.deputy_ends", "ends")),
		ward.When(!begins.IsZero() && (ends.Sub(begins) > maxDeputySpan || begins.Sub(now) > 2*maxDeputySpan), invalid("registry.error.deputy_long", "ends")))
}

// NameDeputy lets a colleague, named by his affiliation, act for a from begins
// until before ends. Only a person himself hands his role on, and a deputy
// never further.
func (s *Service) NameDeputy(ctx context.Context, a ward.Actor, colleague string, begins, ends time.Time) (Deputy, error) {
	d := Deputy{ID: s.ids(), Org: a.Org, Role: a.Role, For: ward.Person{ID: a.Person, Name: a.Name}, Begins: begins, Ends: ends}
	err := s.act(ctx, a, "account.self", a.Org, "deputy.named", func(tx *db.Tx, _ Profile) (string, error) {
		if err := errFirst(ownHat(a), checkSpan(begins, ends, s.clock())); err != nil {
			return "", err
		}
		own, err := affiliationOf(ctx, tx, a.Person, a.Org)
		if err != nil {
			return "", err
		}
		other, err := affiliation(ctx, tx, colleague)
		if err != nil || other.Org != a.Org || !other.Ended.IsZero() || other.Person.ID == a.Person {
			return "", invalid("registry.error.deputy", "hat")
		}
		list, err := deputiesIn(ctx, tx, a.Org, s.clock())
		if err != nil {
			return "", err
		}
		n := 0
		for _, x := range list {
			if x.For.ID == a.Person {
				n++
			}
		}
		if n >= maxDeputies {
			return "", ward.Fail(ward.Conflict, "registry.error.deputies").At("hat")
		}
		d.Hat, d.Person = own.ID, other.Person
		return d.ID, insertDeputy(ctx, tx, d, s.clock())
	})
	return d, ward.Wrap("name deputy", err)
}

// DeputiesIn lists who acts for whom in an organisation, now and later. Needs
// person.read.
func (s *Service) DeputiesIn(ctx context.Context, a ward.Actor, org ward.OrgID) ([]Deputy, error) {
	var out []Deputy
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := s.allowed(ctx, tx, a, "person.read", org); err != nil {
			return err
		}
		var err error
		out, err = deputiesIn(ctx, tx, org, s.clock())
		return err
	})
	return out, ward.Wrap("list deputies", err)
}

// EndDeputy ends a span now: either of the two may, and whoever manages the
// people of the organisation.
func (s *Service) EndDeputy(ctx context.Context, a ward.Actor, id string) error {
	d := deed{permission: "account.self", did: "deputy.ended", object: ward.Object{Kind: "deputy", ID: id}}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		x, err := deputyByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if x.For.ID != a.Person && x.Person.ID != a.Person {
			d.permission = "person.write"
		}
		p, decision, err := s.allowed(ctx, tx, a, d.permission, x.Org)
		d.decision, d.object = decision, on("deputy", id, p)
		if err == nil && d.permission == "account.self" {
			err = ownHat(a)
		}
		if err != nil {
			return err
		}
		if err := endDeputy(ctx, tx, id, s.clock()); err != nil {
			return err
		}
		return s.record(ctx, tx, a, d)
	})
	return ward.Wrap("end deputy", s.refused(ctx, a, d, err))
}

// Leave ends a's own place in the organisation whose hat he wears. The last
// manager, of it or of a group, names another first.
func (s *Service) Leave(ctx context.Context, a ward.Actor) error {
	return ward.Wrap("leave organisation", s.act(ctx, a, "account.self", a.Org, "person.left", func(tx *db.Tx, _ Profile) (string, error) {
		if err := ownHat(a); err != nil {
			return "", err
		}
		f, err := affiliationOf(ctx, tx, a.Person, a.Org)
		if err != nil {
			return "", err
		}
		if manages(f.Role) {
			if err := notTheLast(ctx, tx, f); err != nil {
				return "", err
			}
		}
		return string(a.Person), s.depart(ctx, tx, f, f.Person.ID)
	}))
}
