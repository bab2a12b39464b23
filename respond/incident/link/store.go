package link

import (
	"context"
	"time"

	"ward/kit/db"
)

// pair puts the ids in order: a link is one row, whoever made it. Ids grow with
// time, so the second one is the later report.
func pair(a, b string) (string, string) {
	if a > b {
		return b, a
	}
	return a, b
}

// Put says how two reports belong together, in place of what was said before.
func Put(ctx context.Context, tx *db.Tx, a, b string, kind Kind, person string, at time.Time) error {
	one, other := pair(a, b)
	_, err := tx.Exec(ctx, `INSERT INTO incident_link (one, other, kind, person, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (one, other) DO UPDATE SET kind = $3, person = $4, at = $5`, one, other, string(kind), person, db.At(at))
	return err
}

// Drop takes that back; false where nothing was said.
func Drop(ctx context.Context, tx *db.Tx, a, b string) (bool, error) {
	one, other := pair(a, b)
	n, err := tx.Exec(ctx, `DELETE FROM incident_link WHERE one = $1 AND other = $2`, one, other)
	return n > 0, err
}

// Of are the links of a report, by the age of the others.
func Of(ctx context.Context, tx *db.Tx, id string) ([]Link, error) {
	return db.Rows(ctx, tx, `SELECT r.id, r.number, r.org_name, l.kind, l.person, l.at
		FROM incident_link l JOIN incident_report r ON r.id = CASE WHEN l.one = $1 THEN l.other ELSE l.one END
		WHERE l.one = $1 OR l.other = $1 ORDER BY r.id LIMIT 200`, []any{id}, func(row db.Row) (l Link, err error) {
		var at db.Time
		err = row.Scan(&l.Other, &l.Number, &l.Name, &l.Kind, &l.By, &at)
		l.At = at.Time
		return l, err
	})
}

// Later are the later reports of pairs of which one is enough: the earlier one,
// as long as it counts itself. Of a card's report that nobody confirmed and the
// hospital's own, the own one counts.
func Later(ctx context.Context, tx *db.Tx) (map[string]bool, error) {
	out := map[string]bool{}
	err := tx.Query(ctx, `SELECT DISTINCT l.other FROM incident_link l JOIN incident_report r ON r.id = l.one
		WHERE l.kind = 'duplicate' AND r.trust NOT IN ('unconfirmed', 'disowned') ORDER BY l.other LIMIT 100000`, nil, func(row db.Row) error {
		var id string
		err := row.Scan(&id)
		out[id] = true
		return err
	})
	return out, err
}

// First is the earlier report of a pair that was told twice.
type First struct{ ID, Number string }

// Firsts gives, of reports that are the later ones of such pairs, the earliest.
func Firsts(ctx context.Context, tx *db.Tx, reports []string) (map[string]First, error) {
	out := map[string]First{}
	if len(reports) == 0 {
		return out, nil
	}
	var args db.Args
	err := tx.Query(ctx, `SELECT l.other, r.id, r.number FROM incident_link l JOIN incident_report r ON r.id = l.one
		WHERE l.kind = 'duplicate' AND l.other IN (`+db.In(&args, reports)+`) ORDER BY l.other, l.one DESC`, args, func(row db.Row) error {
		var later string
		var f First
		err := row.Scan(&later, &f.ID, &f.Number)
		out[later] = f
		return err
	})
	return out, err
}
