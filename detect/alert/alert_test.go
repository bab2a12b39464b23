package alert_test

import (
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/escalation"
	"ward/detect/alert/stand"
	"ward/format/match"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/faults/house"
)

// One advisory: every holder has one alert, each contact one mail, and doing it
// again changes nothing.
func TestAdvisoryToMail(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(6)
		w.Publish("adv-1", "Pump takes commands", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump))
		s := open(t, d, w).run(t)
		if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: "adv-1", Revision: "1", Why: "new"}); err != nil {
			t.Fatal(err)
		}
		s.idle(t)
		if got := len(s.box.Sent()); got != 6 {
			t.Errorf("%d mails, want 6", got)
		}
		for _, m := range s.box.Sent() { // 7 days after 02:04 UTC; the second hospital is in Slovenia, and so on
			city := map[string]string{"it@" + string(house.Org(0)) + ".example": "Zagreb", "it@" + string(house.Org(1)) + ".example": "Ljubljana"}[m.To]
			if city != "" && !strings.Contains(m.Text, "29 November 2026, 03:04 ("+city+")") {
				t.Errorf("the time in the mail to %s is not %s's: %s", m.To, city, m.Text)
			}
		}
		me := hospital(house.Org(0), "HR")
		al := s.only(t, me)
		if al.State != stand.Unseen || al.Affected != 1 || al.Round != 1 || !al.Due.Equal(night.Add(7*24*time.Hour)) {
			t.Errorf("got %+v", al)
		}
		got := s.get(t, me, al.ID())
		if len(got.Assets) != 1 || got.Assets[0].Finding.Detail == "" || got.Assets[0].Advisory != "adv-1" || got.Assets[0].State != stand.Applicable {
			t.Errorf("assets: %+v", got.Assets)
		}
		if deps := got.Departments(); len(deps) != 1 || deps[0] != "Intensive care" {
			t.Errorf("departments: %v", deps)
		}
		if got.Hops.Raised.IsZero() || got.Hops.Delivered.IsZero() || got.Hops.Matched.After(got.Hops.Raised) {
			t.Errorf("hops: %+v", got.Hops)
		}
		if len(got.Deliveries) != 2 {
			t.Errorf("%d deliveries, want inbox and mail", len(got.Deliveries))
		}
		s.raise(t, "adv-1", "new", 0)
		if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: "adv-1", Revision: "1", Why: "new"}, ward.AlertsRaised{Issue: al.Issue}); err != nil {
			t.Fatal(err)
		}
		s.idle(t)
		if got := len(s.box.Sent()); got != 6 {
			t.Errorf("after the same facts again: %d mails, want 6", got)
		}
	})
}

// What a revision changes, and what it does not (CSAF 2.0 clause 9.1.13 (4)).
func TestRevisions(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(4)
		a := w.Publish("adv-1", "Pump", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump, house.Archive))
		s := open(t, d, w)
		s.raise(t, "adv-1", "new", 4)
		me := hospital(house.Org(1), "SI") // holds the pump only
		al := s.only(t, me)
		if err := s.Alerts.Respond(ctx, me, al.ID(), alert.Response{State: stand.Done}); err != nil {
			t.Fatal(err)
		}
		a.Head.Revision, a.Head.Title = "2", "Pump, typing error mended"
		s.raise(t, "adv-1", "revised", 0)
		if got := s.only(t, me); got.State != stand.Done || got.Round != 1 || got.Title != "Pump, typing error mended" {
			t.Errorf("unchanged remedy: got %+v", got)
		}
		a.Head.Revision, a.Prints["Ysera / product 2"] = "3", "print-2" // of the archive alone
		s.raise(t, "adv-1", "revised", 2)
		if got := s.only(t, me); got.State != stand.Done {
			t.Errorf("another product's remedy: got %+v", got)
		}
		a.Head.Revision, a.Prints["Ysera / product 1"] = "4", "print-2"
		s.raise(t, "adv-1", "revised", 4)
		got := s.only(t, me)
		if got.State != stand.Unseen || got.Round != 2 || got.Why != stand.WhyRevised || !got.Acked.IsZero() {
			t.Errorf("changed remedy: got %+v", got)
		}
		entries := s.get(t, me, al.ID()).Entries
		if len(entries) != 2 || entries[0].Kind != "raised" || entries[0].From != stand.Done || entries[1].Kind != "state" {
			t.Errorf("history: %+v", entries)
		}
		a.Head.Exploited = ward.ExploitationExploited
		s.raise(t, "adv-1", "enriched", 4)
		if got = s.only(t, me); got.Round != 3 || got.Why != stand.WhyExploited || got.Urgency() != escalation.ActNow {
			t.Errorf("exploited: got %+v", got)
		}
		a.Head.Withdrawn = true
		s.raise(t, "adv-1", "revised", 4)
		if got = s.only(t, me); got.State != stand.Obsolete || got.Why != stand.WhyWithdrawn || got.Raised.IsZero() {
			t.Errorf("withdrawn: got %+v", got)
		}
		s.raise(t, "adv-1", "revised", 0)
	})
}

// Two sources of one weakness are one alert; what hospitals may not read makes
// an issue of its own and closes nothing for them.
func TestOneIssue(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(2)
		w.Publish("adv-1", "Maker's notice", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump))
		w.Publish("adv-2", "CSIRT's bundle", ward.TLPGreen, []string{"CVE-2026-1", "CVE-2026-2"}, affected(house.Pump))
		w.Publish("adv-3", "Among authorities", ward.TLPRed, []string{"CVE-2026-1"}, affected(house.Pump))
		w.Publish("adv-4", "Another weakness", ward.TLPClear, []string{"CVE-2026-9"}, affected(house.Archive))
		s := open(t, d, w).run(t)
		s.raise(t, "adv-1", "new", 2)
		s.raise(t, "adv-2", "new", 0)
		s.raise(t, "adv-3", "new", 2)
		s.idle(t)
		me := hospital(house.Org(1), "SI")
		al := s.only(t, me)
		got := s.get(t, me, al.ID())
		if len(got.Sources) != 2 || got.TLP != ward.TLPGreen {
			t.Errorf("got %d sources, TLP %v, want 2 and GREEN", len(got.Sources), got.TLP)
		}
		s.raise(t, "adv-4", "new", 1)
		s.idle(t)
		for _, m := range s.box.Sent() {
			if strings.Contains(m.Text+m.HTML+m.Subject, "authorities") {
				t.Errorf("RED words in a mail: %q", m.Text)
			}
		}
		if got, want := len(s.box.Sent()), 2+1; got != want {
			t.Errorf("%d mails, want %d: none about what the receiver may not open", got, want)
		}
		p, err := s.Alerts.List(ctx, centre, alert.Filter{})
		if err != nil || len(p.Alerts) != 5 {
			t.Errorf("the Centre sees %d alerts (%v), want 5", len(p.Alerts), err)
		}
	})
}

// A further source tells again when it is the first that has a fix.
func TestFirstFix(t *testing.T) {
	w := house.Europe(2)
	w.Publish("adv-1", "No remedy", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump))
	s := open(t, database.Open(t, database.SQLite), w)
	s.raise(t, "adv-1", "new", 2)
	for i, id := range []ward.AdvisoryID{"adv-2", "adv-3"} {
		a := w.Publish(id, "Fix", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump))
		a.Advice = []ward.Advice{{Category: "vendor_fix", Text: "Install 4.11"}}
		s.raise(t, id, "new", []int{2, 0}[i])
	}
	if al := s.only(t, hospital(house.Org(0), "HR")); al.Round != 2 {
		t.Errorf("got round %d, want 2", al.Round)
	}
}

// A matching that was overtaken by a newer revision does not write what it found.
func TestStaleMatching(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(3)
		a := w.Publish("adv-1", "Pump", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump))
		s := open(t, d, w)
		s.raise(t, "adv-1", "new", 3)
		overtaken := false
		w.Slow = func(ward.AdvisoryID) {
			if overtaken {
				return
			}
			overtaken = true
			w.Do(func() { a.Head.Revision, a.Findings[0].Finding.Verdict = "2", ward.NotAffected })
			s.raise(t, "adv-1", "revised", 3)
		}
		s.raise(t, "adv-1", "new", 0)
		if got := s.only(t, hospital(house.Org(0), "HR")); got.State != stand.Obsolete || got.Affected != 0 {
			t.Errorf("the older matching won: %+v", got)
		}
	})
}

func TestInventoryChanges(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(2)
		w.Publish("adv-1", "Archive", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Archive))
		s := open(t, d, w).run(t)
		s.raise(t, "adv-1", "new", 1)
		late := hospital(house.Org(1), "SI")
		w.Do(func() { w.Hold(house.Org(1), house.Archive, "Cardiology") })
		changed := ward.InventoryChanged{Org: house.Org(1), Products: []ward.ProductID{house.Archive}}
		for range 2 { // heard twice
			if err := s.Tell(ctx, changed); err != nil {
				t.Fatal(err)
			}
			s.idle(t)
			if al := s.only(t, late); al.Why != stand.WhyInventory || al.Round != 1 || al.Affected != 1 {
				t.Fatalf("got %+v", al)
			}
		}
		w.Do(func() { w.Assets[house.Org(1)] = nil })
		if err := s.Tell(ctx, ward.InventoryChanged{Org: house.Org(1), Products: []ward.ProductID{}}); err != nil {
			t.Fatal(err)
		}
		s.idle(t)
		if al := s.only(t, late); al.State != stand.Obsolete || al.Why != stand.WhyGone {
			t.Errorf("nothing held any more: got %+v", al)
		}
		w.Do(func() { w.Hold(house.Org(1), house.Archive, "Cardiology") })
		if err := s.Tell(ctx, ward.InventoryChanged{Org: house.Org(1)}); err != nil { // all again
			t.Fatal(err)
		}
		s.idle(t)
		if al := s.only(t, late); al.State != stand.Unseen || al.Round != 2 {
			t.Errorf("held again: got %+v", al)
		}
	})
}

// An inventory of an organisation that left the registry holds up nobody else.
func TestUnregistered(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(3)
		delete(w.Orgs, house.Org(1))
		w.Publish("adv-1", "Pump\x00 \xff", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump)) // and texts that a database refuses
		s := open(t, d, w)
		s.raise(t, "adv-1", "new", 2)
	})
}

func TestMatchByHandAndDecision(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(2)
		a := w.Publish("adv-1", "Pump", ward.TLPClear, []string{"CVE-2026-1"}, map[ward.ProductID]ward.Verdict{house.Pump: ward.Review})
		w.Decisions["d-1"] = []ward.AdvisoryID{"adv-1"}
		s := open(t, d, w).run(t)
		me := hospital(house.Org(0), "HR")
		if _, err := s.Alerts.Match(ctx, me, alert.Run{Advisories: []ward.AdvisoryID{"adv-1"}}); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("a hospital runs the matching for all: %v", err)
		}
		_, err := s.Alerts.Match(ctx, me, alert.Run{Assets: []ward.AssetID{w.Assets[house.Org(1)][0].Asset}})
		expect.Code(t, "foreign asset", err, ward.NotFound)
		if _, err := s.Alerts.Match(ctx, me, alert.Run{Assets: []ward.AssetID{w.Assets[house.Org(0)][0].Asset}}); err != nil {
			t.Fatal(err)
		}
		s.idle(t)
		if al := s.only(t, me); al.Review != 1 {
			t.Errorf("own asset by hand: %+v", al)
		}
		if sent := s.box.Sent(); len(sent) == 0 || strings.Contains(sent[0].Text, "0 of your") || !strings.Contains(sent[0].Text, "1 device may be affected.") {
			t.Errorf("a device to be looked at is not told: %+v", sent)
		}
		if _, err := s.Alerts.Match(ctx, centre, alert.Run{Advisories: []ward.AdvisoryID{"adv-1", "gone"}}); err != nil {
			t.Fatal(err)
		}
		s.idle(t)
		s.only(t, hospital(house.Org(1), "SI"))
		w.Do(func() { a.Findings[0].Finding.Verdict = ward.Affected })
		if err := s.Tell(ctx, ward.DecisionMade{Decision: "d-1"}); err != nil {
			t.Fatal(err)
		}
		s.idle(t)
		if al := s.only(t, me); al.Affected != 1 || al.Why != stand.WhyDecided || al.Round != 2 {
			t.Errorf("decided: %+v", al)
		}
		cases, err := s.Alerts.Reviews(ctx, 10)
		if err != nil || len(cases) != 0 {
			t.Errorf("%d cases left (%v)", len(cases), err)
		}
	})
}

// Every word that code can ask for exists, in the required languages.
func TestWords(t *testing.T) {
	s := open(t, database.Open(t, database.SQLite), house.NewWorld())
	p := s.Texts.Printer(ward.English)
	need := []string{}
	for _, x := range []stand.State{stand.Unseen, stand.Acknowledged, stand.Applicable, stand.NotApplicable, stand.InProgress, stand.Done, stand.RiskAccepted, stand.Obsolete} {
		need = append(need, "alert.state."+string(x))
	}
	for _, x := range []string{stand.WhyNew, stand.WhyRevised, stand.WhyExploited, stand.WhyInventory, stand.WhyDecided, stand.WhyWithdrawn, stand.WhyGone} {
		need = append(need, "alert.why."+x)
	}
	for _, x := range match.Reasons() {
		need = append(need, "match.reason."+string(x))
	}
	for _, x := range alert.Faults() {
		need = append(need, "alert.fault."+x)
	}
	for _, x := range []alert.DeliveryState{alert.Queued, alert.Sending, alert.Sent, alert.Failed, alert.Withheld} {
		need = append(need, "alert.delivery."+string(x))
	}
	for _, x := range []escalation.Urgency{escalation.ActNow, escalation.Days, escalation.Week, escalation.Cycle} {
		need = append(need, "alert.urgency."+string(x))
	}
	for x := ward.SeverityNone; x <= ward.SeverityCritical; x++ {
		need = append(need, "alert.severity."+x.String())
	}
	for _, key := range need {
		if !p.Has(i18n.Key(key)) {
			t.Errorf("no words for %s", key)
		}
	}
	for _, lang := range i18n.Required() {
		r := s.Texts.Complete(lang)
		for _, key := range r.Missing {
			if strings.HasPrefix(string(key), "alert.") || strings.HasPrefix(string(key), "match.") {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for _, f := range r.Faults {
			if strings.HasPrefix(f, "alert.") || strings.HasPrefix(f, "match.") {
				t.Errorf("%s: %s", lang, f)
			}
		}
	}
}

// TestPace: the words beside a due date fit it, also after attacks were taken back.
func TestPace(t *testing.T) {
	raised := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		severity ward.Severity
		used     ward.Exploitation
		due      time.Duration
		want     escalation.Urgency
	}{
		{ward.SeverityMedium, ward.ExploitationNone, 30 * 24 * time.Hour, escalation.Cycle},
		{ward.SeverityMedium, ward.ExploitationNone, 24 * time.Hour, escalation.ActNow}, // was used by attackers
		{ward.SeverityMedium, ward.ExploitationNone, 72 * time.Hour, escalation.Days},
		{ward.SeverityMedium, ward.ExploitationRansomware, 10 * 24 * time.Hour, escalation.ActNow}, // became worse later
		{ward.SeverityHigh, ward.ExploitationNone, 7 * 24 * time.Hour, escalation.Week},
	} {
		a := alert.Alert{Severity: c.severity, Exploited: c.used, Raised: raised, Due: raised.Add(c.due)}
		if got := a.Pace(); got != c.want {
			t.Errorf("%s, %s, due after %s: got %q, want %q", c.severity, c.used, c.due, got, c.want)
		}
	}
	if got := (alert.Alert{Severity: ward.SeverityLow, Exploited: ward.ExploitationNone}).Pace(); got != escalation.Cycle {
		t.Errorf("no due date: got %q", got)
	}
}
