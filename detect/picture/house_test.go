package picture

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ward"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/live"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

// house is a service on a database of its own.
type house struct {
	*Service
	base  *room.Base
	db    *db.DB
	clock *clock.Fake
	hub   *live.Hub
	reach ward.AlertsReached
	seq   int
}

var (
	ctx    = context.Background()
	member = ward.Actor{Person: "p1", Name: "Ana Member", Org: "h1", OrgName: "Clinic North", Country: "HR", Role: ward.RoleMember}
	team   = ward.Actor{Person: "p2", Name: "Marko Team", Org: "t1", Country: "HR", Role: ward.RoleCSIRT}
	abroad = ward.Actor{Person: "p3", Name: "Sven Abroad", Org: "t2", Country: "DE", Role: ward.RoleCSIRT}
	centre = ward.Actor{Person: "p4", Name: "Elena Centre", Org: "c", Role: ward.RoleCentre}
	other  = ward.Actor{Person: "p5", Name: "Otto Second", Org: "c", Role: ward.RoleCentre}
)

var start = time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)

// Named implements Families.
func (h *house) Named(folded string) string {
	return map[string]string{"lockbit": "LockBit", "akira": "Akira"}[folded]
}

// Reached implements Alerts.
func (h *house) Reached(context.Context, ward.Country, int) (ward.AlertsReached, error) {
	return h.reach, nil
}

func openHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	b := room.New(t, d, start)
	h := &house{base: b, db: d, clock: b.Clock, hub: live.New(d, b.Log)}
	var err error
	h.Service, err = New(Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Audit: b.Audit, Live: h.hub, Log: b.Log, Families: h, Alerts: h,
		Printer: b.Printer, Key: room.Key})
	expect.OK(t, err)
	b.Furnish(h.Parts())
	return h
}

func sqlite(t testing.TB) *db.DB { return database.Open(t, database.SQLite) }

// report is a first warning of an organisation, as the incident room tells it.
func report(org string, c ward.Country, change ...func(*ward.IncidentReported)) ward.IncidentReported {
	f := ward.IncidentReported{Report: "r-" + org, Sending: "s-" + org, Org: ward.OrgID(org), Country: c, Kind: ward.KindHospital, Stage: "early", Reason: "significant",
		Significant: "yes", Malicious: "suspected", Ransomware: "yes", Cause: "malicious-actions", Family: "lockbit", Services: []string{"emergency", "laboratory"}, Diverted: "yes"}
	for _, x := range change {
		x(&f)
	}
	return f
}

// tell folds a fact in that becomes true now.
func (h *house) tell(t testing.TB, f ward.IncidentReported) event.Meta {
	t.Helper()
	h.seq++
	m := event.Meta{ID: ward.EventID(fmt.Sprint("e", h.seq)), At: h.clock.Now()}
	aware, due := m.At.Add(-2*time.Hour), m.At.Add(22*time.Hour)
	if f.Aware == nil {
		f.Aware, f.Due = &aware, &due
	}
	expect.OK(t, h.onReported(ctx, m, f))
	return m
}

func (h *house) look(t testing.TB, a ward.Actor, f Filter) Picture {
	t.Helper()
	p, err := h.Look(ctx, a, f)
	expect.OK(t, err)
	return p
}

// count is a line of a figure; zero where there is none.
func count(list []Count, w string) int {
	for _, c := range list {
		if c.Word == w {
			return c.All()
		}
	}
	return 0
}
