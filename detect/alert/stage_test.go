package alert_test

import (
	"context"
	"testing"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/test/faults/house"
)

var ctx = context.Background()

var night = time.Date(2026, time.November, 22, 2, 4, 0, 0, time.UTC)

// stage is a house on a small world with a clock that is moved by hand.
type stage struct {
	*house.House
	clock   *clock.Fake
	box     *house.Outbox
	running bool // the jobs work: they write the inboxes
}

func open(t testing.TB, d *db.DB, w *house.World) stage {
	t.Helper()
	s := stage{clock: clock.NewFake(night), box: &house.Outbox{}}
	var err error
	s.House, err = house.Open(ctx, d, w, house.Options{Folder: t.TempDir(), Clock: s.clock.Now, Mail: s.box})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run lets the jobs work until the test ends.
func (s stage) run(t testing.TB) stage {
	t.Helper()
	if err := s.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	s.running = true
	return s
}

func (s stage) idle(t testing.TB) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if err := s.Idle(limit); err != nil {
		t.Fatalf("jobs do not end: %v", err)
	}
}

func (s stage) raise(t testing.TB, id ward.AdvisoryID, why string, want int) {
	t.Helper()
	got, err := s.Alerts.Raise(ctx, id, why)
	if err != nil || got != want {
		t.Fatalf("raise %s %s: changed %d alerts (%v), want %d", id, why, got, err, want)
	}
	if !s.running {
		if err := s.Alerts.Expand(ctx, 9); err != nil {
			t.Fatal(err)
		}
	}
}

func hospital(org ward.OrgID, country ward.Country) ward.Actor {
	return ward.Actor{Person: "p-" + ward.PersonID(org), Name: "Marija", Org: org, Country: country, Kind: ward.KindHospital, Role: ward.RoleManager}
}

func csirt(country ward.Country) ward.Actor {
	return ward.Actor{Person: "csirt", Name: "Ivo", Org: "csirt", Country: country, Role: ward.RoleCSIRT}
}

var (
	centre   = ward.Actor{Person: "centre", Name: "Eva", Org: "centre", Role: ward.RoleCentre}
	operator = ward.Actor{Person: "op", Org: "centre", Role: ward.RoleOperator}
)

// only gives the one alert that a sees.
func (s stage) only(t testing.TB, a ward.Actor) alert.Alert {
	t.Helper()
	p, err := s.Alerts.List(ctx, a, alert.Filter{})
	if err != nil || len(p.Alerts) != 1 {
		t.Fatalf("%s sees %d alerts (%v), want 1", a.Person, len(p.Alerts), err)
	}
	return p.Alerts[0]
}

func (s stage) get(t testing.TB, a ward.Actor, id ward.AlertID) alert.Detail {
	t.Helper()
	d, err := s.Alerts.Get(ctx, a, id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func affected(p ...ward.ProductID) map[ward.ProductID]ward.Verdict {
	out := map[ward.ProductID]ward.Verdict{}
	for _, x := range p {
		out[x] = ward.Affected
	}
	return out
}
