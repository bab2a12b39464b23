package job

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"ward"
	"ward/kit/db"
)

// client is River's client for one kind of transaction.
type client[TTx any] struct {
	*river.Client[TTx]
	of func(*db.Tx) TTx
}

func newBackend(cfg Config, workers *river.Workers, periodic []*river.PeriodicJob) (backend, error) {
	if cfg.DB.Postgres() {
		return newClient(cfg, riverpgxv5.New(cfg.DB.Pool()), workers, periodic, (*db.Tx).PGX)
	}
	return newClient(cfg, riversqlite.New(cfg.DB.Lite()), workers, periodic, (*db.Tx).SQL)
}

func newClient[TTx any](cfg Config, driver riverdriver.Driver[TTx], workers *river.Workers,
	periodic []*river.PeriodicJob, of func(*db.Tx) TTx) (backend, error) {
	c, err := river.NewClient(driver, &river.Config{
		ID:                          cfg.Replica,
		Queues:                      queueConfig(),
		Workers:                     workers,
		PeriodicJobs:                periodic,
		Logger:                      cfg.Log,
		JobTimeout:                  time.Minute,
		RescueStuckJobsAfter:        cfg.Rescue,
		CompletedJobRetentionPeriod: time.Hour,
		DiscardedJobRetentionPeriod: 90 * 24 * time.Hour, // the operator sees what was buried
		SkipUnknownJobCheck:         true,                // a newer replica may know more kinds
	})
	if err != nil {
		return nil, err
	}
	return &client[TTx]{Client: c, of: of}, nil
}

func (c *client[TTx]) insert(ctx context.Context, tx *db.Tx, p []river.InsertManyParams) error {
	_, err := c.InsertManyTx(ctx, c.of(tx), p)
	return err
}

func (c *client[TTx]) start(ctx context.Context) error { return c.Client.Start(ctx) }

// stop waits for running jobs; when ctx ends first they are cancelled.
func (c *client[TTx]) stop(ctx context.Context) error {
	if err := c.Stop(ctx); err == nil {
		return nil
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return c.StopAndCancel(grace)
}

func (c *client[TTx]) list(ctx context.Context, p *river.JobListParams) ([]*rivertype.JobRow, error) {
	res, err := c.JobList(ctx, p)
	if err != nil {
		return nil, err
	}
	return res.Jobs, nil
}

func (c *client[TTx]) retry(ctx context.Context, id int64) error {
	_, err := c.JobRetry(ctx, id)
	return err
}

func (c *client[TTx]) cancel(ctx context.Context, id int64) error {
	_, err := c.JobCancel(ctx, id)
	return err
}

// Migrate brings River's own tables up to date.
func Migrate(ctx context.Context, d *db.DB) error {
	if d.Postgres() {
		return ward.Wrap("migrate jobs", migrate[pgx.Tx](ctx, riverpgxv5.New(d.Pool())))
	}
	return ward.Wrap("migrate jobs", migrate[*sql.Tx](ctx, riversqlite.New(d.Lite())))
}

func migrate[TTx any](ctx context.Context, driver riverdriver.Driver[TTx]) error {
	m, err := rivermigrate.New(driver, nil)
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// resume makes available again what a killed process of the same name left as
// running. On SQLite there is one process, so all of it is ours.
func (q *Queue) resume(ctx context.Context) error {
	const lite = `UPDATE river_job SET state = 'available' WHERE state = 'running' AND $1 <> ''`
	const pg = `UPDATE river_job SET state = 'available' WHERE state = 'running'
		AND attempted_by[array_upper(attempted_by, 1)] = $1`
	text := lite
	if q.cfg.DB.Postgres() {
		text = pg
	}
	return q.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, text, q.cfg.Replica)
		return err
	})
}
