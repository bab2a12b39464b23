package job_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"ward/kit/db"
	"ward/kit/job"
	"ward/test/database"
)

// child names the database in the process that is to be killed.
const child = "WARD_TEST_KILLED_CHILD"

func TestMain(m *testing.M) {
	if url := os.Getenv(child); url != "" {
		fmt.Fprintln(os.Stderr, beKilled(url))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// beKilled is the process that TestKilledProcess kills: it has one job under way
// and one that is to come. It returns only what stood in its way.
func beKilled(url string) error {
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	if err := job.Migrate(ctx, d); err != nil {
		return err
	}
	q, err := job.New(job.Config{DB: d, Replica: "one", Log: slog.New(slog.DiscardHandler)}, []job.Worker{
		job.Handle(job.Options{Queue: job.Alert}, func(context.Context, note) error {
			fmt.Println("began")
			select {}
		})}, nil)
	if err != nil {
		return err
	}
	if err := q.Start(ctx); err != nil {
		return err
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		if err := q.EnqueueAt(ctx, tx, time.Now().Add(4*time.Second), note{"to come"}); err != nil {
			return err
		}
		return q.Enqueue(ctx, tx, note{"under way"})
	})
	if err != nil {
		return err
	}
	select {}
}

// What a killed process had under way is taken up at once by its next start,
// and what was to come still comes.
func TestKilledProcess(t *testing.T) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			url := database.URL(t, kind)
			kill(t, url)
			h := newHeard()
			d := database.Dial(t, url)
			q := queue(t, d, job.Handle(job.Options{Queue: job.Alert}, func(ctx context.Context, n note) error {
				h.add(fmt.Sprint(n.Word, " try ", job.Attempt(ctx)))
				return nil
			}))
			start := time.Now()
			run(t, q)
			if got := h.wait(t, 1); got[0] != "under way try 2" {
				t.Errorf("heard %v, want what was under way, the second try", got)
			}
			took := time.Since(start)
			if took > 2*time.Second {
				t.Errorf("taken up after %v, want at once", took)
			}
			if got := h.wait(t, 2); got[1] != "to come try 1" {
				t.Errorf("heard %v, want what was to come, the first try", got)
			}
			if all := time.Since(start); all > 10*time.Second { // 2.5 s to come, 5 s between looks
				t.Errorf("what was to come came %v after the start: the killed leader stands in the way", all)
			}
			t.Logf("under way: %v after the start; to come: %v", took, time.Since(start))
		})
	}
}

// kill runs the child on url until its job began, and kills it.
func kill(t *testing.T, url string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), child+"="+url)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "began" {
		t.Log(lines.Text())
	}
	time.Sleep(1500 * time.Millisecond) // long enough to lead the replicas, as a running house does
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
}
