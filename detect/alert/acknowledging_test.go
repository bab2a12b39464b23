package alert_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/stand"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/faults/house"
)

var ackLine = regexp.MustCompile(`https://ward\.example/ack/([a-z2-9]{52})`)

// secretOf is the secret of the link in a mail, which both of its forms carry.
func secretOf(t testing.TB, m mail.Message) string {
	t.Helper()
	found := ackLine.FindStringSubmatch(m.Text)
	if found == nil || !strings.Contains(m.HTML, `<a href="`+found[0]+`">`) {
		t.Fatalf("no link to acknowledge by in\n%s\n%s", m.Text, m.HTML)
	}
	return found[1]
}

// mailed raises one alert of that marking for one hospital and gives its mail.
func mailed(t testing.TB, d *db.DB, tlp ward.TLP) (stage, mail.Message) {
	t.Helper()
	w := house.Europe(1)
	w.Publish("adv-1", "Pump", tlp, []string{"CVE-2026-1"}, affected(house.Pump))
	s := open(t, d, w).run(t)
	s.raise(t, "adv-1", "new", 1)
	s.idle(t)
	sent := s.box.Sent()
	if len(sent) != 1 {
		t.Fatalf("%d mails, want 1", len(sent))
	}
	return s, sent[0]
}

func TestAcknowledgeByMail(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s, m := mailed(t, d, ward.TLPGreen)
		me, secret := hospital(house.Org(0), "HR"), secretOf(t, m)
		for range 3 { // a scanner opens every link
			x, err := s.Alerts.LookAt(ctx, secret, "192.0.2.1")
			if err != nil || !x.Open() || !x.Content || x.Title != "Pump" || x.Contact.Name == "" {
				t.Fatalf("got %+v (%v)", x, err)
			}
		}
		if al := s.only(t, me); al.State != stand.Unseen {
			t.Fatalf("looking made it %s", al.State)
		}
		x, err := s.Alerts.Acknowledge(ctx, secret, "192.0.2.1")
		if err != nil || x.Open() || x.Used.IsZero() || x.State != stand.Acknowledged {
			t.Fatalf("got %+v (%v)", x, err)
		}
		if x, err = s.Alerts.Acknowledge(ctx, secret, "192.0.2.1"); err != nil || x.State != stand.Acknowledged {
			t.Errorf("pressed twice: %+v (%v)", x, err)
		}
		detail := s.get(t, me, x.ID())
		if len(detail.Entries) != 1 || detail.Entries[0].Person != x.Contact.Name || detail.Entries[0].To != stand.Acknowledged {
			t.Errorf("the history says %+v", detail.Entries)
		}
		s.auditedAs(t, d, x.Contact, 1)
	})
}

// auditedAs checks who acknowledged in the audit log, and how often.
func (s stage) auditedAs(t testing.TB, d *db.DB, c ward.Contact, want int) {
	t.Helper()
	var got []audit.Entry
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		got, err = s.Audit.List(ctx, tx, audit.Filter{Scope: ward.Scope{Everything: true}, Action: "alert.acknowledge"}, 10, 0)
		return err
	})
	if err != nil || len(got) != want {
		t.Fatalf("%d entries (%v), want %d", len(got), err, want)
	}
	if e := got[0]; e.Actor.Name != c.Name || e.Actor.Role != ward.RoleContact || e.Policy != "contact-acknowledges-own" || e.Detail["contact"] != c.ID {
		t.Errorf("the audit log says %+v", e)
	}
}

// What ends a link, and what it then says: the same for all.
func TestMailLinksThatNoLongerWork(t *testing.T) {
	for name, end := range map[string]func(*testing.T, stage){
		"expired":      func(_ *testing.T, s stage) { s.clock.Advance(14 * 24 * time.Hour) },
		"contact left": func(_ *testing.T, s stage) { s.World.Do(func() { s.World.People[house.Org(0)] = nil }) },
		"told again": func(t *testing.T, s stage) {
			s.World.Do(func() {
				a := s.World.Advisories["adv-1"]
				a.Head.Revision = "2"
				for path := range a.Prints {
					a.Prints[path] = "print-2"
				}
			})
			s.raise(t, "adv-1", "revised", 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := mailed(t, database.Open(t, database.SQLite), ward.TLPGreen)
			secret := secretOf(t, m)
			end(t, s)
			_, err := s.Alerts.LookAt(ctx, secret, "192.0.2.1")
			expect.Code(t, "looking", err, ward.NotFound)
			_, err = s.Alerts.Acknowledge(ctx, secret, "192.0.2.1")
			expect.Code(t, "acknowledging", err, ward.NotFound)
			if al := s.only(t, hospital(house.Org(0), "HR")); al.State != stand.Unseen {
				t.Errorf("the alert is %s", al.State)
			}
		})
	}
}

// A hospital has one address for all of its people and for the machine that opens
// the links of their mails: old links are no guesses that shut it out.
func TestOldLinksShutNobodyOut(t *testing.T) {
	s, m := mailed(t, database.Open(t, database.SQLite), ward.TLPGreen)
	s.clock.Advance(14 * 24 * time.Hour)
	for range 40 {
		_, err := s.Alerts.LookAt(ctx, secretOf(t, m), "192.0.2.1")
		expect.Code(t, "an old link", err, ward.NotFound)
	}
}

// Somebody else was faster: the link changes nothing and says that it is done.
func TestMailLinkAfterAnAnswer(t *testing.T) {
	d := database.Open(t, database.SQLite)
	s, m := mailed(t, d, ward.TLPGreen)
	me := hospital(house.Org(0), "HR")
	if err := s.Alerts.Respond(ctx, me, s.only(t, me).ID(), alert.Response{State: stand.InProgress}); err != nil {
		t.Fatal(err)
	}
	x, err := s.Alerts.Acknowledge(ctx, secretOf(t, m), "192.0.2.1")
	if err != nil || x.Open() || !x.Used.IsZero() || x.State != stand.InProgress {
		t.Errorf("got %+v (%v)", x, err)
	}
	if al := s.only(t, me); al.State != stand.InProgress {
		t.Errorf("the alert went back to %s", al.State)
	}
}

// The page says no more than the mail did.
func TestMailLinkShowsWhatTheMailMayCarry(t *testing.T) {
	s, m := mailed(t, database.Open(t, database.SQLite), ward.TLPAmber)
	x, err := s.Alerts.LookAt(ctx, secretOf(t, m), "192.0.2.1")
	if err != nil || x.Content || !x.Open() {
		t.Fatalf("got %+v (%v)", x, err)
	}
	if x, err = s.Alerts.Acknowledge(ctx, secretOf(t, m), "192.0.2.1"); err != nil || x.State != stand.Acknowledged {
		t.Errorf("got %+v (%v)", x, err)
	}
}

// The count is the house's, not that of one of its processes.
func TestWrongLinksAreSlowedDown(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s, m := mailed(t, d, ward.TLPGreen)
		other, err := house.Open(ctx, d, s.World, house.Options{Folder: t.TempDir(), Clock: s.clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 31 {
			_, err = []*house.House{s.House, other}[i%2].Alerts.LookAt(ctx, strings.Repeat("a", 52), "2001:db8::1")
		}
		expect.Code(t, "the last of many guesses", err, ward.Forbidden)
		for name, h := range map[string]*house.House{"here": s.House, "by another replica": other} {
			_, err = h.Alerts.LookAt(ctx, secretOf(t, m), "2001:db8::2")
			expect.Code(t, name+", a right one from the same network", err, ward.Forbidden)
			_, err = h.Alerts.LookAt(ctx, secretOf(t, m), "2001:db8:0:1::1")
			expect.Code(t, name+", from another network", err, "")
		}
		s.clock.Advance(11 * time.Minute)
		_, err = s.Alerts.LookAt(ctx, secretOf(t, m), "2001:db8::1")
		expect.Code(t, "later", err, "")
	})
}

// A digest has a link for each alert that nobody has seen, whatever its marking.
func TestAcknowledgeFromADigest(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s, me := inDigest(t, d)
		s.happens(t, "b", func(h *ward.AdvisoryHead) { h.TLP = ward.TLPAmber })
		s.happens(t, "c", nil)
		if err := s.Alerts.Respond(ctx, me, "3-1", alert.Response{State: stand.InProgress}); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(5 * time.Hour)
		s.release(t)
		sent := s.box.Sent()
		if len(sent) != 1 {
			t.Fatalf("%d mails, want the digest", len(sent))
		}
		links := ackLine.FindAllStringSubmatch(sent[0].Text, -1)
		if len(links) != 2 || strings.Contains(sent[0].Text, "Pump b") {
			t.Fatalf("%d links, want those of the two that nobody has seen:\n%s", len(links), sent[0].Text)
		}
		for _, l := range links {
			x, err := s.Alerts.Acknowledge(ctx, l[1], "192.0.2.1")
			if err != nil || x.State != stand.Acknowledged || x.ID() == "3-1" || !strings.Contains(sent[0].HTML, `<a href="`+l[0]+`">`) {
				t.Errorf("got %+v (%v)", x, err)
			}
		}
	})
}
