package claim

import (
	"context"

	"ward"
	"ward/kit/db"
)

// Counter is one by which replicas see that what they hold in memory is old.
type Counter string

// The counters: of the claims, and of the decisions on them.
const (
	Changes   Counter = "index"
	Decisions Counter = "decision"
)

// Next raises a counter and holds its row until the commit, so that numbers
// become visible in their order.
func (c Counter) Next(ctx context.Context, tx *db.Tx) (int64, error) {
	var n int64
	err := tx.QueryRow(ctx, `UPDATE advisory_change SET n = n + 1 WHERE name = $1 RETURNING n`, string(c)).Scan(&n)
	return n, err
}

// Read gives a counter as it stands.
func (c Counter) Read(ctx context.Context, tx *db.Tx) (int64, error) {
	var n int64
	err := tx.QueryRow(ctx, `SELECT n FROM advisory_change WHERE name = $1`, string(c)).Scan(&n)
	return n, err
}

// Put stores what the newest revision of an advisory claims, both packed, under
// the number that Changes has in this transaction.
func Put(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID, revision string, change int64, claims, prints []byte) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_index (advisory_id, revision_id, change, claims, fingerprints)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (advisory_id) DO UPDATE SET revision_id = excluded.revision_id, change = excluded.change,
			claims = excluded.claims, fingerprints = excluded.fingerprints`,
		string(advisory), revision, change, claims, prints)
	return err
}

// row is one of the index as stored.
type row struct {
	advisory ward.AdvisoryID
	change   int64
	claims   []byte
}

// after lists rows changed after the given number in its order.
func after(ctx context.Context, tx *db.Tx, change int64, id ward.AdvisoryID, limit int) ([]row, error) {
	return db.Rows(ctx, tx, `
		SELECT advisory_id, change, claims
		FROM advisory_index
		WHERE (change, advisory_id) > ($1, $2)
		ORDER BY change, advisory_id
		LIMIT $3`, []any{change, string(id), limit},
		func(r db.Row) (p row, err error) {
			err = r.Scan(&p.advisory, &p.change, &p.claims)
			return p, err
		})
}

// Of reads the packed claims and fingerprints of one advisory; NotFound if there
// is none.
func Of(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) (claims, prints []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT claims, fingerprints FROM advisory_index WHERE advisory_id = $1`, string(advisory)).
		Scan(&claims, &prints)
	return claims, prints, db.OrMissing(err)
}
