package harvest

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"ward/kit/db"
	"ward/kit/job"
	"ward/test/database"
	"ward/test/provider"
)

// A fetch that is killed in the middle goes on where it was.
func TestResume(t *testing.T) {
	s := provider.New(t)
	for i := range 60 {
		offer(t, s, fmt.Sprintf("doc-%02d", i), provider.Good)
	}
	h, id := withSource(t, database.Open(t, database.SQLite), s)
	ctx, kill := context.WithCancel(context.Background())
	go func() {
		for s.Hits("/white/doc-30.json.asc") == 0 {
			time.Sleep(time.Millisecond)
		}
		kill()
	}()
	_, err := h.fetch(ctx, id)
	if err != nil {
		t.Fatalf("a stopped run: %v", err)
	}
	v := h.fetchAll(t, id)
	if v.Source.Done != 60 || v.Source.Pending != 0 {
		t.Errorf("got %+v, want all 60 done", v.Source)
	}
	twice := 0
	for i := range 60 {
		twice += s.Hits(fmt.Sprintf("/white/doc-%02d.json", i)) - 1
	}
	if twice > fetchLot {
		t.Errorf("%d documents were fetched twice, want at most the %d in hand", twice, fetchLot)
	}
}

// A document that comes a byte at a time holds up none of the others.
func TestSlowDocument(t *testing.T) {
	s := provider.New(t)
	offer(t, s, "doc-00", provider.Slow)
	for i := range 5 {
		offer(t, s, fmt.Sprintf("doc-%02d", i+1), provider.Good)
	}
	h, id := withSource(t, database.Open(t, database.SQLite), s)
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		h.fetch(ctx, id) //nolint:errcheck // it is stopped
	}()
	stored := func() int {
		v, err := h.ByID(context.Background(), analyst, id)
		if err != nil {
			t.Fatal(err)
		}
		return v.Source.Done
	}
	for begun := time.Now(); stored() < 5 && time.Since(begun) < patience; {
		time.Sleep(20 * time.Millisecond)
	}
	select {
	case <-over:
		t.Error("the others waited for the slow document")
	default:
	}
	if n := stored(); n != 5 {
		t.Errorf("%d documents are stored while one dribbles in, want 5", n)
	}
	stop()
	<-over
}

// Two runs at the same time: the second gives way.
func TestLease(t *testing.T) {
	s := provider.New(t)
	h, id := withSource(t, database.Open(t, database.SQLite), s)
	ctx := context.Background()
	err := h.base.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := takeLease(ctx, tx, id, "other", h.base.Clock.Now(), h.base.Clock.Now().Add(leaseTime))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.fetch(ctx, id); err != errBusy {
		t.Errorf("got %v, want busy", err)
	}
	h.base.Clock.Advance(leaseTime)
	if _, err := h.fetch(ctx, id); err != nil {
		t.Errorf("after the lease of a vanished one: %v", err)
	}
}

func TestDue(t *testing.T) {
	s := provider.New(t)
	h, id := withSource(t, database.Open(t, database.SQLite), s)
	ctx := context.Background()
	h.jobs = nil
	if err := h.enqueueDue(ctx); err != nil || len(h.jobs) != 1 || h.jobs[0] != (fetchJob{Source: id}) {
		t.Errorf("a new source: got %v, %v, want one fetch", h.jobs, err)
	}
	h.fetchAll(t, id)
	h.jobs = nil
	if err := h.enqueueDue(ctx); err != nil || len(h.jobs) != 0 {
		t.Errorf("after a fetch: got %v, %v, want none", h.jobs, err)
	}
	h.base.Clock.Advance(5 * time.Minute)
	if err := h.Pause(ctx, analyst, id, true); err != nil {
		t.Fatal(err)
	}
	if err := h.enqueueDue(ctx); err != nil || len(h.jobs) != 0 {
		t.Errorf("paused: got %v, %v, want none", h.jobs, err)
	}
	if err := h.Pause(ctx, analyst, id, false); err != nil {
		t.Fatal(err)
	}
	if err := h.enqueueDue(ctx); err != nil || len(h.jobs) != 1 {
		t.Errorf("five minutes later: got %v, %v, want one", h.jobs, err)
	}
}

// The clock's job finds a due source and the fetching job asks it, through a
// queue that works; a source that is being asked is not asked again.
func TestDueSourceIsFetchedByTheQueue(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s := provider.New(t)
		offer(t, s, "doc-1", provider.Good)
		h, id := withSource(t, d, s)
		quiet, ctx := slog.New(slog.DiscardHandler), context.Background()
		var q job.Queue
		h.cfg.Enqueue = q.EnqueueOnce
		workers := append(h.Workers(), h.base.Bus.Worker())
		if err := q.Open(job.Config{DB: d, Replica: "live", Log: quiet}, workers, h.Periodic()); err != nil {
			t.Fatal(err)
		}
		if err := q.Start(ctx); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { q.Stop(ctx) })
		limit := time.Now().Add(30 * time.Second)
		for v := (*View)(nil); v == nil || v.Source.Done < 1 || v.Source.Succeeded.IsZero(); time.Sleep(20 * time.Millisecond) {
			var err error
			if v, err = h.ByID(ctx, analyst, id); err != nil || time.Now().After(limit) {
				t.Fatalf("got %+v, %v, want one document fetched", v, err)
			}
		}
		if got := s.Hits("/white/doc-1.json"); got != 1 {
			t.Errorf("the document was asked for %d times, want once", got)
		}
	})
}

func TestDueLeavesOutWhatIsBeingAsked(t *testing.T) {
	h, id := withSource(t, database.Open(t, database.SQLite), provider.New(t))
	ctx, now := context.Background(), h.base.Clock.Now()
	err := h.base.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := takeLease(ctx, tx, id, "other", now, now.Add(leaseTime))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.jobs = nil
	if err := h.enqueueDue(ctx); err != nil || len(h.jobs) != 0 {
		t.Errorf("under a lease: got %v, %v, want none", h.jobs, err)
	}
	h.base.Clock.Advance(leaseTime)
	if err := h.enqueueDue(ctx); err != nil || len(h.jobs) != 1 {
		t.Errorf("after its end: got %v, %v, want one", h.jobs, err)
	}
}
