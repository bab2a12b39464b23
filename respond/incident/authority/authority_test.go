package authority_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/respond/incident"
	"ward/respond/incident/authority"
	"ward/respond/incident/link"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	ctx    = context.Background()
	team   = ward.Actor{Person: "p4", Name: "Marko Team", Org: "t1", OrgName: "CSIRT", Country: "HR", Role: ward.RoleCSIRT}
	abroad = ward.Actor{Person: "p5", Name: "Sven Abroad", Org: "t2", OrgName: "CSIRT of another", Country: "DE", Role: ward.RoleCSIRT}
	centre = ward.Actor{Person: "p6", Name: "Elena Centre", Org: "c", Role: ward.RoleCentre}
	start  = time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
)

// registry knows hospitals "h..." of Croatia and "d..." of Germany.
type registry struct{}

func country(id ward.OrgID) ward.Country {
	if strings.HasPrefix(string(id), "d") {
		return "DE"
	}
	return "HR"
}

func (registry) Standing(_ context.Context, id ward.OrgID) (ward.Standing, error) {
	head := int64(900)
	return ward.Standing{Organisation: ward.Organisation{ID: id, Kind: ward.KindHospital, Name: "Clinic " + string(id), Country: country(id)}, Headcount: &head}, nil
}
func (registry) Teams(_ context.Context, c ward.Country) ([]ward.OrgID, error) {
	return []ward.OrgID{ward.OrgID("team " + string(c))}, nil
}
func (registry) Contacts(context.Context, []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	return nil, nil
}
func (registry) Named(context.Context, string) ([]ward.Organisation, error) { return nil, nil }
func (registry) CareServices() []string                                     { return []string{"emergency"} }
func (registry) Send(context.Context, mail.Message) error                   { return nil }

type house struct {
	*authority.Service
	t       *testing.T
	reports *incident.Service
	base    *room.Base
}

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	b := room.New(t, d, start)
	h := &house{t: t, base: b}
	var err error
	h.reports, err = incident.New(incident.Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Bus: b.Bus, Queue: b.Queue, Audit: b.Audit, Log: b.Log, Registry: registry{},
		Mail: registry{}, Printer: b.Printer, URL: "https://centre.example", Key: room.Key})
	expect.OK(t, err)
	h.Service, err = authority.New(authority.Config{DB: d, Clock: b.Clock.Now, Reports: h.reports})
	expect.OK(t, err)
	b.Furnish(h.reports.Parts())
	return h
}

// send reports an early warning of a hospital with more answers, as "id=value".
func (h *house) send(org ward.OrgID, more ...string) string {
	h.t.Helper()
	a := ward.Actor{Person: "p1", Name: "Ana", Org: org, OrgName: "Clinic " + string(org), Country: country(org), Role: ward.RoleMember}
	answers := incident.Answers{"aware_at": {Text: "2026-11-30T02:40:00Z"}, "detected_at": {Text: "2026-11-30T02:10:00Z"}, "summary": {Text: "SUMMARY-7f3a"}, "contact": {Text: "CONTACT-7f3a"},
		"severe_disruption": {Text: "yes"}, "suspected_malicious": {Text: "suspected"}, "cross_border": {Unknown: true}}
	for _, m := range more {
		id, v, _ := strings.Cut(m, "=")
		answers[id] = incident.Answer{Text: v}
	}
	r, err := h.reports.Begin(ctx, a, incident.Start{ID: h.reports.NewID(), Reason: incident.Incident, Answers: answers})
	expect.OK(h.t, err)
	_, err = h.reports.Send(ctx, a, r.ID, incident.Dispatch{Seen: 1, Stage: rule.Early})
	expect.OK(h.t, err)
	return r.ID
}

// What belongs together is found and linked by the team alone; the hospital sees
// that its report was linked, and not with which.
func TestRelated(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		one := h.send("h1", "third_party=Pulsara GmbH", "malware_family=LockBit")
		two := h.send("h2", "third_party=pulsara remote service", "malware_family=lockbit")
		other := h.send("h3", "third_party=Somebody else")
		far := h.send("d1", "third_party=Pulsara", "malware_family=LockBit")
		v, err := h.Show(ctx, team, one)
		expect.OK(t, err)
		if len(v.Candidates) != 1 || v.Candidates[0].ID != two || !slices.Contains(v.Candidates[0].Reasons, authority.SameSupplier) {
			t.Errorf("candidates: %+v", v.Candidates)
		}
		_, err = h.Show(ctx, abroad, one)
		expect.Code(t, "a team of another country", err, ward.NotFound)
		expect.Code(t, "a report of another country", h.Join(ctx, team, one, far, link.Related), ward.NotFound)
		expect.Code(t, "a report with itself", h.Join(ctx, team, one, one, link.Related), ward.Invalid)
		expect.OK(t, h.Join(ctx, team, two, one, link.Related))
		expect.OK(t, h.Join(ctx, team, one, two, link.Duplicate))
		v, err = h.Show(ctx, team, one)
		expect.OK(t, err)
		if len(v.Candidates) != 0 || len(v.Links) != 1 || v.Links[0].Other != two || v.Links[0].Kind != link.Duplicate {
			t.Errorf("linked: %+v", v)
		}
		queue, _, err := h.reports.Queue(ctx, team, 0)
		expect.OK(t, err)
		for _, l := range queue {
			if (l.Same != "") != (l.ID == two) || l.ID == two && (l.Same != one || l.SameNumber != v.Report.Number) {
				t.Errorf("in the list %s is the same as %q (%s)", l.Number, l.Same, l.SameNumber)
			}
		}
		own, err := h.reports.Own(ctx, ward.Actor{Person: "p2", Org: "h2", Country: "HR", Role: ward.RoleMember})
		expect.OK(t, err)
		if own[0].Same != "" {
			t.Error("a hospital sees which report is the same")
		}
		trail, err := h.reports.Trail(ctx, ward.Actor{Person: "p1", Org: "h1", Country: "HR", Role: ward.RoleMember, Lang: "en"}, one)
		expect.OK(t, err)
		if trail.Entries[0].Kind != "linked" || strings.Contains(trail.Entries[0].Detail, two) {
			t.Errorf("the hospital sees %+v", trail.Entries[0])
		}
		expect.OK(t, h.Part(ctx, team, two, one))
		expect.Code(t, "a link that is not", h.Part(ctx, team, two, other), ward.NotFound)
	})
}

// A quarter counts what is confirmed, each once; small numbers and names do not
// leave.
func TestSummary(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		q, _ := authority.ParseQuarter("2026-Q4")
		var ids []string
		for n := range 12 {
			ids = append(ids, h.send(ward.OrgID("h"+string(rune('a'+n))), "root_cause=malicious-actions", "ransomware=yes", "severity=high"))
		}
		h.send("h2", "root_cause=human-errors", "severity=low")
		h.send("d1", "root_cause=human-errors")
		expect.OK(t, h.Join(ctx, team, ids[0], ids[1], link.Duplicate))
		x, err := h.Summarise(ctx, team, q)
		expect.OK(t, err)
		if x.All != 12 {
			t.Errorf("%d reports count, want 12", x.All)
		}
		b, err := json.Marshal(x.Wire())
		expect.OK(t, err)
		for _, want := range []string{`"group":"cause","value":"malicious-actions","at_least":0,"hidden":true`, `"group":"ransomware","value":"no","at_least":0}`, `"group":"cause","value":"human-errors","at_least":0,"hidden":true`, `"group":"all","value":"","at_least":10`} {
			if !strings.Contains(string(b), want) {
				t.Errorf("the summary does not say %s: %s", want, b)
			}
		}
		rows, err := h.Rows(ctx, team, q)
		expect.OK(t, err)
		text, err := json.Marshal(rows)
		expect.OK(t, err)
		if len(rows) != 12 {
			t.Fatalf("%d rows, want 12", len(rows))
		}
		for _, secret := range []string{"7f3a", "Clinic", "INC-", ids[0]} {
			if strings.Contains(string(text), secret) {
				t.Errorf("the rows say %q", secret)
			}
		}
		if rows[0].Cause != "malicious-actions" || rows[0].Kind != "hospital" || rows[0].Significant != "yes" || len(rows[0].Cells()) != len(authority.Head()) {
			t.Errorf("a row: %+v", rows[0])
		}
		before, err := h.Summarise(ctx, team, q.Before())
		expect.OK(t, err)
		if before.All != 0 {
			t.Errorf("the quarter before counts %d", before.All)
		}
		_, err = h.Summarise(ctx, centre, q)
		expect.Code(t, "the Centre, which counts in its own way", err, ward.Forbidden)
		german, err := h.Summarise(ctx, abroad, q)
		expect.OK(t, err)
		if german.All != 1 {
			t.Errorf("Germany counts %d", german.All)
		}
	})
}

// Of a report by a card that nobody confirmed and the hospital's own, which is the
// later one, the own one counts.
func TestOwnReportCounts(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		unknown := incident.Answer{Unknown: true}
		card, err := h.reports.TakeIn(ctx, incident.Outside{Org: "h1", Country: "HR", Origin: incident.Card, Answers: incident.Answers{"aware_at": {Text: "2026-11-30T02:40:00Z"},
			"detected_at": unknown, "summary": {Text: "SUMMARY-7f3a"}, "contact": unknown, "severe_disruption": unknown, "ransomware": unknown, "suspected_malicious": unknown,
			"cross_border": unknown}}, func(*db.Tx) error { return nil }, func(*db.Tx, incident.Report) error { return nil })
		expect.OK(t, err)
		own := h.send("h1")
		expect.OK(t, h.Join(ctx, team, card.ID, own, link.Duplicate))
		x, err := h.Summarise(ctx, team, authority.QuarterOf(start))
		if err != nil || x.All != 1 {
			t.Errorf("got %d reports (%v), want the hospital's own", x.All, err)
		}
	})
}

// A quarter with more reports than are read at once is counted whole, though all
// came at the same moment.
func TestLargeQuarter(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		const many = 403
		for n := range many {
			h.send(ward.OrgID(fmt.Sprint("h", n)))
		}
		x, err := h.Summarise(ctx, team, authority.QuarterOf(start))
		if err != nil || x.All != many {
			t.Errorf("got %d of %d reports (%v)", x.All, many, err)
		}
	})
}
