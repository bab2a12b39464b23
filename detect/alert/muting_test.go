package alert_test

import (
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/faults/house"
)

const pumpAlert ward.AlertID = "1-1"

func (s stage) mute(t *testing.T, d time.Duration) {
	t.Helper()
	if err := s.Alerts.Mute(ctx, hospital(house.Org(0), "HR"), pumpAlert, s.clock.Now().Add(d), "Maintenance on Sunday"); err != nil {
		t.Fatal(err)
	}
}

// red is what the national team reads of the only organisation.
func (s stage) red(t *testing.T) alert.RedOrg {
	t.Helper()
	all, err := s.Alerts.Red(ctx, csirt("HR"), "", 0)
	if err != nil || len(all.Orgs) != 1 {
		t.Fatalf("got %+v (%v)", all, err)
	}
	return all.Orgs[0]
}

// ended is what the history says of the last muting's end; empty while it holds.
func (s stage) ended(t *testing.T) string {
	t.Helper()
	for _, e := range s.get(t, csirt("HR"), pumpAlert).Entries {
		switch e.Kind {
		case "unmuted":
			return e.Why
		case "muted":
			return ""
		}
	}
	t.Fatal("nothing was muted")
	return ""
}

// Muted mails wait, the national team's list does not, and both go on at the end.
func TestMutedLadder(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s := silentHouse(t, d)
		s.mute(t, 5*time.Hour)
		for _, step := range []struct {
			wait  time.Duration
			mails string
			calls int
			end   string
		}{{time.Hour, "it", 0, ""}, {time.Hour, "it", 1, ""}, {2 * time.Hour, "it", 1, ""}, {time.Hour, "it head night", 1, "time"}, {24 * time.Hour, "it head night", 1, "time"}} {
			s.clock.Advance(step.wait)
			s.climb(t)
			if got := s.receiversOf(); got != step.mails || len(s.calls(t)) != step.calls || s.ended(t) != step.end {
				t.Fatalf("after %s: mails to %q, %d calls, end %q; want %+v", step.wait, got, len(s.calls(t)), s.ended(t), step)
			}
			if calls := s.calls(t); step.calls > 0 && step.end == "" {
				if m := calls[0].Mute; m == nil || m.Role != ward.RoleManager || m.Reason != "Maintenance on Sunday" || !calls[0].Next.Equal(m.Until) {
					t.Errorf("the phone list shows %+v, next %s", m, calls[0].Next)
				}
			}
		}
		if c := s.calls(t)[0]; c.Mute != nil || len(s.red(t).Muted) != 0 {
			t.Error("still muted after its time")
		}
	})
}

func TestMuteIsSeen(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s := silentHouse(t, d)
		cursor, err := s.Alerts.Changes(ctx, csirt("HR"), "", 0)
		if err != nil {
			t.Fatal(err)
		}
		s.mute(t, 5*time.Hour)
		if x := s.red(t); x.Silent != 1 || len(x.Muted) != 1 || x.Muted[0].Mute.Role != ward.RoleManager || x.Muted[0].ID() != pumpAlert {
			t.Errorf("the red list shows %+v", x)
		}
		for name, a := range map[string]ward.Actor{"hospital": hospital(house.Org(0), "HR"), "team": csirt("HR"), "Centre": centre} {
			if d := s.get(t, a, pumpAlert); d.Mute == nil || d.Entries[0].Kind != "muted" || !d.Entries[0].Until.Equal(d.Mute.Until) {
				t.Errorf("%s: %+v", name, d.Mute)
			}
			if s.only(t, a).Mute == nil {
				t.Errorf("%s: not in the list", name)
			}
		}
		more, err := s.Alerts.Changes(ctx, csirt("HR"), cursor.Next, 0)
		if err != nil || len(more.Changes) != 1 || more.Changes[0].Mute == nil {
			t.Errorf("the change is not told: %+v (%v)", more, err)
		}
		rows, err := s.Alerts.Responders(ctx, csirt("HR"), 1, alert.GroupSilent, "", 0)
		if err != nil || rows.Rows[0].Mute == nil {
			t.Errorf("the issue's list: %+v (%v)", rows, err)
		}
	})
}

// What was not known when somebody muted ends the muting and says so.
func TestNewsUnmutes(t *testing.T) {
	for why, change := range map[string]func(*house.Advisory){
		"revised":   func(a *house.Advisory) { a.Head.Revision = "2" },
		"exploited": func(a *house.Advisory) { a.Head.Exploited, a.Head.Revision = ward.ExploitationRansomware, "2" },
		"graver":    func(a *house.Advisory) { a.Head.Severity = ward.SeverityCritical },
	} {
		t.Run(why, func(t *testing.T) {
			database.Each(t, func(t *testing.T, d *db.DB) { newsUnmutes(t, d, why, change) })
		})
	}
}

func newsUnmutes(t *testing.T, d *db.DB, why string, change func(*house.Advisory)) {
	s := open(t, d, muteWorld(why)).run(t)
	s.raise(t, "adv-1", "new", 1)
	s.idle(t)
	s.mute(t, 29*24*time.Hour)
	if _, err := s.Alerts.Raise(ctx, "adv-1", "new"); err != nil { // matched again, and nothing is new
		t.Fatal(err)
	}
	if got := s.ended(t); got != "" {
		t.Fatalf("ended by %q though nothing was new", got)
	}
	s.World.Do(func() { change(s.World.Advisories["adv-1"]) })
	if _, err := s.Alerts.Raise(ctx, "adv-1", "revised"); err != nil {
		t.Fatal(err)
	}
	s.idle(t)
	if got := s.ended(t); got != why {
		t.Errorf("ended by %q, want %q", got, why)
	}
	if m := s.only(t, csirt("HR")).Mute; m != nil {
		t.Errorf("still muted: %+v", m)
	}
}

func muteWorld(why string) *house.World {
	w := house.Europe(1)
	a := w.Publish("adv-1", "Pump", ward.TLPGreen, []string{"CVE-2026-1"}, affected(house.Pump))
	a.Head.Severity, a.Head.Exploited, a.Head.Revision = ward.SeverityCritical, ward.ExploitationExploited, "1"
	if why == "graver" {
		a.Head.Severity = ward.SeverityHigh
	}
	return w
}

func TestMuteRules(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s := silentHouse(t, d)
		me, later := hospital(house.Org(0), "HR"), s.clock.Now().Add(time.Hour)
		mute := func(a ward.Actor, until time.Time, reason string) error {
			return s.Alerts.Mute(ctx, a, pumpAlert, until, reason)
		}
		expect.Code(t, "no reason", mute(me, later, "  "), ward.Invalid)
		expect.Code(t, "a long reason", mute(me, later, strings.Repeat("x", 4001)), ward.Invalid)
		expect.Code(t, "past", mute(me, s.clock.Now(), "x"), ward.Invalid)
		expect.Code(t, "32 days", mute(me, s.clock.Now().Add(32*24*time.Hour), "x"), ward.Invalid)
		expect.Code(t, "another hospital", mute(hospital("x", "HR"), later, "x"), ward.NotFound)
		expect.Code(t, "the team", mute(csirt("HR"), later, "x"), ward.Forbidden)
		expect.Code(t, "the Centre", mute(centre, later, "x"), ward.Forbidden)
		expect.Code(t, "nothing to let go on", s.Alerts.Unmute(ctx, me, pumpAlert), ward.NotFound)
		expect.Code(t, "a member", mute(ward.Actor{Person: "m", Org: house.Org(0), Country: "HR", Role: ward.RoleMember}, later, "x"), "")
		expect.Code(t, "twice", mute(me, later, "x"), ward.Conflict)
		expect.Code(t, "let go on", s.Alerts.Unmute(ctx, me, pumpAlert), "")
		if got := s.ended(t); got != "person" {
			t.Errorf("ended by %q", got)
		}
		s.mute(t, 5*time.Hour)
		expect.Code(t, "acknowledge", s.Alerts.Respond(ctx, me, pumpAlert, alert.Response{State: stand.Acknowledged}), "")
		if s.get(t, me, pumpAlert).Mute != nil {
			t.Error("acknowledged and muted")
		}
		expect.Code(t, "after an answer", mute(me, later, "x"), ward.Conflict)
	})
}
