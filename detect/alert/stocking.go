package alert

import (
	"context"
	"math"
	"slices"
	"time"

	"ward"
	"ward/detect/alert/escalation"
	"ward/detect/alert/matchbook"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/kit/event"
)

// onInventory matches what came into one inventory against all advisories, and
// counts that organisation's alerts again.
func (s *Service) onInventory(ctx context.Context, _ event.Meta, f ward.InventoryChanged) error {
	return ward.Wrap("raise for inventory", s.stock(ctx, f.Org, f.Products))
}

// stock is that work; products nil means all of the organisation's.
func (s *Service) stock(ctx context.Context, org ward.OrgID, products []ward.ProductID) (err error) {
	if products == nil {
		if products, err = s.cfg.Inventory.ProductsOf(ctx, org); err != nil {
			return err
		}
	}
	refs, err := s.cfg.Inventory.Products(ctx, products)
	if err != nil {
		return err
	}
	touched := map[int64][]ward.ProductID{}
	err = again(func() error {
		found, err := s.concerning(ctx, refs)
		if err != nil {
			return err
		}
		for part := range slices.Chunk(found, stockChunk) {
			if err := s.learn(ctx, part, touched); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.recount(ctx, org, touched)
}

// stockChunk advisories or issues share one transaction: one sync to disk for
// many, and the writer is free for others in between.
const stockChunk = 50

// concerning groups what the advisories say of the products by advisory, in the
// order of ids.
func (s *Service) concerning(ctx context.Context, refs map[ward.ProductID]ward.ProductRef) ([]matching, error) {
	var start matching
	if err := s.begin(ctx, "", &start); err != nil {
		return nil, err
	}
	found, err := s.cfg.Advisories.Concerning(ctx, refs)
	if err != nil {
		return nil, err
	}
	by := map[ward.AdvisoryID][]ward.ProductFinding{}
	var ids []ward.AdvisoryID
	for _, c := range found {
		if by[c.Advisory] == nil {
			ids = append(ids, c.Advisory)
		}
		by[c.Advisory] = append(by[c.Advisory], c.ProductFinding)
	}
	slices.Sort(ids)
	heads, err := s.cfg.Advisories.Heads(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []matching
	for _, id := range ids {
		m := matching{head: heads[id], began: start.began, at: s.cfg.Clock()}
		// What it tells its readers is settled by the advisory's own fact.
		if m.matches, _, err = s.withRemedies(ctx, id, by[id]); err != nil {
			return nil, err
		}
		if m.head.ID != "" {
			out = append(out, m)
		}
	}
	return out, nil
}

// learn stores verdicts on products that are new to some advisories, without
// touching the others, and adds the products to touched by issue.
func (s *Service) learn(ctx context.Context, part []matching, touched map[int64][]ward.ProductID) error {
	issues := make([]int64, len(part))
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if err := tx.Lock(ctx, issueLock); err != nil {
			return err
		}
		for i := range part {
			if issues[i], err = s.learnOne(ctx, tx, part[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, no := range issues {
		for _, x := range part[i].matches {
			if no != 0 {
				touched[no] = append(touched[no], x.Product)
			}
		}
	}
	return nil
}

// learnOne gives the issue, zero when nobody need know. The face of an issue
// that has this advisory stays: what changed about it is for all, and told by
// the matching of the advisory's own fact.
func (s *Service) learnOne(ctx context.Context, tx *db.Tx, m matching) (int64, error) {
	issue, err := findIssue(ctx, tx, m.head)
	if err != nil || issue == 0 && !matchbook.Concern(m.matches) {
		return 0, err
	}
	turn, err := turnOf(ctx, tx, m.head.ID)
	switch {
	case err != nil:
		return 0, err
	case turn > m.began:
		return 0, errStale
	case turn == 0:
		if issue, _, err = s.putIssue(ctx, tx, issue, &m, stand.WhyInventory); err != nil {
			return 0, err
		}
	}
	before, err := matchesOf(ctx, tx, m.head.ID)
	if err != nil {
		return 0, err
	}
	_, err = replaceMatches(ctx, tx, m, before) // m.seen is empty: nothing goes
	return issue, err
}

// inboxDelay is longer than alerts wait for their deliveries: both wait in the
// same queue as what recounts.
const inboxDelay = time.Hour

// recount writes one organisation's alerts again: of the issues that its new
// products touch, and of all it has, as something may be gone.
func (s *Service) recount(ctx context.Context, org ward.OrgID, touched map[int64][]ward.ProductID) error {
	var mine []int64
	if err := s.unrollAll(ctx); err != nil {
		return err
	}
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		mine, err = issuesOfOrg(ctx, tx, org, s.cfg.Clock().Add(-inboxDelay))
		return err
	})
	if err != nil {
		return err
	}
	for no := range touched {
		if !slices.Contains(mine, no) {
			mine = append(mine, no)
		}
	}
	slices.Sort(mine)
	for part := range slices.Chunk(mine, stockChunk) {
		err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
			if err := tx.Lock(ctx, issueLock); err != nil {
				return err
			}
			for _, no := range part {
				if err := s.recountIssue(ctx, tx, org, no, touched[no]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// unrollAll writes out every roll: an organisation that is counted again is
// looked up by its rows.
func (s *Service) unrollAll(ctx context.Context) error {
	var waiting []int64
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		waiting, err = rolls(ctx, tx)
		return err
	})
	for _, issue := range waiting {
		for n := 1; n > 0 && err == nil; {
			n, err = s.unroll(ctx, issue)
		}
	}
	return err
}

func (s *Service) recountIssue(ctx context.Context, tx *db.Tx, org ward.OrgID, issue int64, fresh []ward.ProductID) error {
	if _, err := writeOut(ctx, tx, issue, math.MaxInt); err != nil {
		return err
	}
	all, err := matchesOfIssue(ctx, tx, issue)
	if err != nil {
		return err
	}
	now, hit, err := s.held(ctx, org, matchbook.Worst(all), fresh)
	if err != nil {
		return err
	}
	face, err := issueFace(ctx, tx, issue)
	if err != nil {
		return err
	}
	numbers, err := s.orgNumbers(ctx, tx, []stand.Stake{{Holding: now}})
	if err != nil || numbers[org] == 0 { // left the registry in the meantime
		return err
	}
	had, err := standings(ctx, tx, issue, numbers[org])
	if err != nil {
		return err
	}
	w := newAlertWriter(issue, s.cfg.Clock(), 1)
	n := stand.News{Now: w.at, Why: stand.WhyInventory, Urgency: escalation.UrgencyOf(face.Severity, face.Exploited), Withdrawn: face.Withdrawn}
	st := had[numbers[org]]
	w.add(numbers[org], st, stand.Decide(st, stand.Stake{Holding: now, Addressed: st != nil && st.Addressed}, hit, n))
	_, err = s.finishWrite(ctx, tx, w, stand.WhyInventory)
	return err
}

// held counts one organisation's rows of the verdicts; hit says that one of the
// fresh products is among them with a verdict that concerns it.
func (s *Service) held(ctx context.Context, org ward.OrgID, found []matchbook.Match, fresh []ward.ProductID) (ward.Holding, bool, error) {
	now, hit := ward.Holding{Org: org}, false
	ids := make([]ward.ProductID, len(found))
	for i, f := range found {
		ids[i] = f.Product
	}
	counts, err := s.cfg.Inventory.Counts(ctx, org, ids)
	for _, f := range found {
		rows := counts[f.Product]
		switch f.Finding.Verdict {
		case ward.Affected:
			now.Affected += rows
		case ward.Review:
			now.Review += rows
		default:
			continue
		}
		hit = hit || rows > 0 && slices.Contains(fresh, f.Product)
	}
	return now, hit, err
}
