package registry

import (
	"context"
	"testing"
	"time"

	"ward"
)

// hatIn gives the affiliation of a person.
func (w *world) hatIn(t *testing.T, a ward.Actor) string {
	t.Helper()
	hats, err := w.Hats(context.Background(), a.Person)
	if err != nil || len(hats) == 0 {
		t.Fatal(hats, err)
	}
	return hats[0].ID
}

// A deputy has the colleague's role in the span and not a moment longer, under
// his own name, and hands it to nobody.
func TestDeputy(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, day := context.Background(), 24*time.Hour
		north := w.add(t, ward.KindHospital, "North", "HR")
		ana, mia := w.join(t, north, ward.RoleManager, "ana@x.example"), w.join(t, north, ward.RoleMember, "mia@x.example")
		eve := w.join(t, w.add(t, ward.KindHospital, "South", "HR"), ward.RoleManager, "eve@x.example")
		now := w.now.Now()
		for name, x := range map[string]struct {
			hat        string
			begin, end time.Time
		}{"a stranger": {w.hatIn(t, eve), now, now.Add(day)}, "herself": {w.hatIn(t, ana), now, now.Add(day)}, "nobody": {"", now, now.Add(day)},
			"for ever": {w.hatIn(t, mia), now, now.Add(181 * day)}, "over": {w.hatIn(t, mia), now.Add(-2 * day), now.Add(-day)},
			"backwards": {w.hatIn(t, mia), now.Add(2 * day), now.Add(day)}, "no first day": {w.hatIn(t, mia), time.Time{}, now.Add(day)}} {
			if _, err := w.NameDeputy(ctx, ana, x.hat, x.begin, x.end); ward.CodeOf(err) != ward.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		d, err := w.NameDeputy(ctx, ana, w.hatIn(t, mia), now.Add(day), now.Add(3*day))
		if err != nil {
			t.Fatal(err)
		}
		acting := func() (ward.Actor, bool) {
			hats, err := w.Hats(ctx, mia.Person)
			if err != nil {
				t.Fatal(err)
			}
			a, err := w.Wear(ctx, mia.Person, deputyHat+d.ID)
			if (err == nil) != (len(hats) == 2) {
				t.Fatalf("hats %+v and wearing %v disagree", hats, err)
			}
			return a, err == nil
		}
		if _, yes := acting(); yes {
			t.Error("acts before the span")
		}
		w.now.Advance(day)
		a, yes := acting()
		if !yes || a.Role != ward.RoleManager || a.Person != mia.Person || a.For != ana.Name || a.Org != north.ID {
			t.Fatalf("got %+v, %t", a, yes)
		}
		if _, err := w.Wear(ctx, eve.Person, deputyHat+d.ID); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("a stranger wears it: %v", err)
		}
		if _, err := w.Invite(ctx, a, north.ID, Invitation{Name: "New", Email: "new@x.example", Role: ward.RoleMember}); err != nil {
			t.Errorf("the deputy does the manager's work: %v", err)
		}
		if _, err := w.NameDeputy(ctx, a, w.hatIn(t, ana), now, now.Add(3*day)); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("hands it on: %v", err)
		}
		if err := w.Leave(ctx, a); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("leaves in another's place: %v", err)
		}
		if list, err := w.DeputiesIn(ctx, mia, north.ID); err != nil || len(list) != 1 || list[0].For.ID != ana.Person {
			t.Errorf("who acts: %+v, %v", list, err)
		}
		if _, err := w.DeputiesIn(ctx, eve, north.ID); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("a stranger looks: %v", err)
		}
		w.now.Advance(2 * day)
		if _, yes := acting(); yes {
			t.Error("acts after the span")
		}
		if d, err = w.NameDeputy(ctx, ana, w.hatIn(t, mia), now, w.now.Now().Add(day)); err != nil {
			t.Fatal(err)
		}
		if err := w.EndDeputy(ctx, eve, d.ID); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("a stranger ends it: %v", err)
		}
		if err := w.EndDeputy(ctx, mia, d.ID); err != nil {
			t.Fatal(err)
		}
		if _, yes := acting(); yes {
			t.Error("acts after the end")
		}
	})
}

// Who leaves loses his hat and what hung on it; the last manager stays.
func TestLeave(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		north := w.add(t, ward.KindHospital, "North", "HR")
		ana, mia := w.join(t, north, ward.RoleManager, "ana@x.example"), w.join(t, north, ward.RoleMember, "mia@x.example")
		d, err := w.NameDeputy(ctx, ana, w.hatIn(t, mia), w.now.Now(), w.now.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Leave(ctx, ana); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("the last manager leaves: %v", err)
		}
		if err := w.Leave(ctx, mia); err != nil {
			t.Fatal(err)
		}
		if hats, err := w.Hats(ctx, mia.Person); err != nil || len(hats) != 0 {
			t.Errorf("still has %+v, %v", hats, err)
		}
		if _, err := w.Wear(ctx, mia.Person, deputyHat+d.ID); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("still acts for a colleague: %v", err)
		}
		w.join(t, north, ward.RoleMember, "mia@x.example")
		if hats, err := w.Hats(ctx, mia.Person); err != nil || len(hats) != 1 {
			t.Errorf("back as a member she has %+v, %v", hats, err)
		}
	})
}

// Who leaves manages groups no longer, also after coming back to another member;
// a group is never without a manager.
func TestLeavingManager(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		north, south := w.add(t, ward.KindHospital, "North", "HR"), w.add(t, ward.KindHospital, "South", "HR")
		ana, zoe := w.join(t, north, ward.RoleManager, "ana@x.example"), w.join(t, north, ward.RoleManager, "zoe@x.example")
		ben, dora := w.join(t, south, ward.RoleManager, "ben@x.example"), w.join(t, north, ward.RoleMember, "dora@x.example")
		g := w.group(t, Group{Kind: GroupOwner, Name: "Clinics of the coast"}, ana, ben)
		if err := w.AddDeputy(ctx, ana, g.ID, w.hat(t, dora)); err != nil {
			t.Fatal(err)
		}
		if err := w.End(ctx, ana, w.hat(t, dora)); err != nil {
			t.Fatal(err)
		}
		w.join(t, south, ward.RoleMember, "dora@x.example")
		if hats, err := w.Hats(ctx, dora.Person); err != nil || len(hats) != 1 {
			t.Errorf("back as a member she has %+v, %v", hats, err)
		}
		if err := w.Leave(ctx, ana); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("the last manager leaves: %v", err)
		}
		if err := w.AddDeputy(ctx, ana, g.ID, w.hat(t, zoe)); err != nil {
			t.Fatal(err)
		}
		if err := w.Leave(ctx, ana); err != nil {
			t.Error(err)
		}
		if v, err := w.Group(ctx, zoe, g.ID); err != nil || len(v.Managers) != 1 || !v.Manage {
			t.Errorf("got %+v, %v", v, err)
		}
		eva, carl := w.join(t, north, ward.RoleManager, "eva@x.example"), w.join(t, north, ward.RoleManager, "carl@x.example")
		if err := w.End(ctx, carl, w.hat(t, zoe)); err != nil {
			t.Fatal(err)
		}
		if v, err := w.Group(ctx, carl, g.ID); err != nil || len(v.Managers) != 1 || !v.Manage {
			t.Errorf("whoever takes the last manager out has the group after him: got %+v, %v", v, err)
		}
		csirt := w.join(t, w.add(t, ward.KindCSIRT, "CERT", "HR"), ward.RoleCSIRT, "c@x.example")
		if err := w.End(ctx, csirt, w.hat(t, carl)); err != nil {
			t.Fatal(err)
		}
		if v, err := w.Group(ctx, eva, g.ID); err != nil || len(v.Managers) != 1 || !v.Manage {
			t.Errorf("ended from outside, a manager of the house has the group: got %+v, %v", v, err)
		}
	})
}
