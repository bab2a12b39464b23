package registry

import (
	"context"
	"testing"

	"ward"
)

func TestGroup(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		north, south, other := w.add(t, ward.KindHospital, "North", "HR"), w.add(t, ward.KindHospital, "South", "HR"), w.add(t, ward.KindHospital, "Other", "HR")
		ana, ben, eve := w.join(t, north, ward.RoleManager, "ana@x.example"), w.join(t, south, ward.RoleManager, "ben@x.example"), w.join(t, other, ward.RoleManager, "eve@x.example")
		member := w.join(t, south, ward.RoleMember, "mia@x.example")
		csirt := w.join(t, w.add(t, ward.KindCSIRT, "CERT", "HR"), ward.RoleCSIRT, "c@x.example")
		g, err := w.NewGroup(ctx, ana, Group{Kind: GroupOwner, Name: "Clinics of the coast"})
		if err != nil {
			t.Fatal(err)
		}
		code, err := w.InviteToGroup(ctx, ana, g.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.JoinGroup(ctx, member, code, true); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("a member joins for the house: %v", err)
		}
		if got, err := w.LookAtGroup(ctx, ben, code); err != nil || got.Name != g.Name {
			t.Errorf("look: %+v, %v", got, err)
		}
		if _, err := w.JoinGroup(ctx, ben, code, true); err != nil {
			t.Fatal(err)
		}
		if _, err := w.JoinGroup(ctx, eve, code, true); ward.CodeOf(err) != ward.Invalid {
			t.Errorf("the code again: %v", err)
		}
		for name, a := range map[string]ward.Actor{"a stranger": eve, "the CSIRT": csirt, "nobody": {}} {
			if _, err := w.Group(ctx, a, g.ID); ward.CodeOf(err) != ward.NotFound {
				t.Errorf("%s sees the group: %v", name, err)
			}
			if _, err := w.InviteToGroup(ctx, a, g.ID); ward.CodeOf(err) != ward.NotFound {
				t.Errorf("%s invites: %v", name, err)
			}
		}
		if _, err := w.InviteToGroup(ctx, ben, g.ID); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("a member invites: %v", err)
		}
		acts := func() []ward.Hat {
			hats, err := w.Hats(ctx, ana.Person)
			if err != nil {
				t.Fatal(err)
			}
			return hats[1:]
		}
		hats := acts()
		if len(hats) != 1 || hats[0].Org.ID != south.ID || hats[0].Role != ward.RoleMember {
			t.Fatalf("ana's hats %+v", hats)
		}
		as, err := w.Wear(ctx, ana.Person, hats[0].ID)
		if err != nil || as.Org != south.ID || as.Role != ward.RoleMember || as.Person != ana.Person || as.For != g.Name {
			t.Fatalf("got %+v, %v", as, err)
		}
		if _, err := w.NewGroup(ctx, as, Group{Kind: GroupSharing, Name: "Behind their back"}); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("founds a group in another's name: %v", err)
		}
		if own := w.own(t, ana); len(own.Acts) != 1 || own.Acts[0] != south.ID || own.For != "" {
			t.Errorf("under her own hat: %+v", own)
		}
		if page, err := w.List(ctx, w.own(t, ana), Filter{}); err != nil || len(page.Rows) != 2 {
			t.Errorf("her list has %d organisations, %v", len(page.Rows), err)
		}
		if own := w.own(t, ben); len(own.Acts) != 0 {
			t.Errorf("a mere member acts for %v", own.Acts)
		}
		for name, p := range map[string]ward.PersonID{"another member": ben.Person, "a stranger": eve.Person} {
			if _, err := w.Wear(ctx, p, hats[0].ID); ward.CodeOf(err) != ward.NotFound {
				t.Errorf("%s wears the hat: %v", name, err)
			}
		}
		if err := w.SetActFor(ctx, ben, g.ID, false); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Wear(ctx, ana.Person, hats[0].ID); ward.CodeOf(err) != ward.NotFound || len(acts()) != 0 {
			t.Errorf("against the member's will: %v", err)
		}
		if own := w.own(t, ana); len(own.Acts) != 0 {
			t.Errorf("still acts for %v", own.Acts)
		}
		deputy := ben
		deputy.For = "Ben"
		if err := w.SetActFor(ctx, deputy, g.ID, true); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("a deputy lets others in: %v", err)
		}
		if err := w.SetActFor(ctx, deputy, g.ID, false); err != nil {
			t.Errorf("a deputy keeps others out: %v", err)
		}
		if err := w.SetActFor(ctx, ben, g.ID, true); err != nil || len(acts()) != 1 {
			t.Errorf("again: %v", err)
		}
		if err := w.LeaveGroup(ctx, ana, g.ID); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("the last manager leaves: %v", err)
		}
		if _, err := w.MayVouch(ctx, ana, ana.Person); err == nil {
			t.Error("ana vouches for somebody who acts for another house")
		}
		if err := w.LeaveGroup(ctx, ben, g.ID); err != nil || len(acts()) != 0 {
			t.Errorf("leave: %v", err)
		}
		if err := w.LeaveGroup(ctx, ana, g.ID); err != nil {
			t.Errorf("the last one leaves: %v", err)
		}
	})
}

// A circle's list is its members' own; joining and leaving make a notice.
func TestSharingGroup(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		north, south := w.add(t, ward.KindHospital, "North", "HR"), w.add(t, ward.KindLab, "South", "SI")
		ana, ben := w.join(t, north, ward.RoleManager, "ana@x.example"), w.join(t, south, ward.RoleManager, "ben@x.example")
		deputy := w.join(t, north, ward.RoleMember, "dora@x.example")
		g := w.group(t, Group{Kind: GroupSharing, Name: "Circle", Purpose: "Indicators"}, ana, ben)
		if hats, err := w.Hats(ctx, ana.Person); err != nil || len(hats) != 1 {
			t.Errorf("a circle gives hats: %+v, %v", hats, err)
		}
		v, err := w.Group(ctx, ben, g.ID)
		if err != nil || len(v.Members) != 2 || v.Manage {
			t.Fatalf("got %+v, %v", v, err)
		}
		theirs := v.Own.ID
		if err := w.RemoveFromGroup(ctx, ben, theirs); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("a member takes out: %v", err)
		}
		if list, err := w.Notices(ctx, ben); err != nil || len(list) != 1 || list[0].State != NoticeDue || list[0].Membership.Group.Name != "Circle" {
			t.Errorf("notices %+v, %v", list, err)
		}
		people, err := w.People(ctx, ana, north.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range people {
			if f.Person.ID == deputy.Person {
				if err := w.AddDeputy(ctx, ana, g.ID, f.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		if v, err := w.Group(ctx, deputy, g.ID); err != nil || !v.Manage || len(v.Managers) != 2 {
			t.Errorf("the deputy: %+v, %v", v, err)
		}
		if err := w.RemoveFromGroup(ctx, ana, theirs); err != nil {
			t.Fatal(err)
		}
		if list, err := w.Notices(ctx, ben); err != nil || len(list) != 2 || !list[0].Leaving {
			t.Errorf("after leaving: notices %+v, %v", list, err)
		}
		if _, err := w.Group(ctx, ben, g.ID); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("who was taken out still sees it: %v", err)
		}
	})
}

// own is a person's actor under his own hat, as a request reads it.
// group founds a group for a; b's organisation joins it and lets it act.
func (w *world) group(t *testing.T, of Group, a, b ward.Actor) Group {
	t.Helper()
	ctx := context.Background()
	g, err := w.NewGroup(ctx, a, of)
	if err != nil {
		t.Fatal(err)
	}
	code, err := w.InviteToGroup(ctx, a, g.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.JoinGroup(ctx, b, code, true); err != nil {
		t.Fatal(err)
	}
	return g
}

func (w *world) own(t *testing.T, a ward.Actor) ward.Actor {
	t.Helper()
	hats, err := w.Hats(context.Background(), a.Person)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.Wear(context.Background(), a.Person, hats[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A network is found by others, who do not see who is in it, and is joined by
// asking.
func TestNetworkIsJoinedByAsking(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		eva := w.join(t, w.add(t, ward.KindCentre, "Centre", ""), ward.RoleCentre, "eva@x.example")
		north := w.add(t, ward.KindHospital, "North", "HR")
		ana := w.join(t, north, ward.RoleManager, "ana@x.example")
		g, err := w.NewGroup(ctx, eva, Group{Kind: GroupNetwork, Name: "Health CISO network", Listed: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.NewGroup(ctx, eva, Group{Kind: GroupOwner, Name: "Of one owner"}); ward.CodeOf(err) != ward.Invalid {
			t.Errorf("the Centre owns hospitals: %v", err)
		}
		hidden, err := w.NewGroup(ctx, eva, Group{Kind: GroupSharing, Name: "Hidden"})
		if err != nil {
			t.Fatal(err)
		}
		if list, err := w.ListedGroups(ctx, ana); err != nil || len(list) != 1 || list[0].ID != g.ID {
			t.Fatalf("listed %+v, %v", list, err)
		}
		if _, err := w.Apply(ctx, ana, hidden.ID, ""); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("asks for a hidden group: %v", err)
		}
		x, err := w.Apply(ctx, ana, g.ID, "I head the security of North")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Apply(ctx, ana, g.ID, "Again"); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("asks twice: %v", err)
		}
		for who, want := range map[*ward.Actor]int{&eva: 1, &ana: 0} {
			if got, err := w.Waiting(ctx, *who); err != nil || got.Applications != want {
				t.Errorf("%s hears of %d applications, %v", who.Name, got.Applications, err)
			}
		}
		if _, err := w.Group(ctx, ana, g.ID); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("sees the group before: %v", err)
		}
		if err := w.DecideApplication(ctx, ana, x.ID, true, ""); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("lets herself in: %v", err)
		}
		if err := w.DecideApplication(ctx, eva, x.ID, false, ""); ward.CodeOf(err) != ward.Invalid {
			t.Errorf("refused without a reason: %v", err)
		}
		if err := w.DecideApplication(ctx, eva, x.ID, true, ""); err != nil {
			t.Fatal(err)
		}
		v, err := w.Group(ctx, ana, g.ID)
		if err != nil || len(v.Members) != 2 || v.Own.Person.ID != ana.Person || len(v.Asking) != 0 {
			t.Errorf("got %+v, %v", v, err)
		}
		if list, err := w.ListedGroups(ctx, ana); err != nil || len(list) != 0 {
			t.Errorf("still on offer: %+v, %v", list, err)
		}
		if err := w.DecideApplication(ctx, eva, x.ID, false, "No"); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("decided again: %v", err)
		}
		if list, err := w.Notices(ctx, eva); err != nil || len(list) != 0 {
			t.Errorf("the Centre owes notices: %+v, %v", list, err)
		}
	})
}

// A notice names a group, so it is seen by its organisation, and by the
// authority once it was handed over.
func TestNotice(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		north := w.add(t, ward.KindHospital, "North", "HR")
		ana, mia := w.join(t, north, ward.RoleManager, "ana@x.example"), w.join(t, north, ward.RoleMember, "mia@x.example")
		others := map[string]ward.Actor{"abroad": w.join(t, w.add(t, ward.KindCSIRT, "CERT SI", "SI"), ward.RoleCSIRT, "s@x.example"),
			"the Centre": w.join(t, w.add(t, ward.KindCentre, "Centre", ""), ward.RoleCentre, "e@x.example"),
			"a hospital": w.join(t, w.add(t, ward.KindHospital, "South", "HR"), ward.RoleManager, "b@x.example"), "nobody": {}}
		for _, name := range []string{"Circle", "Second"} {
			if _, err := w.NewGroup(ctx, ana, Group{Kind: GroupSharing, Name: name}); err != nil {
				t.Fatal(err)
			}
		}
		list, err := w.Notices(ctx, ana)
		if err != nil || len(list) != 2 {
			t.Fatalf("notices %+v, %v", list, err)
		}
		first, second := list[1].ID, list[0].ID
		if err := w.SettleNotice(ctx, ana, first, NoticeHanded, ""); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("handed to nobody: %v", err)
		}
		csirt := w.join(t, w.add(t, ward.KindCSIRT, "CERT", "HR"), ward.RoleCSIRT, "c@x.example")
		others["the authority"] = csirt
		for name, a := range others {
			if _, err := w.Notice(ctx, a, first); ward.CodeOf(err) != ward.NotFound {
				t.Errorf("%s sees what was not handed over: %v", name, err)
			}
		}
		if err := w.SettleNotice(ctx, mia, first, NoticeHanded, ""); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("a member settles: %v", err)
		}
		for state, want := range map[NoticeState]ward.Code{NoticeReceived: ward.Invalid, "": ward.Invalid, NoticeOutside: ward.Invalid, NoticeHanded: ""} {
			if err := w.SettleNotice(ctx, ana, first, state, ""); ward.CodeOf(err) != want {
				t.Errorf("to %q: %v", state, err)
			}
		}
		delete(others, "the authority")
		for name, a := range others {
			if _, err := w.Notice(ctx, a, first); ward.CodeOf(err) != ward.NotFound {
				t.Errorf("%s sees it: %v", name, err)
			}
			if err := w.ReceiveNotice(ctx, a, first); ward.CodeOf(err) != ward.NotFound {
				t.Errorf("%s receives it: %v", name, err)
			}
		}
		if in, err := w.NoticesIn(ctx, csirt); err != nil || len(in) != 1 || in[0].State != NoticeHanded {
			t.Errorf("the authority has %+v, %v", in, err)
		}
		if err := w.ReceiveNotice(ctx, ana, first); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("the hospital confirms to itself: %v", err)
		}
		if err := w.ReceiveNotice(ctx, csirt, first); err != nil {
			t.Fatal(err)
		}
		if n, err := w.Notice(ctx, ana, first); err != nil || n.State != NoticeReceived || n.ReceivedBy == "" || n.Authority.CSIRT != "NCSC.HR" {
			t.Errorf("got %+v, %v", n, err)
		}
		if err := w.SettleNotice(ctx, ana, second, NoticeNotNeeded, "A practice of five people"); err != nil {
			t.Error(err)
		}
		if err := w.SettleNotice(ctx, ana, second, NoticeHanded, ""); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("settled twice: %v", err)
		}
	})
}
