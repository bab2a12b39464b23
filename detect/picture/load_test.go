package picture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/event"
	"ward/test/database"
	"ward/test/expect"
)

// yearOf fills a house with a year of incidents, as they would have been folded.
func yearOf(t testing.TB, h *house, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(11, 12))
	states := ward.Countries()
	var all []Case
	for i := range n {
		day := dayOf(start) - r.IntN(365)
		at := dayTime(day).Add(time.Duration(r.IntN(86400)) * time.Second)
		c := Case{Mark: h.mark("report", fmt.Sprint(i)), Org: h.mark("org", fmt.Sprint(r.IntN(15_000))), Source: Reported, Country: states[r.IntN(len(states))], Day: day,
			Sector: string(ward.OrgKinds()[r.IntN(6)]), Reason: "significant", Cause: append(Causes(), "")[r.IntN(6)], Impact: levels[r.IntN(4)], Services: []string{"emergency", "laboratory", "record_read"}[:r.IntN(4)],
			Signs: []string{"early_kept", "paper", "significant"}[:1+r.IntN(3)], Aware: at, Early: at.Add(5 * time.Hour), Told: at, Sending: fmt.Sprint(i), Known: at, Born: 1, Serial: 1}
		if c.Cause == "malicious-actions" {
			c.Family = fmt.Sprint("Family ", r.IntN(40))
		}
		all = append(all, c)
	}
	expect.OK(t, h.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := insertHistory(ctx, tx, all); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE picture_pace SET serial = 1, cut = 1`)
		return err
	}))
}

// BenchmarkPicture prints how long the picture takes with a year of 50,000
// incidents, for a reader under the cover and for a team, each with other filters,
// and how far it is behind 1,000 reports in a minute.
func BenchmarkPicture(b *testing.B) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		b.Run(string(kind), func(b *testing.B) {
			h := openHouse(b, database.Open(b, kind))
			yearOf(b, h, 50_000)
			at := time.Now()
			h.look(b, centre, Filter{})
			b.Logf("first look after a start: %v", time.Since(at))
			for _, who := range []struct {
				name string
				a    ward.Actor
				f    func(int) Filter
			}{{"cover", centre, func(i int) Filter { return Filter{Cause: append(Causes(), "")[i%6]} }},
				{"exact", team, func(i int) Filter { return Filter{Country: "HR", Sector: string(ward.OrgKinds()[i%6])} }}} {
				b.Run(who.name, func(b *testing.B) {
					var took []time.Duration
					for i := range b.N {
						at := time.Now()
						h.look(b, who.a, who.f(i))
						took = append(took, time.Since(at))
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms_p50")
					b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms_p99")
				})
			}
			b.Run("behind", func(b *testing.B) { behind(b, h) })
		})
	}
}

// behind tells 1,000 reports at the pace of a minute's thousand, three times
// faster and whatever b.N is, and looks after each hundred: a look counts what was
// told before it.
func behind(b *testing.B, h *house) {
	const gap = 20 * time.Millisecond
	var worst time.Duration
	h.seq++
	before := h.look(b, team, Filter{Country: "HR"}).Figures.Total.Reports
	next := time.Now()
	for i := range 1000 {
		if wait := time.Until(next); wait > 0 {
			time.Sleep(wait)
		}
		f := report(fmt.Sprint("load ", h.seq, " ", i), "HR")
		expect.OK(b, h.onReported(context.Background(), event.Meta{ID: ward.EventID(f.Report), At: h.clock.Now()}, f))
		if i%100 == 99 {
			if n := h.look(b, team, Filter{Country: "HR"}).Figures.Total.Reports; n != before+i+1 {
				b.Fatalf("after %d reports the picture counts %d more", i+1, n-before)
			}
			h.look(b, centre, Filter{})
		}
		worst = max(worst, time.Since(next)) // how late the report is in the picture
		next = next.Add(gap)
	}
	b.ReportMetric(float64(worst.Milliseconds()), "ms_behind")
}
