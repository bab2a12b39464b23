package job_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
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
			var first, all time.Duration
			for range 3 { // others use the machine: once in time is enough
				first, all = killed(t, kind)
				t.Logf("the first %v after the start, all %v", first, all)
				if first <= 2*time.Second && all <= 10*time.Second { // 2.5 s to come, 5 s between looks
					return
				}
			}
			t.Errorf("taken up after %v, want at once; all after %v, want 10 s: the killed leader stands in the way", first, all)
		})
	}
}

// killed starts on what a killed process left, and gives how long after the start the
// first of its two jobs was done, and both.
func killed(t *testing.T, kind database.Kind) (first, all time.Duration) {
	t.Helper()
	url := database.URL(t, kind)
	kill(t, url)
	h := newHeard()
	q := queue(t, database.Dial(t, url), job.Handle(job.Options{Queue: job.Alert}, func(ctx context.Context, n note) error {
		h.add(fmt.Sprint(n.Word, " try ", job.Attempt(ctx)))
		return nil
	}))
	start := time.Now()
	if err := q.Start(ctx); err != nil {
		t.Fatal(err)
	}
	defer stop(t, q)
	h.wait(t, 1)
	first = time.Since(start)
	got := h.wait(t, 2)
	all = time.Since(start)
	// By then both may be due, and the order of two that are due is nobody's promise.
	slices.Sort(got)
	if want := []string{"to come try 1", "under way try 2"}; !slices.Equal(got, want) {
		t.Errorf("heard %v, want %v", got, want)
	}
	return first, all
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
