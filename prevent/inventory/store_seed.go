package inventory

import (
	"context"
	"fmt"

	"ward"
	"ward/kit/db"
	"ward/prevent/inventory/entry"
	"ward/prevent/inventory/posting"
)

// Load is what an organisation holds, for load tests: it goes past rights,
// events and the log.
type Load struct {
	Org   ward.OrgID
	Items []posting.Item // ascending by product
}

// Dictionary adds products for load tests, in order; with an empty dictionary
// the i-th gets the number i+1.
func (s *Service) Dictionary(ctx context.Context, refs []ward.ProductRef) error {
	err := chunks(refs, 20_000, func(some []ward.ProductRef) error {
		_, err := s.intern(ctx, some)
		return err
	})
	return ward.Wrap("load dictionary", err)
}

// LoadPostings writes the lists of organisations in one transaction, and with
// rows also one row of the inventory for each that a list counts.
func (s *Service) LoadPostings(ctx context.Context, loads []Load, rows bool) error {
	now := s.cfg.Clock()
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		for _, l := range loads {
			h, err := lockHolding(ctx, tx, l.Org)
			if err != nil {
				return err
			}
			h.items = l.Items
			h.assets = 0
			var values [][]any
			for _, it := range l.Items {
				h.assets += int(it.Rows)
				for n := range it.Rows {
					if rows {
						a := Asset{ID: ward.AssetID(s.cfg.IDs()), Org: l.Org, Key: fmt.Sprintf("c:%d#%d", it.Product, n), Product: it.Product,
							Created: now, Updated: now, Entry: entry.Entry{Quantity: 1, Department: "D"}}
						values = append(values, assetValues(a))
					}
				}
			}
			if len(values) > 0 {
				if err := insert(ctx, tx, insertHead, values); err != nil {
					return err
				}
			}
			if err := h.store(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	return ward.Wrap("load postings", err)
}

// Sizes tells what the index in memory holds.
func (s *Service) Sizes(ctx context.Context) (posting.Stats, int, error) {
	if err := s.Refresh(ctx); err != nil {
		return posting.Stats{}, 0, err
	}
	s.known.mu.RLock()
	defer s.known.mu.RUnlock()
	return s.known.holders.Stats(), len(s.known.products) - 1, nil
}
