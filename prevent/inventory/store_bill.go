package inventory

import (
	"context"
	"errors"

	"ward"
	"ward/kit/db"
)

// putBill stores a bill unless its organisation has the same set of components
// already, and gives the id under which it stands.
func putBill(ctx context.Context, tx *db.Tx, b Bill, hash string, parts []ward.ProductID) (string, error) {
	var id string
	err := tx.QueryRow(ctx, `
		INSERT INTO inventory_sbom (id, org, sha256, format, name, components, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (org, sha256) DO UPDATE SET name = excluded.name, created_at = excluded.created_at RETURNING id`,
		b.ID, string(b.Org), hash, b.Format, b.Name, b.Components, db.At(b.Created)).Scan(&id)
	if err != nil || id != b.ID {
		return id, err
	}
	rows := make([][]any, len(parts))
	for i, p := range parts {
		rows[i] = []any{id, int64(p)}
	}
	return id, insert(ctx, tx, `INSERT INTO inventory_component (sbom, product)`, rows)
}

// readBill finds a bill; NotFound when there is none, also for an empty id.
func readBill(ctx context.Context, tx *db.Tx, id string) (b Bill, err error) {
	var created db.Time
	err = tx.QueryRow(ctx, `SELECT id, org, format, name, components, created_at FROM inventory_sbom WHERE id = $1`, id).
		Scan(&b.ID, &b.Org, &b.Format, &b.Name, &b.Components, &created)
	if errors.Is(err, db.ErrNoRows) {
		return b, ward.Fail(ward.NotFound, "inventory.error.no_components")
	}
	b.Created = created.Time
	return b, err
}

// readParts gives the products of a bill, ascending.
func readParts(ctx context.Context, tx *db.Tx, sbom string) ([]ward.ProductID, error) {
	return db.Rows(ctx, tx, `SELECT product FROM inventory_component WHERE sbom = $1 ORDER BY product`, []any{sbom}, func(r db.Row) (ward.ProductID, error) {
		var p ward.ProductID
		err := r.Scan(&p)
		return p, err
	})
}

// setBill hangs a bill on rows; an empty one takes it off.
func setBill(ctx context.Context, tx *db.Tx, org ward.OrgID, ids []ward.AssetID, sbom string, now db.Time) error {
	return chunks(ids, bulkArgs, func(some []ward.AssetID) error {
		args := db.Args{string(org), sbom, now}
		_, err := tx.Exec(ctx, `UPDATE inventory_asset SET sbom = $2, updated_at = $3 WHERE org = $1 AND id IN (`+list(&args, texts(some))+`)`, args...)
		return err
	})
}

// dropUnusedBills removes the bills of an organisation that no asset has. One
// that was stored a moment ago may be about to get its asset and is left for the
// next time.
func dropUnusedBills(ctx context.Context, tx *db.Tx, org ward.OrgID, before db.Time) error {
	const unused = `SELECT b.id FROM inventory_sbom b WHERE b.org = $1 AND b.created_at < $2
		AND NOT EXISTS (SELECT 1 FROM inventory_asset a WHERE a.sbom = b.id AND a.sbom <> '')`
	if _, err := tx.Exec(ctx, `DELETE FROM inventory_component WHERE sbom IN (`+unused+`)`, string(org), before); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM inventory_sbom WHERE id IN (`+unused+`)`, string(org), before)
	return err
}

// listComponents gives components behind a product number, in the order of numbers.
func listComponents(ctx context.Context, tx *db.Tx, sbom, text string, after ward.ProductID, limit int) ([]Component, error) {
	args := db.Args{sbom, int64(after)}
	where := ``
	if text != "" {
		where = ` AND i.search LIKE ` + args.Add(likeText(text)) + ` ESCAPE '!'`
	}
	return db.Rows(ctx, tx, `
		SELECT c.product, i.vendor, i.name, i.model, i.udi, i.purl, i.cpe, v.text
		FROM inventory_component c
		JOIN inventory_product p ON p.id = c.product
		JOIN inventory_identity i ON i.id = p.identity
		JOIN inventory_version v ON v.id = p.version
		WHERE c.sbom = $1 AND c.product > $2`+where+` ORDER BY c.product LIMIT `+args.Add(limit), args, func(r db.Row) (Component, error) {
		var c Component
		f := &c.Ref
		err := r.Scan(&c.Product, &f.Vendor, &f.Name, &f.Model, &f.UDI, &f.PURL, &f.CPE, &f.Version)
		return c, err
	})
}
