package inventory_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"ward/prevent/inventory"
	"ward/test/database"
	"ward/test/expect"
)

// longList is a CSV of n different rows, as a hospital exports it.
func longList(n int, version string) string {
	var b strings.Builder
	b.WriteString("inventory no;manufacturer;device;model;software version;serial number;department\n")
	for i := range n {
		fmt.Fprintf(&b, "%d;Maker %d;Device %d;M-%d;%s.%d;SN%06d;Ward %d\n", i, i%60, i%700, i%700, version, i%9, i, i%40)
	}
	return b.String()
}

// BenchmarkImport is one import from upload to durable rows: the first of an
// empty inventory, and one in which every row has a new version.
func BenchmarkImport(b *testing.B) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		for _, rows := range []int{4_000, 200_000} {
			for _, what := range []string{"first", "changed", "same"} {
				b.Run(fmt.Sprintf("%s/%d/%s", kind, rows, what), func(b *testing.B) {
					h, ctx := open(b, database.Open(b, kind)), context.Background()
					list := longList(rows, "1")
					for i := range b.N {
						a := member(i + 1)
						b.StopTimer()
						if what != "first" {
							importText(b, h, a, list, false)
						}
						next := list
						if what == "changed" {
							next = longList(rows, "2")
						}
						b.StartTimer()
						m, err := h.ImportNow(ctx, a, inventory.ImportIn{File: "l.csv", Body: strings.NewReader(next)})
						expect.OK(b, err)
						if m.State != inventory.StateDone || m.Total != rows {
							b.Fatalf("import = %+v, want %d rows done", m, rows)
						}
					}
					b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
				})
			}
		}
	}
}

// BenchmarkPages is a page of a hospital with 4,000 rows, through the whole server.
func BenchmarkPages(b *testing.B) {
	s := openSite(b)
	importText(b, s.house, s.actor, longList(4_000, "1"), false)
	for name, path := range map[string]string{"list": "/inventory", "filter": "/inventory?department=Ward+3&text=device+69", "nothing": "/inventory?text=nothing"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if w := s.get(path); w.Code != 200 {
					b.Fatalf("%s: status %d", path, w.Code)
				}
			}
		})
	}
}
