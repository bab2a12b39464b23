package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"ward/kit/db"
	"ward/kit/job"
	"ward/test/database"
)

var ctx = context.Background()

// note is a job with a word.
type note struct {
	Word string `json:"word"`
}

func (note) Kind() string { return "note" }

// heard collects words from workers.
type heard struct {
	mu    sync.Mutex
	words []string
	more  chan bool
}

func newHeard() *heard { return &heard{more: make(chan bool, 1)} }

func (h *heard) add(word string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.words = append(h.words, word)
	select {
	case h.more <- true:
	default:
	}
}

func (h *heard) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), h.words...)
}

// wait returns when n words were heard.
func (h *heard) wait(t *testing.T, n int) []string {
	t.Helper()
	limit := time.After(time.Minute)
	for {
		if all := h.all(); len(all) >= n {
			return all
		}
		select {
		case <-h.more:
		case <-limit:
			t.Fatalf("heard %v, want %d words", h.all(), n)
		}
	}
}

func migrated(t testing.TB, d *db.DB) *db.DB {
	t.Helper()
	if err := job.Migrate(ctx, d); err != nil {
		t.Fatal(err)
	}
	return d
}

func queue(t testing.TB, d *db.DB, workers ...job.Worker) *job.Queue {
	t.Helper()
	q, err := job.New(job.Config{DB: d, Replica: "one", Log: slog.New(slog.DiscardHandler)}, workers, nil)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func run(t testing.TB, q *job.Queue) {
	t.Helper()
	if err := q.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, q) })
}

func stop(t testing.TB, q *job.Queue) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := q.Stop(limit); err != nil {
		t.Errorf("stop: %v", err)
	}
}

func enqueue(d *db.DB, q *job.Queue, jobs ...job.Args) error {
	return d.Write(ctx, func(tx *db.Tx) error { return q.Enqueue(ctx, tx, jobs...) })
}

func TestJobExistsWhenItsChangeDoes(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := newHeard()
		q := queue(t, migrated(t, d), job.Handle(job.Options{Queue: job.Alert}, func(_ context.Context, n note) error { h.add(n.Word); return nil }))
		run(t, q)
		undo := errors.New("undo")
		err := d.Write(ctx, func(tx *db.Tx) error { return errors.Join(q.Enqueue(ctx, tx, note{"undone"}), undo) })
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
		cancelled, cancel := context.WithCancel(ctx)
		cancel()
		err = d.Write(ctx, func(tx *db.Tx) error { return q.Enqueue(cancelled, tx, note{"cancelled"}) })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("enqueue with a cancelled context: got %v", err)
		}
		if err := enqueue(d, q, note{"done"}); err != nil {
			t.Fatal(err)
		}
		if got := h.wait(t, 1); got[0] != "done" {
			t.Errorf("heard %v, want done first", got)
		}
		time.Sleep(150 * time.Millisecond) // three polls of the queue: a wrong job would have run by then
		if got := h.all(); len(got) != 1 {
			t.Errorf("heard %v, want done only", got)
		}
	})
}

func TestRetryBuriedAndDugUp(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := newHeard()
		mend := false
		q := queue(t, migrated(t, d), job.Handle(job.Options{Queue: job.Alert, Attempts: 2}, func(ctx context.Context, n note) error {
			h.add(fmt.Sprint(job.Attempt(ctx)))
			if mend {
				return nil
			}
			return errors.New("not today")
		}))
		run(t, q)
		if err := enqueue(d, q, note{"x"}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		h.wait(t, 2)
		t.Logf("the second try came after %v", time.Since(start))
		buried := buried(t, q)
		if len(buried) != 1 || buried[0].Kind != "note" || buried[0].LastFail != "not today" || buried[0].Attempt != 2 || buried[0].Max != 2 {
			t.Fatalf("buried: got %+v", buried)
		}
		mend = true
		if err := q.Retry(ctx, buried[0].ID); err != nil {
			t.Fatal(err)
		}
		h.wait(t, 3)
		if got, err := q.Buried(ctx, 10); err != nil || len(got) != 0 {
			t.Errorf("buried after the retry: got %+v, %v", got, err)
		}
	})
}

// buried waits for the first buried job: River writes it down after the try.
func buried(t *testing.T, q *job.Queue) []job.Row {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		rows, err := q.Buried(ctx, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) > 0 {
			return rows
		}
	}
	return nil
}

func TestCancelAndDrop(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := newHeard()
		q := queue(t, migrated(t, d), job.Handle(job.Options{Queue: job.Alert}, func(_ context.Context, n note) error {
			h.add(n.Word)
			return job.Cancel(errors.New("no use"))
		}))
		later := time.Now().Add(time.Hour)
		err := d.Write(ctx, func(tx *db.Tx) error { return q.EnqueueAt(ctx, tx, later, note{"later"}) })
		if err != nil {
			t.Fatal(err)
		}
		run(t, q)
		if err := enqueue(d, q, note{"now"}); err != nil {
			t.Fatal(err)
		}
		h.wait(t, 1)
		time.Sleep(100 * time.Millisecond)
		if got := h.all(); len(got) != 1 {
			t.Errorf("heard %v, want one try", got)
		}
	})
}

func TestEnqueueOnce(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := newHeard()
		q := queue(t, migrated(t, d), job.Handle(job.Options{Queue: job.Alert}, func(_ context.Context, n note) error { h.add(n.Word); return nil }))
		once := func(words ...string) {
			for _, w := range words {
				if err := d.Write(ctx, func(tx *db.Tx) error { return q.EnqueueOnce(ctx, tx, note{w}) }); err != nil {
					t.Fatal(err)
				}
			}
		}
		once("a", "a", "b", "a")
		if rows, err := q.Waiting(ctx, 10); err != nil || len(rows) != 2 {
			t.Errorf("waiting: got %+v, %v, want 2", rows, err)
		}
		run(t, q)
		h.wait(t, 2)
		for range 100 { // until the first is written down as done
			if rows, _ := q.Waiting(ctx, 10); len(rows) == 0 {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		once("a")
		if got := h.wait(t, 3); len(got) != 3 {
			t.Errorf("heard %v, want a, b, a", got)
		}
	})
}

// A change while the same job runs is heard: the run may have read before it.
func TestEnqueueOnceWhileItRuns(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h, began, release := newHeard(), make(chan bool, 8), make(chan bool)
		q := queue(t, migrated(t, d), job.Handle(job.Options{Queue: job.Alert}, func(_ context.Context, n note) error {
			began <- true
			<-release
			h.add(n.Word)
			return nil
		}))
		once := func() {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) error { return q.EnqueueOnce(ctx, tx, note{"a"}) }); err != nil {
				t.Fatal(err)
			}
		}
		run(t, q)
		for range 3 { // the job, its follower, and one more where both run
			once()
			<-began
		}
		close(release)
		if got := h.wait(t, 3); len(got) != 3 {
			t.Errorf("heard %v, want three runs", got)
		}
	})
}

// Changes that come while one job runs make one more run, not many.
func TestEnqueueOnceGathers(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		began, release := make(chan bool, 8), make(chan bool)
		q := queue(t, migrated(t, d), job.Handle(job.Options{Queue: job.Alert}, func(ctx context.Context, n note) error {
			if n.Word == "block" {
				began <- true
				<-release
			}
			return nil
		}))
		run(t, q)
		t.Cleanup(func() { close(release) })
		// Eight workers of the queue are taken, so what follows waits.
		for i := range 8 {
			if err := enqueue(d, q, note{"block"}); err != nil {
				t.Fatalf("%d: %v", i, err)
			}
			<-began
		}
		for range 10 {
			if err := d.Write(ctx, func(tx *db.Tx) error { return q.EnqueueOnce(ctx, tx, note{"a"}, note{"a"}, note{"b"}) }); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := q.Waiting(ctx, 50)
		if err != nil || len(rows) != 8+2 {
			t.Errorf("got %d jobs, %v, want 8 that run and 2 that wait", len(rows), err)
		}
	})
}

func TestPeriodicAtStart(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := newHeard()
		w := job.Handle(job.Options{Queue: job.Alert}, func(_ context.Context, n note) error { h.add(n.Word); return nil })
		q, err := job.New(job.Config{DB: migrated(t, d), Replica: "one", Log: slog.New(slog.DiscardHandler)}, []job.Worker{w},
			[]job.Periodic{{Every: time.Hour, AtStart: true, Make: func() job.Args { return note{"tick"} }}})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		run(t, q)
		h.wait(t, 1)
		t.Logf("the first tick came after %v", time.Since(start))
	})
}

// Several replicas start at the same time on an empty database.
func TestMigrateByManyAtOnce(t *testing.T) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			url := database.URL(t, kind)
			var all sync.WaitGroup
			for range 4 {
				d := database.Dial(t, url)
				all.Go(func() {
					if err := job.Migrate(ctx, d); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		})
	}
}
