package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"ward"
	"ward/kit/db"
	"ward/kit/id"
)

// inviteHash is what is stored of an invitation.
func inviteHash(code string) string {
	sum := sha256.Sum256([]byte("registry group " + code))
	return hex.EncodeToString(sum[:])
}

// NewGroup founds a group: the actor's organisation is its first member and the
// actor its manager. Needs org.write on it.
func (s *Service) NewGroup(ctx context.Context, a ward.Actor, g Group) (Group, error) {
	g, bad := g.tidy()
	g.ID, g.Created = s.ids(), s.clock()
	err := s.act(ctx, a, "org.write", a.Org, "group.founded", func(tx *db.Tx, p Profile) (string, error) {
		if bad != nil {
			return "", bad
		}
		if err := errFirst(ownHat(a), mayBeIn(g, p.Kind)); err != nil {
			return "", err
		}
		if err := insertGroup(ctx, tx, g); err != nil {
			return "", err
		}
		if err := s.takeIn(ctx, tx, g, p, a.Person, true); err != nil {
			return "", err
		}
		return g.ID, insertGroupManager(ctx, tx, g.ID, a.Person)
	})
	return g, ward.Wrap("found group", err)
}

// Groups lists the memberships of the actor's organisation, also those that
// ended. Needs org.read on it.
func (s *Service) Groups(ctx context.Context, a ward.Actor) ([]Membership, error) {
	var out []Membership
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := s.allowed(ctx, tx, a, "org.read", a.Org); err != nil {
			return err
		}
		var err error
		out, err = membershipsOf(ctx, tx, a.Org)
		return err
	})
	return out, ward.Wrap("list groups", err)
}

// Group shows a group to its members; to everybody else there is none.
func (s *Service) Group(ctx context.Context, a ward.Actor, group string) (GroupView, error) {
	var v GroupView
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := s.allowed(ctx, tx, a, "org.read", a.Org); err != nil {
			return err
		}
		var err error
		v, err = groupView(ctx, tx, a, group)
		return err
	})
	return v, ward.Wrap("show group", err)
}

// groupView is NotFound for whoever is no member.
func groupView(ctx context.Context, tx *db.Tx, a ward.Actor, group string) (GroupView, error) {
	var v GroupView
	var err error
	if v.Members, err = members(ctx, tx, group); err != nil {
		return v, err
	}
	i := slices.IndexFunc(v.Members, func(m Membership) bool { return m.Org == a.Org })
	if i < 0 || a.Org == "" {
		return GroupView{}, missing()
	}
	v.Own, v.Group = v.Members[i], v.Members[i].Group
	if v.Managers, err = groupManagers(ctx, tx, group); err != nil {
		return v, err
	}
	v.Manage = slices.ContainsFunc(v.Managers, func(p ward.Person) bool { return p.ID == a.Person }) && ownHat(a) == nil
	if v.Manage {
		v.Asking, err = openApplications(ctx, tx, group)
	}
	return v, err
}

// takeIn stores a membership, and the notice that is due for it.
func (s *Service) takeIn(ctx context.Context, tx *db.Tx, g Group, p Profile, person ward.PersonID, actFor bool) error {
	m := Membership{ID: s.ids(), Group: g, Org: p.ID, Person: ward.Person{ID: person}, ActFor: actFor && g.Kind == GroupOwner, Joined: s.clock()}
	err := insertMembership(ctx, tx, m)
	if db.Duplicate(err) {
		err = ward.Fail(ward.Conflict, "registry.error.group_in")
	}
	if err != nil {
		return err
	}
	return s.noteNotice(ctx, tx, m, p.Kind, false)
}

// finding gives the id of the group that an act is on; NotFound where there is none.
type finding func(context.Context, *db.Tx) (string, error)

func byID(group string) finding {
	return func(context.Context, *db.Tx) (string, error) { return group, nil }
}

func byMembership(id string) finding {
	return func(ctx context.Context, tx *db.Tx) (string, error) { return groupOfMembership(ctx, tx, id) }
}

func byApplication(id string) finding {
	return func(ctx context.Context, tx *db.Tx) (string, error) { return groupOfApplication(ctx, tx, id) }
}

// manage is a recorded act of a group's manager.
func (s *Service) manage(ctx context.Context, a ward.Actor, find finding, did string, change func(*db.Tx, GroupView) error) error {
	return s.act(ctx, a, "org.read", a.Org, did, func(tx *db.Tx, _ Profile) (string, error) {
		group, err := find(ctx, tx)
		if err != nil {
			return "", err
		}
		v, err := groupView(ctx, tx, a, group)
		if err != nil {
			return "", err
		}
		if !v.Manage {
			return "", ward.Fail(ward.Forbidden, "registry.error.group_manager")
		}
		return group, change(tx, v)
	})
}

// InviteToGroup makes a code that lets one organisation in. It is handed over
// outside: nobody learns here which organisations there are.
func (s *Service) InviteToGroup(ctx context.Context, a ward.Actor, group string) (string, error) {
	code := id.Secret(160)
	err := s.manage(ctx, a, byID(group), "group.invited", func(tx *db.Tx, v GroupView) error {
		if len(v.Members) >= maxMembers {
			return ward.Fail(ward.Conflict, "registry.error.group_full")
		}
		return insertGroupInvitation(ctx, tx, inviteHash(code), group, s.clock().Add(groupInvitationLife))
	})
	return code, ward.Wrap("invite to group", err)
}

// LookAtGroup shows what a code invites to, to whoever may join for his
// organisation. It uses nothing up.
func (s *Service) LookAtGroup(ctx context.Context, a ward.Actor, code string) (Group, error) {
	var g Group
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := s.allowed(ctx, tx, a, "org.write", a.Org); err != nil {
			return err
		}
		var err error
		g, err = invitedGroup(ctx, tx, inviteHash(code), s.clock())
		return deadInvitation(err)
	})
	return g, ward.Wrap("look at group", err)
}

// deadInvitation says the same of a used, an old and an invented code.
func deadInvitation(err error) error {
	if ward.CodeOf(err) == ward.NotFound {
		return invalid("registry.error.group_code", "code")
	}
	return err
}

// JoinGroup takes the actor's organisation in. actFor lets the managers of an
// owner's group act for it; it can be taken back. Needs org.write.
func (s *Service) JoinGroup(ctx context.Context, a ward.Actor, code string, actFor bool) (Group, error) {
	var g Group
	err := s.act(ctx, a, "org.write", a.Org, "group.joined", func(tx *db.Tx, p Profile) (string, error) {
		now := s.clock()
		err := ownHat(a)
		if err != nil {
			return "", err
		}
		if g, err = invitedGroup(ctx, tx, inviteHash(code), now); err != nil {
			return "", deadInvitation(err)
		}
		if err := spendGroupInvitation(ctx, tx, inviteHash(code), now); err != nil {
			return "", deadInvitation(err)
		}
		if err := mayBeIn(g, p.Kind); err != nil {
			return "", err
		}
		return g.ID, s.takeIn(ctx, tx, g, p, a.Person, actFor)
	})
	return g, ward.Wrap("join group", err)
}

// SetActFor says whether the group's managers act for the actor's organisation.
func (s *Service) SetActFor(ctx context.Context, a ward.Actor, group string, yes bool) error {
	return ward.Wrap("let group act", s.act(ctx, a, "org.write", a.Org, "group.act_for", func(tx *db.Tx, _ Profile) (string, error) {
		if yes { // as on joining; taking it back is safe
			if err := ownHat(a); err != nil {
				return "", err
			}
		}
		v, err := groupView(ctx, tx, a, group)
		if err != nil {
			return "", err
		}
		if v.Kind != GroupOwner {
			return "", invalid("registry.error.group_kind", "kind")
		}
		return group, updateActFor(ctx, tx, v.Own.ID, yes)
	}))
}

// LeaveGroup takes the actor's organisation out, and its people from the
// managers. The last manager names a deputy first, unless nobody else is left.
func (s *Service) LeaveGroup(ctx context.Context, a ward.Actor, group string) error {
	return ward.Wrap("leave group", s.act(ctx, a, "org.write", a.Org, "group.left", func(tx *db.Tx, _ Profile) (string, error) {
		v, err := groupView(ctx, tx, a, group)
		if err != nil {
			return "", err
		}
		return group, s.takeOut(ctx, tx, v, a.Org)
	}))
}

// RemoveFromGroup ends a membership. Managers of its group only.
func (s *Service) RemoveFromGroup(ctx context.Context, a ward.Actor, membership string) error {
	return ward.Wrap("remove from group", s.manage(ctx, a, byMembership(membership), "group.removed", func(tx *db.Tx, v GroupView) error {
		i := slices.IndexFunc(v.Members, func(m Membership) bool { return m.ID == membership })
		if i < 0 { // it has ended
			return missing()
		}
		return s.takeOut(ctx, tx, v, v.Members[i].Org)
	}))
}

func (s *Service) takeOut(ctx context.Context, tx *db.Tx, v GroupView, org ward.OrgID) error {
	i := slices.IndexFunc(v.Members, func(m Membership) bool { return m.Org == org })
	if i < 0 {
		return missing()
	}
	if err := endMembership(ctx, tx, v.ID, org, s.clock()); err != nil {
		return err
	}
	p, err := organisation(ctx, tx, org)
	if err != nil {
		return err
	}
	if err := s.noteNotice(ctx, tx, v.Members[i], p.Kind, true); err != nil {
		return err
	}
	if err := deleteStrayManagers(ctx, tx, v.ID); err != nil {
		return err
	}
	left, err := groupManagers(ctx, tx, v.ID)
	if err == nil && len(left) == 0 && len(v.Members) > 1 {
		err = ward.Fail(ward.Conflict, "registry.error.group_deputy")
	}
	return err
}

// withoutManager takes whoever has left an organisation from the managers of its
// groups: a place in another member later must not bring that back. Where he was
// the last one, heir takes his place; of his own will he goes after naming another.
func withoutManager(ctx context.Context, tx *db.Tx, f Affiliation, heir ward.PersonID) error {
	groups, err := managedGroups(ctx, tx, f.Person.ID)
	if err != nil {
		return err
	}
	for _, group := range groups {
		left, err := groupManagers(ctx, tx, group)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(left, func(x ward.Person) bool { return x.ID == f.Person.ID }) { // by another member
			continue
		}
		if len(left) == 0 {
			followed, err := succeed(ctx, tx, group, f, heir)
			if err != nil {
				return err
			}
			if !followed {
				continue
			}
		}
		if err := deleteGroupManager(ctx, tx, group, f.Person.ID); err != nil {
			return err
		}
	}
	return nil
}

// succeed makes heir the manager of a group that lost its last one with f: a group
// that nobody manages lets nobody in or out for ever. It reports whether there is
// one now; a group of the own house alone waits until he comes back.
func succeed(ctx context.Context, tx *db.Tx, group string, f Affiliation, heir ward.PersonID) (bool, error) {
	rest, err := members(ctx, tx, group)
	if err != nil {
		return false, err
	}
	if heir == f.Person.ID {
		return false, ward.When(len(rest) > 1, ward.Fail(ward.Conflict, "registry.error.group_deputy"))
	}
	if heir == "" || !slices.ContainsFunc(rest, func(m Membership) bool { return m.Org == f.Org }) {
		return false, nil
	}
	return true, insertGroupManager(ctx, tx, group, heir)
}

// heirOf is who takes over what f leaves behind: a himself where he belongs to the
// organisation, else whoever of its managers has been there longest.
func heirOf(ctx context.Context, tx *db.Tx, a ward.Actor, f Affiliation) (ward.PersonID, error) {
	list, err := affiliations(ctx, tx, f.Org)
	if err != nil {
		return "", err
	}
	list = slices.DeleteFunc(list, func(x Affiliation) bool { return x.ID == f.ID || !manages(x.Role) })
	var first Affiliation
	for _, x := range list {
		if x.Person.ID == a.Person {
			return a.Person, nil
		}
		if first.ID == "" || x.Began.Before(first.Began) {
			first = x
		}
	}
	return first.Person.ID, nil
}

// AddDeputy makes a person of a's own organisation a manager of the group as
// well, by his affiliation.
func (s *Service) AddDeputy(ctx context.Context, a ward.Actor, group, hat string) error {
	return ward.Wrap("add deputy", s.manage(ctx, a, byID(group), "group.deputy", func(tx *db.Tx, v GroupView) error {
		f, err := affiliation(ctx, tx, hat)
		if err != nil {
			return err
		}
		if f.Org != a.Org || !f.Ended.IsZero() {
			return missing()
		}
		return insertGroupManager(ctx, tx, group, f.Person.ID)
	}))
}

// RemoveDeputy takes a manager away, not the last one.
func (s *Service) RemoveDeputy(ctx context.Context, a ward.Actor, group string, person ward.PersonID) error {
	return ward.Wrap("remove deputy", s.manage(ctx, a, byID(group), "group.deputy_removed", func(tx *db.Tx, v GroupView) error {
		if len(v.Managers) < 2 {
			return ward.Fail(ward.Conflict, "registry.error.group_deputy")
		}
		return deleteGroupManager(ctx, tx, group, person)
	}))
}

// Deputies lists who of a's own organisation could become one.
func (s *Service) Deputies(ctx context.Context, a ward.Actor, v GroupView) ([]Affiliation, error) {
	list, err := s.People(ctx, a, a.Org)
	return slices.DeleteFunc(list, func(f Affiliation) bool {
		return slices.ContainsFunc(v.Managers, func(p ward.Person) bool { return p.ID == f.Person.ID })
	}), err
}
