// Package job is a small port over River: durable background work on both
// databases. A job is enqueued in the transaction of the change that it must
// follow, so that it exists exactly when the change does. It runs at least once
// and may run again after a crash: a worker is safe to run twice.
//
// A worker holds no transaction while it talks to the network: on SQLite there
// is one writer for everybody.
package job

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"ward"
	"ward/kit/db"
	"ward/kit/trace"
)

// Args are a job's typed arguments, stored as JSON. Kind is its lasting name.
type Args interface{ Kind() string }

// Queues of the house. Each has its own workers, so that a slow receiver or a
// huge feed never holds up an alert.
const (
	Alert   = "alert"   // facts and fan-out: short and first
	Deliver = "deliver" // mail and text messages: many, waiting on others
	Call    = "call"    // webhooks: very many, and some of their receivers never answer
	Slow    = "slow"    // imports, fetches, nightly checks
)

// queueConfig: throughput of a queue is MaxWorkers per FetchCooldown. A job is
// told of when it is durable, and looked for each FetchPollInterval besides. On
// PostgreSQL River leaves out words that follow one another too fast, so the
// looking bounds the latency there: 20 ms for alerts gives publish to heard p50 12 ms
// and p99 30 ms, 50 ms gave 22 and 61 (BenchmarkPublishToHeard in kit/event). On
// SQLite every word is heard, and the looking is for what waited for its time.
func queueConfig(postgres bool) map[string]river.QueueConfig {
	look := func(d time.Duration) time.Duration {
		if postgres {
			return d
		}
		return time.Second
	}
	return map[string]river.QueueConfig{
		Alert:   {MaxWorkers: 8, FetchCooldown: 5 * time.Millisecond, FetchPollInterval: look(20 * time.Millisecond)},
		Deliver: {MaxWorkers: 200, FetchCooldown: 50 * time.Millisecond, FetchPollInterval: look(200 * time.Millisecond)},
		Call:    {MaxWorkers: 400, FetchCooldown: 50 * time.Millisecond, FetchPollInterval: look(200 * time.Millisecond)},
		Slow:    {MaxWorkers: 4, FetchCooldown: 100 * time.Millisecond, FetchPollInterval: look(time.Second)},
	}
}

// Options of a worker; the zero value is a job of the Slow queue with 12
// attempts of one minute each.
type Options struct {
	Queue    string        // "" means Slow
	Attempts int           // tries before the job is buried; 0 means 12: some 11 hours of growing waits (n⁴ seconds after the nth)
	Timeout  time.Duration // of one try; 0 means one minute
}

// A Worker is one kind of job with the function that does it.
type Worker struct {
	kind    string
	options Options
	add     func(*river.Workers)
}

// Handle makes the Worker of the jobs with arguments T.
func Handle[T Args](o Options, fn func(context.Context, T) error) Worker {
	var zero T
	if o.Queue == "" {
		o.Queue = Slow
	}
	if o.Attempts == 0 {
		o.Attempts = 12
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	return Worker{kind: zero.Kind(), options: o, add: func(w *river.Workers) {
		river.AddWorker(w, &worker[T]{fn: fn, timeout: o.Timeout})
	}}
}

// worker adapts a function to River.
type worker[T Args] struct {
	river.WorkerDefaults[T]
	fn      func(context.Context, T) error
	timeout time.Duration
}

func (w *worker[T]) Timeout(*river.Job[T]) time.Duration { return w.timeout }

func (w *worker[T]) Work(ctx context.Context, j *river.Job[T]) error {
	ctx, span := trace.Start(ctx, trace.Job, "job "+j.Kind)
	span.Number("job.attempt", j.Attempt)
	err := w.fn(context.WithValue(ctx, attemptKey{}, j.Attempt), j.Args)
	span.End(err)
	return err
}

type attemptKey struct{}

// Attempt tells a worker which try this is, from 1: a repeat of something that
// reaches people is marked as one.
func Attempt(ctx context.Context) int {
	n, _ := ctx.Value(attemptKey{}).(int)
	return max(n, 1)
}

// Snooze is what a worker returns to be called again after d without using up
// an attempt: the receiver asked to wait.
func Snooze(d time.Duration) error { return river.JobSnooze(d) }

// Cancel is what a worker returns when no further try can help.
func Cancel(err error) error { return river.JobCancel(err) }

// Periodic is a job that is enqueued every Every, by one replica.
type Periodic struct {
	Every   time.Duration
	AtStart bool // also once when the house starts
	Make    func() Args
}

// Config of New.
type Config struct {
	DB *db.DB
	// Replica names this process over its restarts, so that what it had under
	// way when it was killed is taken up at once. Two processes must not share it.
	Replica string
	Log     *slog.Logger
	// Rescue is how long a job of a vanished replica stays untouched; zero means 3 minutes.
	// It is longer than any Timeout in the house but for jobs that are safe to overlap.
	Rescue time.Duration
}

// Queue takes jobs and works them. Enqueue may be used before Start.
type Queue struct {
	cfg     Config
	backend backend
	options map[string]Options
}

// backend is River's client on one database.
type backend interface {
	// insert gives for each job whether it was left out because of a running one.
	insert(ctx context.Context, tx *db.Tx, p []river.InsertManyParams) (behind []bool, err error)
	start(ctx context.Context) error
	stop(ctx context.Context) error
	list(ctx context.Context, p *river.JobListParams) ([]*rivertype.JobRow, error)
	retry(ctx context.Context, id int64) error
	cancel(ctx context.Context, id int64) error
}

// New prepares a queue with its workers and periodic jobs.
func New(cfg Config, workers []Worker, periodic []Periodic) (*Queue, error) {
	q := new(Queue)
	return q, q.Open(cfg, workers, periodic)
}

// Open fills a zero Queue: workers belong to services that hold the queue
// already. Nothing may be enqueued before.
func (q *Queue) Open(cfg Config, workers []Worker, periodic []Periodic) error {
	if cfg.Rescue == 0 {
		cfg.Rescue = 3 * time.Minute
	}
	q.cfg, q.options = cfg, map[string]Options{}
	all := river.NewWorkers()
	for _, w := range workers {
		w.add(all)
		q.options[w.kind] = w.options
	}
	b, err := newBackend(cfg, all, q.periodic(periodic))
	q.backend = b
	return ward.Wrap("open job queue", err)
}

func (q *Queue) periodic(all []Periodic) []*river.PeriodicJob {
	var out []*river.PeriodicJob
	for _, p := range all {
		out = append(out, river.NewPeriodicJob(river.PeriodicInterval(p.Every), func() (river.JobArgs, *river.InsertOpts) {
			a := p.Make()
			o := q.insertOpts(a)
			// Replicas that change leadership must not enqueue the same tick twice.
			o.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: unfinished}
			return a, o
		}, &river.PeriodicJobOpts{RunOnStart: p.AtStart}))
	}
	return out
}

var unfinished = []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending,
	rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled}

func (q *Queue) insertOpts(a Args) *river.InsertOpts {
	o, ok := q.options[a.Kind()]
	if !ok {
		o = Options{Queue: Slow, Attempts: 12}
	}
	return &river.InsertOpts{Queue: o.Queue, MaxAttempts: o.Attempts}
}

// Enqueue adds jobs in tx: they exist when tx commits.
func (q *Queue) Enqueue(ctx context.Context, tx *db.Tx, jobs ...Args) error {
	_, err := q.enqueue(ctx, tx, time.Time{}, river.UniqueOpts{}, jobs)
	return err
}

// EnqueueAt adds jobs that start at the given time at the earliest.
func (q *Queue) EnqueueAt(ctx context.Context, tx *db.Tx, at time.Time, jobs ...Args) error {
	_, err := q.enqueue(ctx, tx, at, river.UniqueOpts{}, jobs)
	return err
}

// EnqueueOnce adds jobs unless one with the same kind and arguments waits. One
// that runs may have read before this change, so another follows it: a change is
// never lost, and a hundred of them make two runs. Both may run at the same time.
func (q *Queue) EnqueueOnce(ctx context.Context, tx *db.Tx, jobs ...Args) error {
	jobs, err := distinct(jobs)
	if err != nil {
		return ward.Wrap("enqueue", err)
	}
	for _, slot := range slots() {
		behind, err := q.enqueue(ctx, tx, time.Time{}, slot, jobs)
		if err != nil {
			return err
		}
		var again []Args
		for i, running := range behind {
			if running {
				again = append(again, jobs[i])
			}
		}
		jobs = again
	}
	return nil
}

// distinct drops repeats: PostgreSQL takes a place once in a statement.
func distinct(jobs []Args) (out []Args, err error) {
	seen := map[string]bool{}
	for _, a := range jobs {
		text, err := json.Marshal(a)
		if err != nil {
			return nil, err
		}
		if key := a.Kind() + " " + string(text); !seen[key] {
			seen[key], out = true, append(out, a)
		}
	}
	return out, nil
}

// slots are the places that jobs of one kind and arguments have: one, one for
// the follower of a running job, and any number where both run. What holds a
// place cannot begin to run before our transaction ends: the conflict locks its
// row on PostgreSQL, and SQLite has one writer.
func slots() []river.UniqueOpts {
	return []river.UniqueOpts{{ByArgs: true, ByState: unfinished}, {ByArgs: true, ByQueue: true, ByState: unfinished}, {}}
}

// enqueue tells which jobs were left out because of one that runs.
func (q *Queue) enqueue(ctx context.Context, tx *db.Tx, at time.Time, unique river.UniqueOpts, jobs []Args) ([]bool, error) {
	if len(jobs) == 0 {
		return nil, nil
	}
	params := make([]river.InsertManyParams, len(jobs))
	for i, a := range jobs {
		o := q.insertOpts(a)
		o.ScheduledAt, o.UniqueOpts = at, unique
		params[i] = river.InsertManyParams{Args: a, InsertOpts: o}
	}
	behind, err := q.backend.insert(ctx, tx, params)
	return behind, ward.Wrap("enqueue", err)
}

// Start takes up what this replica had under way and begins to work.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.resume(ctx); err != nil {
		return ward.Wrap("resume jobs", err)
	}
	return ward.Wrap("start job queue", q.backend.start(ctx))
}

// Stop lets running jobs end until ctx does; what is left goes on at the next start.
func (q *Queue) Stop(ctx context.Context) error { return q.backend.stop(ctx) }
