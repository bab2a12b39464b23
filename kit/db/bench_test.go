package db_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ward/kit/db"
	"ward/test/database"
)

// BenchmarkDurableWrite is one durable row per write from 64 goroutines, the
// figure of merit of the group commit: ns/op is the time per row.
func BenchmarkDurableWrite(b *testing.B) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		for _, writers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/writers=%d", kind, writers), func(b *testing.B) {
				d := database.Open(b, kind)
				table(b, d)
				durable(b, d, writers)
			})
		}
	}
}

func durable(b *testing.B, d *db.DB, writers int) {
	took := make([][]time.Duration, writers)
	var all sync.WaitGroup
	b.ResetTimer()
	for w := range writers {
		all.Go(func() {
			for i := w; i < b.N; i += writers {
				start := time.Now()
				if err := put(d, fmt.Sprint(i), "0123456789012345678901234567890123456789"); err != nil {
					b.Error(err)
					return
				}
				took[w] = append(took[w], time.Since(start))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	waits := slices.Concat(took...)
	slices.Sort(waits)
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func table(t testing.TB, d *db.DB) {
	t.Helper()
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(context.Background(), `CREATE TABLE thing (id TEXT PRIMARY KEY, word TEXT NOT NULL)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func put(d *db.DB, id, word string) error {
	return d.Write(context.Background(), func(tx *db.Tx) error { return insert(tx, id, word) })
}

func insert(tx *db.Tx, id, word string) error {
	_, err := tx.Exec(context.Background(), `INSERT INTO thing (id, word) VALUES ($1, $2)`, id, word)
	return err
}
