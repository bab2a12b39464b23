package auth

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ward"
)

func guard(t testing.TB) *Guard {
	t.Helper()
	g, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestDecide(t *testing.T) {
	g := guard(t)
	hospital := ward.Actor{Person: "p", Org: "h", Country: "HR", Role: ward.RoleMember}
	csirt := ward.Actor{Person: "p", Org: "c", Country: "HR", Role: ward.RoleCSIRT}
	group := hospital
	group.Acts = []ward.OrgID{"m", ""}
	token := hospital
	token.Token, token.Scopes = true, []ward.Permission{"inventory.read"}
	for name, tc := range map[string]struct {
		actor  ward.Actor
		act    ward.Permission
		on     ward.Object
		want   bool
		policy string
	}{
		"own inventory":              {hospital, "inventory.write", ward.Object{Org: "h", Country: "HR"}, true, "hospital-works-own"},
		"group's member":             {group, "alert.respond", ward.Object{Org: "m", Country: "SI"}, true, "group-manager-acts-for-members"},
		"group's member's people":    {group, "person.write", ward.Object{Org: "m", Country: "SI"}, false, ""},
		"group's own":                {group, "inventory.read", ward.Object{Org: "h", Country: "HR"}, true, "hospital-reads-own"},
		"beside the group":           {group, "alert.read", ward.Object{Org: "x", Country: "HR"}, false, ""},
		"a group and what is nobody": {group, "inventory.read", ward.Object{}, false, ""},
		"foreign inventory":          {hospital, "inventory.read", ward.Object{Org: "x", Country: "HR"}, false, ""},
		"csirt and inventory":        {csirt, "inventory.read", ward.Object{Org: "h", Country: "HR"}, false, ""},
		"csirt sees alerts at home":  {csirt, "alert.read", ward.Object{Org: "h", Country: "HR"}, true, "csirt-reads-country"},
		"csirt not abroad":           {csirt, "alert.read", ward.Object{Org: "h", Country: "SI"}, false, ""},
		"nobody":                     {ward.Actor{}, "advisory.read", ward.Object{}, false, ""},
		"unknown permission":         {hospital, "inventory.explode", ward.Object{Org: "h"}, false, ""},
		"marking above clearance":    {hospital, "advisory.read", ward.Object{Marked: true, TLP: ward.TLPRed}, false, "marking-above-clearance"},
		"unset marking is red":       {hospital, "advisory.read", ward.Object{Marked: true}, false, "marking-above-clearance"},
		"marking within clearance":   {hospital, "advisory.read", ward.Object{Marked: true, TLP: ward.TLPAmber}, true, "community-reads-advisories"},
		"token within its scopes":    {token, "inventory.read", ward.Object{Org: "h"}, true, "hospital-reads-own"},
		"token outside its scopes":   {token, "inventory.write", ward.Object{Org: "h"}, false, "token-outside-its-scopes"},
		"empty country is no match":  {ward.Actor{Person: "p", Org: "c", Role: ward.RoleCSIRT}, "alert.read", ward.Object{Org: "h"}, false, ""},
		"operator sees no advisory":  {ward.Actor{Person: "p", Role: ward.RoleOperator}, "advisory.read", ward.Object{}, false, ""},
		"a second person approves":   {ward.Actor{Person: "p", Role: ward.RoleCentre}, "bulletin.approve", ward.Object{Authors: []ward.PersonID{"q"}}, true, "centre-curates"},
		"no author approves":         {ward.Actor{Person: "p", Role: ward.RoleCentre}, "bulletin.approve", ward.Object{Authors: []ward.PersonID{"q", "p"}}, false, "second-person"},
		"an author may go on":        {ward.Actor{Person: "p", Role: ward.RoleCentre}, "bulletin.write", ward.Object{Authors: []ward.PersonID{"p"}}, true, "centre-curates"},
		"operator sees no inventory": {ward.Actor{Person: "p", Role: ward.RoleOperator}, "inventory.read", ward.Object{Org: "h"}, false, ""},
		"named for a record":         {hospital, "ransom.read", ward.Object{Org: "h", Country: "HR", Circle: []ward.PersonID{"q", "p"}}, true, "circle-keeps-ransom-record"},
		"not named for a record":     {hospital, "ransom.read", ward.Object{Org: "h", Country: "HR", Circle: []ward.PersonID{"q"}}, false, ""},
		"nobody is named":            {hospital, "ransom.write", ward.Object{Org: "h", Country: "HR"}, false, ""},
		"named, of another hospital": {hospital, "ransom.read", ward.Object{Org: "x", Country: "HR", Circle: []ward.PersonID{"p"}}, false, ""},
		"a member names nobody":      {hospital, "ransom.circle", ward.Object{Org: "h", Country: "HR"}, false, ""},
		"a team and what is given":   {csirt, "ransom.receive", ward.Object{Org: "h", Country: "HR", Shared: true}, true, "csirt-reads-what-was-shared"},
		"a team and what is not":     {csirt, "ransom.receive", ward.Object{Org: "h", Country: "HR"}, false, ""},
		"a team and given abroad":    {csirt, "ransom.receive", ward.Object{Org: "h", Country: "SI", Shared: true}, false, ""},
		"the Centre and what is given": {ward.Actor{Person: "p", Role: ward.RoleCentre}, "ransom.receive",
			ward.Object{Org: "h", Country: "HR", Shared: true, Circle: []ward.PersonID{"p"}}, false, ""},
	} {
		d := g.Decide(tc.actor, tc.act, tc.on)
		if d.Allowed != tc.want || d.Policy != tc.policy {
			t.Errorf("%s: got %+v, want %v by %q", name, d, tc.want, tc.policy)
		}
	}
}

// A list must show exactly the rows that the policies allow one by one.
func TestScopeEqualsPolicies(t *testing.T) {
	g := guard(t)
	permissions := Permissions()
	slices.Sort(permissions)
	orgs := []ward.OrgID{"", "a", "b", "c"}
	countries := []ward.Country{"", "HR", "SI", "AT"}
	rapid.Check(t, func(t *rapid.T) {
		a := ward.Actor{Person: "p", Org: rapid.SampledFrom(orgs).Draw(t, "org"),
			Country: rapid.SampledFrom(countries).Draw(t, "country"),
			Role:    rapid.SampledFrom(append(ward.Roles(), "")).Draw(t, "role"), Token: rapid.Bool().Draw(t, "token")}
		if rapid.Bool().Draw(t, "manages a group") {
			a.Acts = rapid.SliceOfN(rapid.SampledFrom(orgs), 0, 3).Draw(t, "acts")
		}
		if a.Token {
			a.Scopes = rapid.SliceOf(rapid.SampledFrom(permissions)).Draw(t, "scopes")
		}
		p := rapid.SampledFrom(permissions).Draw(t, "permission")
		row := ward.Object{Org: rapid.SampledFrom(orgs[1:]).Draw(t, "row org"), Country: rapid.SampledFrom(countries).Draw(t, "row country")}
		if p == "detection.read" && row.Country == "" {
			return // what belongs to no country is for all of them: its lists ask for it beside the scope
		}
		got, want := g.Scope(a, p).Has(row.Org, row.Country), g.Decide(a, p, row).Allowed
		if got != want {
			t.Fatalf("%+v %s on %+v: scope says %v, policies %v", a, p, row, got, want)
		}
	})
}

// The first look lets in whoever could be named or given something.
func TestMay(t *testing.T) {
	g := guard(t)
	for _, tc := range []struct {
		role ward.Role
		p    ward.Permission
		want bool
	}{{ward.RoleMember, "ransom.read", true}, {ward.RoleMember, "ransom.circle", false}, {ward.RoleCSIRT, "ransom.receive", true}, {ward.RoleCSIRT, "ransom.read", false},
		{ward.RoleCentre, "ransom.receive", false}, {ward.RoleCentre, "ransom.read", false}, {ward.RoleOperator, "ransom.read", false}, {ward.RoleAuditor, "ransom.read", false}} {
		a := ward.Actor{Person: "p", Org: "o", Country: "HR", Role: tc.role}
		if got := g.May(a, tc.p); got != tc.want {
			t.Errorf("%s %s: %v", tc.role, tc.p, got)
		}
		if s := g.Scope(a, tc.p); tc.p != "ransom.circle" && (s.Everything || len(s.Orgs)+len(s.Countries) > 0) {
			t.Errorf("%s %s: a list would show %+v without asking who was named", tc.role, tc.p, s)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	g := guard(b)
	a := ward.Actor{Person: "p", Org: "h", Country: "HR", Role: ward.RoleMember}
	for b.Loop() {
		g.Decide(a, "inventory.read", ward.Object{Org: "h", Country: "HR"})
	}
}
