package alert

import (
	"context"
	"slices"

	"ward"
	"ward/kit/db"
)

// Reviews are the cases that a person must decide, once for all: the most
// widely held first. It answers the advisories' queue.
func (s *Service) Reviews(ctx context.Context, limit int) ([]ward.ReviewCase, error) {
	var cases []ward.ReviewCase
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		cases, err = reviewCases(ctx, tx, 4*limit)
		return err
	})
	if err != nil {
		return nil, ward.Wrap("review cases", err)
	}
	products := make([]ward.ProductID, len(cases))
	for i, c := range cases {
		products[i] = c.Product
	}
	spread, err := s.cfg.Inventory.Spread(ctx, products)
	if err != nil {
		return nil, ward.Wrap("review cases", err)
	}
	var out []ward.ReviewCase
	for _, c := range cases {
		if x, held := spread[c.Product]; held {
			c.Organisations, c.Assets = x.Organisations, x.Rows
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b ward.ReviewCase) int { return b.Organisations - a.Organisations })
	return out[:min(limit, len(out))], nil
}
