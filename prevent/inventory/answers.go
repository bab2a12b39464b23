package inventory

import (
	"context"
	"slices"

	"ward"
	"ward/kit/db"
	"ward/prevent/inventory/posting"
)

// Match decides on every distinct product that the claims of one advisory speak
// of, whoever holds it, in the order of Product. The answer knows every change
// that was committed before the call, on whichever replica.
func (s *Service) Match(ctx context.Context, claims []ward.Claim) ([]ward.ProductFinding, error) {
	decisions, err := s.cfg.Decider.Decisions(ctx)
	if err != nil {
		return nil, ward.Wrap("match", err)
	}
	if err := s.known.refresh(ctx, s.cfg.DB); err != nil {
		return nil, ward.Wrap("match", err)
	}
	return s.known.judge(claims, decisions), nil
}

// Holdings counts which organisations hold products that were found affected or
// to be reviewed. A row counts once for itself and once for each of its
// components that is found.
func (s *Service) Holdings(ctx context.Context, found []ward.ProductVerdict) ([]ward.Holding, error) {
	if err := s.known.refresh(ctx, s.cfg.DB); err != nil {
		return nil, ward.Wrap("holdings", err)
	}
	holdings, _ := s.known.holders.Count(found)
	return holdings, nil
}

// Holders is Match and Holdings in one: which organisations hold what the claims
// speak of. Products that nobody holds any more are left out.
func (s *Service) Holders(ctx context.Context, claims []ward.Claim) (ward.Matches, error) {
	findings, err := s.Match(ctx, claims)
	if err != nil {
		return ward.Matches{}, err
	}
	holdings, held := s.known.holders.Count(ward.VerdictsOf(findings))
	out := ward.Matches{Holdings: holdings, Findings: findings[:0]}
	for i, f := range findings {
		if held[i] {
			out.Findings = append(out.Findings, f)
		}
	}
	return out, nil
}

// Spread counts for each product by itself who holds it: organisations and rows.
// A product that nobody holds is left out.
func (s *Service) Spread(ctx context.Context, products []ward.ProductID) (map[ward.ProductID]ward.Spread, error) {
	if err := s.known.refresh(ctx, s.cfg.DB); err != nil {
		return nil, ward.Wrap("spread", err)
	}
	out := make(map[ward.ProductID]ward.Spread, len(products))
	for i, x := range s.known.holders.Spreads(products) {
		if x.Orgs > 0 {
			out[products[i]] = ward.Spread{Organisations: x.Orgs, Rows: x.Rows}
		}
	}
	return out, nil
}

// Contents lists the products that one row of an organisation consists of: its
// own and those of its bill. Empty when the organisation has no such row.
func (s *Service) Contents(ctx context.Context, org ward.OrgID, asset ward.AssetID) (out []ward.ProductID, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = contentsOf(ctx, tx, org, asset)
		return err
	})
	return out, ward.Wrap("contents of asset", err)
}

// Products gives the descriptions of products; an unknown id is left out.
func (s *Service) Products(ctx context.Context, ids []ward.ProductID) (map[ward.ProductID]ward.ProductRef, error) {
	if err := s.known.refresh(ctx, s.cfg.DB); err != nil {
		return nil, ward.Wrap("products", err)
	}
	out := make(map[ward.ProductID]ward.ProductRef, len(ids))
	s.known.mu.RLock()
	defer s.known.mu.RUnlock()
	for _, id := range ids {
		if ref, ok := s.known.ref(id); ok {
			out[id] = ref
		}
	}
	return out, nil
}

// ProductsOf lists all products that an organisation holds, ascending, those of
// components included.
func (s *Service) ProductsOf(ctx context.Context, org ward.OrgID) ([]ward.ProductID, error) {
	h, err := s.holdingOf(ctx, org)
	if err != nil {
		return nil, ward.Wrap("products of an organisation", err)
	}
	out := make([]ward.ProductID, len(h.items))
	for i, it := range h.items {
		out[i] = it.Product
	}
	return out, nil
}

// Counts gives the number of inventory rows per product; products that the
// organisation does not hold are left out.
func (s *Service) Counts(ctx context.Context, org ward.OrgID, products []ward.ProductID) (map[ward.ProductID]int, error) {
	h, err := s.holdingOf(ctx, org)
	if err != nil {
		return nil, ward.Wrap("counts", err)
	}
	out := map[ward.ProductID]int{}
	for _, p := range products {
		if n := h.rows(p); n > 0 {
			out[p] = n
		}
	}
	return out, nil
}

// holdingOf reads an organisation's list from the database and not from the index:
// one row answers, and it is the truth.
func (s *Service) holdingOf(ctx context.Context, org ward.OrgID) (h *holding, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		h, err = readHolding(ctx, tx, org)
		return err
	})
	return h, err
}

// rows is the number of rows that hold p.
func (h *holding) rows(p ward.ProductID) int {
	i, ok := slices.BinarySearchFunc(h.items, p, func(it posting.Item, p ward.ProductID) int {
		return int(int64(it.Product) - int64(p))
	})
	if !ok {
		return 0
	}
	return int(h.items[i].Rows)
}

// MaxHeld bounds the rows of one answer of Held; more are not told one by one.
const MaxHeld = 10_000

// Held lists the rows of an organisation that are one of products, or have one
// of them as a component: a row comes once for each product found in it, ordered
// by row. At most MaxHeld.
func (s *Service) Held(ctx context.Context, org ward.OrgID, products []ward.ProductID) ([]ward.HeldAsset, error) {
	if err := s.known.refresh(ctx, s.cfg.DB); err != nil {
		return nil, ward.Wrap("held", err)
	}
	var out []ward.HeldAsset
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		h, err := readHolding(ctx, tx, org)
		if err != nil {
			return err
		}
		here := slices.DeleteFunc(slices.Clone(products), func(p ward.ProductID) bool { return h.rows(p) == 0 })
		out, err = heldRows(ctx, tx, org, here)
		return err
	})
	if err != nil {
		return nil, ward.Wrap("held", err)
	}
	s.known.mu.RLock()
	defer s.known.mu.RUnlock()
	for i := range out {
		serial := out[i].Ref.Serial
		out[i].Ref, _ = s.known.ref(out[i].Product)
		if !out[i].Component {
			out[i].Ref.Serial = serial
		}
	}
	return out, nil
}
