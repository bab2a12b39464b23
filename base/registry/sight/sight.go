// Package sight reads off the policies who sees and changes what of an organisation,
// by asking them for one of each kind of reader. It keeps nothing.
package sight

import (
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

// Act is one act on an organisation's data and who may do it.
type Act struct {
	What ward.Permission
	Who  []Viewing
}

// Of lists the acts on the data o of an organisation, whose people have roles; what
// reads comes first.
func Of(guard *auth.Guard, org ward.Organisation, roles []ward.Role, o ward.Object) []Act {
	own, others := viewers(org, roles)
	var out []Act
	for _, p := range concerns(guard, own) {
		out = append(out, act(guard, p, slices.Concat(own, others), o))
	}
	return out
}

// writes tells an act that changes something from one that reads.
func writes(p ward.Permission) bool {
	_, act, _ := strings.Cut(string(p), ".")
	return act != "read" && act != "overview" && act != "handle"
}

// concerns lists the acts on data of an organisation's own: those that its people
// may do on theirs and not everywhere, and on what they hand over. Reading comes
// first. A permission that is new in the house is here without being named.
func concerns(guard *auth.Guard, own []viewer) []ward.Permission {
	var out []ward.Permission
	for _, p := range auth.Permissions() {
		if slices.Contains(handed[:], p) || slices.ContainsFunc(own, func(v viewer) bool { return len(guard.Scope(v.a, p).Orgs) > 0 }) {
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
func viewers(p ward.Organisation, roles []ward.Role) (own, others []viewer) {
	const other = ward.OrgID("another organisation")
	abroad := ward.Country("FR")
	if p.Country == abroad {
		abroad = "DE"
	}
	one := func(role ward.Role, kind ward.OrgKind, org ward.OrgID, c ward.Country) ward.Actor {
		return ward.Actor{Person: "somebody", Role: role, Kind: kind, Org: org, Country: c}
	}
	for _, r := range roles {
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

func act(guard *auth.Guard, p ward.Permission, all []viewer, o ward.Object) Act {
	x := Act{What: p}
	for _, v := range all {
		if d := guard.Decide(v.a, p, o); d.Allowed {
			x.Who = append(x.Who, Viewing{v.who, d.Policy})
		}
	}
	return x
}
