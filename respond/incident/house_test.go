package incident

import (
	"context"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/mail"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

// house is a service on a database of its own; jobs run when a test says so.
type house struct {
	*Service
	base   *room.Base
	db     *db.DB
	clock  *clock.Fake
	orgs   map[ward.OrgID]ward.Standing
	teams  []ward.OrgID
	heard  []ward.IncidentReported
	mails  []mail.Message
	refuse error // of the next mail
}

var (
	ctx    = context.Background()
	member = ward.Actor{Person: "p1", Name: "Ana Member", Org: "h1", OrgName: "Clinic North", Country: "HR", Role: ward.RoleMember}
	second = ward.Actor{Person: "p2", Name: "Ivo Manager", Org: "h1", OrgName: "Clinic North", Country: "HR", Role: ward.RoleManager}
	rival  = ward.Actor{Person: "p3", Name: "Rea Other", Org: "h2", OrgName: "Clinic South", Country: "HR", Role: ward.RoleManager}
	team   = ward.Actor{Person: "p4", Name: "Marko Team", Org: "t1", OrgName: "CSIRT", Country: "HR", Role: ward.RoleCSIRT}
	abroad = ward.Actor{Person: "p5", Name: "Sven Abroad", Org: "t2", OrgName: "CSIRT of another", Country: "DE", Role: ward.RoleCSIRT}
	centre = ward.Actor{Person: "p6", Name: "Elena Centre", Org: "c", Role: ward.RoleCentre}
)

var start = time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)

// Standing implements Registry.
func (h *house) Standing(_ context.Context, id ward.OrgID) (ward.Standing, error) {
	s, ok := h.orgs[id]
	if !ok {
		return s, ward.Fail(ward.NotFound, "")
	}
	return s, nil
}

// Teams implements Registry.
func (h *house) Teams(_ context.Context, c ward.Country) ([]ward.OrgID, error) {
	if c == "HR" {
		return h.teams, nil
	}
	return nil, nil
}

// Contacts implements Registry.
func (h *house) Contacts(_ context.Context, ids []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	out := map[ward.OrgID][]ward.Contact{}
	for _, id := range ids {
		out[id] = []ward.Contact{{ID: "c-" + string(id), Org: id, Name: "IT", Email: string(id) + "@example.invalid", Duty: ward.DutyIT, Lang: "en"}}
	}
	return out, nil
}

// Named implements Registry.
func (h *house) Named(_ context.Context, words string) (out []ward.Organisation, err error) {
	for _, s := range h.orgs {
		if strings.Contains(s.Name, words) {
			out = append(out, s.Organisation)
		}
	}
	return out, nil
}

// CareServices implements Registry.
func (h *house) CareServices() []string { return []string{"emergency", "laboratory", "record_read"} }

// outbox keeps mails instead of sending them.
type outbox struct{ *house }

// Send implements mail.Sender.
func (o outbox) Send(_ context.Context, m mail.Message) error {
	h := o.house
	if err := h.refuse; err != nil {
		h.refuse = nil
		return err
	}
	h.mails = append(h.mails, m)
	return nil
}

func openHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	b := room.New(t, d, start)
	h := &house{base: b, db: d, clock: b.Clock, teams: []ward.OrgID{"t1"}, orgs: map[ward.OrgID]ward.Standing{}}
	for id, name := range map[ward.OrgID]string{"h1": "Clinic North", "h2": "Clinic South"} {
		h.orgs[id] = ward.Standing{Organisation: ward.Organisation{ID: id, Kind: ward.KindHospital, Name: name, Country: "HR"}, Headcount: n(900)}
	}
	var err error
	h.Service, err = New(Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Bus: b.Bus, Queue: b.Queue, Audit: b.Audit, Log: b.Log, Registry: h, Mail: outbox{h},
		Printer: b.Printer, URL: "https://centre.example", Key: room.Key})
	expect.OK(t, err)
	b.Furnish(h.Parts(), event.On("test.on_reported", func(_ context.Context, _ event.Meta, f ward.IncidentReported) error {
		h.heard = append(h.heard, f)
		return nil
	}))
	return h
}

func sqlite(t testing.TB) *db.DB { return database.Open(t, database.SQLite) }

// firstAnswers are those of a hospital at night: files are encrypted.
func firstAnswers(t testing.TB, c Catalogue, more ...string) Answers {
	return answered(t, c, append([]string{"aware_at=2026-11-30T02:40:00Z", "detected_at=2026-11-30T02:10:00Z", "summary=SUMMARY-7f3a: files cannot be opened",
		"severe_disruption=yes", "ambulances_diverted=?", "ransomware=yes", "suspected_malicious=suspected", "cross_border=?", "contact=CONTACT-7f3a"}, more...)...)
}

// begin opens a report with the early warning filled in.
func (h *house) begin(t testing.TB, more ...string) Report {
	t.Helper()
	r, err := h.Begin(ctx, member, Start{ID: h.NewID(), Reason: Incident, Answers: firstAnswers(t, h.cat, more...)})
	expect.OK(t, err)
	return r
}
