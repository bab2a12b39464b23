package incident

import (
	"context"
	"errors"
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

// A mail that the receiver's server does not take is tried again and leaves the
// deadline running; a crash between sending and noting repeats it with the same
// id, marked as one; what was delivered is not sent again.
func TestMailDelivery(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		h.teams = nil // the team of the country does not work here: it gets a mail or a file
		r := h.begin(t)
		x, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
		expect.OK(t, err)
		if x.Deliveries[0].Way == Platform {
			t.Fatalf("delivered to nobody: %+v", x.Deliveries)
		}
		id := h.byMail(t, r.ID, x)
		h.refuse = errors.New("down")
		if h.onDeliver(ctx, deliver{id}) == nil {
			t.Error("a mail that was not taken counts as sent")
		}
		if list, err := h.Own(ctx, member); err != nil || len(list) != 1 || list[0].Duty == "" || list[0].Title == list[0].Duty {
			t.Errorf("the hospital's list calls its next duty by no name: %+v, %v", list, err)
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

// sentByMail is a report that was sent in a country whose team works elsewhere.
func sentByMail(t *testing.T) (*house, Report, Sending) {
	t.Helper()
	h := openHouse(t, sqlite(t))
	h.teams = nil
	r := h.begin(t)
	x, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
	expect.OK(t, err)
	return h, r, x
}

// A receiver that refuses for good is shown, and a person may carry the document.
func TestRefusedMail(t *testing.T) {
	h, r, x := sentByMail(t)
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

// A receiver that is down for all tries of a week is no longer waited for: the
// delivery has ended, the hospital is told, and a person may carry the document.
func TestGivenUpMail(t *testing.T) {
	h, r, x := sentByMail(t)
	id := h.byMail(t, r.ID, x)
	for n := range deliverTries {
		h.refuse = errors.New("down")
		if err := h.onDeliver(ctx, deliver{id}); (err == nil) != (n == deliverTries-1) {
			t.Fatalf("try %d: %v", n+1, err)
		}
	}
	v, err := h.Get(ctx, member, r.ID)
	if err != nil || v.Sendings[0].Deliveries[0].State != Failed || v.duty("N1").Sent != nil {
		t.Errorf("given up: %+v (%v)", v.Sendings, err)
	}
	expect.OK(t, h.onTellHospital(ctx, tellHospital{Report: r.ID, ID: "1", Undelivered: x.ID}))
	if n := len(h.mails); n != 1 || !strings.Contains(h.mails[0].Text, "/incidents/"+r.ID+"/sent/"+x.ID) || strings.Contains(h.mails[0].Text, "7f3a") {
		t.Errorf("the hospital is told: %+v", h.mails)
	}
	expect.OK(t, h.Carried(ctx, member, r.ID, id))
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
			if _, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early}); err == nil {
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
		_, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
		expect.OK(t, err)
		h.work(t)
		if len(h.heard) != 1 || len(h.mails) != 1 {
			t.Errorf("heard %d times, %d mails", len(h.heard), len(h.mails))
		}
	})
}

// A request whose answer was lost on its way is asked again and gets what is
// there: no stage leaves twice, also one that may be sent again and again.
func TestAskedAgain(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		r := h.begin(t)
		for _, stage := range []rule.Stage{rule.Early, rule.Notification, rule.Progress} {
			in := Dispatch{Request: h.NewID(), Seen: 1, Stage: stage}
			if stage == rule.Notification {
				for _, id := range h.cat.Missing(stage, r.Answers) {
					r.Answers[id] = Answer{Unknown: true}
				}
				saved, _, err := h.Save(ctx, member, Page{Report: r.ID, Seen: 1, Answers: r.Answers})
				expect.OK(t, err)
				r = saved
			}
			in.Seen = r.Version
			first, err := h.Send(ctx, member, r.ID, in)
			expect.OK(t, err)
			again, err := h.Send(ctx, member, r.ID, in)
			expect.OK(t, err)
			if again.ID != first.ID || again.Receipt != first.Receipt || len(again.Deliveries) != len(first.Deliveries) {
				t.Errorf("%s asked again: %+v, want %+v", stage, again, first)
			}
			in.Stage = rule.Final
			if stage == rule.Progress { // the same name for something else is no repeat
				_, err = h.Send(ctx, member, r.ID, in)
				expect.Code(t, "a request of another stage", err, ward.Conflict)
			}
		}
		v, err := h.Get(ctx, member, r.ID)
		expect.OK(t, err)
		if len(v.Sendings) != 3 {
			t.Errorf("%d sendings, want 3", len(v.Sendings))
		}
		_, err = h.Send(ctx, member, r.ID, Dispatch{Request: "no id", Seen: r.Version, Stage: rule.Progress})
		expect.Code(t, "a request without a UUID", err, ward.Invalid)
	})
}

// The team hears by mail that it was given a ransom record, without a word of it.
func TestRansomTold(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.begin(t)
	_, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
	expect.OK(t, err)
	h.work(t)
	expect.OK(t, h.onTellTeam(ctx, tellTeam{Report: r.ID, ID: "e1", Ransom: true}))
	last := h.mails[len(h.mails)-1]
	if last.To != "t1@example.invalid" || !strings.Contains(last.Text, "/incident-queue/"+r.ID+"/ransom") || !strings.Contains(last.Subject, "INC-2026-0001") || strings.Contains(last.Text, "7f3a") {
		t.Errorf("told: %+v", last)
	}
}

// work lets the queue run until it is empty.
func (h *house) work(t testing.TB) {
	t.Helper()
	expect.OK(t, h.base.Queue.Start(ctx))
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		rows, err := h.base.Queue.Waiting(ctx, 1)
		expect.OK(t, err)
		if len(rows) == 0 {
			break
		}
	}
	stop, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	expect.OK(t, h.base.Queue.Stop(stop))
}
