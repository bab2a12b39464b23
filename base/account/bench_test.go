package account

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/kit/web"
	"ward/test/database"
)

// BenchmarkSignIn is 20 people who sign in at the same moment, again and again;
// p99 of one sign-in after the first round, and what the heap grew by. Run with
// go test -run xxx -bench SignIn -benchtime 21x ./base/account
func BenchmarkSignIn(b *testing.B) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		b.Run(string(kind), func(b *testing.B) {
			w := newWorld(b, database.Open(b, kind))
			const people = 20
			for i := range people {
				id := ward.PersonID(fmt.Sprint("p", i))
				w.crowd.people[id] = ward.Person{ID: id, Name: "P", Email: fmt.Sprint("p", i, "@x.example")}
				w.crowd.hats[id] = w.crowd.hats[ben]
				w.give(b, id, goodWords)
			}
			var mu sync.Mutex
			var took []time.Duration
			var most uint64
			for b.Loop() {
				var all sync.WaitGroup
				for i := range people {
					all.Go(func() {
						start := time.Now()
						_, err := w.SignIn(context.Background(), Credentials{Email: fmt.Sprint("p", i, "@x.example"), Password: goodWords, Client: Client{Address: fmt.Sprint("192.0.2.", i)}})
						if err != nil {
							b.Error(err)
						}
						mu.Lock()
						defer mu.Unlock()
						took = append(took, time.Since(start))
					})
				}
				all.Wait()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapSys)
			}
			first := slices.Max(took[:people]) // connections to the database are opened meanwhile
			took = took[people:]
			slices.Sort(took)
			b.ReportMetric(float64(first.Milliseconds()), "first-ms")
			b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), "p99-ms")
			b.ReportMetric(float64(most>>20), "heap-MiB")
		})
	}
}

// BenchmarkAuthenticate is the cost of a request's cookie, with the question to
// the registry answered from memory; that question costs BenchmarkWear there.
func BenchmarkAuthenticate(b *testing.B) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		b.Run(string(kind), func(b *testing.B) {
			w := newWorld(b, database.Open(b, kind))
			w.give(b, ana, goodWords)
			e, err := w.signIn(b, anaMail, goodWords)
			if err != nil {
				b.Fatal(err)
			}
			r := httptest.NewRequest("GET", "/", nil)
			r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: e.Session})
			for b.Loop() {
				if a, err := w.Authenticate(r); err != nil || a.Nobody() {
					b.Fatal(a, err)
				}
			}
		})
	}
}
