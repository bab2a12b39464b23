package forward_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/respond/incident"
	"ward/respond/incident/forward"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	ctx    = context.Background()
	member = ward.Actor{Person: "p1", Name: "Ana Member", Org: "h1", OrgName: "Clinic North", Country: "HR", Role: ward.RoleMember, Lang: "en"}
	team   = ward.Actor{Person: "p4", Name: "Marko Team", Org: "t1", OrgName: "CSIRT", Country: "HR", Role: ward.RoleCSIRT, Lang: "en"}
	abroad = ward.Actor{Person: "p5", Name: "Sven Abroad", Org: "t2", OrgName: "CSIRT of another", Country: "DE", Role: ward.RoleCSIRT, Lang: "en"}
	third  = ward.Actor{Person: "p6", Name: "Tea Third", Org: "t3", OrgName: "CSIRT of a third", Country: "FR", Role: ward.RoleCSIRT, Lang: "en"}
	centre = ward.Actor{Person: "p7", Name: "Elena Centre", Org: "c", OrgName: "Centre", Role: ward.RoleCentre, Lang: "en"}
	start  = time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
)

// house is the reports, and who is asked.
type house struct {
	reports *incident.Service
	rule    string
}

func (h *house) Standing(_ context.Context, id ward.OrgID) (ward.Standing, error) {
	head := int64(900)
	return ward.Standing{Organisation: ward.Organisation{ID: id, Kind: ward.KindHospital, Name: "Clinic North", Country: "HR"}, Headcount: &head}, nil
}
func (h *house) Teams(context.Context, ward.Country) ([]ward.OrgID, error) {
	return []ward.OrgID{"t1"}, nil
}
func (h *house) Contacts(context.Context, []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	return nil, nil
}
func (h *house) Named(context.Context, string) ([]ward.Organisation, error) { return nil, nil }
func (h *house) CareServices() []string                                     { return []string{"emergency"} }
func (h *house) Send(context.Context, mail.Message) error                   { return nil }
func (h *house) RuleOf(context.Context, ward.Country) (string, error)       { return h.rule, nil }
func (h *house) Responders(context.Context) ([]ward.Organisation, error) {
	return []ward.Organisation{{ID: "c", Kind: ward.KindCentre, Name: "Centre"}, {ID: "t2", Kind: ward.KindCSIRT, Name: "CSIRT of another", Country: "DE"},
		{ID: "t3", Kind: ward.KindCSIRT, Name: "CSIRT of a third", Country: "FR"}, {ID: "t1", Kind: ward.KindCSIRT, Name: "CSIRT", Country: "HR"}}, nil
}

// passing is the service under test beside them.
type passing struct {
	*house
	pass *forward.Service
}

func open(t testing.TB, d *db.DB) passing {
	t.Helper()
	b := room.New(t, d, start)
	h := &house{rule: "covered"}
	var err error
	h.reports, err = incident.New(incident.Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Bus: b.Bus, Queue: b.Queue, Audit: b.Audit, Log: b.Log, Registry: h, Mail: h,
		Printer: b.Printer, URL: "https://centre.example", Key: room.Key})
	expect.OK(t, err)
	svc, err := forward.New(forward.Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Audit: b.Audit, Queue: b.Queue, Reports: h.reports, Registry: h, Sharing: h, Key: room.Key})
	expect.OK(t, err)
	b.Furnish(h.reports.Parts())
	return passing{h, svc}
}

// reported is a report of the hospital with a marking.
func (h passing) reported(t interface{ Fatal(...any) }, marking string) string {
	answers := incident.Answers{"aware_at": {Text: "2026-11-30T02:40:00Z"}, "detected_at": {Text: "2026-11-30T02:10:00Z"}, "summary": {Text: "SUMMARY-7f3a of Clinic North"},
		"contact": {Text: "CONTACT-7f3a"}, "severe_disruption": {Text: "yes"}, "suspected_malicious": {Text: "suspected"}, "cross_border": {Text: "no"}, "malware_family": {Text: "LockBit"},
		"services_affected": {Text: "emergency"}}
	if marking != "" {
		answers["marking"] = incident.Answer{Text: marking}
	}
	r, err := h.reports.Begin(ctx, member, incident.Start{ID: h.reports.NewID(), Reason: incident.Incident, Answers: answers})
	if err == nil {
		_, err = h.reports.Send(ctx, member, r.ID, incident.Dispatch{Seen: 1, Stage: rule.Early})
	}
	if err != nil {
		t.Fatal(err)
	}
	return r.ID
}

// What was forwarded is the receiver's to read and nothing of the report; the
// hospital sees who, to whom, when, with what text, and each look.
func TestForward(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		id := h.reported(t, "")
		expect.Code(t, "a hospital", h.pass.Send(ctx, member, id, []ward.OrgID{"t2"}, "Look"), ward.Forbidden)
		expect.Code(t, "the team of another country", h.pass.Send(ctx, abroad, id, []ward.OrgID{"t3"}, "Look"), ward.NotFound)
		expect.Code(t, "nobody", h.pass.Send(ctx, team, id, nil, "Look"), ward.Invalid)
		expect.Code(t, "the own team", h.pass.Send(ctx, team, id, []ward.OrgID{"t1"}, "Look"), ward.Invalid)
		expect.Code(t, "no words", h.pass.Send(ctx, team, id, []ward.OrgID{"t2"}, " "), ward.Invalid)
		expect.OK(t, h.pass.Send(ctx, team, id, []ward.OrgID{"t2", "c"}, "Look for LockBit"))
		for _, a := range []ward.Actor{abroad, centre} {
			list, err := h.pass.Inbox(ctx, a)
			expect.OK(t, err)
			if len(list) != 1 || list[0].TLP != ward.TLPAmber || !list[0].Read.IsZero() || list[0].Text != "" {
				t.Fatalf("%s has %+v", a.Name, list)
			}
			f, err := h.pass.Open(ctx, a, list[0].ID)
			expect.OK(t, err)
			b, err := json.Marshal(f.Content)
			expect.OK(t, err)
			if f.Text != "Look for LockBit" || f.Answers["malware_family"].Text != "LockBit" || strings.Contains(string(b), "7f3a") || strings.Contains(string(b), "Clinic") || strings.Contains(string(b), "INC-") {
				t.Errorf("under a cover %s reads %s", a.Name, b)
			}
		}
		mine, err := h.pass.Inbox(ctx, abroad)
		expect.OK(t, err)
		_, err = h.pass.Open(ctx, third, mine[0].ID)
		expect.Code(t, "another team", err, ward.NotFound)
		_, err = h.pass.Open(ctx, team, mine[0].ID)
		expect.Code(t, "the team that forwarded it", err, ward.NotFound)
		_, err = h.pass.Open(ctx, member, mine[0].ID)
		expect.Code(t, "the hospital", err, ward.Forbidden)
		_, err = h.reports.Receive(ctx, abroad, id)
		expect.Code(t, "the report itself", err, ward.NotFound)
		_, out, err := h.pass.Of(ctx, member, id)
		expect.OK(t, err)
		if len(out) != 2 || out[0].By != team.Name || out[0].Text != "Look for LockBit" || out[1].To.Country == out[0].To.Country {
			t.Errorf("the hospital sees %+v", out)
		}
		_, _, err = h.pass.Of(ctx, abroad, id)
		expect.Code(t, "what left, to a receiver", err, ward.Forbidden)
		trail, err := h.reports.Trail(ctx, member, id)
		expect.OK(t, err)
		forwarded := 0
		for _, e := range trail.Entries {
			if e.Kind == "forwarded" && e.Person == team.Name {
				forwarded++
			}
		}
		if forwarded != 2 || !slices.ContainsFunc(trail.Reads, func(r incident.Read) bool { return r.Organisation == abroad.OrgName && r.Act == "read.forwarded" }) {
			t.Errorf("history: %+v; looks: %+v", trail.Entries, trail.Reads)
		}
		h.rule = "exact"
		expect.OK(t, h.pass.Send(ctx, team, id, []ward.OrgID{"t3"}, "As it is"))
		list, err := h.pass.Inbox(ctx, third)
		expect.OK(t, err)
		f, err := h.pass.Open(ctx, third, list[0].ID)
		expect.OK(t, err)
		if f.Organisation != "Clinic North" || f.Answers["summary"].Text == "" {
			t.Errorf("as it is: %+v", f.Content)
		}
		h.rule = "nothing"
		expect.Code(t, "a country that shares nothing", h.pass.Send(ctx, team, id, []ward.OrgID{"t2"}, "Look"), ward.Conflict)
	})
}

// No report above the marking reaches another state, whatever the rule of sharing
// and to whomever it is sent; and nothing leaves that the rule keeps.
func TestMarkingHolds(t *testing.T) {
	h := open(t, database.Open(t, database.SQLite))
	rapid.Check(t, func(t *rapid.T) {
		marking := rapid.SampledFrom([]string{"", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}).Draw(t, "marking")
		h.rule = rapid.SampledFrom([]string{"", "nothing", "covered", "exact", "all"}).Draw(t, "rule")
		to := rapid.SliceOfNDistinct(rapid.SampledFrom([]ward.OrgID{"t2", "t3", "c"}), 1, 3, rapid.ID[ward.OrgID]).Draw(t, "to")
		id := h.reported(t, marking)
		err := h.pass.Send(ctx, team, id, to, "Look")
		may := marking != "AMBER+STRICT" && marking != "RED" && (h.rule == "covered" || h.rule == "exact")
		if (err == nil) != may {
			t.Fatalf("marked %q under the rule %q: %v", marking, h.rule, err)
		}
		for _, a := range []ward.Actor{abroad, third, centre} {
			list, err := h.pass.Inbox(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(list, func(f forward.Forward) bool { return f.Report == id })
			if (i >= 0) != (may && slices.Contains(to, a.Org)) {
				t.Fatalf("marked %q under the rule %q: %s has it: %t", marking, h.rule, a.Name, i >= 0)
			}
			if i < 0 {
				continue
			}
			x, err := h.pass.Open(ctx, a, list[i].ID)
			if err != nil || !forward.Leaves(x.TLP) || h.rule == "covered" && (x.Organisation != "" || x.Answers["summary"].Text != "") {
				t.Fatalf("%s reads %+v (%v)", a.Name, x, err)
			}
		}
	})
}
