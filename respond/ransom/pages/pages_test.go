package pages

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/respond/ransom"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	manager = ward.Actor{Person: "p1", Name: "Ivo Manager", Org: "h1", OrgName: "Clinic North", Country: "DE", Role: ward.RoleManager, Lang: "en"}
	counsel = ward.Actor{Person: "p2", Name: "Ana Counsel", Org: "h1", OrgName: "Clinic North", Country: "DE", Role: ward.RoleMember, Lang: "en"}
	team    = ward.Actor{Person: "p3", Name: "Marko Team", Org: "t1", OrgName: "CSIRT", Country: "DE", Role: ward.RoleCSIRT, Lang: "en"}
)

// asked answers what the room asks of others.
type asked struct{}

func (asked) Told(_ context.Context, id string) (ward.IncidentHead, error) {
	if id != "i1" {
		return ward.IncidentHead{}, ward.Fail(ward.NotFound, "")
	}
	return ward.IncidentHead{ID: "i1", Number: "INC-2026-0001", Org: "h1", OrgName: "Clinic North", Country: "DE"}, nil
}

func (asked) Staff(context.Context, ward.OrgID) ([]ward.Seat, error) {
	return []ward.Seat{{Person: "p1", Name: "Ivo Manager", Role: ward.RoleManager}, {Person: "p2", Name: "Ana Counsel", Role: ward.RoleMember}}, nil
}

func open(t *testing.T) *room.Site {
	t.Helper()
	b := room.New(t, database.Open(t, database.SQLite), time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC))
	svc, err := ransom.New(ransom.Config{DB: b.DB, Clock: b.Clock.Now, Guard: b.Guard, Audit: b.Audit, Bus: b.Bus, Incidents: asked{}, Registry: asked{}, Key: room.Key})
	expect.OK(t, err)
	parts := svc.Parts()
	b.Furnish(parts)
	return b.Site(parts, Menu(), Routes(svc))
}

// From the naming to the police: without scripts, by forms alone.
func TestJourney(t *testing.T) {
	s := open(t)
	s.Actor = manager
	s.Get("/ransom/i1", 404)
	s.Get("/ransom/i9/circle", 404)
	s.Get("/ransom/i1/circle", 200, "With the first name the record begins", "Ana Counsel")
	s.Post("/ransom/i1/circle", 422, url.Values{"person": {""}}, "Choose one of the people")
	s.Post("/ransom/i1/circle", 303, url.Values{"person": {"p2"}})
	if strings.Contains(s.Get("/ransom/i1/circle", 200, "Take out").Body.String(), "Open the record") {
		t.Error("the manager is led to what he may not see")
	}
	s.Actor = counsel
	s.Get("/ransom/i1", 200, "Not decided yet", "Limited use", "Model: Cyber Security Act", "No law of this country", "not confirmed", "TLP:RED")
	s.Get("/ransom/i1/edit/nothing", 404)
	s.Get("/ransom/i1/edit/demand", 200, "I don’t know yet", `name="version" value="1"`)
	s.Post("/ransom/i1/edit/demand", 422, url.Values{"version": {"1"}, "demanded": {"yes"}, "demand_amount": {"250.000"}}, "without thousands marks", `value="250.000"`)
	s.Post("/ransom/i1/edit/demand", 303, url.Values{"version": {"1"}, "demanded": {"yes"}, "demand_amount": {"250000"}, "demanded_at": {"2026-11-30T03:30"}})
	s.Post("/ransom/i1/edit/decision", 409, url.Values{"version": {"1"}, "decision": {"paid"}}, "Somebody saved since", `name="version" value="2"`)
	s.Post("/ransom/i1/edit/decision", 303, url.Values{"version": {"2"}, "decision": {"not_paid"}, "reason": {"Backups were whole\nand tried"}, "later": {"1"}})
	to := s.Post("/ransom/i1/edit/decision", 303, url.Values{"version": {"3"}, "decision": {"not_paid"}, "reason": {"Backups were whole\nand tried"}}).Header().Get("Location")
	if !strings.HasSuffix(to, "/edit/outcome") {
		t.Errorf("who did not pay is led to %s", to)
	}
	s.Post("/ransom/i1/edit/payment", 422, url.Values{"version": {"3"}, "paid_amount": {"5"}}, "There are answers about a payment")
	s.Get("/ransom/i1/edit/demand", 200, `value="2026-11-30T03:30"`) // as it was typed, in Berlin
	s.Get("/ransom/i1/document", 200, "Not paid", "Backups were whole", "<br> and tried", "Limited use", "I don’t know yet")
	if h := s.Get("/ransom/i1/record.json", 200, `"limited_use": true`, `"decision": "not_paid"`).Header(); !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("Cache-Control") != "no-store" {
		t.Errorf("served as %v", h)
	}
	s.Get("/ransom/i1/history", 200, "Version 3", "named somebody", "took the record out", "Ana Counsel")
	s.Actor = team
	s.Get("/incident-queue/i1/ransom", 404)
	s.Actor = counsel
	s.Post("/ransom/i1/share", 303, url.Values{"share": {"yes"}})
	s.Actor = team
	s.Get("/incident-queue/i1/ransom", 200, "Backups were whole", "Limited use")
	s.Get("/ransom-statistics", 200, "No quarter of the last two years", "Fewer than 10")
	s.Get("/ransom/i1", 403)
	s.Actor = counsel
	s.Get("/ransom/i1", 200, "Stop giving it")
	s.Get("/ransom-statistics", 403)
	s.Post("/ransom/i1/share", 303, url.Values{"share": {"no"}})
	s.Actor = team
	s.Get("/incident-queue/i1/ransom", 404)
}
