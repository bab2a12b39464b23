package alert_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ward"
	"ward/test/database"
	"ward/test/faults/house"
)

// BenchmarkRaise measures from "an advisory was published" to "the alerts of all
// 15,000 holders are durable", and how much of it is the transaction. The world
// answers from memory, so what inventories and advisories need is left out.
func BenchmarkRaise(b *testing.B) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		b.Run(string(kind), func(b *testing.B) {
			const orgs = 15_000
			w := house.Europe(orgs)
			for i := range orgs { // some hold many
				for range i % 7 * (i % 3) {
					w.Hold(house.Org(i), house.Pump, "Ward")
				}
			}
			s := open(b, database.Open(b, kind), w)
			var all []time.Duration
			n := 0
			for b.Loop() {
				b.StopTimer()
				id := ward.AdvisoryID(fmt.Sprintf("adv-%06d", n))
				w.Publish(id, "Pump", ward.TLPClear, []string{fmt.Sprintf("CVE-2026-%d", n)}, affected(house.Pump))
				n++
				w.Remember() // counted once, as the real index does
				b.StartTimer()
				start := time.Now()
				got, err := s.Alerts.Raise(ctx, id, "new")
				if err != nil || got != orgs {
					b.Fatal(got, err)
				}
				if n > 1 { // the first one also numbers the organisations
					all = append(all, time.Since(start))
				}
			}
			if len(all) > 0 {
				slices.Sort(all)
				b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(all[0].Microseconds())/1000, "min-ms")
				b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
			}
		})
	}
}
