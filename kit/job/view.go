package job

import (
	"context"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"ward"
)

// Row is a job as the operator sees it: without its arguments, which may name
// people or organisations.
type Row struct {
	ID       int64
	Kind     string
	Queue    string
	State    string // available, running, retryable, scheduled, completed, discarded, cancelled
	Attempt  int
	Max      int
	Created  time.Time
	Next     time.Time
	LastFail string // error text of the last try; "" if none
}

// Buried lists jobs that used up their attempts, newest first, at most limit.
func (q *Queue) Buried(ctx context.Context, limit int) ([]Row, error) {
	return q.rows(ctx, limit, rivertype.JobStateDiscarded)
}

// Waiting lists jobs that failed and will be tried again, and those under way.
func (q *Queue) Waiting(ctx context.Context, limit int) ([]Row, error) {
	return q.rows(ctx, limit, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateAvailable)
}

func (q *Queue) rows(ctx context.Context, limit int, states ...rivertype.JobState) ([]Row, error) {
	p := river.NewJobListParams().States(states...).First(limit).OrderBy(river.JobListOrderByID, river.SortOrderDesc)
	jobs, err := q.backend.list(ctx, p)
	if err != nil {
		return nil, ward.Wrap("list jobs", err)
	}
	out := make([]Row, len(jobs))
	for i, j := range jobs {
		out[i] = Row{ID: j.ID, Kind: j.Kind, Queue: j.Queue, State: string(j.State), Attempt: j.Attempt,
			Max: j.MaxAttempts, Created: j.CreatedAt, Next: j.ScheduledAt}
		if n := len(j.Errors); n > 0 {
			out[i].LastFail = j.Errors[n-1].Error
		}
	}
	return out, nil
}

// Retry digs up a buried job for one more try now.
func (q *Queue) Retry(ctx context.Context, id int64) error {
	return ward.Wrap("retry job", q.backend.retry(ctx, id))
}

// Drop gives a job up for good.
func (q *Queue) Drop(ctx context.Context, id int64) error {
	return ward.Wrap("drop job", q.backend.cancel(ctx, id))
}
