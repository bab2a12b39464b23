package reach

import (
	"context"
	"errors"
	"slices"
	"time"

	"ward"
	"ward/detect/alert/period"
	"ward/kit/db"
)

const wishColumns = `person, every, due_hour, due_day, quiet_from, quiet_until, urgent, sms, phone, zone, pgp_key, pgp_print, pgp_expires_at,
	since_at, next_at, changed_at`

func scanWishes(r db.Row) (Wishes, error) {
	var w Wishes
	var expires, since, next, changed db.Time
	err := r.Scan(&w.Person, &w.Rule.Every, &w.Rule.Hour, &w.Rule.Weekday, &w.Rule.Quiet.From, &w.Rule.Quiet.Until, &w.Urgent, &w.SMS, &w.Phone,
		&w.home, &w.Key, &w.Print, &expires, &since, &next, &changed)
	w.Expires, w.Changed, w.open = expires.Time, changed.Time, period.Span{From: since.Time, Until: next.Time}
	return w, err
}

// personChunk people are asked for in one statement.
const personChunk = 500

// WishesOf gives what people said, of those who said something.
func WishesOf(ctx context.Context, tx *db.Tx, people []ward.PersonID) (map[ward.PersonID]Wishes, error) {
	out := map[ward.PersonID]Wishes{}
	for part := range slices.Chunk(people, personChunk) {
		var args db.Args
		all, err := db.Rows(ctx, tx, `SELECT `+wishColumns+` FROM alert_reach WHERE person IN (`+db.In(&args, part)+`) ORDER BY person LIMIT `+
			args.Add(personChunk), args, scanWishes)
		if err != nil {
			return nil, err
		}
		for _, w := range all {
			out[w.Person] = w
		}
	}
	return out, nil
}

// WishesBy gives what one person said, or the plain ones.
func WishesBy(ctx context.Context, tx *db.Tx, p ward.PersonID) (Wishes, error) {
	w, err := scanWishes(tx.QueryRow(ctx, `SELECT `+wishColumns+` FROM alert_reach WHERE person = $1`, p))
	if errors.Is(err, db.ErrNoRows) {
		w, err = Plain(), nil
		w.Person = p
	}
	return w, err
}

// putWishes stores w. It reports false when the open period was closed by
// somebody else since w was read, whose end then was until.
func putWishes(ctx context.Context, tx *db.Tx, w Wishes, until time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO alert_reach (person, every, due_hour, due_day, quiet_from, quiet_until, urgent, sms, phone, zone,
		pgp_key, pgp_print, pgp_expires_at, since_at, next_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (person) DO UPDATE SET every = excluded.every, due_hour = excluded.due_hour, due_day = excluded.due_day,
		quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, urgent = excluded.urgent, sms = excluded.sms, phone = excluded.phone,
		zone = excluded.zone, pgp_key = excluded.pgp_key, pgp_print = excluded.pgp_print, pgp_expires_at = excluded.pgp_expires_at,
		since_at = excluded.since_at, next_at = excluded.next_at, changed_at = excluded.changed_at
		WHERE COALESCE(alert_reach.next_at, 0) = $17`,
		string(w.Person), string(w.Rule.Every), int64(w.Rule.Hour), int64(w.Rule.Weekday), int64(w.Rule.Quiet.From), int64(w.Rule.Quiet.Until),
		string(w.Urgent), string(w.SMS), w.Phone, w.home, w.Key, w.Print, moment(w.Expires), moment(w.open.From), moment(w.open.Until),
		db.At(w.Changed), micros(until))
	return n == 1, err
}

// moment is NULL for a time that has not come.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return db.At(t)
}

// micros is a time as its column keeps it, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// OpenUntil is when the open digest period of the person in a column ends, for
// statements about all who wait; NULL for who has none.
func OpenUntil(column string) string {
	return `(SELECT r.next_at FROM alert_reach r WHERE r.person = ` + column + `)`
}

// dueWishes are people whose open period has ended, the longest past first.
func dueWishes(ctx context.Context, tx *db.Tx, now time.Time, limit int) ([]Wishes, error) {
	return db.Rows(ctx, tx, `SELECT `+wishColumns+` FROM alert_reach WHERE next_at IS NOT NULL AND next_at <= $1 ORDER BY next_at, person LIMIT $2`,
		[]any{db.At(now), limit}, scanWishes)
}

// setOpen moves a person's open period on, from the one that ended at until. It
// reports false when somebody else has done so.
func setOpen(ctx context.Context, tx *db.Tx, p ward.PersonID, until time.Time, open period.Span) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE alert_reach SET since_at = $3, next_at = $4 WHERE person = $1 AND next_at = $2`,
		string(p), db.At(until), db.At(open.From), db.At(open.Until))
	return n == 1, err
}
