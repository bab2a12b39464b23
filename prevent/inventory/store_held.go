package inventory

import (
	"cmp"
	"context"
	"slices"

	"ward"
	"ward/kit/db"
)

// heldRows finds the rows that are, or contain, one of products. Ref holds the
// serial number alone.
func heldRows(ctx context.Context, tx *db.Tx, org ward.OrgID, products []ward.ProductID) ([]ward.HeldAsset, error) {
	var out []ward.HeldAsset
	err := chunks(products, bulkArgs, func(some []ward.ProductID) error {
		for _, find := range []func(context.Context, *db.Tx, ward.OrgID, []ward.ProductID, int) ([]ward.HeldAsset, error){heldOwn, heldComponents} {
			rows, err := find(ctx, tx, org, some, MaxHeld-len(out))
			if err != nil {
				return err
			}
			out = append(out, rows...)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b ward.HeldAsset) int {
		return cmp.Or(cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.Product, b.Product))
	})
	return out, err
}

// heldOwn finds rows that are one of products.
func heldOwn(ctx context.Context, tx *db.Tx, org ward.OrgID, products []ward.ProductID, limit int) ([]ward.HeldAsset, error) {
	args := db.Args{string(org), limit}
	return db.Rows(ctx, tx, `
		SELECT a.id, a.product, a.serial, a.quantity, a.site, a.department, a.service, a.zone, a.owner
		FROM inventory_asset a WHERE a.org = $1 AND a.product IN (`+list(&args, numbersOf(products))+`)
		ORDER BY a.id LIMIT $2`, args, scanHeld(false))
}

// heldComponents finds rows that have one of products in their bill. It begins at
// the few bills of the organisation, not at its many rows.
func heldComponents(ctx context.Context, tx *db.Tx, org ward.OrgID, products []ward.ProductID, limit int) ([]ward.HeldAsset, error) {
	args := db.Args{string(org), limit}
	return db.Rows(ctx, tx, `
		SELECT a.id, c.product, a.serial, a.quantity, a.site, a.department, a.service, a.zone, a.owner
		FROM inventory_sbom b
		JOIN inventory_component c ON c.sbom = b.id AND c.product IN (`+list(&args, numbersOf(products))+`)
		JOIN inventory_asset a ON a.sbom = b.id AND a.sbom <> ''
		WHERE b.org = $1 AND a.org = $1
		ORDER BY a.id, c.product LIMIT $2`, args, scanHeld(true))
}

// scanHeld is the one scan of a held row.
func scanHeld(component bool) func(db.Row) (ward.HeldAsset, error) {
	return func(r db.Row) (ward.HeldAsset, error) {
		h := ward.HeldAsset{Component: component}
		err := r.Scan(&h.Asset, &h.Product, &h.Ref.Serial, &h.Quantity, &h.Site, &h.Department, &h.Service, &h.Zone, &h.Owner)
		return h, err
	}
}

// numbersOf makes numbers that both drivers bind.
func numbersOf(products []ward.ProductID) []int64 {
	out := make([]int64, len(products))
	for i, p := range products {
		out[i] = int64(p)
	}
	return out
}

// contentsOf are the products of one row of an organisation: its own and those
// of its bill. Empty when the organisation has no such row.
func contentsOf(ctx context.Context, tx *db.Tx, org ward.OrgID, asset ward.AssetID) ([]ward.ProductID, error) {
	return db.Rows(ctx, tx, `
		SELECT product FROM inventory_asset WHERE id = $1 AND org = $2
		UNION SELECT c.product FROM inventory_asset a JOIN inventory_component c ON c.sbom = a.sbom
		WHERE a.id = $1 AND a.org = $2 AND a.sbom <> '' ORDER BY 1 LIMIT $3`, []any{string(asset), string(org), MaxHeld},
		func(r db.Row) (p ward.ProductID, err error) { err = r.Scan(&p); return p, err })
}
