package alert_test

import (
	"testing"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/faults/house"
)

// What happens while a roll waits to be written out meets every alert once, as
// if all had been rows from the start.
func TestRollMeetsWhatHappensMeanwhile(t *testing.T) {
	const orgs = alert.RollFrom + 50
	meanwhile := map[string]struct {
		happens func(*testing.T, stage, *house.World, *house.Advisory)
		round   int64
		state   stand.State
		due     int // devices of the first hospital
	}{
		"nothing": {func(*testing.T, stage, *house.World, *house.Advisory) {}, 1, stand.Unseen, 1},
		"a part was written": {func(t *testing.T, s stage, _ *house.World, _ *house.Advisory) {
			if n, err := s.Alerts.WriteOut(ctx, 1, 7); n != 7 || err != nil {
				t.Fatal(n, err)
			}
		}, 1, stand.Unseen, 1},
		"a repeat": {func(t *testing.T, s stage, _ *house.World, _ *house.Advisory) {
			changes(t, s, "new", 0)
		}, 1, stand.Unseen, 1},
		"another remedy": {func(t *testing.T, s stage, _ *house.World, a *house.Advisory) {
			a.Head.Revision, a.Prints["Ysera / product 1"] = "2", "print-2"
			changes(t, s, "revised", orgs)
		}, 2, stand.Unseen, 1},
		"withdrawn after a part": {func(t *testing.T, s stage, _ *house.World, a *house.Advisory) {
			if _, err := s.Alerts.WriteOut(ctx, 1, 7); err != nil {
				t.Fatal(err)
			}
			a.Head.Revision, a.Head.Withdrawn = "2", true
			changes(t, s, "revised", orgs)
		}, 1, stand.Obsolete, 1},
		"a second device": {func(t *testing.T, s stage, w *house.World, _ *house.Advisory) {
			w.Do(func() { w.Hold(house.Org(0), house.Pump, "Ward") })
			if err := s.Tell(ctx, ward.InventoryChanged{Org: house.Org(0), Products: []ward.ProductID{house.Pump}}); err != nil {
				t.Fatal(err)
			}
		}, 2, stand.Unseen, 2},
	}
	for name, c := range meanwhile {
		t.Run(name, func(t *testing.T) {
			database.Each(t, func(t *testing.T, d *db.DB) {
				w := house.Europe(orgs)
				a := w.Publish("adv-1", "Pump", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump))
				s := open(t, d, w)
				changes(t, s, "new", orgs)
				c.happens(t, s, w, a)
				s = s.run(t)
				s.idle(t)
				for i := 0; i < orgs; i += 9 {
					got := s.only(t, hospital(house.Org(i), w.Orgs[house.Org(i)].Country))
					round, due := c.round, c.due
					if name == "a second device" && i > 0 {
						round, due = 1, 1
					}
					if got.Round != round || got.State != c.state || got.Affected != due || !got.Raised.Equal(night) {
						t.Fatalf("hospital %d: got %+v, want round %d, %s, %d affected", i, got, round, c.state, due)
					}
				}
			})
		})
	}
}

// A raising that is repeated writes the roll out itself. Who writes deliveries just
// then finds neither rows, before that is committed, nor a roll, after it, and must
// look for rows once more: else nobody is told.
func TestRollIsWrittenOutMeanwhile(t *testing.T) {
	const orgs = alert.RollFrom + 50
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(orgs)
		w.Publish("adv-1", "Pump", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump))
		s := open(t, d, w)
		changes(t, s, "new", orgs)
		told := make(chan error, 1)
		w.Counting = func() {
			w.Counting = nil
			go func() { told <- s.Alerts.Expand(ctx, 1) }()
			time.Sleep(time.Second) // it gave way, has looked for rows, and waits for its turn to write
		}
		changes(t, s, "new", 0)
		if err := <-told; err != nil {
			t.Fatal(err)
		}
		var waiting, mails int
		err := d.Read(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM alert WHERE expanded < round), (SELECT COUNT(*) FROM alert_delivery WHERE channel = 'mail')`).Scan(&waiting, &mails)
		})
		if err != nil || waiting != 0 || mails != orgs {
			t.Errorf("%d alerts without deliveries, %d mails, want 0 and %d (%v)", waiting, mails, orgs, err)
		}
	})
}

// changes raises without letting the deliveries be written.
func changes(t *testing.T, s stage, why string, want int) {
	t.Helper()
	if got, err := s.Alerts.Raise(ctx, "adv-1", why); got != want || err != nil {
		t.Fatalf("raise %s: changed %d alerts (%v), want %d", why, got, err, want)
	}
}
