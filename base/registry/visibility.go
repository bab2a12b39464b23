package registry

import (
	"context"
	"slices"
	"strings"

	"ward"
	"ward/kit/auth"
)

// Viewer names a kind of reader by where he stands.
type Viewer string

// Viewing is one kind of reader and the policies that let him, joined by a comma.
type Viewing struct {
	Who    Viewer
	Policy string
}

// Sight is one act on an organisation's data and who may do it, read off the
// policies by asking them.
type Sight struct {
	What ward.Permission
	Who  []Viewing
}

// writes tells an act that changes something from one that reads.
func writes(p ward.Permission) bool {
	_, act, _ := strings.Cut(string(p), ".")
	return act != "read" && act != "overview" && act != "handle"
}

// concerns lists the acts on data of an organisation's own: those that its people
// may do on theirs and not everywhere, and on what they hand over. Reading comes first. A permission that is
// new in the house is here without being named.
func (s *Service) concerns(own []viewer) []ward.Permission {
	var out []ward.Permission
	for _, p := range auth.Permissions() {
		if slices.Contains(handed[:], p) || slices.ContainsFunc(own, func(v viewer) bool { return len(s.guard.Scope(v.a, p).Orgs) > 0 }) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b ward.Permission) int {
		if writes(a) != writes(b) {
			if writes(b) {
				return -1
			}
			return 1
		}
		return strings.Compare(string(a), string(b))
	})
	return out
}

// handed is what organisations hand to others, who then read it by a right of
// their own: the team of the country reads the reports that were sent to it.
var handed = [...]ward.Permission{"incident.handle"}

// viewer is somebody of a kind of reader.
type viewer struct {
	who Viewer
	a   ward.Actor
}

// viewers are one of each kind of reader, as seen from p; own are its people.
func viewers(p Profile) (own, others []viewer) {
	const other = ward.OrgID("another organisation")
	abroad := ward.Country("FR")
	if p.Country == abroad {
		abroad = "DE"
	}
	one := func(role ward.Role, kind ward.OrgKind, org ward.OrgID, c ward.Country) ward.Actor {
		return ward.Actor{Person: "somebody", Role: role, Kind: kind, Org: org, Country: c}
	}
	for _, r := range rolesOf(p.Kind) {
		if r != ward.RoleOperator {
			own = append(own, viewer{Viewer("own_" + r), one(r, p.Kind, p.ID, p.Country)})
		}
	}
	group := one(ward.RoleManager, ward.KindHospital, other, p.Country)
	group.Acts = []ward.OrgID{p.ID}
	return own, []viewer{
		{"group_manager", group},
		{"other_member", one(ward.RoleMember, ward.KindHospital, other, p.Country)},
		{"other_manager", one(ward.RoleManager, ward.KindHospital, other, p.Country)},
		{"csirt", one(ward.RoleCSIRT, ward.KindCSIRT, other, p.Country)},
		{"csirt_abroad", one(ward.RoleCSIRT, ward.KindCSIRT, other, abroad)},
		{"centre", one(ward.RoleCentre, ward.KindCentre, other, "")},
		{"auditor", one(ward.RoleAuditor, ward.KindAuthority, other, p.Country)},
		{"auditor_union", one(ward.RoleAuditor, ward.KindCentre, other, "")},
		{"maker", one(ward.RoleMaker, ward.KindMaker, other, p.Country)},
		{"operator", one(ward.RoleOperator, ward.KindCentre, other, "")},
	}
}

// Visibility is who sees an organisation's data: by kind of data, and its groups.
type Visibility struct {
	Profile Profile
	Sights  []Sight
	Groups  []Membership // that last
}

// Visible tells who sees the data of the actor's own organisation. Needs
// org.read on it.
func (s *Service) Visible(ctx context.Context, a ward.Actor) (Visibility, error) {
	v, err := s.Show(ctx, a, a.Org)
	if err != nil {
		return Visibility{}, ward.Wrap("visibility", err)
	}
	out := Visibility{Profile: v.Profile}
	own, others := viewers(v.Profile)
	for _, p := range s.concerns(own) {
		out.Sights = append(out.Sights, s.sight(p, slices.Concat(own, others), v.Object()))
	}
	all, err := s.Groups(ctx, a)
	out.Groups = slices.DeleteFunc(all, func(m Membership) bool { return !m.Left.IsZero() })
	return out, ward.Wrap("visibility", err)
}

func (s *Service) sight(p ward.Permission, all []viewer, o ward.Object) Sight {
	x := Sight{What: p}
	for _, v := range all {
		if d := s.guard.Decide(v.a, p, o); d.Allowed {
			x.Who = append(x.Who, Viewing{v.who, d.Policy})
		}
	}
	return x
}
