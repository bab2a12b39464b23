package alert

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/job"
)

// onInventory matches what came into one inventory against all advisories, and
// counts that organisation's alerts again.
func (s *Service) onInventory(ctx context.Context, _ event.Meta, f ward.InventoryChanged) error {
	return ward.Wrap("raise for inventory", s.stock(ctx, f.Org, f.Products))
}

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
	found, err := s.concerning(ctx, refs)
	if err != nil {
		return err
	}
	issues := map[int64][]ward.ProductID{}
	for _, m := range found {
		no, err := s.learn(ctx, m)
		if err != nil {
			return err
		}
		if no != 0 {
			for _, x := range m.matches {
				issues[no] = append(issues[no], x.Product)
			}
		}
	}
	return s.recount(ctx, org, issues)
}

// concerning groups what the advisories say of the products by advisory, in the
// order of ids.
func (s *Service) concerning(ctx context.Context, refs map[ward.ProductID]ward.ProductRef) ([]matching, error) {
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
		m := matching{head: heads[id], at: s.cfg.Clock()}
		if m.matches, err = s.withRemedies(ctx, id, by[id]); err != nil {
			return nil, err
		}
		if m.head.ID != "" {
			out = append(out, m)
		}
	}
	return out, nil
}

// learn stores verdicts on products that are new to an advisory, without
// touching the others, and returns the issue; zero when nobody need know.
func (s *Service) learn(ctx context.Context, m matching) (issue int64, err error) {
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, issueLock); err != nil {
			return err
		}
		if issue, err = findIssue(ctx, tx, m.head); err != nil || issue == 0 && !concerns(m.matches) {
			return err
		}
		before, err := matchMap(ctx, tx, m.head.ID)
		if err != nil {
			return err
		}
		if issue, _, err = s.putIssue(ctx, tx, issue, m, WhyInventory); err != nil {
			return err
		}
		return replaceMatches(ctx, tx, m, before) // m.seen is empty: nothing goes
	})
	return issue, err
}

// recount writes one organisation's alerts again: of the issues that its new
// products touch, and of all it has, as something may be gone.
func (s *Service) recount(ctx context.Context, org ward.OrgID, touched map[int64][]ward.ProductID) error {
	var mine []int64
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		mine, err = issuesOfOrg(ctx, tx, org)
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
	for _, no := range mine {
		err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return s.recountIssue(ctx, tx, org, no, touched[no]) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) recountIssue(ctx context.Context, tx *db.Tx, org ward.OrgID, issue int64, fresh []ward.ProductID) error {
	if err := tx.Lock(ctx, issueLock); err != nil {
		return err
	}
	all, err := matchesOfIssue(ctx, tx, issue)
	if err != nil {
		return err
	}
	now, hit, err := s.held(ctx, org, worst(all), fresh)
	if err != nil {
		return err
	}
	face, err := issueFace(ctx, tx, issue)
	if err != nil {
		return err
	}
	numbers, err := s.orgNumbers(ctx, tx, []ward.Holding{now})
	if err != nil {
		return err
	}
	had, err := standingOf(ctx, tx, issue, numbers[org])
	if err != nil {
		return err
	}
	w := newAlertWriter(issue, s.cfg.Clock())
	n := news{Now: w.at, Why: WhyInventory, Urgency: UrgencyOf(face.Severity, face.Exploited), Withdrawn: face.Withdrawn}
	w.add(numbers[org], had, decide(had, now, hit, n))
	_, err = s.finishWrite(ctx, tx, w, WhyInventory)
	return err
}

// held counts one organisation's rows of the findings; hit says that one of the
// fresh products is among them with a verdict that concerns it.
func (s *Service) held(ctx context.Context, org ward.OrgID, found []ward.ProductFinding, fresh []ward.ProductID) (ward.Holding, bool, error) {
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

// rematch goes through all advisories again, a chunk at a time.
type rematch struct {
	After ward.AdvisoryID `json:"after"`
	Why   string          `json:"why"`
}

// Kind implements job.Args.
func (rematch) Kind() string { return "alert.rematch" }

// onDecision matches everything again: a decision on a name or a range may
// touch any advisory, and the whole of it takes seconds.
func (s *Service) onDecision(ctx context.Context, _ event.Meta, _ ward.DecisionMade) error {
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return s.cfg.Queue.EnqueueOnce(ctx, tx, rematch{Why: WhyDecided})
	})
}

// rematchChunk advisories are matched by one job, so that a restart loses little.
const rematchChunk = 200

func (s *Service) onRematch(ctx context.Context, j rematch) error {
	ids, err := s.cfg.Advisories.After(ctx, j.After, rematchChunk)
	if err != nil || len(ids) == 0 {
		return err
	}
	for _, id := range ids {
		changed, err := s.Raise(ctx, id, j.Why)
		if err != nil {
			return err
		}
		if changed > 0 && j.Why == whyNightly {
			// The delta path should have done this: the operator must know.
			s.cfg.Log.WarnContext(ctx, "full match differs from the stored alerts", "advisory", id, "alerts", changed)
		}
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return s.cfg.Queue.Enqueue(ctx, tx, rematch{After: ids[len(ids)-1], Why: j.Why})
	})
}

// whyNightly marks the full re-match that checks the delta path.
const whyNightly = "nightly"

func (s *Service) periodic() []job.Periodic {
	return []job.Periodic{{Every: 24 * time.Hour, Make: func() job.Args { return rematch{Why: whyNightly} }}}
}
