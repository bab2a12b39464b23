package advisory

import (
	"context"
	"errors"

	"ward"
	"ward/kit/db"
)

// The names of counters in advisory_change.
const (
	changeIndex    = "index"
	changeDecision = "decision"
)

// nextChange raises a counter and holds its row until the commit, so that
// numbers become visible in their order.
func nextChange(ctx context.Context, tx *db.Tx, name string) (int64, error) {
	var n int64
	err := tx.QueryRow(ctx, `UPDATE advisory_change SET n = n + 1 WHERE name = $1 RETURNING n`, name).Scan(&n)
	return n, err
}

func readChange(ctx context.Context, tx *db.Tx, name string) (int64, error) {
	var n int64
	err := tx.QueryRow(ctx, `SELECT n FROM advisory_change WHERE name = $1`, name).Scan(&n)
	return n, err
}

func putIndex(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID, revision string, change int64, claims, prints []byte) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_index (advisory_id, revision_id, change, claims, fingerprints)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (advisory_id) DO UPDATE SET revision_id = excluded.revision_id, change = excluded.change,
			claims = excluded.claims, fingerprints = excluded.fingerprints`,
		string(advisory), revision, change, claims, prints)
	return err
}

// packedClaims is one row of the index as stored.
type packedClaims struct {
	advisory ward.AdvisoryID
	change   int64
	claims   []byte
}

// indexAfter lists rows changed after the given number in its order.
func indexAfter(ctx context.Context, tx *db.Tx, change int64, id ward.AdvisoryID, limit int) ([]packedClaims, error) {
	return db.Rows(ctx, tx, `
		SELECT advisory_id, change, claims
		FROM advisory_index
		WHERE (change, advisory_id) > ($1, $2)
		ORDER BY change, advisory_id
		LIMIT $3`, []any{change, string(id), limit},
		func(r db.Row) (p packedClaims, err error) {
			err = r.Scan(&p.advisory, &p.change, &p.claims)
			return p, err
		})
}

// indexOf reads the packed claims and fingerprints of one advisory; NotFound if
// there is none.
func indexOf(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) (claims, prints []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT claims, fingerprints FROM advisory_index WHERE advisory_id = $1`, string(advisory)).
		Scan(&claims, &prints)
	return claims, prints, notFound(err)
}

// notFound turns "no rows" into our own word.
func notFound(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return ward.Fail(ward.NotFound, "")
	}
	return err
}
