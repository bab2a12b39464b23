package subscription

import (
	"context"
	"errors"
	"time"

	"ward"
	"ward/detect/alert/secret"
	"ward/kit/db"
)

const feedColumns = `id, kind, org, person, role, hat, name, lang, clearance, created_at, used_at`

func scanFeed(r db.Row) (Feed, error) {
	var f Feed
	var created, used db.Time
	err := r.Scan(&f.ID, &f.Kind, &f.Org, &f.Person, &f.Role, &f.Hat, &f.Name, &f.Lang, &f.Clearance, &created, &used)
	if errors.Is(err, db.ErrNoRows) {
		err = missing()
	}
	f.Created, f.Used = created.Time, used.Time
	return f, err
}

func insertFeed(ctx context.Context, tx *db.Tx, f Feed) error {
	_, err := tx.Exec(ctx, `INSERT INTO alert_feed (id, digest, kind, org, person, role, hat, name, lang, clearance, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, f.ID, secret.Digest(f.Secret), string(f.Kind), string(f.Org), string(f.Person),
		string(f.Role), f.Hat, f.Name, string(f.Lang), int64(f.Clearance), db.At(f.Created))
	return err
}

// countFeeds counts those of the same kind and owner as f.
func countFeeds(ctx context.Context, tx *db.Tx, f Feed) (n int, err error) {
	q := `SELECT COUNT(*) FROM alert_feed WHERE kind = 'person' AND person = $1`
	if f.Kind == Shared {
		q = `SELECT COUNT(*) FROM alert_feed WHERE kind = 'organisation' AND org = $1`
	}
	err = tx.QueryRow(ctx, q, f.owner()).Scan(&n)
	return n, err
}

// feedsOf are those of a person and, when one is given, of an organisation, the
// newest first.
func feedsOf(ctx context.Context, tx *db.Tx, p ward.PersonID, org ward.OrgID) ([]Feed, error) {
	return db.Rows(ctx, tx, `SELECT `+feedColumns+` FROM alert_feed WHERE kind = 'person' AND person = $1
		OR kind = 'organisation' AND org = $2 AND $2 <> '' ORDER BY id DESC LIMIT $3`, []any{string(p), string(org), 2 * feedLimit}, scanFeed)
}

func feedByID(ctx context.Context, tx *db.Tx, id string) (Feed, error) {
	return scanFeed(tx.QueryRow(ctx, `SELECT `+feedColumns+` FROM alert_feed WHERE id = $1`, id))
}

func feedByDigest(ctx context.Context, tx *db.Tx, digest string) (Feed, error) {
	return scanFeed(tx.QueryRow(ctx, `SELECT `+feedColumns+` FROM alert_feed WHERE digest = $1`, digest))
}

func deleteFeed(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM alert_feed WHERE id = $1`, id)
	return err
}

func touchFeed(ctx context.Context, tx *db.Tx, id string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE alert_feed SET used_at = $2 WHERE id = $1`, id, db.At(at))
	return err
}
