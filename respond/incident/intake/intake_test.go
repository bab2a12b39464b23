package intake_test

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/respond/incident"
	"ward/respond/incident/forward"
	"ward/respond/incident/intake"
	"ward/respond/incident/pages"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

// A document that the room writes out is read back: the report is the hospital's,
// its clocks run from when it reached the team, other rooms hear of it, and the
// same again is told and not doubled.
func TestDocument(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		early, told := h.written(rule.Early, "X-1"), h.written(rule.Notification, "X-1")
		h.told(2)
		_, err := h.TakeDocument(ctx, member, early, intake.How{})
		expect.Code(t, "a hospital", err, ward.Forbidden)
		_, err = h.TakeDocument(ctx, abroad, early, intake.How{})
		expect.Code(t, "the team of another country", err, ward.Invalid)
		_, err = h.TakeDocument(ctx, team, early, intake.How{Org: "h3"})
		expect.Code(t, "a hospital of another country", err, ward.Invalid)
		_, err = h.TakeDocument(ctx, team, early, intake.How{Org: "t1"})
		expect.Code(t, "what is no hospital", err, ward.Invalid)
		_, err = h.TakeDocument(ctx, team, early, intake.How{Received: start.Add(time.Hour)})
		expect.Code(t, "from the future", err, ward.Invalid)
		_, err = h.TakeDocument(ctx, team, early, intake.How{Received: start.Add(-3 * time.Hour)})
		expect.Code(t, "before the hospital knew", err, ward.Invalid)
		h.told(2)

		got, err := h.TakeDocument(ctx, team, early, intake.How{Received: start.Add(-time.Hour)})
		expect.OK(t, err)
		if got.Known || got.Report == "" {
			t.Errorf("taken over: %+v", got)
		}
		h.told(3)
		v, err := h.reports.Get(ctx, member, got.Report)
		expect.OK(t, err)
		if v.Org != "h1" || v.Origin != incident.FromForm || v.Trust != incident.Confirmed || v.SettleBy != team.Name || !v.First.Equal(start.Add(-time.Hour)) ||
			!v.AnswerBy.Equal(start.Add(23*time.Hour)) || v.Answers["summary"].Text != "SUMMARY-7f3a" || v.Answers["services_affected"].Text != "emergency" || !v.Answers["cross_border"].Unknown {
			t.Errorf("the hospital sees %+v", v.Report)
		}
		if len(v.Sendings) != 1 || len(v.Sendings[0].Deliveries) != 1 || v.Sendings[0].By != team.Name {
			t.Errorf("sent: %+v", v.Sendings)
		}
		trail, err := h.reports.Trail(ctx, member, got.Report)
		expect.OK(t, err)
		if e := trail.Entries[0]; e.Kind != "entered" || e.Person != team.Name || e.Detail != "form" {
			t.Errorf("history: %+v", e)
		}

		again, err := h.TakeDocument(ctx, team, early, intake.How{})
		expect.OK(t, err)
		if !again.Known || again.Report != got.Report {
			t.Errorf("the same again: %+v", again)
		}
		_, err = h.TakeDocument(ctx, team, bytes.Replace(early, []byte("SUMMARY"), []byte("OTHER"), 1), intake.How{})
		expect.Code(t, "the same number with other content", err, ward.Conflict)
		later, err := h.TakeDocument(ctx, team, told, intake.How{})
		expect.OK(t, err)
		if later.Report != got.Report {
			t.Errorf("a later stage went into %+v", later)
		}
		h.told(4)
		if n := len(h.queue(team)); n != 3 { // two were sent by the hospital itself
			t.Errorf("%d reports in the queue", n)
		}
		// The hospital goes on with it itself: what it is writing does not leave with
		// what reaches the team.
		_, _, err = h.reports.Save(ctx, member, incident.Page{Report: got.Report, Seen: 2, Answers: incident.Answers{"outlook": {Text: "stable"}}})
		expect.OK(t, err)
		_, err = h.TakeDocument(ctx, team, bytes.Replace(told, []byte(`"notification"`), []byte(`"progress"`), 1), intake.How{})
		expect.Code(t, "a report that the hospital went on with", err, ward.Conflict)
	})
}

// An organisation that the registry does not have is named in words; a report of
// which nobody knows whose it is stays unconfirmed and tells nobody.
func TestInWords(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		doc := bytes.Replace(h.written(rule.Early, "X-2"), []byte("Clinic North"), []byte("Toplice by the Sea"), 1)
		h.told(1)
		got, err := h.TakeDocument(ctx, team, doc, intake.How{Unsure: true})
		expect.OK(t, err)
		h.told(1)
		r, err := h.reports.Receive(ctx, team, got.Report)
		expect.OK(t, err)
		if r.Org != "" || r.OrgName != "Toplice by the Sea" || r.Trust != incident.Unconfirmed || r.AnswerBy.IsZero() {
			t.Errorf("unconfirmed: %+v", r.Report)
		}
		expect.OK(t, h.reports.Confirm(ctx, team, got.Report, "h2"))
		h.told(2)
		sure, err := h.TakeDocument(ctx, team, bytes.Replace(doc, []byte("X-2"), []byte("X-3"), 1), intake.How{})
		expect.OK(t, err)
		h.told(3)
		if f := h.heard.Heard()[2]; f.Report != sure.Report || f.Org != "" || f.Country != "HR" {
			t.Errorf("other rooms heard %+v", f)
		}
	})
}

// A table is taken over as a whole or not at all, and what is not understood is
// named with its place.
func TestTable(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		const head = "reference,organisation,received_at,aware_at,ransomware,root_cause,services_affected,stage,Weather\n"
		wrong := head + "A-1,Clinic North,,2026-11-30 03:10,Yes,malicious-actions,emergency,,rain\n" +
			"A-1,Clinic North,,2026-11-30 03:20,no,,,,\n" + // a second row of one number
			"A-2,Clinic South,,yesterday,perhaps,,,,\n" +
			"A-3,,,2026-11-30 03:10,,,,,\n" +
			"A-4,Clinic Far,30.11.2026 03:00,unknown,,,surgery,first,\n"
		table, err := h.TakeTable(ctx, team, "t.csv", []byte(wrong))
		expect.Code(t, "a table with faults", err, ward.Invalid)
		want := map[string]bool{"3 reference": true, "4 aware_at": true, "4 ransomware": true, "5 organisation": true, "6 services_affected": true}
		for _, f := range table.Faults() {
			place := strings.TrimSpace(string(rune('0'+f.Line)) + " " + f.Column)
			if !want[place] || h.Words("en", f.Err) == "" {
				t.Errorf("a fault at %q: %v", place, f.Err)
			}
			delete(want, place)
		}
		if len(want) > 0 || len(table.Foreign) != 1 || len(h.queue(team)) != 0 {
			t.Errorf("no fault at %v; columns that are not read: %v; %d stored", want, table.Foreign, len(h.queue(team)))
		}
		right := head + "A-1,Clinic North,,2026-11-30 03:10,Yes,malicious-actions,emergency,,\nA-4,Clinic Far,30.11.2026 03:30,unknown,I don’t know yet,,,early,\n"
		seen, err := h.ReadTable(ctx, team, "t.csv", []byte(right))
		expect.OK(t, err)
		if seen.Fresh() != 2 || len(h.queue(team)) != 0 {
			t.Errorf("looked at: %+v", seen)
		}
		_, err = h.TakeTable(ctx, team, "t.csv", []byte(right))
		expect.OK(t, err)
		h.told(2)
		again, err := h.TakeTable(ctx, team, "t.csv", []byte(right+"A-5,Clinic South,,2026-11-30 03:50,,,,,\n"))
		expect.OK(t, err)
		if !again.Rows[0].Result.Known || !again.Rows[1].Result.Known || again.Rows[2].Result.Known || len(h.queue(team)) != 3 {
			t.Errorf("again with one more: %+v, %d in the queue", again, len(h.queue(team)))
		}
		list, err := h.reports.Own(ctx, member)
		expect.OK(t, err)
		if len(list) != 1 || list[0].Origin != incident.FromTable || !list[0].Care {
			t.Errorf("the hospital has %+v", list)
		}
		v, err := h.reports.Get(ctx, member, list[0].ID)
		expect.OK(t, err)
		if v.Base != start.Add(-50*time.Minute) || v.Answers["ransomware"].Text != "yes" || !v.Answers["contact"].Unknown && v.Answers["contact"].IsZero() == false {
			t.Errorf("read of the row: %+v", v.Answers)
		}
		for _, workbook := range []bool{false, true} { // the template says nothing by itself, and its columns are all known
			var b bytes.Buffer
			expect.OK(t, h.Template(&b, h.base.Printer("de"), workbook))
			_, err := h.ReadTable(ctx, team, "t", b.Bytes())
			expect.Code(t, "an empty template", err, ward.Invalid)
			if !workbook {
				lines := strings.SplitAfter(b.String(), "\r\n")
				filled, err := h.ReadTable(ctx, team, "t.csv", []byte(strings.Join(lines[:3], "")+"B-1,,Clinic South,,,,,AMBER,,2026-11-30 03:10\r\n"))
				expect.OK(t, err)
				if len(filled.Rows) != 1 || len(filled.Faults()) != 0 || len(filled.Foreign) != 0 {
					t.Errorf("a filled template: %+v", filled)
				}
			}
		}
	})
}

const mailText = "Date: Mon, 30 Nov 2026 03:30:00 +0100\r\nSubject: Help\r\n\r\nClinic South here. Since 30.11.2026 03:10 files are encrypted by LockBit, call +385 1 555 0101.\r\n"

// Of a letter rules propose, a person decides, and the text stays as it came.
func TestLetter(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		_, err := h.ReadLetter(ctx, member, mailText)
		expect.Code(t, "a hospital", err, ward.Forbidden)
		_, err = h.ReadLetter(ctx, team, " ")
		expect.Code(t, "nothing", err, ward.Invalid)
		p, err := h.ReadLetter(ctx, team, mailText)
		expect.OK(t, err)
		if len(p.Hospitals) != 1 || p.Hospitals[0].ID != "h2" || p.Answers["aware_at"].Text != "2026-11-30T02:10:00Z" || p.Answers["malware_family"].Text != "LockBit" ||
			p.Answers["contact"].Text != "+385 1 555 0101" || p.Answers["ransomware"].Text != "yes" || len(h.queue(team)) != 0 {
			t.Errorf("proposed: %+v %+v", p.Hospitals, p.Answers)
		}
		in := intake.Letter{Text: mailText, Org: "h2", Reason: incident.Incident, Answers: incident.Answers{"ransomware": {Text: "no"}}}
		_, err = h.TakeLetter(ctx, team, in)
		expect.Code(t, "nobody said when the hospital knew", err, ward.Invalid)
		in.Answers["aware_at"] = p.Answers["aware_at"]
		got, err := h.TakeLetter(ctx, team, in)
		expect.OK(t, err)
		again, err := h.TakeLetter(ctx, team, intake.Letter{Text: strings.ReplaceAll(mailText, "\r\n", "\n"), OrgName: "x", Reason: incident.Threat, Answers: in.Answers})
		expect.OK(t, err)
		if !again.Known || again.Report != got.Report {
			t.Errorf("the same text again: %+v", again)
		}
		r, err := h.reports.Receive(ctx, team, got.Report)
		expect.OK(t, err)
		if r.Trust != incident.Unconfirmed || r.Origin != incident.FromLetter || r.Answers["ransomware"].Text != "no" || !r.Answers["summary"].Unknown {
			t.Errorf("a person decided otherwise than the rules: %+v", r.Answers)
		}
		came, err := h.Original(ctx, team, got.Report)
		expect.OK(t, err)
		if len(came) != 1 || came[0].Text != mailText || came[0].By != team.Name {
			t.Errorf("as it came: %+v", came)
		}
		_, err = h.Original(ctx, abroad, got.Report)
		expect.Code(t, "the team of another country", err, ward.NotFound)
		owner := ward.Actor{Person: "p9", Org: "h2", Country: "HR", Role: ward.RoleManager, Lang: "en"}
		trail, err := h.reports.Trail(ctx, owner, got.Report)
		expect.OK(t, err)
		if len(trail.Reads) != 2 {
			t.Errorf("the hospital sees %d looks, want the report and the letter", len(trail.Reads))
		}
		expect.OK(t, h.reports.Adopt(ctx, owner, got.Report))
		h.told(1)
	})
}

// The pages lead from a file or a text to the report, and say what is wrong.
func TestPages(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		parts := h.reports.Parts()
		parts.API = h.Operations()
		passed, err := forward.New(forward.Config{DB: d, Clock: h.base.Clock.Now, IDs: h.base.IDs, Guard: h.base.Guard, Audit: h.base.Audit, Queue: h.base.Queue, Reports: h.reports, Registry: h, Sharing: h, Key: room.Key})
		expect.OK(t, err)
		s := h.base.Site(parts, nil, slices.Concat(pages.Routes(h.reports, nil), pages.ForwardRoutes(h.reports, passed), pages.IntakeRoutes(h.reports, h.Service)))
		s.Actor = team
		s.Get("/incident-intake", 200, "template.xlsx", `name="letter"`, `type="file"`)
		s.Get("/incident-intake/template.csv", 200, "aware_at")
		s.Post("/incident-intake/letter", 422, url.Values{"letter": {" "}}, "letter-error")
		read := s.Post("/incident-intake/letter", 200, url.Values{"letter": {mailText}}, "Clinic South", "2026-11-30T03:10", "LockBit", "+385 1 555 0101", "Files are encrypted").Body.String()
		if n := strings.Count(read, `value="AMBER+STRICT"`); n != 1 {
			t.Errorf("the marking is asked %d times", n)
		}
		form := url.Values{"letter": {mailText}, "org": {"h2"}, "reason": {"significant"}, "stage": {"early"}, "aware_at": {"2026-11-30T03:10"}, "summary": {"SUMMARY-7f3a"}, "sure": {"1"}}
		late := url.Values{"letter": {mailText}, "org": {"h2"}, "reason": {"significant"}, "stage": {"early"}, "aware_at": {"2027-11-30T03:10"}, "summary": {"SUMMARY-7f3a"}}
		s.Post("/incident-intake/letter/enter", 422, late, "aware_at-error", "SUMMARY-7f3a")
		to := s.Post("/incident-intake/letter/enter", 303, form).Header().Get("Location")
		s.Get(to, 200, "SUMMARY-7f3a", "Marko Team", "/original")
		s.Get(to+"/original", 200, "Since 30.11.2026 03:10")
		s.Get("/incident-queue", 200, "Letter", "Clinic South")
		if again := s.Post("/incident-intake/letter/enter", 303, form).Header().Get("Location"); again != to {
			t.Errorf("the same text leads to %s, not to %s", again, to)
		}
		s.Post("/incident-intake/table/enter", 422, url.Values{"data": {"?"}}, "file-error")
		s.Actor = member
		s.Get("/incident-intake", 403)
		s.Actor = abroad
		s.Get(to+"/original", 404)
	})
}
