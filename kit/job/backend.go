package job

import (
	"context"
	"database/sql"
	"log/slog"
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
	// told is how SQLite's jobs are made known; nil on PostgreSQL, where River does it.
	told *waking
}

func newBackend(cfg Config, workers *river.Workers, periodic []*river.PeriodicJob) (backend, error) {
	if cfg.DB.Postgres() {
		return newClient(cfg, riverpgxv5.New(cfg.DB.Pool()), workers, periodic, (*db.Tx).PGX)
	}
	told := newWaking(cfg.DB.Lite())
	c, err := newClient(cfg, told, workers, periodic, (*db.Tx).SQL)
	if err != nil {
		return nil, err
	}
	c.told = told
	return c, nil
}

func newClient[TTx any](cfg Config, driver riverdriver.Driver[TTx], workers *river.Workers,
	periodic []*river.PeriodicJob, of func(*db.Tx) TTx) (*client[TTx], error) {
	c, err := river.NewClient(driver, &river.Config{
		ID:                          cfg.Replica,
		Queues:                      queueConfig(cfg.DB.Postgres()),
		Workers:                     workers,
		PeriodicJobs:                periodic,
		Logger:                      slog.New(faults{cfg.Log.Handler()}),
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

// insert is not interrupted on SQLite: an interrupted INSERT would take the
// writes of others in the same transaction with it (see kit/db).
func (c *client[TTx]) insert(ctx context.Context, tx *db.Tx, p []river.InsertManyParams) ([]bool, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if tx.SQL() != nil {
		ctx = context.WithoutCancel(ctx)
	}
	all, err := c.InsertManyTx(ctx, c.of(tx), p)
	if err != nil {
		return nil, err
	}
	if c.told != nil {
		queues := queuesOf(p)
		tx.AfterCommit(func() { c.told.wake(queues...) })
	}
	behind := make([]bool, len(all))
	for i, r := range all {
		behind[i] = r.UniqueSkippedAsDuplicate && r.Job.State == rivertype.JobStateRunning
	}
	return behind, nil
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
	j, err := c.JobRetry(ctx, id)
	if err == nil && c.told != nil {
		c.told.wake(j.Queue)
	}
	return err
}

func (c *client[TTx]) cancel(ctx context.Context, id int64) error {
	j, err := c.JobCancel(ctx, id)
	if err == nil && c.told != nil {
		c.told.stop(j.Queue, id)
	}
	return err
}

// migrationLock lets one of many starting replicas bring River's tables up to
// date; its own migrator knows no lock. Any constant of ours does.
const migrationLock = 0x6a6f62

// Migrate brings River's own tables up to date.
func Migrate(ctx context.Context, d *db.DB) error {
	if d.Postgres() {
		return ward.Wrap("migrate jobs", migratePostgres(ctx, d))
	}
	return ward.Wrap("migrate jobs", d.Write(ctx, func(tx *db.Tx) error {
		m, err := rivermigrate.New[*sql.Tx](riversqlite.New(d.Lite()), nil)
		if err != nil {
			return err
		}
		//lint:ignore SA1019 what cannot share a transaction are PostgreSQL's enumerations; here it must, as another process may start
		_, err = m.MigrateTx(context.WithoutCancel(ctx), tx.SQL(), rivermigrate.DirectionUp, nil)
		return err
	}))
}

// migratePostgres holds the lock on a connection of its own, as River's steps
// are transactions of their own: a new enumeration value needs a commit.
func migratePostgres(ctx context.Context, d *db.DB) error {
	conn, err := d.Pool().Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, migrationLock); err != nil {
		return err
	}
	m, err := rivermigrate.New[pgx.Tx](riverpgxv5.New(d.Pool()), nil)
	if err == nil {
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	if _, unlock := conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, migrationLock); unlock != nil {
		conn.Conn().Close(context.WithoutCancel(ctx)) // the lock ends with its connection
	}
	return err
}

// resume makes available again what a killed process of the same name left as
// running, and ends its leadership: else nobody would move scheduled jobs and
// retries until that ran out, some 15 seconds. On SQLite there is one process,
// so all of it is ours.
func (q *Queue) resume(ctx context.Context) error {
	texts := []string{`UPDATE river_job SET state = 'available' WHERE state = 'running' AND $1 = $1`,
		`DELETE FROM river_leader WHERE $1 = $1`}
	if q.cfg.DB.Postgres() {
		texts = []string{`UPDATE river_job SET state = 'available' WHERE state = 'running'
				AND attempted_by[array_upper(attempted_by, 1)] = $1`,
			`DELETE FROM river_leader WHERE leader_id = $1`}
	}
	return q.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		for _, text := range texts {
			if _, err := tx.Exec(ctx, text, q.cfg.Replica); err != nil {
				return err
			}
		}
		return nil
	})
}

// faults passes on what River warns of; its counts of each few seconds are not
// what an operator reads.
type faults struct{ slog.Handler }

// Enabled implements slog.Handler.
func (f faults) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && f.Handler.Enabled(ctx, l)
}

// WithAttrs implements slog.Handler.
func (f faults) WithAttrs(a []slog.Attr) slog.Handler { return faults{f.Handler.WithAttrs(a)} }

// WithGroup implements slog.Handler.
func (f faults) WithGroup(name string) slog.Handler { return faults{f.Handler.WithGroup(name)} }
