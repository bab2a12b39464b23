package throttle

import (
	"context"
	"strings"
	"time"

	"ward/kit/db"
)

// talliesOf gives the state of gates in one statement; the zero tally for one
// that nobody tried. On PostgreSQL the rows are locked in the order of gates,
// which is the same for all, so that attempts at the same time on two replicas
// are both counted and none waits in a circle.
func talliesOf(ctx context.Context, tx *db.Tx, gates []Gate) (map[string]tally, error) {
	var args db.Args
	rows := make([]string, len(gates))
	for i, g := range gates {
		rows[i] = `(` + args.Add(g.Name) + `, 0, 0, 0)`
	}
	out := map[string]tally{}
	err := tx.Query(ctx, `
		INSERT INTO account_throttle (name, attempts, last_at, until_at) VALUES `+strings.Join(rows, `, `)+`
		ON CONFLICT (name) DO UPDATE SET attempts = account_throttle.attempts
		RETURNING name, attempts, last_at, until_at`, args, func(r db.Row) error {
		var name string
		var t tally
		var last, until db.Time
		err := r.Scan(&name, &t.attempts, &last, &until)
		t.last, t.until = last.Time, until.Time
		out[name] = t
		return err
	})
	return out, err
}

// saveTallies writes them back in one statement.
func saveTallies(ctx context.Context, tx *db.Tx, gates []Gate, next []tally) error {
	var args db.Args
	rows := make([]string, len(gates))
	for i, g := range gates {
		rows[i] = `(` + args.Add(g.Name) + `, ` + args.Add(next[i].attempts) + `, ` + args.Add(db.At(next[i].last)) + `, ` + args.Add(db.At(next[i].until)) + `)`
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO account_throttle (name, attempts, last_at, until_at) VALUES `+strings.Join(rows, `, `)+`
		ON CONFLICT (name) DO UPDATE SET attempts = excluded.attempts, last_at = excluded.last_at, until_at = excluded.until_at`, args...)
	return err
}

// Forgive takes a right attempt back at each gate, in one statement: all that
// were counted, or one where others count on the same gate. It locks the rows in
// the order of gates, as talliesOf does. last_at of a row that is not there (swept
// meanwhile) says no more than that it is long ago.
func Forgive(ctx context.Context, tx *db.Tx, gates []Gate) error {
	var args db.Args
	rows := make([]string, len(gates))
	for i, g := range gates {
		rows[i] = `(` + args.Add(g.Name) + `, 0, ` + args.Add(db.Flag(g.Keep)) + `, 0)`
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO account_throttle (name, attempts, last_at, until_at) VALUES `+strings.Join(rows, `, `)+`
		ON CONFLICT (name) DO UPDATE SET until_at = 0,
			attempts = CASE WHEN account_throttle.attempts > 0 THEN (account_throttle.attempts - 1) * excluded.last_at ELSE 0 END`, args...)
	return err
}

// Forget drops tallies whose attempts are no longer remembered.
func Forget(ctx context.Context, tx *db.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_throttle WHERE last_at <= $1`, db.At(now.Add(-ForgetAfter)))
	return err
}
