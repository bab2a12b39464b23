package registry

import (
	"context"
	"testing"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

func TestInvite(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		zagreb, split := w.add(t, ward.KindHospital, "Zagreb", "HR"), w.add(t, ward.KindHospital, "Split", "HR")
		cert := w.add(t, ward.KindCSIRT, "CERT", "HR")
		manager, member := w.join(t, zagreb, ward.RoleManager, "m@zagreb.example"), w.join(t, zagreb, ward.RoleMember, "n@zagreb.example")
		csirt := w.join(t, cert, ward.RoleCSIRT, "c@cert.example")
		operator := w.join(t, w.add(t, ward.KindCentre, "Centre", ""), ward.RoleOperator, "o@centre.example")
		in := func(role ward.Role, email string) Invitation {
			return Invitation{Name: "New", Email: email, Role: role, Duty: ward.DutyIT}
		}
		for name, tc := range map[string]struct {
			actor ward.Actor
			org   Profile
			in    Invitation
			want  string
		}{
			"manager at home":               {manager, zagreb, in(ward.RoleManager, "A@zagreb.example"), ""},
			"manager makes an auditor":      {manager, zagreb, in(ward.RoleAuditor, "b@zagreb.example"), "registry.error.role"},
			"manager makes an operator":     {manager, zagreb, in(ward.RoleOperator, "b@zagreb.example"), "registry.error.role_not_yours"},
			"manager abroad":                {manager, split, in(ward.RoleMember, "b@zagreb.example"), ""},
			"member":                        {member, zagreb, in(ward.RoleMember, "b@zagreb.example"), "error.forbidden"},
			"csirt in its country":          {csirt, split, in(ward.RoleManager, "s@split.example"), ""},
			"csirt makes an operator":       {csirt, split, in(ward.RoleOperator, "t@split.example"), "registry.error.role_not_yours"},
			"operator makes an operator":    {operator, split, in(ward.RoleOperator, "t@split.example"), ""},
			"csirt gives himself a hat":     {csirt, split, in(ward.RoleManager, "c@cert.example"), "registry.error.own_role"},
			"twice in one house":            {csirt, zagreb, in(ward.RoleMember, "m@zagreb.example"), "registry.error.already_in"},
			"no address":                    {manager, zagreb, in(ward.RoleMember, "Bob <b@x.example>"), "registry.error.email"},
			"header in the address":         {manager, zagreb, in(ward.RoleMember, "b@x.example\r\nBcc: c@x.example"), "registry.error.email"},
			"role that the kind has not":    {operator, split, in(ward.RoleCSIRT, "u@split.example"), "registry.error.role"},
			"role that nobody knows":        {operator, split, in("emperor", "u@split.example"), "registry.error.role"},
			"a person from another country": {csirt, cert, in(ward.RoleCSIRT, "s@split.example"), ""},
		} {
			_, err := w.Invite(ctx, tc.actor, tc.org.ID, tc.in)
			if name == "manager abroad" {
				want(t, err, ward.NotFound)
			} else if name != "a person from another country" && key(err) != tc.want {
				t.Errorf("%s: got %v, want %q", name, err, tc.want)
			}
		}
		list, err := w.People(ctx, manager, zagreb.ID)
		if err != nil || len(list) != 3 {
			t.Errorf("people of Zagreb: %d, %v; want 3", len(list), err)
		}
		contacts, err := w.Contacts(ctx, []ward.OrgID{zagreb.ID, split.ID})
		if err != nil || len(contacts[zagreb.ID]) != 1 || contacts[zagreb.ID][0].Email != "a@zagreb.example" || contacts[zagreb.ID][0].Person == "" {
			t.Errorf("the invited IT lead is the contact: %+v, %v", contacts, err)
		}
	})
}

func TestHats(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		zagreb, split := w.add(t, ward.KindHospital, "Zagreb", "HR"), w.add(t, ward.KindHospital, "Split", "HR")
		manager, second := w.join(t, zagreb, ward.RoleManager, "m@zagreb.example"), w.join(t, zagreb, ward.RoleManager, "n@zagreb.example")
		both := w.join(t, zagreb, ward.RoleMember, "b@zagreb.example")
		w.join(t, split, ward.RoleManager, "b@zagreb.example")
		csirt := w.join(t, w.add(t, ward.KindCSIRT, "CERT", "HR"), ward.RoleCSIRT, "c@cert.example")

		if hats, err := w.Hats(ctx, both.Person); err != nil || len(hats) != 2 || hats[0].Org.Name != "Zagreb" {
			t.Errorf("hats %+v, %v", hats, err)
		}
		_, err := w.Wear(ctx, manager.Person, w.hat(t, both))
		want(t, err, ward.NotFound) // another's hat

		_, err = w.MayVouch(ctx, manager, both.Person)
		if key(err) != "registry.error.other_hats" {
			t.Errorf("a manager lets a person in who also manages another house: %v", err)
		}
		policy, err := w.MayVouch(ctx, csirt, both.Person)
		if err != nil || policy != "csirt-registers-country" {
			t.Errorf("the CSIRT vouches by %q, %v", policy, err)
		}
		if _, err = w.MayVouch(ctx, manager, second.Person); err != nil {
			t.Errorf("a manager vouches for his colleague: %v", err)
		}
		_, err = w.MayVouch(ctx, manager, csirt.Person)
		want(t, err, ward.NotFound)
		_, err = w.MayVouch(ctx, both, manager.Person)
		want(t, err, ward.Forbidden)

		if err := w.ChangeRole(ctx, manager, w.hat(t, manager), ward.RoleMember, ""); key(err) != "registry.error.own_role" {
			t.Errorf("own role: %v", err)
		}
		if err := w.End(ctx, manager, w.hat(t, second)); err != nil {
			t.Errorf("end: %v", err)
		}
		want(t, w.End(ctx, manager, w.hat(t, both)), "")
		_, err = w.Wear(ctx, second.Person, "")
		want(t, err, ward.NotFound)
		if err := w.End(ctx, csirt, w.hat(t, manager)); key(err) != "registry.error.last_manager" {
			t.Errorf("the last manager leaves: %v", err)
		}
		if err := w.ChangeRole(ctx, csirt, w.hat(t, manager), ward.RoleMember, ""); key(err) != "registry.error.last_manager" {
			t.Errorf("the last manager is made a member: %v", err)
		}
		report, err := w.audit.Verify(ctx)
		if err != nil || report.Fault != nil || report.Size < 10 {
			t.Errorf("audit: %+v, %v", report, err)
		}
	})
}

func TestMyself(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		a := w.join(t, w.add(t, ward.KindHospital, "Zagreb", "HR"), ward.RoleMember, "m@zagreb.example")
		if err := w.UpdateMyself(ctx, a, Own{Name: "Ana", Lang: "hr", Zone: "Europe/Zagreb", Phone: "+385 1"}); key(err) != "" {
			t.Errorf("got %v", err)
		}
		p, phone, err := w.Myself(ctx, a)
		if err != nil || p.Lang != "hr" || p.Zone != "Europe/Zagreb" || phone != "+385 1" {
			t.Errorf("got %+v, %q, %v", p, phone, err)
		}
		for field, o := range map[string]Own{"name": {}, "lang": {Name: "A", Lang: "xx"}, "zone": {Name: "A", Zone: "Mars/Base"}, "phone": {Name: "A", Phone: "call me"}} {
			want(t, w.UpdateMyself(ctx, a, o), ward.Invalid)
			_ = field
		}
		token := a
		token.Token, token.Scopes = true, []ward.Permission{"account.self"}
		want(t, w.UpdateMyself(ctx, token, Own{Name: "Eve"}), ward.Forbidden)
	})
}

func TestFoundOnce(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		done := make(chan ward.PersonID, 4)
		for range cap(done) {
			go func() {
				p, err := w.Found(ctx, house)
				if err != nil {
					t.Error(err)
				}
				done <- p
			}()
		}
		first := <-done
		for range cap(done) - 1 {
			if p := <-done; p != first || p == "" {
				t.Errorf("two founders: %q and %q", first, p)
			}
		}
		if ops, err := w.Operators(ctx); err != nil || len(ops) != 1 || ops[0] != first {
			t.Errorf("operators %v, %v", ops, err)
		}
		_, err := w.Found(ctx, ward.Actor{Person: "x", Role: ward.RoleOperator})
		want(t, err, ward.Forbidden)

		hats, _ := w.Hats(ctx, first)
		operator, err := w.Wear(ctx, first, hats[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		in := Setup{Kind: ward.KindCSIRT, Name: "CERT", Country: "HR", Person: "Olga", Email: "Olga@cert.example"}
		for field, change := range map[string]func(*Setup){"email": func(s *Setup) { s.Email = "olga" }, "person": func(s *Setup) { s.Person = " " },
			"country": func(s *Setup) { s.Country = "" }, "kind": func(s *Setup) { s.Kind = ward.KindMaker }} {
			bad := in
			change(&bad)
			expect.Fields(t, "setup", w.SetUp(ctx, operator, bad), field)
		}
		expect.Fields(t, "an empty setup", w.SetUp(ctx, operator, Setup{Kind: ward.KindCSIRT}), "name country person email")
		if err := w.SetUp(ctx, operator, in); err != nil {
			t.Fatal(err)
		}
		p, err := w.PersonByEmail(ctx, " OLGA@cert.example ")
		if err != nil || p.ID != first || p.Name != "Olga" {
			t.Errorf("got %+v, %v", p, err)
		}
	})
}
