package ransom

import (
	"slices"
	"strings"
	"testing"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

// Whoever was not let in learns nothing by any way that this service answers: the
// manager who named others, colleagues, other hospitals, teams, the Centre,
// auditor and operator.
func TestCircleAlone(t *testing.T) {
	h := begun(t, sqlite(t))
	h.answer(t, Answers{"decision": Paid, "reason": "REASON-zebra"})
	others := map[string]ward.Actor{"manager outside": manager, "member outside": member, "rival": rival, "team": team, "team abroad": abroad, "centre": centre, "visitor": {},
		"auditor":                   {Person: "a", Org: "a1", Country: "HR", Role: ward.RoleAuditor},
		"operator":                  {Person: "o", Org: "o1", Role: ward.RoleOperator},
		"maker":                     {Person: "m", Org: "m1", Country: "HR", Role: ward.RoleMaker},
		"counsel under another hat": {Person: counsel.Person, Org: "h2", Country: "HR", Role: ward.RoleManager},
		"group that acts for it":    {Person: "g", Org: "g1", Country: "HR", Role: ward.RoleManager, Acts: []ward.OrgID{"h1"}}}
	for name, a := range others {
		tries := map[string]error{}
		_, tries["get"] = h.Get(ctx, a, "i1")
		_, tries["document"] = h.Document(ctx, a, "i1")
		_, tries["history"] = h.History(ctx, a, "i1")
		_, tries["receive"] = h.Receive(ctx, a, "i1")
		_, tries["save"] = h.Save(ctx, a, "i1", 2, Answers{"reason": "x"})
		tries["give"] = h.Give(ctx, a, "i1", true)
		if name != "manager outside" {
			_, tries["circle"] = h.Circle(ctx, a, "i1")
			tries["name"] = h.Name(ctx, a, "i1", counsel.Person)
			tries["drop"] = h.Drop(ctx, a, "i1", counsel.Person)
		}
		for what, err := range tries {
			if c := ward.CodeOf(err); c != ward.NotFound && c != ward.Forbidden {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
		if list, _ := h.Own(ctx, a); len(list) > 0 {
			t.Errorf("%s lists %v", name, list)
		}
	}
	if n, err := h.Circle(ctx, manager, "i1"); err != nil || len(n.Circle) != 1 || len(n.Others) != 2 {
		t.Errorf("the manager sees %+v (%v)", n, err)
	}
	if list, err := h.Own(ctx, counsel); err != nil || len(list) != 1 {
		t.Errorf("the circle lists %v (%v)", list, err)
	}
}

// The manager names people of his own hospital only, and may take them out again.
func TestNaming(t *testing.T) {
	h := openHouse(t, sqlite(t))
	expect.Code(t, "a stranger", h.Name(ctx, manager, "i1", rival.Person), ward.Invalid)
	expect.Code(t, "an auditor of the house", h.Name(ctx, manager, "i1", "p9"), ward.Invalid)
	expect.Code(t, "another's incident", h.Name(ctx, manager, "i2", manager.Person), ward.NotFound)
	expect.Code(t, "an incident that is none", h.Name(ctx, manager, "i3", manager.Person), ward.NotFound)
	expect.OK(t, h.Name(ctx, manager, "i1", counsel.Person))
	expect.OK(t, h.Name(ctx, manager, "i1", counsel.Person))
	r, err := h.Get(ctx, counsel, "i1")
	if err != nil || r.Decision() != Deciding || r.Answers["family"] != "Akira" || len(r.Circle) != 1 {
		t.Errorf("begun as %+v (%v)", r, err)
	}
	expect.OK(t, h.Drop(ctx, manager, "i1", counsel.Person))
	_, err = h.Get(ctx, counsel, "i1")
	expect.Code(t, "taken out", err, ward.NotFound)
	expect.Code(t, "taken out twice", h.Drop(ctx, manager, "i1", counsel.Person), ward.NotFound)
}

// The team sees a record while it is given to it, its circle sees each look, and
// whom the hospital named stays the hospital's.
func TestGiven(t *testing.T) {
	h := begun(t, sqlite(t))
	h.base.Work()
	h.answer(t, Answers{"demanded": "yes"})
	expect.OK(t, h.Give(ctx, counsel, "i1", true))
	expect.Code(t, "given twice", h.Give(ctx, counsel, "i1", true), ward.Conflict)
	r, err := h.Receive(ctx, team, "i1")
	if err != nil || r.Answers["demanded"] != "yes" || len(r.Circle) != 0 || r.Limit.Act == "" {
		t.Errorf("the team sees %+v (%v)", r, err)
	}
	_, err = h.Receive(ctx, abroad, "i1")
	expect.Code(t, "another country", err, ward.NotFound)
	_, err = h.Save(ctx, team, "i1", r.Version, Answers{})
	expect.Code(t, "a team writes", err, ward.Forbidden)
	l, err := h.History(ctx, counsel, "i1")
	expect.OK(t, err)
	if !slices.ContainsFunc(l.Looks, func(x Look) bool { return x.Act == actTeam && x.Person == team.Name && x.Team == "CSIRT" }) {
		t.Errorf("the circle does not see the team's look: %+v", l.Looks)
	}
	for _, a := range []struct {
		who  ward.Actor
		want string
	}{{counsel, "/ransom/i1"}, {manager, "/ransom/i1/circle"}, {team, "/incident-queue/i1/ransom"}, {member, ""}, {abroad, ""}, {centre, ""}} {
		if got, err := h.Link(ctx, a.who, "i1"); err != nil || got != a.want {
			t.Errorf("%s is led to %q, want %q (%v)", a.who.Name, got, a.want, err)
		}
	}
	expect.OK(t, h.Give(ctx, counsel, "i1", false))
	_, err = h.Receive(ctx, team, "i1")
	expect.Code(t, "taken back", err, ward.NotFound)
	h.ear.Wait(t, 1) // giving is told, refusing and taking back are not
	if f := h.ear.Heard(); len(f) == 1 && f[0].Report != "i1" {
		t.Errorf("told %+v", f)
	}
}

// What was answered is readable in no table and no log, whether something was paid
// included, and on both databases.
func TestNothingIsReadable(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := begun(t, d)
		h.answer(t, Answers{"decision": NotPaid, "reason": "WORDS-zebra", "wallet": ""})
		expect.OK(t, h.Give(ctx, counsel, "i1", true))
		if _, err := h.Receive(ctx, team, "i1"); err != nil {
			t.Fatal(err)
		}
		all, _ := database.Texts(t, d)
		if strings.Contains(all, "zebra") || strings.Contains(all, NotPaid) || strings.Contains(all, Deciding) || !strings.Contains(all, "INC-2026-0001") {
			t.Error("answers are readable in the database")
		}
	})
}
