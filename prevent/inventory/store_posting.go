package inventory

import (
	"context"
	"errors"
	"maps"
	"slices"

	"ward"
	"ward/kit/db"
	"ward/prevent/inventory/posting"
)

// holding is the state of one organisation's inventory, locked for a change.
type holding struct {
	org    ward.OrgID
	change int64 // number of the last change
	assets int
	items  []posting.Item
}

// lockHolding takes the organisation's inventory for this transaction. It is the
// first statement of every change: changes of one organisation come one after
// the other, and nobody else waits.
func lockHolding(ctx context.Context, tx *db.Tx, org ward.OrgID) (*holding, error) {
	h := &holding{org: org}
	var body []byte
	err := tx.QueryRow(ctx, `
		INSERT INTO inventory_posting (org, change, assets, body) VALUES ($1, 0, 0, $2)
		ON CONFLICT (org) DO UPDATE SET assets = inventory_posting.assets
		RETURNING change, assets, body`, string(org), posting.Encode(nil)).Scan(&h.change, &h.assets, &body)
	if err != nil {
		return nil, err
	}
	h.items, err = posting.Decode(body)
	return h, err
}

// store writes the list under the next number of change. It is the last
// statement of a transaction: the number is taken by one transaction at a time
// until its commit, so that no replica can see a later number and miss this one.
func (h *holding) store(ctx context.Context, tx *db.Tx) error {
	err := tx.QueryRow(ctx, `UPDATE inventory_counter SET value = value + 1 WHERE name = 'change' RETURNING value`).Scan(&h.change)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE inventory_posting SET change = $1, assets = $2, body = $3 WHERE org = $4`,
		h.change, h.assets, posting.Encode(h.items), string(h.org))
	return err
}

// add counts differences in and gives the products of which there are now more or
// less, ascending.
func (h *holding) add(more map[ward.ProductID]int) []ward.ProductID {
	maps.DeleteFunc(more, func(_ ward.ProductID, n int) bool { return n == 0 })
	h.items = posting.Add(h.items, more)
	return slices.Sorted(maps.Keys(more))
}

// recount replaces the list by what the rows say.
func (h *holding) recount(ctx context.Context, tx *db.Tx) error {
	items, err := countRows(ctx, tx, h.org)
	if err != nil {
		return err
	}
	h.items = items
	return tx.QueryRow(ctx, `SELECT COUNT(*) FROM inventory_asset WHERE org = $1`, string(h.org)).Scan(&h.assets)
}

// countRows counts an organisation's rows per product, components included:
// the truth that the stored list repeats.
func countRows(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]posting.Item, error) {
	return db.Rows(ctx, tx, `
		SELECT product, CAST(SUM(n) AS BIGINT) FROM (
			SELECT product, COUNT(*) AS n FROM inventory_asset WHERE org = $1 GROUP BY product
			UNION ALL
			SELECT c.product, COUNT(*) AS n FROM inventory_asset a JOIN inventory_component c ON c.sbom = a.sbom
			WHERE a.org = $1 AND a.sbom <> '' GROUP BY c.product) counted
		GROUP BY product ORDER BY product`, []any{string(org)}, func(r db.Row) (posting.Item, error) {
		var it posting.Item
		err := r.Scan(&it.Product, &it.Rows)
		return it, err
	})
}

// readHolding reads an organisation's list; one that never had an inventory has
// an empty one.
func readHolding(ctx context.Context, tx *db.Tx, org ward.OrgID) (*holding, error) {
	h := &holding{org: org}
	err := tx.Query(ctx, `SELECT change, assets, body FROM inventory_posting WHERE org = $1`, []any{string(org)}, func(r db.Row) error {
		var body []byte
		if err := r.Scan(&h.change, &h.assets, &body); err != nil {
			return err
		}
		var err error
		h.items, err = posting.Decode(body)
		return err
	})
	return h, err
}

// changeOf is the number of an organisation's last change, 0 if there was none.
func changeOf(ctx context.Context, tx *db.Tx, org ward.OrgID) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT change FROM inventory_posting WHERE org = $1`, string(org)).Scan(&n)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

// readOrgs lists the organisations with an inventory, ascending.
func readOrgs(ctx context.Context, tx *db.Tx) ([]ward.OrgID, error) {
	return db.Rows(ctx, tx, `SELECT org FROM inventory_posting ORDER BY org`, nil, func(r db.Row) (ward.OrgID, error) {
		var org string
		err := r.Scan(&org)
		return ward.OrgID(org), err
	})
}

// readPostings calls fn with the lists of all organisations in the order of readOrgs.
func readPostings(ctx context.Context, tx *db.Tx, fn func(i int, body []byte) error) error {
	i := 0
	return tx.Query(ctx, `SELECT body FROM inventory_posting ORDER BY org`, nil, func(r db.Row) error {
		var body []byte
		if err := r.Scan(&body); err != nil {
			return err
		}
		i++
		return fn(i-1, body)
	})
}

// change is the list of an organisation after a change.
type change struct {
	org   ward.OrgID
	items []posting.Item
}

// readChanges gives what changed after a number, oldest first, at most limit.
func readChanges(ctx context.Context, tx *db.Tx, after int64, limit int) (out []change, last int64, err error) {
	last = after
	err = tx.Query(ctx, `SELECT org, change, body FROM inventory_posting WHERE change > $1 ORDER BY change LIMIT $2`, []any{after, limit},
		func(r db.Row) error {
			var org string
			var body []byte
			if err := r.Scan(&org, &last, &body); err != nil {
				return err
			}
			items, err := posting.Decode(body)
			out = append(out, change{ward.OrgID(org), items})
			return err
		})
	return out, last, err
}

// lockBroken is lockHolding for a list that need not be readable.
func lockBroken(ctx context.Context, tx *db.Tx, org ward.OrgID) (*holding, error) {
	h := &holding{org: org}
	return h, tx.QueryRow(ctx, `UPDATE inventory_posting SET assets = assets WHERE org = $1 RETURNING change`, string(org)).Scan(&h.change)
}

// readLists calls fn with every list that did not change after a number.
func readLists(ctx context.Context, tx *db.Tx, until int64, fn func(ward.OrgID, []posting.Item)) error {
	return tx.Query(ctx, `SELECT org, body FROM inventory_posting WHERE change <= $1`, []any{until}, func(r db.Row) error {
		var org string
		var body []byte
		if err := r.Scan(&org, &body); err != nil {
			return err
		}
		items, err := posting.Decode(body)
		if err == nil {
			fn(ward.OrgID(org), items)
		}
		return err
	})
}
