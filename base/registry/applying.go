package registry

import (
	"context"
	"slices"

	"ward"
	"ward/kit/db"
)

// ListedGroups are the groups that a's organisation could ask to join: name and
// purpose, never who is in them. Needs org.read on it.
func (s *Service) ListedGroups(ctx context.Context, a ward.Actor) ([]Group, error) {
	var out []Group
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := s.allowed(ctx, tx, a, "org.read", a.Org); err != nil {
			return err
		}
		var err error
		out, err = listedGroups(ctx, tx, a.Org)
		return err
	})
	return out, ward.Wrap("list listed groups", err)
}

// Applications lists what a's organisation asked for, newest first.
func (s *Service) Applications(ctx context.Context, a ward.Actor) ([]Application, error) {
	var out []Application
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := s.allowed(ctx, tx, a, "org.read", a.Org); err != nil {
			return err
		}
		var err error
		out, err = applicationsOf(ctx, tx, a.Org)
		return err
	})
	return out, ward.Wrap("list applications", err)
}

// Apply asks to be let into a listed group; a would stand for the organisation.
// Needs org.write on it.
func (s *Service) Apply(ctx context.Context, a ward.Actor, group, message string) (Application, error) {
	x := Application{ID: s.ids(), Org: a.Org, Person: ward.Person{ID: a.Person, Name: a.Name}, Message: oneLine(message), State: RequestOpen, Created: s.clock()}
	err := s.act(ctx, a, "org.write", a.Org, "group.applied", func(tx *db.Tx, p Profile) (string, error) {
		if err := errFirst(ownHat(a), within(maxMessage, "message", x.Message)); err != nil {
			return "", err
		}
		list, err := listedGroups(ctx, tx, a.Org)
		if err != nil {
			return "", err
		}
		i := slices.IndexFunc(list, func(g Group) bool { return g.ID == group })
		if i < 0 {
			return "", missing()
		}
		x.Group, x.OrgName, x.Country = list[i], p.Name, p.Country
		err = insertApplication(ctx, tx, x)
		if db.Duplicate(err) {
			err = ward.Fail(ward.Conflict, "registry.error.group_asked")
		}
		return x.ID, err
	})
	return x, ward.Wrap("ask to join", err)
}

// DecideApplication lets an organisation in, or refuses it with a reason.
// Managers of the group only.
func (s *Service) DecideApplication(ctx context.Context, a ward.Actor, application string, accept bool, reason string) error {
	reason = oneLine(reason)
	did, to := "group.refused", RequestRefused
	if accept {
		did, to = "group.accepted", RequestAccepted
	}
	return ward.Wrap("decide application", s.manage(ctx, a, byApplication(application), did, func(tx *db.Tx, v GroupView) error {
		i := slices.IndexFunc(v.Asking, func(x Application) bool { return x.ID == application })
		switch {
		case i < 0:
			return missing()
		case !accept && reason == "":
			return invalid("registry.error.reason", "reason")
		case accept && len(v.Members) >= maxMembers:
			return ward.Fail(ward.Conflict, "registry.error.group_full")
		}
		if err := within(maxMessage, "reason", reason); err != nil {
			return err
		}
		x := v.Asking[i]
		if err := decideApplication(ctx, tx, x.ID, to, a.Name, reason, s.clock()); err != nil || !accept {
			return err
		}
		p, err := organisation(ctx, tx, x.Org)
		if err != nil {
			return err
		}
		return s.takeIn(ctx, tx, v.Group, p, x.Person.ID, false)
	}))
}
