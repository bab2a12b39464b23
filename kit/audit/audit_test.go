package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/test/database"
)

var (
	ctx   = context.Background()
	start = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
)

func open(t testing.TB, d *db.DB) *Log {
	t.Helper()
	if err := d.Migrate(ctx, start, []db.Migrations{Migrations()}); err != nil {
		t.Fatal(err)
	}
	key, err := LoadKey(filepath.Join(t.TempDir(), "audit.key"), "audit.ward.example")
	if err != nil {
		t.Fatal(err)
	}
	l, err := New(Config{DB: d, Clock: clock.NewFake(start).Now, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func act(n int) Entry {
	return Entry{Action: "inventory.write", Outcome: Done, Policy: "own-organisation",
		Actor:  ward.Actor{Person: "p1", Name: "Zoë Ñandú", Org: ward.OrgID(fmt.Sprint("o", n%3)), Country: "DE", Role: ward.RoleMember, Session: "s1"},
		Object: ward.Object{Kind: "asset", ID: fmt.Sprint("a", n), Org: "o0", Country: "DE"}, Detail: map[string]string{"rows": fmt.Sprint(n)}}
}

func record(d *db.DB, l *Log, entries ...Entry) error {
	return d.Write(ctx, func(tx *db.Tx) error { return l.Record(ctx, tx, entries...) })
}

func TestRecordAndList(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		l := open(t, d)
		for n := range 5 {
			if err := record(d, l, act(n)); err != nil {
				t.Fatal(err)
			}
		}
		undone := errors.New("no")
		err := d.Write(ctx, func(tx *db.Tx) error { return errors.Join(l.Record(ctx, tx, act(9)), undone) })
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		house := Entry{Actor: ward.Actor{System: true}, Action: "job.run", Outcome: Failed}
		if err := record(d, l, house, act(6)); err != nil {
			t.Fatal(err)
		}
		tests := []struct {
			name   string
			f      Filter
			before int64
			want   string
		}{
			{"nobody", Filter{}, 0, "[]"},
			{"everything", Filter{Scope: ward.Scope{Everything: true}}, 0, "[7 6 5]"},
			{"the next page", Filter{Scope: ward.Scope{Everything: true}}, 5, "[4 3 2]"},
			{"who acted", Filter{Scope: ward.Scope{Orgs: []ward.OrgID{"o1"}}}, 0, "[5 2]"},
			{"who was acted upon", Filter{Scope: ward.Scope{Orgs: []ward.OrgID{"o0"}}}, 0, "[7 5 4]"},
			{"country and object", Filter{Scope: ward.Scope{Countries: []ward.Country{"DE"}}, Kind: "asset", ID: "a3"}, 0, "[4]"},
			{"foreign country", Filter{Scope: ward.Scope{Countries: []ward.Country{"FR"}}}, 0, "[]"},
			{"person", Filter{Scope: ward.Scope{Everything: true}, Person: System, Action: "job.run"}, 0, "[6]"},
		}
		for _, tt := range tests {
			if got := list(t, d, l, tt.f, tt.before); got != tt.want {
				t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
			}
		}
	})
}

func list(t *testing.T, d *db.DB, l *Log, f Filter, before int64) string {
	t.Helper()
	out := []int64{}
	err := d.Read(ctx, func(tx *db.Tx) error {
		entries, err := l.List(ctx, tx, f, 3, before)
		for _, e := range entries {
			out = append(out, e.Seq)
			if !e.Actor.System && (e.Actor.Name != "Zoë Ñandú" || !e.At.Equal(start) || e.Detail["rows"] == "") {
				t.Errorf("entry came back as %+v", e)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(out)
}

func TestRecordRefusesAndCleans(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		l := open(t, d)
		odd, big, wild := act(1), act(1), act(1)
		odd.Outcome = "perhaps"
		big.Detail = map[string]string{"text": strings.Repeat("x", detailLimit)}
		wild.Actor.Name = "a\x00b\xff" + strings.Repeat("é", fieldLimit)
		wild.Detail = map[string]string{"\x00": "\xff"}
		if err := record(d, l, odd); ward.CodeOf(err) != ward.Invalid {
			t.Errorf("unknown outcome: got %v, want Invalid", err)
		}
		if err := record(d, l, big); ward.CodeOf(err) != ward.Invalid {
			t.Errorf("big detail: got %v, want Invalid", err)
		}
		if err := record(d, l, wild); err != nil {
			t.Errorf("hostile name: %v", err)
		}
		if r, err := l.Verify(ctx); err != nil || r.Fault != nil || r.Size != 1 {
			t.Errorf("after hostile texts: got %+v, %v", r, err)
		}
	})
}

// Four replicas append at the same time; some take their act back.
func TestSeqWithoutGapsAmongReplicas(t *testing.T) {
	url := database.URL(t, database.Postgres)
	l := open(t, database.Dial(t, url))
	var all sync.WaitGroup
	for range 4 {
		d := database.Dial(t, url)
		for range 4 {
			all.Go(func() {
				for n := range 10 {
					err := d.Write(ctx, func(tx *db.Tx) error {
						err := l.Record(ctx, tx, act(n))
						if n%3 == 2 {
							return errors.Join(err, errUndo)
						}
						return err
					})
					if err != nil && !errors.Is(err, errUndo) {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	if r, err := l.Verify(ctx); err != nil || r.Fault != nil || r.Size != 4*4*7 {
		t.Errorf("got %+v %+v, %v, want 112 entries that fit", r, r.Fault, err)
	}
}

var errUndo = errors.New("undo")

func TestKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.key")
	one, err := LoadKey(path, "house")
	if err != nil {
		t.Fatal(err)
	}
	two, err := LoadKey(path, "house")
	info, _ := os.Stat(path)
	if err != nil || one != two || info.Mode().Perm() != 0o600 {
		t.Errorf("second load: got the same key %v, %v, mode %v", one == two, err, info.Mode())
	}
	for _, bad := range []string{"x", "PRIVATE+KEY+house+00000000+AAAA"} {
		if _, err := New(Config{Key: bad}); err == nil {
			t.Errorf("New with key %q: got no error", bad)
		}
	}
	if _, err := New(Config{Trusted: []string{"x"}}); err == nil {
		t.Error("New with a bad verifier key: got no error")
	}
	if _, err := (&Log{}).Checkpoint(ctx); ward.CodeOf(err) != ward.Unavailable {
		t.Errorf("a checkpoint without a key: got %v", err)
	}
}

// BenchmarkRecord is one durable act per entry from 64 goroutines; ns/op is the
// time per entry.
func BenchmarkRecord(b *testing.B) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		b.Run(string(kind), func(b *testing.B) {
			d := database.Open(b, kind)
			l := open(b, d)
			var all sync.WaitGroup
			b.ResetTimer()
			for w := range 64 {
				all.Go(func() {
					for n := w; n < b.N; n += 64 {
						if err := record(d, l, act(n)); err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

// BenchmarkVerify checks 20,000 entries; ns/op is for all of them.
func BenchmarkVerify(b *testing.B) {
	d := database.Open(b, database.SQLite)
	l := open(b, d)
	for i := range 20 {
		batch := make([]Entry, 1000)
		for n := range batch {
			batch[n] = act(1000*i + n)
		}
		if err := record(d, l, batch...); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if r, err := l.Verify(ctx); err != nil || r.Fault != nil || r.Size != 20_000 {
			b.Fatalf("got %+v, %v", r, err)
		}
	}
}
