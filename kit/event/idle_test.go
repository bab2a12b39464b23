package event_test

import (
	"syscall"
	"testing"
	"time"

	"ward/test/database"
)

// BenchmarkIdle is the CPU of a house in which nothing happens, in thousandths
// of a core; one op is five seconds.
func BenchmarkIdle(b *testing.B) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		b.Run(string(kind), func(b *testing.B) {
			house(b, database.Open(b, kind))
			time.Sleep(2 * time.Second)
			before := cpu()
			for range b.N {
				time.Sleep(5 * time.Second)
			}
			b.ReportMetric(float64((cpu()-before).Milliseconds())/float64(b.N)/5, "millicores")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
