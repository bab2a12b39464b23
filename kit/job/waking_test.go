package job_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ward/kit/db"
	"ward/kit/job"
	"ward/test/database"
)

// On SQLite a job begins when its change is durable: ten that follow one another
// would take ten seconds if the queue only looked once a second.
func TestJobIsToldOf(t *testing.T) {
	for _, name := range []string{job.Alert, job.Slow} {
		t.Run(name, func(t *testing.T) {
			var took time.Duration
			for range 3 { // others use the machine: once in time is enough
				if took = nine(t, name); took <= 5*time.Second {
					return
				}
			}
			t.Errorf("nine jobs that follow one another took %s", took)
		})
	}
}

// nine is how long nine jobs take that follow one another in a queue.
func nine(t *testing.T, name string) time.Duration {
	t.Helper()
	h, d := newHeard(), migrated(t, database.Open(t, database.SQLite))
	var q *job.Queue
	q = queue(t, d, job.Handle(job.Options{Queue: name}, func(_ context.Context, n note) error {
		h.add(n.Word)
		if len(h.all()) == 10 {
			return nil
		}
		return enqueue(d, q, note{fmt.Sprint(len(h.all()))})
	}))
	run(t, q)
	if err := enqueue(d, q, note{"first"}); err != nil {
		t.Fatal(err)
	}
	h.wait(t, 1)
	start := time.Now()
	h.wait(t, 10)
	return time.Since(start)
}

// Dropping a job that runs ends it: nobody waits for its timeout.
func TestDropEndsARunningJob(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := newHeard()
		q := queue(t, migrated(t, d), job.Handle(job.Options{Queue: job.Alert}, func(ctx context.Context, n note) error {
			h.add("begun")
			<-ctx.Done()
			h.add("ended")
			return ctx.Err()
		}))
		run(t, q)
		if err := enqueue(d, q, note{"long"}); err != nil {
			t.Fatal(err)
		}
		h.wait(t, 1)
		if err := q.Drop(ctx, 1); err != nil {
			t.Fatal(err)
		}
		if got := h.wait(t, 2); got[1] != "ended" {
			t.Errorf("got %v", got)
		}
	})
}
