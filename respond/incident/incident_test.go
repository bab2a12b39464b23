package incident

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/kit/mail"
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
		if list, err := h.Queue(ctx, team); err != nil || len(list) != 0 {
			t.Errorf("the team sees a draft: %v (%v)", list, err)
		}
		x, err := h.Send(ctx, member, r.ID, 1, rule.Early)
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
		expect.OK(t, h.Acknowledge(ctx, team, r.ID))
		expect.OK(t, h.Ask(ctx, team, r.ID, start.Add(48*time.Hour)))
		h.answer(t, r.ID, "root_cause=malicious-actions", "incident_class=malicious-code", "patient_safety=none", "services_affected=laboratory")
		_, err = h.Send(ctx, member, r.ID, 1, rule.Notification)
		expect.Code(t, "answers that changed since they were checked", err, ward.Conflict)
		_, err = h.Send(ctx, second, r.ID, 2, rule.Notification)
		expect.OK(t, err)
		if v, err = h.Get(ctx, member, r.ID); err != nil || v.duty("N4").Provision || !v.duty("N4").Due.Equal(h.clock.Now().AddDate(0, 1, 0)) {
			t.Errorf("final report: %+v (%v)", v.duty("N4"), err)
		}
		if v.duty("N3").State != rule.Running {
			t.Errorf("the report that was asked for is %s", v.duty("N3").State)
		}
		_, err = h.Send(ctx, member, r.ID, 2, rule.Intermediate)
		expect.OK(t, err)
		h.clock.Advance(72 * time.Hour)
		h.answer(t, r.ID, "closed_at=2026-12-02T08:00:00Z", "lessons=LESSONS-7f3a")
		_, err = h.Send(ctx, member, r.ID, 3, rule.Final)
		expect.OK(t, err)
		_, err = h.Send(ctx, member, r.ID, 3, rule.Final)
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

// A mail that the receiver's server does not take is tried again and leaves the
// deadline running; a crash between sending and noting repeats it with the same
// id, marked as one; what was delivered is not sent again.
func TestMailDelivery(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		h.teams = nil // the team of the country does not work here: it gets a mail or a file
		r := h.begin(t)
		x, err := h.Send(ctx, member, r.ID, 1, rule.Early)
		expect.OK(t, err)
		if x.Deliveries[0].Way == Platform {
			t.Fatalf("delivered to nobody: %+v", x.Deliveries)
		}
		id := h.byMail(t, r.ID, x)
		h.refuse = errors.New("down")
		if h.onDeliver(ctx, deliver{id}) == nil {
			t.Error("a mail that was not taken counts as sent")
		}
		if v, err := h.Get(ctx, member, r.ID); err != nil || v.duty("N1").Sent != nil {
			t.Errorf("the deadline stopped before delivery (%v)", err)
		}
		expect.OK(t, h.onDeliver(ctx, deliver{id}))
		expect.OK(t, h.onDeliver(ctx, deliver{id}))
		if len(h.mails) != 1 || h.mails[0].ID != "incident-"+id || !strings.Contains(h.mails[0].Text, "SUMMARY-7f3a") {
			t.Fatalf("mails: %+v", h.mails)
		}
		again := h.letter(Document{cat: h.cat, Stage: rule.Early}, Delivery{ID: id, Tries: 1})
		if !strings.Contains(again.Text, "second time") || again.ID != h.mails[0].ID {
			t.Errorf("a repeat is not marked: %+v", again)
		}
		if v, err := h.Get(ctx, member, r.ID); err != nil || v.duty("N1").State != rule.Done {
			t.Errorf("delivered, but N1 is open (%v)", err)
		}
	})
}

// byMail makes a delivery one that goes by mail.
func (h *house) byMail(t testing.TB, report string, x Sending) string {
	t.Helper()
	id := x.Deliveries[0].ID
	expect.OK(t, h.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE incident_delivery SET way = 'mail', email = 'csirt@example.invalid' WHERE id = $1 AND report_id = $2`, id, report)
		return err
	}))
	return id
}

// A receiver that refuses for good is shown, and a person may carry the document.
func TestRefusedMail(t *testing.T) {
	h := openHouse(t, sqlite(t))
	h.teams = nil
	r := h.begin(t)
	x, err := h.Send(ctx, member, r.ID, 1, rule.Early)
	expect.OK(t, err)
	id := h.byMail(t, r.ID, x)
	h.refuse = &mail.Error{Permanent: true, Err: errors.New("no such box")}
	expect.OK(t, h.onDeliver(ctx, deliver{id}))
	v, err := h.Get(ctx, member, r.ID)
	if err != nil || v.Sendings[0].Deliveries[0].State != Failed || v.duty("N1").Sent != nil {
		t.Errorf("refused: %+v (%v)", v.Sendings, err)
	}
	expect.OK(t, h.Carried(ctx, member, r.ID, id))
	if v, err = h.Get(ctx, member, r.ID); err != nil || v.duty("N1").State != rule.Done {
		t.Errorf("carried, but N1 is open (%v)", err)
	}
}

// Sending is one transaction: when its last statement fails, nothing of it is
// there, and a new try sends once.
func TestSendIsOneTransaction(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		r := h.begin(t)
		for _, broken := range []string{"incident_sending", "incident_delivery", "incident_deadline", "incident_entry"} {
			expect.OK(t, d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `ALTER TABLE `+broken+` RENAME TO away`)
				return err
			}))
			if _, err := h.Send(ctx, member, r.ID, 1, rule.Early); err == nil {
				t.Errorf("sent without %s", broken)
			}
			expect.OK(t, d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `ALTER TABLE away RENAME TO `+broken)
				return err
			}))
			v, err := h.Get(ctx, member, r.ID)
			if err != nil || v.State != Draft || len(v.Sendings) > 0 || v.duty("N1").Sent != nil {
				t.Fatalf("half sent without %s: %+v (%v)", broken, v.Report, err)
			}
		}
		_, err := h.Send(ctx, member, r.ID, 1, rule.Early)
		expect.OK(t, err)
		h.work(t)
		if len(h.heard) != 1 || len(h.mails) != 1 {
			t.Errorf("heard %d times, %d mails", len(h.heard), len(h.mails))
		}
	})
}

// work lets the queue run until it is empty.
func (h *house) work(t testing.TB) {
	t.Helper()
	expect.OK(t, h.queue.Start(ctx))
	for range 200 {
		if len(h.heard) > 0 && len(h.mails) > 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	stop, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	expect.OK(t, h.queue.Stop(stop))
}

// Nothing of a report reaches another hospital, another country's team, the
// Centre or anybody else, by any way that this service answers.
func TestNobodyElse(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.begin(t)
	x, err := h.Send(ctx, member, r.ID, 1, rule.Early)
	expect.OK(t, err)
	others := map[string]ward.Actor{"rival": rival, "team abroad": abroad, "centre": centre, "visitor": {},
		"maker":    {Person: "m", Org: "m1", Country: "HR", Role: ward.RoleMaker},
		"auditor":  {Person: "a", Org: "a1", Country: "HR", Role: ward.RoleAuditor},
		"operator": {Person: "o", Org: "o1", Role: ward.RoleOperator}}
	for name, a := range others {
		tries := map[string]error{}
		_, tries["get"] = h.Get(ctx, a, r.ID)
		_, _, tries["document"] = h.Document(ctx, a, r.ID, x.ID)
		_, tries["trail"] = h.Trail(ctx, a, r.ID)
		_, _, tries["messages"] = h.Messages(ctx, a, r.ID)
		_, tries["receive"] = h.Receive(ctx, a, r.ID)
		_, tries["received document"] = h.ReceivedDocument(ctx, a, r.ID, x.ID)
		_, _, tries["save"] = h.Save(ctx, a, Page{Report: r.ID, Seen: 1, Answers: Answers{"summary": {Text: "x"}}})
		_, tries["send"] = h.Send(ctx, a, r.ID, 1, rule.Notification)
		tries["carried"] = h.Carried(ctx, a, r.ID, x.Deliveries[0].ID)
		tries["fulfilled"] = h.Fulfilled(ctx, a, r.ID, "N6")
		tries["reply"] = h.Reply(ctx, a, r.ID, "x")
		tries["acknowledge"] = h.Acknowledge(ctx, a, r.ID)
		tries["write"] = h.Write(ctx, a, r.ID, "x", false)
		tries["ask"] = h.Ask(ctx, a, r.ID, start.Add(time.Hour))
		tries["close"] = h.Close(ctx, a, r.ID)
		for what, err := range tries {
			if c := ward.CodeOf(err); c != ward.NotFound && c != ward.Forbidden {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
		own, _ := h.Own(ctx, a)
		queue, _ := h.Queue(ctx, a)
		if len(own)+len(queue) > 0 {
			t.Errorf("%s lists %v %v", name, own, queue)
		}
	}
	if f, err := h.Figures(ctx, centre); err != nil || f.Sent != 1 {
		t.Errorf("the Centre counts %+v (%v)", f, err)
	}
	if f, err := h.Figures(ctx, rival); err != nil || f.Sent != 0 {
		t.Errorf("the rival counts %+v (%v)", f, err)
	}
}

// What was answered and written is readable in no table, log or job, and the
// fact holds words of the vocabulary alone.
func TestNothingIsReadable(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		r := h.begin(t)
		_, err := h.Send(ctx, member, r.ID, 1, rule.Early)
		expect.OK(t, err)
		expect.OK(t, h.Write(ctx, team, r.ID, "WORDS-7f3a", true))
		expect.OK(t, h.Reply(ctx, member, r.ID, "REPLY-7f3a"))
		var all strings.Builder
		expect.OK(t, d.Read(ctx, func(tx *db.Tx) error {
			list, err := tx.Tables(ctx)
			for _, table := range list {
				expect.OK(t, tx.Dump(ctx, table, func(row []any) error {
					for _, v := range row {
						if b, ok := v.([]byte); ok {
							v = string(b)
						}
						if s, ok := v.(string); ok {
							all.WriteString(s + "\n")
						}
					}
					return nil
				}))
			}
			return err
		}))
		if strings.Contains(all.String(), "7f3a") || !strings.Contains(all.String(), "INC-2026-0001") {
			t.Error("answers are readable in the database")
		}
	})
}

// The hospital sees who of the team opened its report, and what.
func TestReadLog(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.begin(t)
	x, err := h.Send(ctx, member, r.ID, 1, rule.Early)
	expect.OK(t, err)
	got, err := h.Receive(ctx, team, r.ID)
	expect.OK(t, err)
	_, err = h.ReceivedDocument(ctx, team, r.ID, x.ID)
	expect.OK(t, err)
	trail, err := h.Trail(ctx, member, r.ID)
	expect.OK(t, err)
	var reads []string
	for _, x := range trail.Reads {
		reads = append(reads, x.Person+" of "+x.Organisation+" "+x.Act)
	}
	if want := []string{"Marko Team of CSIRT read.document", "Marko Team of CSIRT read.report"}; !slices.Equal(reads, want) {
		t.Errorf("read log %v, want %v", reads, want)
	}
	h.answer(t, r.ID, "long_description=UNSENT")
	if got, err = h.Receive(ctx, team, r.ID); err != nil || got.Answers["long_description"].Text != "" || got.Answers["summary"].Text == "" {
		t.Errorf("the team sees what was not sent: %v (%v)", got.Answers, err)
	}
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
			if len(h.mails) != want {
				t.Errorf("%d reminders, want %d", len(h.mails), want)
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
	x, err := h.Send(ctx, member, r.ID, 1, rule.Early)
	expect.OK(t, err)
	_, d, err := h.Document(ctx, member, r.ID, x.ID)
	expect.OK(t, err)
	var csv strings.Builder
	expect.OK(t, d.CSV(&csv, h.texts.Printer("de")))
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
	if text := d.Text(h.texts.Printer("fr")); !strings.Contains(text, "Rapport d’incident INC-2026-0001") {
		t.Errorf("text: %s", text)
	}
}
