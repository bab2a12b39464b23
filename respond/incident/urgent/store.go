package urgent

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

func insertCard(ctx context.Context, tx *db.Tx, c Card, digest string) error {
	_, err := tx.Exec(ctx, `INSERT INTO incident_card (id, org, country, place, person, digest, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.ID, c.Org, c.Country, c.Place, c.By, digest, db.At(c.Created), db.At(c.Expires))
	return err
}

const cardColumns = `c.id, c.org, c.country, c.place, c.person, c.created_at, c.expires_at, c.revoked_at,
	(SELECT COUNT(*) FROM incident_outside o WHERE o.card = c.id), (SELECT MAX(o.at) FROM incident_outside o WHERE o.card = c.id)`

func scanCard(row db.Row) (c Card, err error) {
	var created, expires, revoked, last db.Time
	err = row.Scan(&c.ID, &c.Org, &c.Country, &c.Place, &c.By, &created, &expires, &revoked, &c.Used, &last)
	c.Created, c.Expires, c.Revoked, c.Last = created.Time, expires.Time, revoked.Time, last.Time
	return c, err
}

func cardsOf(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]Card, error) {
	return db.Rows(ctx, tx, `SELECT `+cardColumns+` FROM incident_card c WHERE c.org = $1 ORDER BY c.id DESC LIMIT 200`, []any{org}, scanCard)
}

func cardByDigest(ctx context.Context, tx *db.Tx, digest string) (Card, error) {
	c, err := scanCard(tx.QueryRow(ctx, `SELECT `+cardColumns+` FROM incident_card c WHERE c.digest = $1`, digest))
	return c, db.OrMissing(err)
}

func revokeCard(ctx context.Context, tx *db.Tx, org ward.OrgID, id string, at time.Time) error {
	n, err := tx.Exec(ctx, `UPDATE incident_card SET revoked_at = $3 WHERE id = $1 AND org = $2 AND revoked_at IS NULL`, id, org, db.At(at))
	if err == nil && n == 0 {
		return ward.Fail(ward.NotFound, "")
	}
	return err
}

// outside is a report that came in without an account.
type outside struct {
	Report, Form, Link, Card string
	At                       time.Time
}

// insertOutside fails with Conflict when the same form was sent twice at once.
func insertOutside(ctx context.Context, tx *db.Tx, o outside) error {
	n, err := tx.Exec(ctx, `INSERT INTO incident_outside (report_id, form, link, card, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (form) DO NOTHING`,
		o.Report, o.Form, o.Link, o.Card, db.At(o.At))
	if err == nil && n == 0 {
		return ward.Fail(ward.Conflict, "incident.error.twice")
	}
	return err
}

func formKnown(ctx context.Context, tx *db.Tx, form string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM incident_outside WHERE form = $1`, form).Scan(&n)
	return n > 0, err
}

func reportOfLink(ctx context.Context, tx *db.Tx, link string) (id string, err error) {
	err = tx.QueryRow(ctx, `SELECT report_id FROM incident_outside WHERE link = $1`, link).Scan(&id)
	return id, db.OrMissing(err)
}

// usesOf counts the reports of a card, or of all without one.
func usesOf(ctx context.Context, tx *db.Tx, card string, since time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM incident_outside WHERE card = $1 AND at >= $2`, card, db.At(since)).Scan(&n)
	return n, err
}

func insertTry(ctx context.Context, tx *db.Tx, id, origin string, carded bool, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO incident_try (id, origin, filed, carded, at) VALUES ($1, $2, 0, $3, $4)`, id, origin, db.Flag(carded), db.At(at))
	return err
}

func markFiled(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE incident_try SET filed = 1 WHERE id = $1`, id)
	return err
}

// triesOf counts the attempts of a network, or those that a report came of.
func triesOf(ctx context.Context, tx *db.Tx, origin string, since time.Time, filed bool) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM incident_try WHERE origin = $1 AND at >= $2 AND filed >= $3`, origin, db.At(since), db.Flag(filed)).Scan(&n)
	return n, err
}

func forgetTries(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM incident_try WHERE at < $1`, db.At(before))
	return err
}
