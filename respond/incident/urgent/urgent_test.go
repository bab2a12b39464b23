package urgent_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/respond/incident"
	"ward/respond/incident/urgent"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	ctx     = context.Background()
	member  = ward.Actor{Person: "p1", Name: "Ana Member", Org: "h1", OrgName: "Clinic North", Country: "HR", Role: ward.RoleMember}
	manager = ward.Actor{Person: "p2", Name: "Ivo Manager", Org: "h1", OrgName: "Clinic North", Country: "HR", Role: ward.RoleManager}
	rival   = ward.Actor{Person: "p3", Name: "Rea Other", Org: "h2", OrgName: "Clinic South", Country: "HR", Role: ward.RoleManager}
	team    = ward.Actor{Person: "p4", Name: "Marko Team", Org: "t1", OrgName: "CSIRT", Country: "HR", Role: ward.RoleCSIRT}
	abroad  = ward.Actor{Person: "p5", Name: "Sven Abroad", Org: "t2", OrgName: "CSIRT of another", Country: "DE", Role: ward.RoleCSIRT}
	start   = time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
)

// house is both services on a database of its own.
type house struct {
	*urgent.Service
	reports *incident.Service
	base    *room.Base
	mu      sync.Mutex
	heard   room.Ear[ward.IncidentReported]
	mails   []mail.Message
}

func (h *house) Standing(_ context.Context, id ward.OrgID) (ward.Standing, error) {
	names := map[ward.OrgID]string{"h1": "Clinic North", "h2": "Clinic South", "h3": "Klinik West"}
	country := ward.Country("HR")
	if id == "h3" {
		country = "DE"
	}
	if names[id] == "" {
		return ward.Standing{}, ward.Fail(ward.NotFound, "")
	}
	head := int64(900)
	return ward.Standing{Organisation: ward.Organisation{ID: id, Kind: ward.KindHospital, Name: names[id], Country: country}, Headcount: &head}, nil
}

func (h *house) Teams(_ context.Context, c ward.Country) ([]ward.OrgID, error) {
	if c == "HR" {
		return []ward.OrgID{"t1"}, nil
	}
	return nil, nil
}

func (h *house) Contacts(_ context.Context, ids []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	out := map[ward.OrgID][]ward.Contact{}
	for _, id := range ids {
		out[id] = []ward.Contact{{ID: "c-" + string(id), Org: id, Name: "IT", Email: string(id) + "@example.invalid", Phone: "+385 1 555 0101", Lang: "en"}}
	}
	return out, nil
}

func (h *house) Named(_ context.Context, words string) ([]ward.Organisation, error) {
	return []ward.Organisation{{ID: "h2", Kind: ward.KindHospital, Name: words, Country: "HR"}, {ID: "h3", Kind: ward.KindHospital, Name: words, Country: "DE"}}, nil
}

func (h *house) CareServices() []string { return []string{"emergency"} }

func (h *house) Send(_ context.Context, m mail.Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mails = append(h.mails, m)
	return nil
}

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	b := room.New(t, d, start)
	h := &house{base: b}
	var err error
	h.reports, err = incident.New(incident.Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Bus: b.Bus, Queue: b.Queue, Audit: b.Audit, Log: b.Log, Registry: h, Mail: h,
		Printer: b.Printer, URL: "https://centre.example", Key: room.Key})
	expect.OK(t, err)
	h.Service, err = urgent.New(urgent.Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Audit: b.Audit, Reports: h.reports, URL: "https://centre.example", Key: room.Key,
		Desk:   func(_ context.Context, c ward.Country) (ward.Desk, error) { return ward.Desk{Country: c}, nil },
		Client: func(r *http.Request) string { return r.RemoteAddr }})
	expect.OK(t, err)
	b.Furnish(h.reports.Parts(), h.heard.On())
	b.Work()
	return h
}

func answers(contact string) incident.Answers {
	unknown := incident.Answer{Unknown: true}
	at := incident.Answer{Text: "2026-11-30T02:50:00Z"}
	return incident.Answers{"aware_at": at, "detected_at": at, "summary": {Text: "Files are encrypted"}, "ransomware": {Text: "yes"}, "severe_disruption": unknown,
		"suspected_malicious": unknown, "cross_border": unknown, "contact": {Text: contact}}
}

func (h *house) card(t *testing.T) urgent.Printed {
	t.Helper()
	p, err := h.Print(ctx, manager, "Switchboard")
	expect.OK(t, err)
	return p
}

// with is a report by the code of a card; each has a form of its own.
func (h *house) with(code string) urgent.Filing {
	return urgent.Filing{Form: h.NewForm(), Code: code, Answers: answers("Ana, +385 1 555 0101")}
}

// only is the one report of a hospital.
func (h *house) only(t *testing.T, a ward.Actor) incident.Line {
	t.Helper()
	list, err := h.reports.Own(ctx, a)
	expect.OK(t, err)
	if len(list) != 1 {
		t.Fatalf("%s has %d reports, want 1", a.Name, len(list))
	}
	return list[0]
}

// A report by a card is the hospital's to see and to decide on, and nothing of
// it goes on before. Other rooms hear of it once, and only when it is confirmed.
func TestCard(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		_, err := h.Print(ctx, member, "Switchboard")
		expect.Code(t, "a card that a member prints", err, ward.Forbidden)
		card := h.card(t)
		secret, err := h.File(ctx, h.with(strings.ToLower(strings.ReplaceAll(card.Code, "-", " "))), "192.0.2.1")
		expect.OK(t, err)
		sent, err := h.Sent(ctx, secret, "en")
		expect.OK(t, err)
		if sent.Trust != incident.Unconfirmed || sent.Org != "h1" || len(sent.Sendings) != 1 || sent.Sendings[0].Deliveries[0].State != incident.Delivered {
			t.Errorf("what was reported: %+v", sent.Report)
		}
		_, err = h.Sent(ctx, secret[1:]+"0", "en")
		expect.Code(t, "a link that leads nowhere", err, ward.NotFound)
		h.heard.Wait(t, 0)
		line := h.only(t, member)
		_, err = h.reports.Get(ctx, rival, line.ID)
		expect.Code(t, "another hospital", err, ward.NotFound)
		expect.Code(t, "another hospital that adopts", h.reports.Adopt(ctx, rival, line.ID), ward.NotFound)
		_, _, err = h.reports.Save(ctx, member, incident.Page{Report: line.ID, Seen: 1, Answers: incident.Answers{"outlook": {Text: "stable"}}})
		expect.Code(t, "filling in what nobody confirmed", err, ward.Conflict)
		_, err = h.reports.Send(ctx, member, line.ID, incident.Dispatch{Seen: 1, Stage: rule.Notification})
		expect.Code(t, "sending what nobody confirmed", err, ward.Conflict)
		expect.OK(t, h.reports.Adopt(ctx, member, line.ID))
		expect.Code(t, "adopting twice", h.reports.Disown(ctx, member, line.ID), ward.Conflict)
		h.heard.Wait(t, 1)
		_, _, err = h.reports.Save(ctx, member, incident.Page{Report: line.ID, Seen: 1, Answers: incident.Answers{"outlook": {Text: "stable"}}})
		expect.OK(t, err)
		list, err := h.Cards(ctx, manager)
		expect.OK(t, err)
		if len(list) != 1 || list[0].Used != 1 || !list[0].Live(start) {
			t.Errorf("cards: %+v", list)
		}
		expect.Code(t, "a card of another", h.Revoke(ctx, rival, card.ID), ward.NotFound)
		expect.OK(t, h.Revoke(ctx, manager, card.ID))
		_, err = h.File(ctx, h.with(card.Code), "192.0.2.2")
		expect.Code(t, "a card that was revoked", err, ward.Invalid)
	})
}

// A report in another's name is disowned: it is closed, its clocks end, and the
// team sees why.
func TestDisowned(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		secret, err := h.File(ctx, h.with(h.card(t).Code), "192.0.2.1")
		expect.OK(t, err)
		line := h.only(t, member)
		if line.Next.IsZero() {
			t.Error("no deadline runs while it may be the hospital's")
		}
		expect.OK(t, h.reports.Disown(ctx, member, line.ID))
		line = h.only(t, member)
		if line.Trust != incident.Disowned || line.State != incident.Closed || !line.Next.IsZero() {
			t.Errorf("disowned: %+v", line)
		}
		r, err := h.reports.Receive(ctx, team, line.ID)
		expect.OK(t, err)
		if r.SettleBy != "Ana Member" {
			t.Errorf("the team does not see who disowned it: %+v", r.Report)
		}
		sent, err := h.Sent(ctx, secret, "en")
		expect.OK(t, err)
		if sent.Trust != incident.Disowned {
			t.Errorf("the sender sees %q", sent.Trust)
		}
		h.heard.Wait(t, 0)
	})
}

// Without a card the team finds the hospital in the registry of its own country,
// calls it, and only then the hospital has the report.
func TestCallBack(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		in := urgent.Filing{Form: h.NewForm(), Hospital: "Clinic South", Country: "HR", Answers: answers("no number")}
		_, err := h.File(ctx, in, "192.0.2.1")
		expect.Code(t, "nobody to call back", err, ward.Invalid)
		in.Answers = answers("Rea, +385 91 555 0102")
		in.Country = "DE"
		_, err = h.File(ctx, in, "192.0.2.1")
		expect.Code(t, "no team to call back", err, ward.Unavailable)
		in.Country = "HR"
		_, err = h.File(ctx, in, "192.0.2.1")
		expect.OK(t, err)
		queue, _, err := h.reports.Queue(ctx, team, 0)
		expect.OK(t, err)
		if len(queue) != 1 || queue[0].Trust != incident.Unconfirmed || queue[0].Org != "" || queue[0].OrgName != "Clinic South" {
			t.Fatalf("queue: %+v", queue)
		}
		r, err := h.reports.Receive(ctx, team, queue[0].ID)
		expect.OK(t, err)
		found, err := h.reports.Candidates(ctx, team, r.Report, "South")
		expect.OK(t, err)
		if len(found) != 1 || found[0].ID != "h2" || found[0].Contacts[0].Phone == "" {
			t.Errorf("candidates: %+v", found)
		}
		expect.Code(t, "a hospital of another country", h.reports.Confirm(ctx, team, r.ID, "h3"), ward.Invalid)
		expect.Code(t, "a hospital that is not", h.reports.Confirm(ctx, team, r.ID, "h9"), ward.Invalid)
		expect.Code(t, "a team of another country", h.reports.Confirm(ctx, abroad, r.ID, "h2"), ward.NotFound)
		expect.OK(t, h.reports.Confirm(ctx, team, r.ID, "h2"))
		if line := h.only(t, rival); line.Trust != incident.Confirmed || line.Next.IsZero() {
			t.Errorf("confirmed: %+v", line)
		}
		h.heard.Wait(t, 1)
		if h.heard.Heard()[0].Org != "h2" {
			t.Errorf("other rooms heard %+v", h.heard.Heard())
		}
	})
}

// Programs choose the text of a form themselves: two hospitals that choose the same
// are two reports, each with a page of its own.
func TestSameFormOfTwo(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		in := urgent.Filing{Form: "1", Hospital: "Clinic North", Country: "HR", Answers: answers("+385 91 555 0102")}
		one, err := h.File(ctx, in, "192.0.2.1")
		expect.OK(t, err)
		again, err := h.File(ctx, in, "192.0.2.1")
		expect.OK(t, err)
		in.Hospital = "Clinic South"
		two, err := h.File(ctx, in, "192.0.2.2")
		expect.OK(t, err)
		queue, _, err := h.reports.Queue(ctx, team, 0)
		expect.OK(t, err)
		if one != again || one == two || len(queue) != 2 {
			t.Errorf("pages %s, %s and %s for %d reports", one, again, two, len(queue))
		}
	})
}

// A flood from one network or by one card is refused; others get through. The
// same form is one report, however often and at once it is sent.
func TestFlood(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		card := h.card(t)
		same := h.with(card.Code)
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				if _, err := h.File(ctx, same, "192.0.2.1"); err != nil && ward.CodeOf(err) != ward.Conflict {
					t.Errorf("the same form: %v", err)
				}
			})
		}
		wait.Wait()
		h.only(t, member)
		for n := range 4 { // the card's day
			_, err := h.File(ctx, h.with(card.Code), fmt.Sprintf("192.0.2.%d", 10+n))
			expect.OK(t, err)
		}
		_, err := h.File(ctx, h.with(card.Code), "192.0.2.20")
		expect.Code(t, "the sixth report by a card", err, ward.Throttled)
		_, err = h.File(ctx, h.with(h.card(t).Code), "192.0.2.20")
		expect.OK(t, err)
		for range 6 {
			_, err = h.File(ctx, urgent.Filing{Form: h.NewForm(), Hospital: "Clinic South", Country: "HR", Answers: answers("+385 91 555 0102")}, "2001:db8::1")
			expect.OK(t, err)
		}
		_, err = h.File(ctx, urgent.Filing{Form: h.NewForm(), Hospital: "Clinic South", Country: "HR", Answers: answers("+385 91 555 0102")}, "2001:db8::2")
		expect.Code(t, "the seventh report of a network", err, ward.Throttled)
		for range 30 {
			_, err = h.File(ctx, h.with("7K2M-9QXA-4TR0-VB3C"), "198.51.100.1")
			expect.Code(t, "a code that opens nothing", err, ward.Invalid)
		}
		_, err = h.File(ctx, h.with(h.card(t).Code), "198.51.100.1")
		expect.Code(t, "a right code after thirty wrong ones", err, ward.Throttled)
		h.base.Clock.Advance(25 * time.Hour)
		_, err = h.File(ctx, h.with(card.Code), "198.51.100.1")
		expect.OK(t, err)
	})
}
