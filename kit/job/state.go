package job

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

// State is how the queue of a database stands, for who looks from outside.
type State struct {
	Buried  int       // jobs that used up their attempts
	Kinds   []string  // of these, the commonest first, at most five
	Waiting int       // jobs that could run now
	Oldest  time.Time // since when the oldest of these waits; zero without one
	Leader  string    // replica that leads; "" when no process works jobs
}

// ReadState reads it without a queue. A leader that was killed is shown for some
// 15 seconds more, until its term ends.
func ReadState(ctx context.Context, d *db.DB, now time.Time) (s State, err error) {
	due, since, term := `datetime('now', 'subsec')`, `CAST(unixepoch(min(scheduled_at)) AS INTEGER) * 1000000`, `unixepoch(expires_at)`
	if d.Postgres() {
		due, since, term = `now()`, `CAST(extract(epoch FROM min(scheduled_at)) * 1000000 AS BIGINT)`, `CAST(extract(epoch FROM expires_at) AS BIGINT)`
	}
	err = d.Read(ctx, func(tx *db.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM river_job WHERE state = 'discarded'`).Scan(&s.Buried); err != nil {
			return err
		}
		var err error
		if s.Kinds, err = db.Rows(ctx, tx, `SELECT kind FROM river_job WHERE state = 'discarded' GROUP BY kind ORDER BY count(*) DESC, kind LIMIT 5`, nil,
			func(r db.Row) (kind string, err error) { return kind, r.Scan(&kind) }); err != nil {
			return err
		}
		var at db.Time
		err = tx.QueryRow(ctx, `SELECT count(*), `+since+` FROM river_job WHERE state = 'available' AND scheduled_at <= `+due).Scan(&s.Waiting, &at)
		if err != nil {
			return err
		}
		s.Oldest = at.Time
		return tx.Query(ctx, `SELECT leader_id FROM river_leader WHERE `+term+` > $1`, []any{now.Unix()}, func(r db.Row) error {
			return r.Scan(&s.Leader)
		})
	})
	return s, ward.Wrap("read job queue", err)
}

// EndTerm ends the term of whoever leads in a database that nobody serves.
func EndTerm(ctx context.Context, d *db.DB) error {
	return ward.Wrap("end term", d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM river_leader`)
		return err
	}))
}
