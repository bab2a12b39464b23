package alert_test

import (
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

// A reader who goes on from each cursor sees the newest state of every alert.
func TestChanges(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(5)
		a := w.Publish("adv-1", "Pump", ward.TLPGreen, []string{"CVE-2026-1"}, affected(house.Pump))
		s := open(t, d, w)
		s.raise(t, "adv-1", "new", 5)
		seen, cursor := map[ward.AlertID]alert.Change{}, ""
		read := func(want int) {
			t.Helper()
			n := 0
			for more := true; more; {
				part, err := s.Alerts.Changes(ctx, centre, cursor, 2)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range part.Changes {
					if old, had := seen[c.ID()]; had && c.Version <= old.Version {
						t.Errorf("%s: version %d after %d", c.ID(), c.Version, old.Version)
					}
					seen[c.ID()] = c
				}
				n, cursor, more = n+len(part.Changes), part.Next, part.More
			}
			if n != want {
				t.Errorf("%d changes, want %d", n, want)
			}
		}
		read(5)
		read(0)
		me := hospital(house.Org(1), "SI")
		if err := s.Alerts.Respond(ctx, me, s.only(t, me).ID(), alert.Response{State: stand.InProgress}); err != nil {
			t.Fatal(err)
		}
		read(1)
		if own, err := s.Alerts.Changes(ctx, me, "", 0); err != nil || len(own.Changes) != 1 || own.Changes[0].State != stand.InProgress {
			t.Errorf("the hospital's own: %+v (%v)", own, err)
		}
		w.Do(func() { a.Head.Title = "Pump, renamed" })
		if _, err := s.Alerts.Raise(ctx, "adv-1", "enriched"); err != nil {
			t.Fatal(err)
		}
		read(5)
		if seen[s.only(t, me).ID()].Title != "Pump, renamed" {
			t.Error("the new title is not among the changes")
		}
		_, err := s.Alerts.Changes(ctx, centre, "yesterday", 0)
		expect.Code(t, "no cursor", err, ward.Invalid)
	})
}

// Who waits is answered by the change, by the end of his time or by that of the
// house, and holds no connection: many may wait on a pool of few.
func TestAwaitChanges(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(2)
		w.Publish("adv-1", "Pump", ward.TLPGreen, []string{"CVE-2026-1"}, affected(house.Pump))
		s := open(t, d, w)
		s.raise(t, "adv-1", "new", 2)
		me, stop := hospital(house.Org(1), "SI"), make(chan struct{})
		all, err := s.Alerts.Changes(ctx, me, "", 0)
		if err != nil || len(all.Changes) != 1 {
			t.Fatalf("%+v (%v)", all, err)
		}
		await := func(a ward.Actor, wait time.Duration) chan alert.Changes {
			got := make(chan alert.Changes, 1)
			go func() {
				out, err := s.Alerts.AwaitChanges(ctx, a, all.Next, 0, wait, stop)
				if err != nil || out.Next == "" {
					t.Errorf("%+v (%v)", out, err)
				}
				got <- out
			}()
			return got
		}
		if out := <-await(me, time.Millisecond); len(out.Changes) != 0 || out.Next != all.Next {
			t.Errorf("without a change: %+v", out)
		}
		const many = 200
		waiting := make([]chan alert.Changes, many)
		for i := range waiting {
			waiting[i] = await(me, time.Minute)
		}
		other := await(hospital("x", "SI"), time.Minute)
		for s.Live.Listeners() < many+1 {
			time.Sleep(time.Millisecond)
		}
		if err := s.Alerts.Respond(ctx, me, s.only(t, me).ID(), alert.Response{State: stand.InProgress}); err != nil {
			t.Fatal(err)
		}
		for _, got := range waiting {
			if out := <-got; len(out.Changes) != 1 || out.Changes[0].State != stand.InProgress {
				t.Fatalf("after the change: %+v", out)
			}
		}
		select {
		case out := <-other:
			t.Errorf("somebody else's change is told: %+v", out)
		default:
		}
		close(stop)
		if out := <-other; len(out.Changes) != 0 {
			t.Errorf("at the end of the house: %+v", out)
		}
		if n := s.Live.Listeners(); n != 0 {
			t.Errorf("%d listeners are left", n)
		}
	})
}
