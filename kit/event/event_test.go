package event_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/id"
	"ward/kit/job"
	"ward/test/database"
)

var ctx = context.Background()

// house is a bus on its queue.
func house(t testing.TB, d *db.DB, subs ...event.Subscription) *event.Bus {
	t.Helper()
	if err := job.Migrate(ctx, d); err != nil {
		t.Fatal(err)
	}
	b := &event.Bus{Clock: clock.System(), IDs: id.New(clock.System())}
	q, err := job.New(job.Config{DB: d, Replica: "one", Log: slog.New(slog.DiscardHandler)}, []job.Worker{b.Worker()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Connect(q, subs); err != nil {
		t.Fatal(err)
	}
	if err := q.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		limit, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if err := q.Stop(limit); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return b
}

func publish(d *db.DB, b *event.Bus, facts ...ward.Fact) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		for _, f := range facts {
			if err := b.Publish(ctx, tx, f); err != nil {
				return err
			}
		}
		return nil
	})
}

// hearing is what one subscriber heard.
type hearing struct {
	who  string
	meta event.Meta
	org  ward.OrgID
}

func receive(t *testing.T, ch <-chan hearing, n int) []hearing {
	t.Helper()
	var out []hearing
	for len(out) < n {
		select {
		case h := <-ch:
			out = append(out, h)
		case <-time.After(time.Minute):
			t.Fatalf("heard %+v, want %d", out, n)
		}
	}
	return out
}

func TestEachSubscriberHears(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ch := make(chan hearing, 100)
		var broken sync.Once
		failing := make(chan bool)
		b := house(t, d,
			event.On("alert.on_inventory", func(_ context.Context, m event.Meta, f ward.InventoryChanged) error {
				ch <- hearing{"alert", m, f.Org}
				return nil
			}),
			event.On("picture.fold", func(_ context.Context, m event.Meta, f ward.InventoryChanged) error {
				ch <- hearing{"picture", m, f.Org}
				return nil
			}),
			// One room may use one name for two facts.
			event.On("picture.fold", func(_ context.Context, m event.Meta, f ward.OrganisationRegistered) error {
				ch <- hearing{"registered", m, f.Org}
				return nil
			}),
			event.On("broken", func(context.Context, event.Meta, ward.InventoryChanged) error {
				broken.Do(func() { close(failing) })
				return errors.New("broken for good")
			}),
			event.On("panics", func(context.Context, event.Meta, ward.InventoryChanged) error { panic("boo") }))
		if err := publish(d, b, ward.InventoryChanged{Org: "o1"}, ward.OrganisationRegistered{Org: "o2"}, ward.DecisionMade{}); err != nil {
			t.Fatal(err)
		}
		got := receive(t, ch, 3)
		<-failing
		slices.SortFunc(got, func(a, b hearing) int { return strings.Compare(a.who, b.who) })
		if got[0].who != "alert" || got[1].who != "picture" || got[2].who != "registered" || got[0].org != "o1" || got[2].org != "o2" {
			t.Errorf("got %+v", got)
		}
		if got[0].meta != got[1].meta || got[0].meta.ID == got[2].meta.ID || !ward.ValidID(string(got[0].meta.ID)) ||
			time.Since(got[0].meta.At) > time.Minute {
			t.Errorf("meta: got %+v", got)
		}
		// The failing ones hold up nobody.
		for range 20 {
			if err := publish(d, b, ward.InventoryChanged{Org: "o3"}); err != nil {
				t.Fatal(err)
			}
		}
		receive(t, ch, 40)
	})
}

func TestUndoneFactIsNotHeard(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ch := make(chan hearing, 10)
		b := house(t, d, event.On("alert", func(_ context.Context, m event.Meta, f ward.InventoryChanged) error {
			ch <- hearing{"alert", m, f.Org}
			return nil
		}))
		undo := errors.New("undo")
		err := d.Write(ctx, func(tx *db.Tx) error {
			return errors.Join(b.Publish(ctx, tx, ward.InventoryChanged{Org: "undone"}), undo)
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
		if err := publish(d, b, ward.InventoryChanged{Org: "done"}); err != nil {
			t.Fatal(err)
		}
		if got := receive(t, ch, 1); got[0].org != "done" {
			t.Errorf("heard %+v first", got)
		}
	})
}

func TestConnectRefusesTwoOfOneName(t *testing.T) {
	on := event.On("alert", func(context.Context, event.Meta, ward.DecisionMade) error { return nil })
	if err := new(event.Bus).Connect(nil, []event.Subscription{on, on}); err == nil {
		t.Error("the same subscriber twice: got no error")
	}
}

// BenchmarkPublishToHeard is the time from the commit of a fact until its
// subscriber has it, one at a time with a pause as in a quiet house, and as a
// stream from eight rooms.
func BenchmarkPublishToHeard(b *testing.B) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		b.Run(string(kind)+"/quiet", func(b *testing.B) { latency(b, kind, 1, 37*time.Millisecond) })
		b.Run(string(kind)+"/busy", func(b *testing.B) { latency(b, kind, 8, 10*time.Millisecond) })
	}
}

func latency(b *testing.B, kind database.Kind, rooms int, pause time.Duration) {
	d := database.Open(b, kind)
	var mu sync.Mutex
	committed, took := map[ward.OrgID]time.Time{}, []time.Duration{}
	var heard sync.WaitGroup
	bus := house(b, d, event.On("alert", func(_ context.Context, _ event.Meta, f ward.InventoryChanged) error {
		now := time.Now()
		mu.Lock()
		defer mu.Unlock()
		took = append(took, now.Sub(committed[f.Org]))
		heard.Done()
		return nil
	}))
	time.Sleep(time.Second) // the queue has come to rest
	b.ResetTimer()
	heard.Add(b.N)
	ids := id.Counted()
	var all sync.WaitGroup
	for r := range rooms {
		all.Go(func() {
			for range (b.N + rooms - 1 - r) / rooms {
				org := ward.OrgID(ids())
				mu.Lock()
				committed[org] = time.Now() // before the commit: its time counts as well
				mu.Unlock()
				if err := publish(d, bus, ward.InventoryChanged{Org: org}); err != nil {
					b.Error(err)
				}
				time.Sleep(pause)
			}
		})
	}
	all.Wait()
	heard.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}
