package live

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/kit/db"
	"ward/test/database"
)

func hub(t testing.TB, d *db.DB) *Hub {
	t.Helper()
	h := New(d, slog.New(slog.DiscardHandler))
	if err := h.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Stop)
	return h
}

func tell(t testing.TB, d *db.DB, h *Hub, topic, id string, fail error) {
	t.Helper()
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		return errors.Join(h.Tell(context.Background(), tx, topic, id), fail)
	})
	if !errors.Is(err, fail) {
		t.Fatalf("tell: %v", err)
	}
}

func next(t testing.TB, ch <-chan Signal) Signal {
	t.Helper()
	select {
	case s, ok := <-ch:
		if !ok {
			t.Fatal("the channel is closed")
		}
		return s
	case <-time.After(time.Minute):
		t.Fatal("no signal in a minute")
	}
	return Signal{}
}

func TestHearsWhatWasCommittedOnly(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := hub(t, d)
		ch, stop := h.Listen("alert", "asset")
		other, _ := h.Listen("job")
		tell(t, d, h, "alert", "undone", errors.New("no"))
		tell(t, d, h, "alert", "1", nil)
		tell(t, d, h, "asset", "2", nil)
		for _, want := range []Signal{{"alert", "1"}, {"asset", "2"}} {
			if got := next(t, ch); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		}
		stop()
		stop()
		if _, ok := <-ch; ok || len(other) != 0 || h.Listeners() != 1 {
			t.Errorf("after stop: open %v, other topic %d, listeners %d", ok, len(other), h.Listeners())
		}
	})
}

func TestTellRefuses(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := New(d, slog.New(slog.DiscardHandler))
		for _, bad := range []Signal{{"", "1"}, {"a\nb", "1"}, {"a", "\n"}, {"a", strings.Repeat("x", payloadLimit)}} {
			err := d.Write(context.Background(), func(tx *db.Tx) error { return h.Tell(context.Background(), tx, bad.Topic, bad.ID) })
			if ward.CodeOf(err) != ward.Invalid {
				t.Errorf("Tell(%.10q, %.10q): got %v, want Invalid", bad.Topic, bad.ID, err)
			}
		}
	})
}

func TestSlowListenerIsToldSo(t *testing.T) {
	d := database.Open(t, database.SQLite)
	h := hub(t, d)
	slow, _ := h.Listen("alert")
	for range 3 * backlog {
		h.pass(Signal{"alert", "1"})
	}
	if got := next(t, slow); !got.Lost() {
		t.Errorf("first signal of a slow listener: got %v, want Lost", got)
	}
	h.Stop()
	for range slow { // ends, as the hub has
	}
	late, stop := h.Listen("alert")
	stop()
	if _, ok := <-late; ok {
		t.Error("a listener of a stopped hub: got a signal")
	}
}

// Two replicas on one database, of which one loses its connection.
func TestReplicasHearAndReconnect(t *testing.T) {
	url := database.URL(t, database.Postgres)
	one, two := database.Dial(t, url), database.Dial(t, url)
	h1, h2 := hub(t, one), hub(t, two)
	ch, _ := h2.Listen("alert")
	tell(t, one, h1, "alert", "1", nil)
	if got, want := next(t, ch), (Signal{"alert", "1"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`
	if _, err := one.Pool().Exec(context.Background(), kill); err != nil {
		t.Fatal(err)
	}
	if got := next(t, ch); !got.Lost() {
		t.Errorf("after a reconnect: got %v, want Lost", got)
	}
	tell(t, one, h1, "alert", "2", nil)
	if got, want := next(t, ch), (Signal{"alert", "2"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// BenchmarkPass15000 is one signal to 15,000 open pages until each has it.
func BenchmarkPass15000(b *testing.B) {
	h := New(database.Open(b, database.SQLite), slog.New(slog.DiscardHandler))
	var heard, ended sync.WaitGroup
	for range 15_000 {
		ch, _ := h.Listen("alert", "asset")
		ended.Go(func() {
			for range ch {
				heard.Done()
			}
		})
	}
	b.ResetTimer()
	for b.Loop() {
		heard.Add(15_000)
		h.pass(Signal{"alert", "1"})
		heard.Wait()
	}
	b.StopTimer()
	h.Stop()
	ended.Wait()
}
