package inventory

import (
	"context"

	"ward"
	"ward/kit/db"
	"ward/prevent/inventory/posting"
)

// Verification is what VerifyIndex found and mended.
type Verification struct {
	Orgs  int
	Lists []ward.OrgID // whose stored list did not say what their rows say
	Index []ward.OrgID // which the index of this replica held differently from the list
}

// VerifyIndex counts every row in the database and compares it with the stored
// lists, then the lists with the index in memory. What differs is put right from
// the rows; for a list that is told as a change of everything.
func (s *Service) VerifyIndex(ctx context.Context) (v Verification, err error) {
	orgs, err := s.orgs(ctx)
	if err != nil {
		return v, ward.Wrap("verify index", err)
	}
	v.Orgs = len(orgs)
	for _, org := range orgs {
		wrong, err := s.verifyList(ctx, org)
		if err != nil {
			return v, ward.Wrap("verify index", err)
		}
		if wrong {
			v.Lists = append(v.Lists, org)
		}
	}
	v.Index, err = s.verifyMemory(ctx)
	return v, ward.Wrap("verify index", err)
}

// orgs lists who has an inventory.
func (s *Service) orgs(ctx context.Context) (out []ward.OrgID, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = readOrgs(ctx, tx)
		return err
	})
	return out, err
}

// verifyList compares without a lock first; only a difference is worth one.
func (s *Service) verifyList(ctx context.Context, org ward.OrgID) (wrong bool, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		h, err := readHolding(ctx, tx, org)
		if err != nil {
			wrong = true
			return nil
		}
		rows, err := countRows(ctx, tx, org)
		wrong = posting.Sum(rows) != posting.Sum(h.items)
		return err
	})
	if err != nil || !wrong {
		return wrong, err
	}
	return wrong, s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return s.mend(ctx, tx, org) })
}

// mend writes an organisation's list anew from its rows.
func (s *Service) mend(ctx context.Context, tx *db.Tx, org ward.OrgID) error {
	h, err := lockBroken(ctx, tx, org)
	if err != nil {
		return err
	}
	if err := h.recount(ctx, tx); err != nil {
		return err
	}
	if err := h.store(ctx, tx); err != nil {
		return err
	}
	return s.cfg.Bus.Publish(ctx, tx, ward.InventoryChanged{Org: org})
}

// verifyMemory compares check sums of all lists with those of the index.
func (s *Service) verifyMemory(ctx context.Context) ([]ward.OrgID, error) {
	if err := s.known.refresh(ctx, s.cfg.DB); err != nil {
		return nil, err
	}
	s.known.turn.Lock() // nothing is applied while the two are compared
	defer s.known.turn.Unlock()
	sums := s.known.holders.Sums()
	var wrong []ward.OrgID
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		return readLists(ctx, tx, s.known.change, func(org ward.OrgID, items []posting.Item) {
			if sums[org] != posting.Sum(items) {
				wrong = append(wrong, org)
				s.known.holders.Set(org, items)
			}
		})
	})
	return wrong, err
}
