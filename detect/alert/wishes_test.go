package alert_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/marking"
	"ward/detect/alert/period"
	"ward/detect/alert/reach"
	"ward/kit/db"
	"ward/kit/sms"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/faults/house"
)

// phones is a gateway that keeps everything.
type phones struct {
	mu  sync.Mutex
	all []sms.Message
}

func (p *phones) Send(_ context.Context, m sms.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, m)
	return nil
}

func (p *phones) sent() []sms.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]sms.Message(nil), p.all...)
}

// login makes the IT contact of a hospital a person, and gives that person.
func login(w *house.World, org ward.OrgID, zone string) ward.Actor {
	a := hospital(org, "HR")
	w.People[org][0].Person, w.People[org][0].Zone, a.Zone = a.Person, zone, zone
	return a
}

// inDigest is a house of one hospital, whose person gets a digest at seven each day,
// and something that waits for it.
func inDigest(t testing.TB, d *db.DB) (stage, ward.Actor) {
	w := house.Europe(1)
	me := login(w, house.Org(0), "UTC")
	s := open(t, d, w).run(t)
	s.wish(t, me, daily(7))
	s.happens(t, "a", nil)
	return s, me
}

func daily(hour int) reach.Wishes {
	return reach.Wishes{Rule: period.Rule{Every: period.Daily, Hour: hour, Weekday: time.Monday}, Urgent: reach.UrgentBoth, SMS: reach.TextNever}
}

func (s stage) wish(t testing.TB, a ward.Actor, w reach.Wishes) {
	t.Helper()
	if err := s.Alerts.Reach().SetWishes(ctx, a, w); err != nil {
		t.Fatal(err)
	}
}

// happens publishes an advisory about the pump and waits until everybody was told.
func (s stage) happens(t testing.TB, id string, change func(*ward.AdvisoryHead)) {
	t.Helper()
	s.World.Do(func() {
		a := s.World.Publish(ward.AdvisoryID(id), "Pump "+id+" takes commands", ward.TLPClear, []string{"CVE-" + id}, affected(house.Pump))
		if change != nil {
			change(&a.Head)
		}
	})
	if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: ward.AdvisoryID(id), Why: "new"}); err != nil {
		t.Fatal(err)
	}
	s.idle(t)
}

// release is the minute's work, until nothing is left.
func (s stage) release(t testing.TB) {
	t.Helper()
	if err := s.Alerts.Release(ctx); err != nil {
		t.Fatal(err)
	}
	s.idle(t)
}

func urgent(h *ward.AdvisoryHead) {
	h.Severity, h.Score, h.Exploited = ward.SeverityCritical, 9.8, ward.ExploitationExploited
}

// Two alerts in a day are one mail at its end; a day without is a row and no
// mail; what is urgent does not wait; and looking again changes nothing.
func TestDigest(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(1)
		me := login(w, house.Org(0), "Europe/Athens")
		s := open(t, d, w).run(t)
		s.wish(t, me, daily(7)) // 05:00 UTC, the clock stands at 02:04
		s.happens(t, "a", nil)
		s.happens(t, "b", nil)
		s.happens(t, "c", urgent)
		if got := s.box.Sent(); len(got) != 1 || !strings.Contains(got[0].Text, "Pump c") {
			t.Fatalf("before the digest: %d mails, want the urgent one", len(got))
		}
		s.clock.Advance(175 * time.Minute) // 04:59
		s.release(t)
		if got := len(s.box.Sent()); got != 1 {
			t.Fatalf("a minute early: %d mails", got)
		}
		s.clock.Advance(time.Minute)
		for range 3 {
			s.release(t)
		}
		got := s.box.Sent()
		if len(got) != 2 || !strings.Contains(got[1].Text, "Pump a") || !strings.Contains(got[1].Text, "Pump b") || strings.Contains(got[1].Text, "Pump c") {
			t.Fatalf("%d mails, the digest: %+v", len(got), got[len(got)-1])
		}
		if !strings.Contains(got[1].Text, "07:00 (Athens)") || got[1].Subject != "Digest: 2 alerts" {
			t.Errorf("digest: %s\n%s", got[1].Subject, got[1].Text)
		}
		s.clock.Advance(24 * time.Hour)
		s.release(t)
		list, err := s.Alerts.Reach().Digests(ctx, me)
		if err != nil || len(list) != 2 || list[0].State != reach.DigestEmpty || list[1].State != reach.DigestSent || list[1].Covered != 2 ||
			!list[0].From.Equal(list[1].Until) || len(s.box.Sent()) != 2 {
			t.Errorf("digests: %+v (%v), %d mails", list, err, len(s.box.Sent()))
		}
		p, err := s.Alerts.List(ctx, me, alert.Filter{})
		if err != nil || len(p.Alerts) != 3 {
			t.Fatal(p, err)
		}
		for _, a := range p.Alerts {
			for _, x := range s.get(t, me, a.ID()).Deliveries {
				if x.State != alert.Sent || x.Channel == marking.Mail && (x.Wait == alert.WaitDigest) != (a.Severity != ward.SeverityCritical) {
					t.Errorf("trail of %s: %+v", a.Title, x)
				}
			}
		}
	})
}

// Quiet hours hold a mail back until they end, and the trail says so; what is
// urgent breaks them. They are on the person's own clock: 22 to 6 in Zagreb.
func TestQuietHours(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(1)
		me := login(w, house.Org(0), "")
		s := open(t, d, w).run(t)
		wish := daily(7)
		wish.Rule.Every, wish.Rule.Quiet = period.Now, period.Quiet{From: 22 * 60, Until: 6 * 60}
		s.wish(t, me, wish)
		s.happens(t, "a", nil)
		s.happens(t, "b", urgent)
		if got := s.box.Sent(); len(got) != 1 || !strings.Contains(got[0].Text, "Pump b") {
			t.Fatalf("%d mails at night", len(got))
		}
		waits := 0
		p, err := s.Alerts.List(ctx, me, alert.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range p.Alerts {
			for _, x := range s.get(t, me, a.ID()).Deliveries {
				if x.State == alert.Waiting {
					waits++
					if want := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC); x.Wait != alert.WaitQuiet || !x.Until.Equal(want) {
						t.Errorf("waits for %s until %s, want %s", x.Wait, x.Until, want)
					}
				}
			}
		}
		if waits != 1 {
			t.Errorf("%d deliveries wait, want 1", waits)
		}
		s.release(t)
		s.clock.Advance(3 * time.Hour)
		for range 2 {
			s.release(t)
		}
		if got := s.box.Sent(); len(got) != 2 || !strings.Contains(got[1].Text, "Pump a") {
			t.Errorf("in the morning: %d mails", len(got))
		}
	})
}

// Whoever wants no digests any more gets what waited at once; whoever wants them
// later gets it then; and a newer round takes the place of one that waits.
func TestChangeOfMind(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s, me := inDigest(t, d)
		weekly := daily(9)
		weekly.Rule.Every = period.Weekly // Monday; the clock stands on a Sunday
		s.wish(t, me, weekly)
		s.clock.Advance(6 * time.Hour) // past the daily one
		s.release(t)
		if got := len(s.box.Sent()); got != 0 {
			t.Fatalf("%d mails before Monday", got)
		}
		now := daily(7)
		now.Rule.Every = period.Now
		s.wish(t, me, now)
		s.idle(t)
		if got := s.box.Sent(); len(got) != 1 || got[0].Subject != "Digest: 1 alert" {
			t.Fatalf("after the change: %+v", got)
		}
		s.clock.Advance(48 * time.Hour)
		s.release(t)
		s.happens(t, "b", nil)
		if got := len(s.box.Sent()); got != 2 {
			t.Errorf("%d mails, want one more, at once", got)
		}
		s.wish(t, me, daily(7))
		s.happens(t, "c", nil)
		s.World.Do(func() {
			a := s.World.Advisories["c"]
			a.Head.Revision = "2"
			a.Prints["Ysera / product 1"] = "print-2"
		})
		if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: "c", Revision: "2", Why: "revised"}); err != nil {
			t.Fatal(err)
		}
		s.idle(t)
		s.clock.Advance(24 * time.Hour)
		s.release(t)
		got := s.box.Sent()
		if len(got) != 3 || strings.Count(got[2].Text, "Pump c") != 1 {
			t.Errorf("%d mails, the last: %s", len(got), got[len(got)-1].Text)
		}
	})
}

// A text message has a number, a link and, of what is public, how bad it is. It
// names neither hospital nor product.
func TestTextMessages(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(1)
		me := login(w, house.Org(0), "UTC")
		box, gateway := &house.Outbox{}, &phones{}
		s := open(t, d, w)
		h, err := house.Open(ctx, d, w, house.Options{Folder: t.TempDir(), Clock: s.clock.Now, Mail: box, SMS: gateway})
		if err != nil {
			t.Fatal(err)
		}
		s.House, s.box = h, box
		s = s.run(t)
		wish := daily(7)
		wish.SMS, wish.Phone = reach.TextUrgent, "0049 (0) 151-234 567 89"
		s.wish(t, me, wish)
		s.happens(t, "a", nil)
		s.happens(t, "b", urgent)
		s.happens(t, "c", func(h *ward.AdvisoryHead) { urgent(h); h.TLP = ward.TLPAmber })
		s.happens(t, "d", func(h *ward.AdvisoryHead) { urgent(h); h.TLP = ward.TLPRed })
		got := gateway.sent()
		if len(got) != 2 || got[0].To != "+4915123456789" || !strings.Contains(got[0].Text, "Critical") || strings.Contains(got[1].Text, "Critical") {
			t.Fatalf("%+v", got)
		}
		for _, m := range got {
			if !strings.Contains(m.Text, "https://ward.example/alerts/") || strings.Contains(m.Text, "Pump") || strings.Contains(m.Text, "Hospital") || sms.Segments(m.Text) != 1 {
				t.Errorf("%q", m.Text)
			}
		}
		wish.Phone = "151 23456789"
		expect.Code(t, "no country code", s.Alerts.Reach().SetWishes(ctx, me, wish), ward.Invalid)
		wish.Phone = ""
		expect.Code(t, "no number", s.Alerts.Reach().SetWishes(ctx, me, wish), ward.Invalid)
	})
}

// Above the clearance of mail a text leaves encrypted or not at all.
func TestKeyOpensMarkedText(t *testing.T) {
	w := house.Europe(1)
	me := login(w, house.Org(0), "UTC")
	s := open(t, database.Open(t, database.SQLite), w).run(t)
	amber := func(h *ward.AdvisoryHead) { h.TLP = ward.TLPAmber }
	s.happens(t, "a", amber)
	expect.Code(t, "an expired key", s.Alerts.Reach().SetKey(ctx, me, publicKey(t, "x@x.example", 60)), ward.Invalid)
	if err := s.Alerts.Reach().SetKey(ctx, me, publicKey(t, "x@x.example", 7200)); err != nil {
		t.Fatal(err)
	}
	s.happens(t, "b", amber)
	s.wish(t, me, daily(3))
	s.happens(t, "c", amber)
	s.clock.Advance(58 * time.Minute) // 03:02, the key expires at 03:04
	s.release(t)
	s.clock.Advance(5 * time.Minute)
	s.happens(t, "d", amber)
	s.clock.Advance(24 * time.Hour)
	s.release(t)
	s.happens(t, "e", func(h *ward.AdvisoryHead) { h.TLP = ward.TLPRed })
	got := s.box.Sent()
	if len(got) != 4 {
		t.Fatalf("%d mails, want 4", len(got))
	}
	for i, id := range []string{"a", "b", "c", "d"} {
		sealed := id == "b" || id == "c"
		if (got[i].Seal.Fingerprint != "") != sealed || strings.Contains(got[i].Text, "Pump "+id) != sealed || strings.Contains(got[i].Subject, "High") {
			t.Errorf("%s: sealed %q, %s: %s", id, got[i].Seal.Fingerprint, got[i].Subject, got[i].Text)
		}
	}
	if err := s.Alerts.Reach().DropKey(ctx, me); err != nil {
		t.Fatal(err)
	}
	if now, err := s.Alerts.Reach().Wishes(ctx, me); err != nil || now.Print != "" || now.Rule.Every != period.Daily {
		t.Errorf("without key: %+v (%v)", now, err)
	}
	expect.Code(t, "no key at the provider", s.Alerts.Reach().FetchKey(ctx, me), ward.NotFound)
}

// The preview counts what was really raised: three alerts on one day, one of
// them urgent, and one a week before.
func TestForesight(t *testing.T) {
	w := house.Europe(1)
	me := login(w, house.Org(0), "UTC")
	s := open(t, database.Open(t, database.SQLite), w).run(t)
	s.happens(t, "old", nil)
	s.clock.Advance(40 * 24 * time.Hour)
	s.happens(t, "a", nil)
	s.clock.Advance(7 * 24 * time.Hour)
	s.happens(t, "b", nil)
	s.happens(t, "c", urgent)
	s.happens(t, "d", nil)
	for name, tt := range map[string]struct {
		every        period.Every
		urgent       reach.Urgent
		sms          reach.Texting
		mails, texts int
	}{
		"at once":         {period.Now, reach.UrgentBoth, reach.TextNever, 4, 0},
		"daily":           {period.Daily, reach.UrgentBoth, reach.TextUrgent, 3, 1},
		"nothing urgent":  {period.Daily, reach.UrgentNever, reach.TextAlways, 2, 4},
		"weekly":          {period.Weekly, reach.UrgentNever, reach.TextNever, 2, 0},
		"hourly, anyway":  {period.Hourly, reach.UrgentCritical, reach.TextNever, 3, 0},
		"exploited, week": {period.Weekly, reach.UrgentExploited, reach.TextUrgent, 3, 1},
	} {
		wish := daily(7)
		wish.Rule.Every, wish.Urgent, wish.SMS, wish.Phone = tt.every, tt.urgent, tt.sms, "+38591234567"
		if f, err := s.Alerts.Reach().Foresee(ctx, me, wish); err != nil || f.Alerts != 4 || f.Mails != tt.mails || f.Texts != tt.texts {
			t.Errorf("%s: %+v (%v), want %d mails, %d texts", name, f, err, tt.mails, tt.texts)
		}
	}
	if now, err := s.Alerts.Reach().Wishes(ctx, me); err != nil || !now.Changed.IsZero() {
		t.Errorf("looking stored something: %+v (%v)", now, err)
	}
}

// Wishes are a person's own: nobody without a hat has any, and a token of his
// cannot change them.
func TestWishesAreOnesOwn(t *testing.T) {
	w := house.Europe(2)
	me := login(w, house.Org(0), "UTC")
	s := open(t, database.Open(t, database.SQLite), w)
	token := me
	token.Token, token.Scopes = true, []ward.Permission{"account.self"}
	expect.Code(t, "token", s.Alerts.Reach().SetWishes(ctx, token, daily(7)), ward.Forbidden)
	expect.Code(t, "token's key", s.Alerts.Reach().SetKey(ctx, token, nil), ward.Forbidden)
	_, err := s.Alerts.Reach().Wishes(ctx, ward.Actor{})
	expect.Code(t, "nobody", err, ward.Forbidden)
	for i, bad := range []reach.Wishes{{}, {Rule: period.Rule{Every: "often"}, Urgent: "both", SMS: "never"}, {Rule: period.Rule{Every: "now", Hour: 24}, Urgent: "both", SMS: "never"},
		{Rule: period.Rule{Every: "now", Weekday: 7}, Urgent: "both", SMS: "never"}, {Rule: period.Rule{Every: "now", Quiet: period.Quiet{From: -1}}, Urgent: "both", SMS: "never"},
		{Rule: period.Rule{Every: "now"}, Urgent: "x", SMS: "never"}, {Rule: period.Rule{Every: "now"}, Urgent: "both", SMS: "x"}, {Rule: period.Rule{Every: "now"}, Urgent: "both", SMS: "always", Phone: "+38591234567"}} {
		expect.Code(t, fmt.Sprint("bad wishes ", i), s.Alerts.Reach().SetWishes(ctx, me, bad), ward.Invalid)
	}
	other := login(w, house.Org(1), "UTC")
	s.wish(t, me, daily(7))
	if got, err := s.Alerts.Reach().Wishes(ctx, other); err != nil || got.Rule.Every != period.Now {
		t.Errorf("the other's: %+v (%v)", got, err)
	}
	for a, want := range map[string]bool{string(me.Person): true, "p-else": false} {
		x := me
		x.Person = ward.PersonID(a)
		if got, err := s.Alerts.Reach().Receives(ctx, x); err != nil || got != want {
			t.Errorf("%s receives: %v (%v)", a, got, err)
		}
	}
}
