package alert_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/alert/period"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/faults/house"
)

// What is written while another replica closes its period comes with the next
// digest: there is no mail beside digests.
func TestLateForADigest(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s, me := inDigest(t, d)
		now, err := s.Alerts.Reach().Wishes(ctx, me)
		if err != nil {
			t.Fatal(err)
		}
		was := now.Open()
		if err := s.Alerts.PassPeriod(ctx, me.Person, was, period.Span{From: was.Until, Until: was.Until.Add(24 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(6 * time.Hour)
		for range 2 {
			s.release(t)
		}
		if got := s.box.Sent(); len(got) != 0 {
			t.Fatalf("beside the digests: %s", got[0].Subject)
		}
		s.clock.Advance(24 * time.Hour)
		s.release(t)
		if got := s.box.Sent(); len(got) != 1 || got[0].Subject != "Digest: 1 alert" || !strings.Contains(got[0].Text, "Pump a") {
			t.Errorf("the next digest: %+v", got)
		}
	})
}

// fill puts n deliveries of rounds that are over before the one that waits.
func fill(t *testing.T, d *db.DB, n int) {
	t.Helper()
	err := d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO alert_delivery (issue, org, round, channel, target, state, queued_at, person, wait, until_at)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < `+strconv.Itoa(n)+`)
			SELECT issue, org, -n.i, channel, target, state, queued_at, person, wait, until_at
			FROM alert_delivery CROSS JOIN n WHERE state = 'waiting' AND wait = 'digest'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What the first import of a large inventory raises is in the digest of its own
// period, also behind much that is over.
func TestLargeDigest(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := inDigest(t, d)
		fill(t, d, 2500)
		s.clock.Advance(24 * time.Hour)
		s.release(t)
		if got := s.box.Sent(); len(got) != 1 || !strings.Contains(got[0].Text, "Pump a") {
			t.Errorf("got %d mails, want the digest", len(got))
		}
	})
}

// What is too much for one digest comes with the next.
func TestTooMuchForADigest(t *testing.T) {
	d := database.Open(t, database.SQLite)
	s, _ := inDigest(t, d)
	fill(t, d, 20000)
	s.clock.Advance(24 * time.Hour)
	s.release(t)
	if got := s.box.Sent(); len(got) != 0 {
		t.Fatalf("of what is over: %s", got[0].Subject)
	}
	s.clock.Advance(24 * time.Hour)
	s.release(t)
	if got := s.box.Sent(); len(got) != 1 || !strings.Contains(got[0].Text, "Pump a") {
		t.Errorf("the next digest: %+v", got)
	}
}

// What the Centre says to a hospital that holds nothing of it is mailed, so the
// preview counts it.
func TestForesightOfTheCentresWords(t *testing.T) {
	w := house.Europe(6)
	own(w, nil).Head.Severity = ward.SeverityMedium
	me := login(w, house.Org(0), "UTC")
	s := open(t, database.Open(t, database.SQLite), w).run(t)
	if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: "hsc-1", Revision: "1", Why: "new"}); err != nil {
		t.Fatal(err)
	}
	s.idle(t)
	wish := daily(7)
	wish.Rule.Every = period.Now
	if f, err := s.Alerts.Reach().Foresee(ctx, me, wish); err != nil || f.Mails != 1 || len(s.box.Sent()) != 4 {
		t.Errorf("foreseen %+v (%v), sent %d", f, err, len(s.box.Sent()))
	}
}
