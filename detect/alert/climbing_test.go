package alert_test

import (
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/escalation"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/faults/house"
)

// silentHouse is one hospital with everybody on the ladder and a critical alert
// that attackers use.
func silentHouse(t *testing.T, d *db.DB) stage {
	t.Helper()
	w := house.Europe(1)
	org := house.Org(0)
	w.People[org] = append(w.People[org],
		ward.Contact{ID: "head", Org: org, Name: "Hana Head", Email: "head@h.example", Phone: "+385 1 1", Duty: ward.DutyManagement, Lang: ward.English},
		ward.Contact{ID: "night", Org: org, Name: "Niko Night", Email: "night@h.example", Phone: "+385 1 2", Duty: ward.DutyPhone, Lang: ward.English})
	a := w.Publish("adv-1", "Pump", ward.TLPGreen, []string{"CVE-2026-1"}, affected(house.Pump))
	a.Head.Severity, a.Head.Exploited = ward.SeverityCritical, ward.ExploitationExploited
	s := open(t, d, w).run(t)
	s.raise(t, "adv-1", "new", 1)
	s.idle(t)
	return s
}

func (s stage) climb(t *testing.T) {
	t.Helper()
	for range 2 { // twice: a rung is climbed once, however often one looks
		if err := s.Alerts.Climb(ctx); err != nil {
			t.Fatal(err)
		}
	}
	s.idle(t)
}

func (s stage) calls(t *testing.T) []alert.Call {
	t.Helper()
	list, err := s.Alerts.ToCall(ctx, csirt("HR"), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	return list.Calls
}

// receiversOf are who got mails, in order.
func (s stage) receiversOf() string {
	var out []string
	for _, m := range s.box.Sent() {
		out = append(out, strings.Split(m.To, "@")[0])
	}
	return strings.Join(out, " ")
}

func TestLadder(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s := silentHouse(t, d)
		for _, step := range []struct {
			wait  time.Duration
			mails string
			calls int
		}{{0, "it", 0}, {59 * time.Minute, "it", 0}, {time.Minute, "it head night", 0}, {59 * time.Minute, "it head night", 0}, {time.Minute, "it head night", 1},
			{48 * time.Hour, "it head night", 1}} {
			s.clock.Advance(step.wait)
			s.climb(t)
			if got := s.receiversOf(); got != step.mails || len(s.calls(t)) != step.calls {
				t.Fatalf("after %s: mails to %q and %d calls, want %q and %d", step.wait, got, len(s.calls(t)), step.mails, step.calls)
			}
		}
		if m := s.box.Sent()[1]; !strings.Contains(m.Text, "You are next in line") || !strings.Contains(m.Text, "/ack/") {
			t.Errorf("the mail of a rung: %s", m.Text)
		}
		c := s.calls(t)[0]
		if c.Contacts[0].Name != "Niko Night" || c.There(s.clock.Now()).Location().String() != "Europe/Zagreb" {
			t.Errorf("in the night %+v is called first", c.Contacts)
		}
		if n := len(s.get(t, csirt("HR"), c.ID()).Entries); n != 3 {
			t.Errorf("%d lines of history, want three rungs", n)
		}
		me := hospital(house.Org(0), "HR")
		if err := s.Alerts.Respond(ctx, me, c.ID(), alert.Response{State: stand.Acknowledged}); err != nil {
			t.Fatal(err)
		}
		if len(s.calls(t)) != 0 {
			t.Error("somebody reacted and is to be called")
		}
	})
}

func TestLadderEndsWithAnAnswer(t *testing.T) {
	s := silentHouse(t, database.Open(t, database.SQLite))
	if _, err := s.Alerts.Acknowledge(ctx, secretOf(t, s.box.Sent()[0]), "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(48 * time.Hour)
	s.climb(t)
	if got := s.receiversOf(); got != "it" || len(s.calls(t)) != 0 {
		t.Errorf("mails to %q, %d calls", got, len(s.calls(t)))
	}
}

// Time does not go by for a place where nobody stands.
func TestLadderPassesEmptyRungs(t *testing.T) {
	s := silentHouse(t, database.Open(t, database.SQLite))
	s.World.Do(func() { s.World.People[house.Org(0)] = s.World.People[house.Org(0)][:1] })
	s.clock.Advance(time.Hour)
	s.climb(t)
	if calls := s.calls(t); len(calls) != 1 || len(calls[0].Contacts) != 1 {
		t.Errorf("got %+v", calls)
	}
}

// Where there is nobody to write to, nobody waits for an answer.
func TestLadderWhereNobodyCanBeTold(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(1)
		org := house.Org(0)
		w.People[org] = []ward.Contact{{ID: "night", Org: org, Name: "Niko Night", Phone: "+385 1 2", Duty: ward.DutyPhone, Lang: ward.English}}
		a := w.Publish("adv-1", "Pump", ward.TLPGreen, []string{"CVE-2026-1"}, affected(house.Pump))
		a.Head.Severity, a.Head.Exploited = ward.SeverityCritical, ward.ExploitationExploited
		s := open(t, d, w).run(t)
		s.raise(t, "adv-1", "new", 1)
		s.idle(t)
		s.climb(t)
		if calls := s.calls(t); len(calls) != 1 || len(calls[0].Contacts) != 1 {
			t.Errorf("got %+v", calls)
		}
	})
}

func TestLadderOfACountry(t *testing.T) {
	s := silentHouse(t, database.Open(t, database.SQLite))
	expect.Code(t, "a hospital sets the ladder", s.Alerts.Ladders().Put(ctx, hospital(house.Org(0), "HR"), escalation.Ladder{}), ward.Forbidden)
	expect.Code(t, "a year", s.Alerts.Ladders().Put(ctx, csirt("HR"), escalation.Ladder{escalation.ActNow: {escalation.RungCall: 9000 * time.Hour}}), ward.Invalid)
	set := escalation.DefaultLadder()
	set[escalation.ActNow] = map[escalation.Rung]time.Duration{escalation.RungCall: 10 * time.Minute}
	if err := s.Alerts.Ladders().Put(ctx, csirt("HR"), set); err != nil {
		t.Fatal(err)
	}
	if l, err := s.Alerts.Ladders().Of(ctx, csirt("SI")); err != nil || l[escalation.ActNow][escalation.RungCall] != 2*time.Hour {
		t.Errorf("another country's: %v (%v)", l, err)
	}
	l, err := s.Alerts.Ladders().Of(ctx, csirt("HR"))
	if err != nil || l[escalation.ActNow][escalation.RungCall] != 10*time.Minute || l[escalation.ActNow][escalation.RungManagement] != 0 {
		t.Errorf("got %v (%v)", l, err)
	}
}

func TestCallLog(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s := silentHouse(t, d)
		s.clock.Advance(2 * time.Hour)
		s.climb(t)
		id, me := s.calls(t)[0].ID(), csirt("HR")
		log := func(r escalation.Result, next time.Duration) error {
			in := escalation.Try{Contact: "Niko Night", Result: r, Note: "rang"}
			if next != 0 {
				in.Next = s.clock.Now().Add(next)
			}
			return s.Alerts.LogCall(ctx, me, id, in)
		}
		expect.Code(t, "no result", log("perhaps", 0), ward.Invalid)
		expect.Code(t, "next in the past", log(escalation.NoAnswer, -time.Hour), ward.Invalid)
		expect.Code(t, "another country", s.Alerts.LogCall(ctx, csirt("SI"), id, escalation.Try{Result: escalation.Reached}), ward.NotFound)
		expect.Code(t, "the hospital itself", s.Alerts.LogCall(ctx, hospital(house.Org(0), "HR"), id, escalation.Try{Result: escalation.Reached}), ward.Forbidden)
		expect.Code(t, "no answer", log(escalation.NoAnswer, 0), "")
		if c := s.calls(t)[0]; !c.Next.Equal(s.clock.Now().Add(30*time.Minute)) || c.Tries != 1 {
			t.Errorf("after no answer: %+v", c)
		}
		expect.Code(t, "reached, again tomorrow", log(escalation.Reached, 24*time.Hour), "")
		if c := s.calls(t); len(c) != 1 || !c[0].Next.Equal(s.clock.Now().Add(24*time.Hour)) {
			t.Errorf("with a next time: %+v", c)
		}
		expect.Code(t, "reached", log(escalation.Reached, 0), "")
		if c := s.calls(t); len(c) != 0 {
			t.Errorf("reached and still listed: %+v", c)
		}
		c, err := s.Alerts.CallOf(ctx, me, id)
		if err != nil || len(c.Log) != 3 || c.Log[2].Result != escalation.NoAnswer || c.Log[0].Note != "rang" {
			t.Errorf("the log: %+v (%v)", c.Log, err)
		}
		e := s.get(t, hospital(house.Org(0), "HR"), id).Entries[0]
		if e.Kind != "call" || e.About != "Niko Night" || e.Person != "Ivo" || e.Comment != "rang" {
			t.Errorf("the hospital reads %+v", e)
		}
	})
}

func TestRedAlerts(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(4) // HR SI AT HR
		a := w.Publish("adv-1", "Pump", ward.TLPGreen, []string{"CVE-2026-1"}, affected(house.Pump))
		a.Head.Severity = ward.SeverityCritical
		w.Publish("adv-2", "Archive", ward.TLPGreen, []string{"CVE-2026-2"}, affected(house.Archive)) // high alone is not red
		s := open(t, d, w)
		s.raise(t, "adv-1", "new", 4)
		s.raise(t, "adv-2", "new", 2)
		me := hospital(house.Org(0), "HR")
		if err := s.Alerts.Respond(ctx, me, alert.MakeID(1, 1), alert.Response{State: stand.RiskAccepted, Reason: "No network"}); err != nil {
			t.Fatal(err)
		}
		all, err := s.Alerts.Red(ctx, csirt("HR"), "", 1)
		if err != nil || len(all.Orgs) != 1 || all.Next == "" || all.Orgs[0].Silent != 1 || all.Orgs[0].Organisation.ID != house.Org(3) || len(all.Orgs[0].Contacts) != 1 {
			t.Fatalf("got %+v (%v)", all, err)
		}
		rest, err := s.Alerts.Red(ctx, csirt("HR"), all.Next, 5)
		if err != nil || len(rest.Orgs) != 1 || rest.Orgs[0].Silent != 0 || rest.Orgs[0].Aside != 1 || rest.Next != "" {
			t.Errorf("got %+v (%v)", rest, err)
		}
		if all, err = s.Alerts.Red(ctx, centre, "", 0); err != nil || len(all.Orgs) != 4 || len(all.Orgs[0].Contacts) != 0 {
			t.Errorf("the Centre sees %+v (%v)", all, err)
		}
		if all, err = s.Alerts.Red(ctx, me, "", 0); err != nil || len(all.Orgs) != 0 {
			t.Errorf("a hospital sees %+v (%v)", all, err)
		}
	})
}
