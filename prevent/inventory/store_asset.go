package inventory

import (
	"context"
	"errors"
	"strings"

	"ward"
	"ward/kit/db"
	"ward/prevent/inventory/entry"
)

// assetColumns is what scanAsset reads, from inventory_asset a with its product
// p, identity i and version v.
const assetColumns = `a.id, a.org, a.row_key, a.product, a.sbom, a.source, a.created_at, a.updated_at, a.row_id, a.serial, a.quantity,
	a.site, a.department, a.service, a.zone, a.owner, a.notes, a.end_of_support,
	i.vendor, i.name, i.model, i.udi, i.purl, i.cpe, v.text`

const assetTables = ` FROM inventory_asset a
	JOIN inventory_product p ON p.id = a.product
	JOIN inventory_identity i ON i.id = p.identity
	JOIN inventory_version v ON v.id = p.version `

// scanAsset is the one scan of a row with its description.
func scanAsset(r db.Row) (Asset, error) {
	var a Asset
	var created, updated db.Time
	err := r.Scan(&a.ID, &a.Org, &a.Key, &a.Product, &a.SBOM, &a.Source, &created, &updated, &a.RowID, &a.Ref.Serial, &a.Quantity,
		&a.Site, &a.Department, &a.Service, &a.Zone, &a.Owner, &a.Notes, &a.EndOfSupport,
		&a.Ref.Vendor, &a.Ref.Name, &a.Ref.Model, &a.Ref.UDI, &a.Ref.PURL, &a.Ref.CPE, &a.Ref.Version)
	a.Created, a.Updated = created.Time, updated.Time
	return a, err
}

// readAsset finds one row; NotFound when there is none.
func readAsset(ctx context.Context, tx *db.Tx, id ward.AssetID) (Asset, error) {
	a, err := scanAsset(tx.QueryRow(ctx, `SELECT `+assetColumns+assetTables+`WHERE a.id = $1`, string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return a, ward.Fail(ward.NotFound, "inventory.error.no_asset")
	}
	return a, err
}

// Filter chooses rows; an empty field does not restrict.
type Filter struct {
	Text       string // in maker, product, model, UDI-DI, serial or row number
	Department string
	Site       string
	Vendor     string
	Version    string // "missing": only rows without a version
	PastBefore string // end of support before this day, 2006-01-02
	SBOM       string // only rows with this list of components
}

// where is the condition of f in scope.
func (f Filter) where(args *db.Args, scope ward.Scope) string {
	parts := []string{args.Scope(scope, "a.org", "")}
	for _, p := range []struct{ column, value string }{{"a.department", f.Department}, {"a.site", f.Site}, {"i.vendor", f.Vendor}, {"a.sbom", f.SBOM}} {
		if p.value != "" {
			parts = append(parts, p.column+" = "+args.Add(p.value))
		}
	}
	if f.Text != "" {
		like := args.Add(likeText(f.Text))
		parts = append(parts, `(i.search LIKE `+like+` ESCAPE '!' OR LOWER(a.serial) LIKE `+like+` ESCAPE '!' OR LOWER(a.row_id) LIKE `+like+` ESCAPE '!')`)
	}
	if f.PastBefore != "" {
		parts = append(parts, `a.end_of_support <> '' AND a.end_of_support < `+args.Add(f.PastBefore))
	}
	if f.Version == "missing" {
		parts = append(parts, `v.text = ''`)
	}
	return strings.Join(parts, " AND ")
}

// likeText makes a pattern that finds s anywhere, its own signs taken literally.
func likeText(s string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(s)) + "%"
}

// Page is a place in a list that is read in stretches.
type Page struct {
	After  ward.AssetID // rows behind this one; empty begins at the first
	Before ward.AssetID // rows in front of this one, if After is empty
	Limit  int
}

// listAssets gives rows in the order in which they came into the inventory,
// which is that of the hospital's own list.
func listAssets(ctx context.Context, tx *db.Tx, scope ward.Scope, f Filter, p Page) ([]Asset, error) {
	var args db.Args
	where, order := f.where(&args, scope), `a.id`
	switch {
	case p.After != "":
		where += ` AND a.id > ` + args.Add(string(p.After))
	case p.Before != "":
		where += ` AND a.id < ` + args.Add(string(p.Before))
		order = `a.id DESC`
	}
	return db.Rows(ctx, tx, `SELECT `+assetColumns+assetTables+`WHERE `+where+` ORDER BY `+order+` LIMIT `+args.Add(p.Limit), args, scanAsset)
}

// eachAsset calls fn for all rows of an organisation, in no order.
func eachAsset(ctx context.Context, tx *db.Tx, org ward.OrgID, fn func(Asset)) error {
	return tx.Query(ctx, `SELECT `+assetColumns+assetTables+`WHERE a.org = $1`, []any{string(org)}, func(r db.Row) error {
		a, err := scanAsset(r)
		if err == nil {
			fn(a)
		}
		return err
	})
}

// insertHead is followed by VALUES; assetValues gives one tuple of it.
const insertHead = `INSERT INTO inventory_asset (id, org, row_key, row_id, product, sbom, serial, quantity, site, department, service, zone,
	owner, notes, end_of_support, source, created_at, updated_at)`

// assetValues is a row in the order of insertHead.
func assetValues(a Asset) []any {
	return []any{string(a.ID), string(a.Org), a.Key, a.RowID, int64(a.Product), a.SBOM, a.Ref.Serial, a.Quantity, a.Site, a.Department,
		a.Service, a.Zone, a.Owner, a.Notes, a.EndOfSupport, a.Source, db.At(a.Created), db.At(a.Updated)}
}

// updateAsset writes everything but id, organisation and the time of creation.
func updateAsset(ctx context.Context, tx *db.Tx, a Asset) error {
	_, err := tx.Exec(ctx, `
		UPDATE inventory_asset SET row_key = $1, row_id = $2, product = $3, sbom = $4, serial = $5, quantity = $6, site = $7, department = $8,
			service = $9, zone = $10, owner = $11, notes = $12, end_of_support = $13, source = $14, updated_at = $15
		WHERE id = $16`, a.Key, a.RowID, int64(a.Product), a.SBOM, a.Ref.Serial, a.Quantity, a.Site, a.Department, a.Service, a.Zone, a.Owner,
		a.Notes, a.EndOfSupport, a.Source, db.At(a.Updated), string(a.ID))
	return err
}

// deleteAssets removes rows of one organisation only, whatever ids are given.
func deleteAssets(ctx context.Context, tx *db.Tx, org ward.OrgID, ids []ward.AssetID) error {
	return chunks(ids, bulkArgs, func(some []ward.AssetID) error {
		args := db.Args{string(org)}
		_, err := tx.Exec(ctx, `DELETE FROM inventory_asset WHERE org = $1 AND id IN (`+list(&args, texts(some))+`)`, args...)
		return err
	})
}

// assetsByID gives those of ids that belong to org, by id.
func assetsByID(ctx context.Context, tx *db.Tx, org ward.OrgID, ids []ward.AssetID) ([]Asset, error) {
	var out []Asset
	err := chunks(ids, bulkArgs, func(some []ward.AssetID) error {
		args := db.Args{string(org)}
		rows, err := db.Rows(ctx, tx, `SELECT `+assetColumns+assetTables+`WHERE a.org = $1 AND a.id IN (`+list(&args, texts(some))+`) ORDER BY a.id`, args, scanAsset)
		out = append(out, rows...)
		return err
	})
	return out, err
}

// texts makes plain strings, which both drivers bind.
func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// freeKey gives key, or key with the first number under which no other row of
// the organisation stands.
func freeKey(ctx context.Context, tx *db.Tx, org ward.OrgID, key string, self ward.AssetID) (string, error) {
	for n := 1; ; n++ {
		var taken int
		k := entry.Numbered(key, n)
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM inventory_asset WHERE org = $1 AND row_key = $2 AND id <> $3`, string(org), k, string(self)).Scan(&taken)
		if err != nil || taken == 0 {
			return k, err
		}
	}
}

// setEndOfSupport writes one day to many rows.
func setEndOfSupport(ctx context.Context, tx *db.Tx, org ward.OrgID, ids []ward.AssetID, day string, now db.Time) error {
	return chunks(ids, bulkArgs, func(some []ward.AssetID) error {
		args := db.Args{string(org), day, now}
		_, err := tx.Exec(ctx, `UPDATE inventory_asset SET end_of_support = $2, updated_at = $3 WHERE org = $1 AND id IN (`+list(&args, texts(some))+`)`, args...)
		return err
	})
}

// Choices are the values that a list can be filtered by, each at most 200, sorted.
type Choices struct{ Departments, Sites, Vendors []string }

// readChoices reads the distinct values in scope.
func readChoices(ctx context.Context, tx *db.Tx, scope ward.Scope) (c Choices, err error) {
	read := func(column, from string) []string {
		var args db.Args
		where := args.Scope(scope, "a.org", "")
		out, e := db.Rows(ctx, tx, `SELECT DISTINCT `+column+from+`WHERE `+where+` AND `+column+` <> '' ORDER BY `+column+` LIMIT 200`, args,
			func(r db.Row) (string, error) {
				var s string
				err := r.Scan(&s)
				return s, err
			})
		if e != nil {
			err = e
		}
		return out
	}
	c.Departments = read(`a.department`, ` FROM inventory_asset a `)
	if err == nil {
		c.Sites = read(`a.site`, ` FROM inventory_asset a `)
	}
	if err == nil {
		c.Vendors = read(`i.vendor`, assetTables)
	}
	return c, err
}

// Figures sum an inventory up.
type Figures struct {
	Rows      int // rows
	Pieces    int // their quantities
	NoVersion int // rows without a version: alerts for them need a person
	Past      int // rows past their end of support
	SBOMs     int // rows with a list of components
}

// readFigures counts in one pass over the rows in scope.
func readFigures(ctx context.Context, tx *db.Tx, scope ward.Scope, today string) (f Figures, err error) {
	args := db.Args{today}
	where := args.Scope(scope, "a.org", "")
	err = tx.QueryRow(ctx, `
		SELECT COUNT(*), CAST(COALESCE(SUM(a.quantity), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN v.text = '' THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN a.end_of_support <> '' AND a.end_of_support < $1 THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN a.sbom <> '' THEN 1 ELSE 0 END), 0) AS BIGINT)
		FROM inventory_asset a JOIN inventory_product p ON p.id = a.product JOIN inventory_version v ON v.id = p.version
		WHERE `+where, args...).Scan(&f.Rows, &f.Pieces, &f.NoVersion, &f.Past, &f.SBOMs)
	return f, err
}
