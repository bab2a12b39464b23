package inventory

import (
	"context"
	"strconv"

	"ward"
	"ward/format/sheet"
	"ward/kit/auth"
	"ward/kit/db"
	"ward/prevent/inventory/entry"
)

// Assets lists rows in the order in which they came in. It gives the pages
// before and after, empty where there is none.
func (s *Service) Assets(ctx context.Context, a ward.Actor, f Filter, p Page) (rows []Asset, before, after ward.AssetID, err error) {
	p.Limit = min(max(p.Limit, 1), 500)
	ask := p
	ask.Limit++
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err = listAssets(ctx, tx, s.cfg.Guard.Scope(a, read), f, ask)
		return err
	})
	rows, before, after = page(rows, p)
	return rows, before, after, ward.Wrap("assets", err)
}

// page cuts the one row that was asked for too much and tells what lies around.
func page(rows []Asset, p Page) (out []Asset, before, after ward.AssetID) {
	more := len(rows) > p.Limit
	rows = rows[:min(len(rows), p.Limit)]
	back := p.After == "" && p.Before != ""
	if back {
		for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
			rows[i], rows[j] = rows[j], rows[i]
		}
	}
	if len(rows) == 0 {
		return rows, "", ""
	}
	first, last := rows[0].ID, rows[len(rows)-1].ID
	if back && more || !back && p.After != "" {
		before = first
	}
	if !back && more || back {
		after = last
	}
	return rows, before, after
}

// Asset gives one row.
func (s *Service) Asset(ctx context.Context, a ward.Actor, id ward.AssetID) (out Asset, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		out, _, err = s.assetFor(ctx, tx, a, read, id)
		return err
	})
	return out, ward.Wrap("asset", err)
}

// assetFor reads a row and checks the right on it in one transaction, so that what
// is allowed and what is read are the same row.
func (s *Service) assetFor(ctx context.Context, tx *db.Tx, a ward.Actor, p ward.Permission, id ward.AssetID) (Asset, auth.Decision, error) {
	out, err := readAsset(ctx, tx, id)
	if err != nil {
		return out, auth.Decision{}, err
	}
	d, err := s.allowed(a, p, object(a, "asset", string(id), out.Org), "inventory.error.no_asset")
	if err != nil {
		return Asset{}, d, err
	}
	return out, d, nil
}

func (s *Service) today() string { return s.cfg.Clock().Format(entry.ISODay) }

// Today is the day before which an end of support is past, 2006-01-02.
func (s *Service) Today() string { return s.today() }

// Add writes one row that a person typed.
func (s *Service) Add(ctx context.Context, a ward.Actor, e entry.Entry) (ward.AssetID, error) {
	id, err := s.add(ctx, a, e)
	return id, ward.Wrap("add asset", err)
}

// add interns the product in a transaction of its own before: see intern.
func (s *Service) add(ctx context.Context, a ward.Actor, e entry.Entry) (ward.AssetID, error) {
	decision, err := s.mine(a, write)
	if err != nil {
		return "", err
	}
	if err := e.Validate(); err != nil {
		return "", err
	}
	products, err := s.intern(ctx, []ward.ProductRef{e.Ref})
	if err != nil {
		return "", err
	}
	now := s.cfg.Clock()
	row := Asset{ID: ward.AssetID(s.cfg.IDs()), Org: a.Org, Product: products[0], Created: now, Updated: now, Entry: e}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := lockHolding(ctx, tx, a.Org)
		if err != nil {
			return err
		}
		if h.assets >= MaxAssets {
			return ward.Fail(ward.Invalid, "inventory.error.inventory_full", "max", strconv.Itoa(MaxAssets))
		}
		if row.Key, err = freeKey(ctx, tx, a.Org, e.RowKey(), row.ID); err != nil {
			return err
		}
		if err := insert(ctx, tx, insertHead, [][]any{assetValues(row)}); err != nil {
			return err
		}
		h.assets++
		h.add(map[ward.ProductID]int{row.Product: 1})
		return s.tell(ctx, tx, told{holding: h, products: products, actor: a, decision: decision,
			object: object(a, "asset", string(row.ID), a.Org), detail: map[string]string{"step": "add"}})
	})
	return row.ID, err
}

// Edit writes one row anew.
func (s *Service) Edit(ctx context.Context, a ward.Actor, id ward.AssetID, e entry.Entry) error {
	return ward.Wrap("edit asset", s.edit(ctx, a, id, e))
}

// edit finds the row's key anew, so that the next import of a list that says the
// same finds this row and adds no second one.
func (s *Service) edit(ctx context.Context, a ward.Actor, id ward.AssetID, e entry.Entry) error {
	if _, err := s.mine(a, write); err != nil {
		return err
	}
	if err := e.Validate(); err != nil {
		return err
	}
	return s.change(ctx, a, []ward.AssetID{id}, "edit", func(ctx context.Context, tx *db.Tx, h *holding, rows []Asset) ([]ward.ProductID, error) {
		row := rows[0]
		// Interned here and not before: whether the row may be seen at all is known only now.
		products, err := intern(ctx, tx, []ward.ProductRef{e.Ref})
		if err != nil {
			return nil, err
		}
		before := row.Product
		row.Entry, row.Product, row.Source, row.Updated = e, products[0], "", s.cfg.Clock()
		if row.Key, err = freeKey(ctx, tx, h.org, e.RowKey(), row.ID); err != nil {
			return nil, err
		}
		more := map[ward.ProductID]int{before: -1}
		more[row.Product]++
		return h.add(more), updateAsset(ctx, tx, row)
	})
}

// Delete removes rows.
func (s *Service) Delete(ctx context.Context, a ward.Actor, ids []ward.AssetID) error {
	err := s.change(ctx, a, ids, "delete", func(ctx context.Context, tx *db.Tx, h *holding, rows []Asset) ([]ward.ProductID, error) {
		less := map[ward.ProductID]int{}
		for _, r := range rows {
			less[r.Product]--
		}
		if err := countParts(ctx, tx, rows, -1, less); err != nil {
			return nil, err
		}
		if err := deleteAssets(ctx, tx, h.org, ids); err != nil {
			return nil, err
		}
		h.assets -= len(rows)
		return h.add(less), s.dropUnusedBills(ctx, tx, h.org)
	})
	return ward.Wrap("delete assets", err)
}

// SetEndOfSupport writes one day (2006-01-02, or empty for none) to many rows.
func (s *Service) SetEndOfSupport(ctx context.Context, a ward.Actor, ids []ward.AssetID, day string) error {
	if day != "" {
		read, ok := entry.ReadDay(day)
		if !ok {
			return ward.Fail(ward.Invalid, "inventory.error.day").At(string(sheet.EndOfSupport))
		}
		day = read
	}
	err := s.change(ctx, a, ids, "end_of_support", func(ctx context.Context, tx *db.Tx, h *holding, rows []Asset) ([]ward.ProductID, error) {
		return nil, setEndOfSupport(ctx, tx, h.org, ids, day, db.At(s.cfg.Clock()))
	})
	return ward.Wrap("set end of support", err)
}

// maxPicked is how many rows one act on a selection may touch.
const maxPicked = 5000

// change is the frame of every act on rows that exist: the organisation's
// inventory is locked, all rows are read and must be a's to write, fn changes
// them and tells which products came or went.
func (s *Service) change(ctx context.Context, a ward.Actor, ids []ward.AssetID, step string,
	fn func(context.Context, *db.Tx, *holding, []Asset) ([]ward.ProductID, error)) error {
	decision, err := s.mine(a, write)
	if err != nil {
		return err
	}
	if len(ids) == 0 || len(ids) > maxPicked {
		return ward.Fail(ward.Invalid, "inventory.error.none_picked", "max", strconv.Itoa(maxPicked))
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := lockHolding(ctx, tx, a.Org)
		if err != nil {
			return err
		}
		rows, err := assetsByID(ctx, tx, a.Org, ids)
		if err != nil {
			return err
		}
		if len(rows) < distinct(ids) { // one of another organisation does not exist here
			return ward.Fail(ward.NotFound, "inventory.error.no_asset")
		}
		products, err := fn(ctx, tx, h, rows)
		if err != nil {
			return err
		}
		o := object(a, "asset", string(rows[0].ID), a.Org)
		if len(rows) > 1 {
			o.ID = ""
		}
		return s.tell(ctx, tx, told{holding: h, products: products, actor: a, decision: decision, object: o,
			detail: map[string]string{"step": step, "rows": strconv.Itoa(len(rows))}})
	})
}

// distinct counts ids that a form may have sent twice.
func distinct(ids []ward.AssetID) int {
	seen := map[ward.AssetID]bool{}
	for _, id := range ids {
		seen[id] = true
	}
	return len(seen)
}
