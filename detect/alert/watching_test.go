package alert_test

import (
	"testing"
	"time"

	"ward"
	"ward/detect/alert/board"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/faults/house"
)

// watch opens a page that was shown at a time.
func (s stage) watch(t testing.TB, a ward.Actor, since time.Time) *board.Page {
	t.Helper()
	w, stop, err := s.Alerts.Watch(ctx, a, since)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return w
}

func told(t testing.TB, name string, w *board.Page, want int) {
	t.Helper()
	for {
		select {
		case n := <-w.C:
			if n == want {
				return
			}
		case <-time.After(time.Minute):
			t.Fatalf("%s: is not told of %d", name, want)
		}
	}
}

// Each open page is told of what its reader may see and what came after it was
// shown, up and down; others hear nothing. When the house stops, pages end.
func TestWatch(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(6)
		w.Publish("adv-1", "Pump", ward.TLPGreen, []string{"CVE-2026-1"}, affected(house.Pump))
		w.Publish("adv-2", "Archive", ward.TLPGreen, []string{"CVE-2026-2"}, affected(house.Archive))
		w.Publish("adv-3", "Among authorities", ward.TLPAmberStrict, []string{"CVE-2026-3"}, affected(house.Pump))
		s := open(t, d, w)
		s.raise(t, "adv-1", "new", 6)
		s.clock.Advance(time.Minute)
		// The first hospital has both products, the second the pump alone.
		both, pump := hospital(house.Org(0), "HR"), hospital(house.Org(1), "SI")
		pages := map[string]*board.Page{"both": s.watch(t, both, s.clock.Now()), "late": s.watch(t, both, s.clock.Now().Add(time.Hour)),
			"pump": s.watch(t, pump, s.clock.Now()), "before": s.watch(t, pump, night.Add(-time.Hour)), "csirt": s.watch(t, csirt("HR"), s.clock.Now()),
			"centre": s.watch(t, centre, s.clock.Now()), "operator": s.watch(t, operator, night.Add(-time.Hour))}
		told(t, "before", pages["before"], 1)
		s.clock.Advance(time.Minute)
		s.raise(t, "adv-2", "new", 3)
		told(t, "both", pages["both"], 1)
		told(t, "centre", pages["centre"], 3)
		s.raise(t, "adv-3", "new", 6)
		told(t, "csirt", pages["csirt"], 3) // of Croatia: the archive of one hospital, the pump of two
		told(t, "centre", pages["centre"], 9)
		w.Do(func() { w.Advisories["adv-2"].Head.Withdrawn, w.Advisories["adv-2"].Head.Revision = true, "2" })
		if _, err := s.Alerts.Raise(ctx, "adv-2", "withdrawn"); err != nil {
			t.Fatal(err)
		}
		told(t, "both", pages["both"], 0)
		for _, name := range []string{"late", "pump", "before", "operator"} {
			if n := len(pages[name].C); n != 0 {
				t.Errorf("%s: is told of %d", name, <-pages[name].C)
			}
		}
		s.Live.Stop()
		for name, p := range pages {
			for open := true; open; {
				select {
				case _, open = <-p.C:
				case <-time.After(time.Minute):
					t.Fatalf("%s: the page does not end with the house", name)
				}
			}
		}
	})
}
