package incident

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

// A report from the first answer to the final report, on both databases.
func TestLifeOfAReport(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		r := h.begin(t)
		if r.Number != "INC-2026-0001" || r.State != Draft || r.Version != 1 {
			t.Fatalf("begun: %+v", r)
		}
		if list, _, err := h.Queue(ctx, team, 0); err != nil || len(list) != 0 {
			t.Errorf("the team sees a draft: %v (%v)", list, err)
		}
		x, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
		expect.OK(t, err)
		if len(x.Deliveries) != 1 || x.Deliveries[0].Way != Platform || x.Deliveries[0].State != Delivered || !VerifyReceipt(x.Receipt, h.ReceiptKey()) {
			t.Errorf("sent: %+v", x)
		}
		if VerifyReceipt(strings.Replace(x.Receipt, "early", "final", 1), h.ReceiptKey()) {
			t.Error("a changed receipt is believed")
		}
		v, err := h.Get(ctx, member, r.ID)
		expect.OK(t, err)
		if d := v.duty("N1"); d.State != rule.Done || v.State != Reported || !v.AnswerBy.Equal(start.Add(24*time.Hour)) {
			t.Errorf("after the early warning: N1 %s, %s, answer by %s", d.State, v.State, v.AnswerBy)
		}
		h.clock.Advance(time.Hour)
		if told, err := h.Acknowledge(ctx, team, r.ID); err != nil || !told {
			t.Errorf("acknowledged: %t %v", told, err)
		}
		expect.OK(t, h.Ask(ctx, team, r.ID, start.Add(48*time.Hour)))
		h.answer(t, r.ID, "root_cause=malicious-actions", "incident_class=malicious-code", "patient_safety=none", "services_affected=laboratory")
		_, err = h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Notification})
		expect.Code(t, "answers that changed since they were checked", err, ward.Conflict)
		_, err = h.Send(ctx, second, r.ID, Dispatch{Seen: 2, Stage: rule.Notification})
		expect.OK(t, err)
		if v, err = h.Get(ctx, member, r.ID); err != nil || v.duty("N4").Provision || !v.duty("N4").Due.Equal(h.clock.Now().AddDate(0, 1, 0)) {
			t.Errorf("final report: %+v (%v)", v.duty("N4"), err)
		}
		if v.duty("N3").State != rule.Running {
			t.Errorf("the report that was asked for is %s", v.duty("N3").State)
		}
		_, err = h.Send(ctx, member, r.ID, Dispatch{Seen: 2, Stage: rule.Intermediate})
		expect.OK(t, err)
		h.clock.Advance(72 * time.Hour)
		h.answer(t, r.ID, "closed_at=2026-12-02T08:00:00Z", "lessons=LESSONS-7f3a")
		_, err = h.Send(ctx, member, r.ID, Dispatch{Seen: 3, Stage: rule.Final})
		expect.OK(t, err)
		_, err = h.Send(ctx, member, r.ID, Dispatch{Seen: 3, Stage: rule.Final})
		expect.Code(t, "a second final report", err, ward.Conflict)
		expect.OK(t, h.Close(ctx, team, r.ID))
		trail, err := h.Trail(ctx, member, r.ID)
		expect.OK(t, err)
		var kinds []string
		for _, e := range slices.Backward(trail.Entries) {
			kinds = append(kinds, e.Kind)
		}
		if want := []string{"opened", "sent", "acknowledged", "asked", "saved", "sent", "sent", "saved", "sent", "closed"}; !slices.Equal(kinds, want) {
			t.Errorf("history %v, want %v", kinds, want)
		}
	})
}

// answer saves some answers of the member.
func (h *house) answer(t testing.TB, id string, pairs ...string) {
	t.Helper()
	v, err := h.Get(ctx, member, id)
	expect.OK(t, err)
	_, _, err = h.Save(ctx, member, Page{Report: id, Seen: v.Version, Answers: answered(t, h.cat, pairs...)})
	expect.OK(t, err)
}

// Two people at once: what only one changed stays from both, the same question
// comes back to the second, and nothing is overwritten.
func TestTwoAtOnce(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		r := h.begin(t)
		_, _, err := h.Save(ctx, second, Page{Report: r.ID, Seen: 1, Answers: answered(t, h.cat, "root_cause=human-errors", "outlook=stable")})
		expect.OK(t, err)
		_, _, err = h.Save(ctx, member, Page{Report: r.ID, Seen: 1, Answers: answered(t, h.cat, "beds_closed=12")})
		expect.OK(t, err)
		_, clashes, err := h.Save(ctx, member, Page{Report: r.ID, Seen: 1, Answers: answered(t, h.cat, "root_cause=malicious-actions", "beds_closed=13")})
		expect.Code(t, "two answers to one question", err, ward.Conflict)
		if len(clashes) != 2 || clashes[1].ID != "root_cause" || clashes[1].Theirs.Text != "human-errors" {
			t.Errorf("clashes: %+v", clashes)
		}
		v, err := h.Get(ctx, member, r.ID)
		expect.OK(t, err)
		if v.Version != 3 || v.Answers["root_cause"].Text != "human-errors" || v.Answers["beds_closed"].Text != "12" || v.Answers["outlook"].Text != "stable" {
			t.Errorf("version %d holds %v", v.Version, v.Answers)
		}
	})
}

// Reminders come once before and once after an end, whoever looks how often; an
// end that moved is reminded of anew.
func TestReminders(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		h.begin(t)
		count := func(want int) {
			t.Helper()
			expect.OK(t, h.remind(ctx))
			expect.OK(t, h.remind(ctx))
			if got := h.waiting(t, tellDeadline{}); got != want {
				t.Errorf("%d reminders, want %d", got, want)
			}
		}
		count(0)
		h.clock.Advance(20 * time.Hour)
		count(1)
		h.clock.Advance(4 * time.Hour)
		count(2)
		h.clock.Advance(time.Hour)
		count(2)
	})
}

func TestClockBaseNeedsReason(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.begin(t)
	page := Page{Report: r.ID, Seen: 1, Answers: answered(t, h.cat, "aware_at=2026-11-30T02:50:00Z")}
	_, _, err := h.Save(ctx, member, page)
	expect.Code(t, "a base without a reason", err, ward.Invalid)
	page.Because = "false alarm at first"
	_, _, err = h.Save(ctx, member, page)
	expect.OK(t, err)
	trail, err := h.Trail(ctx, member, r.ID)
	if err != nil || !slices.ContainsFunc(trail.Entries, func(e Entry) bool {
		return e.Kind == "base" && e.Detail == "2026-11-30T02:40:00Z 2026-11-30T02:50:00Z false alarm at first"
	}) {
		t.Errorf("history: %+v (%v)", trail.Entries, err)
	}
}

// Text that looks like data of a patient is warned about; contacts are none.
func TestSuspects(t *testing.T) {
	c := catalogue(t)
	for text, want := range map[string]bool{"Files cannot be opened": false, "Patient Müller, born 12.03.1961": true} {
		a := Answers{"summary": {Text: text}, "contact": {Text: "Dr. Ana Kovač, +385 1 234 567"}}
		if got := c.Suspects(a); (len(got) > 0) != want || slices.Contains(got, "contact") {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// The documents say the same in all forms, and open no formula.
func TestDocuments(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.begin(t, "impact_summary==HYPERLINK(1)")
	x, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
	expect.OK(t, err)
	_, d, err := h.Document(ctx, member, r.ID, x.ID)
	expect.OK(t, err)
	var csv strings.Builder
	expect.OK(t, d.CSV(&csv, h.base.Texts.Printer("de")))
	if !strings.Contains(csv.String(), "'=HYPERLINK") || !strings.Contains(csv.String(), "Ich weiß es noch nicht") {
		t.Errorf("CSV: %s", csv.String())
	}
	b, err := d.JSON()
	expect.OK(t, err)
	schema, err := h.JSONSchema()
	expect.OK(t, err)
	for _, a := range d.wire().Answers {
		if !strings.Contains(string(b), `"`+a.ID+`"`) || !strings.Contains(string(schema), `"`+a.ID+`"`) {
			t.Errorf("%s is not in the open form or its schema", a.ID)
		}
	}
	if text := d.Text(h.base.Texts.Printer("fr")); !strings.Contains(text, "Rapport d’incident INC-2026-0001") {
		t.Errorf("text: %s", text)
	}
}
