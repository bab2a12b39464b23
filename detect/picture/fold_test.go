package picture

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/event"
	"ward/test/database"
	"ward/test/expect"
)

// A report counts once, however often its facts come: the same event again, a
// later stage, an earlier one that comes last.
func TestCountsOnce(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		f := report("h1", "HR")
		m := h.tell(t, f)
		for range 3 {
			expect.OK(t, h.onReported(ctx, m, f))
		}
		h.clock.Advance(30 * time.Hour)
		aware, due := h.clock.Now().Add(-32*time.Hour), h.clock.Now().Add(40*time.Hour)
		h.tell(t, report("h1", "HR", func(f *ward.IncidentReported) {
			f.Aware, f.Due = &aware, &due
			f.Sending, f.Stage, f.Cause, f.Department, f.Cancelled = "s-2", "notification", "third-party-failures", "closed", 1200
		}))
		p := h.look(t, team, Filter{Country: "HR"})
		if !p.Exact || p.Figures.Total.Reports != 1 || count(p.Figures.Causes, "third-party-failures") != 1 || count(p.Figures.Causes, "malicious-actions") != 0 ||
			count(p.Figures.Families, "LockBit") != 1 || count(p.Figures.Services, "laboratory") != 1 || p.Figures.Index != 75 {
			t.Errorf("picture: %+v", p.Figures)
		}
		if k := p.Figures.Clocks; len(k) != 2 || k[0].Kept != 1 || k[0].Median != 2*time.Hour || k[1].Stage != "notification" || k[1].Kept != 1 {
			t.Errorf("clocks: %+v", k)
		}
	})
}

// Whatever order facts come in, and however often, the case is the same.
func TestOrderDoesNotMatter(t *testing.T) {
	type told struct {
		m event.Meta
		f ward.IncidentReported
	}
	var all []told
	for i, stage := range []string{"early", "notification", "intermediate", "final"} {
		at := start.Add(time.Duration(i) * 20 * time.Hour)
		due := start.Add(time.Duration(i) * 19 * time.Hour)
		all = append(all, told{event.Meta{At: at}, report("h", "HR", func(f *ward.IncidentReported) {
			f.Stage, f.Sending, f.Cause, f.Due, f.Cancelled = stage, fmt.Sprint("s", i), Causes()[i], &due, int64(i*600)
		})})
	}
	want := Case{}
	for _, x := range all {
		want = want.fold(x.m, x.f, "Akira", "m")
	}
	for range 200 {
		mixed := slices.Concat(all, all)
		rand.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		got := Case{}
		for _, x := range mixed {
			got = got.fold(x.m, x.f, "Akira", "m")
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	}
	if want.Cause != Causes()[3] || !slices.Contains(want.Signs, "early_kept") || !slices.Contains(want.Signs, "notification_late") {
		t.Errorf("the case says %+v", want)
	}
}

// Folding is one transaction: whichever step fails, nothing of it is there, and
// the next try counts once.
func TestFoldIsOneTransaction(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		f := report("h1", "HR", func(f *ward.IncidentReported) { f.Supplier = "labco" })
		m := event.Meta{ID: "e1", At: h.clock.Now()}
		for _, broken := range []string{"picture_heard", "picture_pace", "picture_case"} {
			rename := func(from, to string) {
				expect.OK(t, d.Write(ctx, func(tx *db.Tx) error {
					_, err := tx.Exec(ctx, `ALTER TABLE `+from+` RENAME TO `+to)
					return err
				}))
			}
			rename(broken, "away")
			if err := h.onReported(ctx, m, f); err == nil {
				t.Errorf("folded without %s", broken)
			}
			rename("away", broken)
		}
		// the last step of the transaction fails: the fact is not heard yet
		late := errors.New("the power is gone")
		err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := insertHeard(ctx, tx, m.ID); err != nil {
				return err
			}
			return late
		})
		if !errors.Is(err, late) {
			t.Fatal(err)
		}
		for range 2 {
			expect.OK(t, h.onReported(ctx, m, f))
		}
		if p := h.look(t, team, Filter{Country: "HR"}); p.Figures.Total.Reports != 1 {
			t.Errorf("counted %d times", p.Figures.Total.Reports)
		}
		again := openSecond(t, h)
		if p := again.look(t, team, Filter{Country: "HR"}); p.Figures.Total.Reports != 1 {
			t.Errorf("after a restart counted %d times", p.Figures.Total.Reports)
		}
	})
}

// openSecond is the house after a restart, on the same database.
func openSecond(t testing.TB, h *house) *house {
	t.Helper()
	second := &house{base: h.base, db: h.db, clock: h.clock, hub: h.hub, seq: h.seq}
	cfg := h.cfg
	cfg.Families, cfg.Alerts = second, second
	var err error
	second.Service, err = New(cfg)
	expect.OK(t, err)
	return second
}

// No name of an organisation, person or report is in the picture's tables, nor
// what somebody wrote, until several organisations wrote the same supplier.
func TestTablesNameNobody(t *testing.T) {
	h := openHouse(t, sqlite(t))
	secret := func(f *ward.IncidentReported) { f.Supplier, f.Family = "drmillerclinic", "writtenbymiller" }
	h.tell(t, report("ORG-7f3a", "HR", secret))
	h.tell(t, report("ORG-7f3b", "HR", secret))
	h.tell(t, report("ORG-7f3c", "HR", secret))
	text, _ := database.Texts(t, h.db)
	for _, bad := range []string{"7f3a", "7f3b", "drmiller", "writtenby", "Clinic"} {
		if strings.Contains(text, bad) {
			t.Errorf("the tables hold %q", bad)
		}
	}
	h.tell(t, report("ORG-7f3d", "SI", secret))
	if text, _ = database.Texts(t, h.db); !strings.Contains(text, "drmillerclinic") {
		t.Error("four organisations in two countries named it, and nobody is told")
	}
}
