package intake_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/respond/incident"
	"ward/respond/incident/intake"
	"ward/test/expect"
	"ward/test/room"
)

var (
	ctx    = context.Background()
	member = ward.Actor{Person: "p1", Name: "Ana Member", Org: "h1", OrgName: "Clinic North", Country: "HR", Role: ward.RoleMember, Lang: "en"}
	team   = ward.Actor{Person: "p4", Name: "Marko Team", Org: "t1", OrgName: "CSIRT", Country: "HR", Role: ward.RoleCSIRT, Lang: "en", Zone: "Europe/Zagreb"}
	abroad = ward.Actor{Person: "p5", Name: "Sven Abroad", Org: "t2", OrgName: "CSIRT of another", Country: "DE", Role: ward.RoleCSIRT, Lang: "en"}
	start  = time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
)

// house is the intake with the reports beside it, on a database of its own.
type house struct {
	*intake.Service
	reports *incident.Service
	base    *room.Base
	t       *testing.T
	mu      sync.Mutex
	heard   room.Ear[ward.IncidentReported]
	mails   []mail.Message
}

var houses = map[ward.OrgID]ward.Organisation{"h1": {ID: "h1", Kind: ward.KindHospital, Name: "Clinic North", Country: "HR"}, "h2": {ID: "h2", Kind: ward.KindHospital, Name: "Clinic South", Country: "HR"},
	"h3": {ID: "h3", Kind: ward.KindHospital, Name: "Klinik West", Country: "DE"}, "t1": {ID: "t1", Kind: ward.KindCSIRT, Name: "CSIRT", Country: "HR"}}

func (h *house) Standing(_ context.Context, id ward.OrgID) (ward.Standing, error) {
	o, ok := houses[id]
	if !ok {
		return ward.Standing{}, ward.Fail(ward.NotFound, "")
	}
	head := int64(900)
	return ward.Standing{Organisation: o, Headcount: &head}, nil
}

func (h *house) Teams(context.Context, ward.Country) ([]ward.OrgID, error) {
	return []ward.OrgID{"t1"}, nil
}

func (h *house) Contacts(_ context.Context, ids []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	out := map[ward.OrgID][]ward.Contact{}
	for _, id := range ids {
		out[id] = []ward.Contact{{ID: "c-" + string(id), Org: id, Name: "IT", Email: string(id) + "@example.invalid", Lang: "en"}}
	}
	return out, nil
}

// Named finds by whole words, as the registry does.
func (h *house) Named(_ context.Context, words string) (out []ward.Organisation, err error) {
	for _, id := range []ward.OrgID{"h1", "h2", "h3"} {
		if strings.Contains(strings.ToLower(houses[id].Name), strings.ToLower(words)) {
			out = append(out, houses[id])
		}
	}
	return out, nil
}

func (h *house) Responders(context.Context) ([]ward.Organisation, error) { return nil, nil }
func (h *house) RuleOf(context.Context, ward.Country) (string, error)    { return "exact", nil }

func (h *house) CareServices() []string { return []string{"emergency"} }

func (h *house) Send(_ context.Context, m mail.Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mails = append(h.mails, m)
	return nil
}

// families knows one.
type families struct{}

func (families) Named(folded string) string {
	if folded == "lockbit" {
		return "LockBit"
	}
	return ""
}

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	b := room.New(t, d, start)
	h := &house{base: b, t: t}
	var err error
	h.reports, err = incident.New(incident.Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Bus: b.Bus, Queue: b.Queue, Audit: b.Audit, Log: b.Log, Registry: h, Mail: h,
		Printer: b.Printer, URL: "https://centre.example", Key: room.Key})
	expect.OK(t, err)
	h.Service, err = intake.New(intake.Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Reports: h.reports, Registry: h, Families: families{}, Key: room.Key})
	expect.OK(t, err)
	p := h.reports.Parts()
	b.Furnish(p, h.heard.On())
	b.Work()
	return h
}

// told waits until other rooms heard so often.
func (h *house) told(want int) {
	h.t.Helper()
	h.heard.Wait(h.t, want)
}

// queue is the list of a team.
func (h *house) queue(a ward.Actor) []incident.Line {
	h.t.Helper()
	list, _, err := h.reports.Queue(ctx, a, 0)
	expect.OK(h.t, err)
	return list
}

// written is what another house wrote out of a report of its own, in the open form.
func (h *house) written(stage rule.Stage, number string) []byte {
	h.t.Helper()
	r, err := h.reports.Begin(ctx, member, incident.Start{ID: h.reports.NewID(), Reason: incident.Incident, Answers: incident.Answers{"aware_at": {Text: "2026-11-30T01:00:00Z"},
		"detected_at": {Text: "2026-11-30T00:30:00Z"}, "summary": {Text: "SUMMARY-7f3a"}, "contact": {Text: "CONTACT-7f3a"}, "severe_disruption": {Text: "yes"},
		"suspected_malicious": {Text: "suspected"}, "cross_border": {Unknown: true}, "services_affected": {Text: "emergency"}}})
	expect.OK(h.t, err)
	x, err := h.reports.Send(ctx, member, r.ID, incident.Dispatch{Seen: 1, Stage: stage})
	expect.OK(h.t, err)
	_, d, err := h.reports.Document(ctx, member, r.ID, x.ID)
	expect.OK(h.t, err)
	b, err := d.JSON()
	expect.OK(h.t, err)
	return []byte(strings.Replace(string(b), r.Number, number, 1))
}
