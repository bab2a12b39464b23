package alert

import (
	"context"
	"errors"
	"slices"
	"time"

	"ward"
	"ward/detect/alert/stand"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/job"
)

// rematch goes through all advisories again, a chunk at a time: the nightly
// check of what the facts should have brought.
type rematch struct {
	After ward.AdvisoryID `json:"after"`
}

// Kind implements job.Args.
func (rematch) Kind() string { return "alert.rematch" }

// running matches the advisories of a decision, or those whose turn in a
// rematch failed.
type running struct {
	Advisories []ward.AdvisoryID `json:"advisories"`
	Why        string            `json:"why"`
}

// Kind implements job.Args.
func (running) Kind() string { return "alert.match" }

// byHand is a run of the matching module that a person asked for. It has a kind
// of its own: CSAF 2.0 clause 9.1.13 (6) wants manual runs apart from automatic ones.
type byHand struct {
	Run        string            `json:"run"`
	Advisories []ward.AdvisoryID `json:"advisories,omitempty"`
	Org        ward.OrgID        `json:"org,omitempty"`
	Products   []ward.ProductID  `json:"products,omitempty"` // nil with Org means all it holds
}

// Kind implements job.Args.
func (byHand) Kind() string { return "alert.match_by_hand" }

// onDecision matches what a decision on a name or a range touches.
func (s *Service) onDecision(ctx context.Context, _ event.Meta, f ward.DecisionMade) error {
	ids, err := s.cfg.Advisories.Touched(ctx, f.Decision)
	if err != nil || len(ids) == 0 {
		return ward.Wrap("match for decision", err)
	}
	var jobs []job.Args
	for part := range slices.Chunk(ids, rematchChunk) {
		jobs = append(jobs, running{Advisories: part, Why: stand.WhyDecided})
	}
	return ward.Wrap("match for decision", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return s.cfg.Queue.Enqueue(ctx, tx, jobs...)
	}))
}

// rematchChunk advisories are matched by one job, so that a restart loses little.
const rematchChunk = 200

// onRematch leaves what fails to jobs of its own: one broken document must not
// end the check of all others.
func (s *Service) onRematch(ctx context.Context, j rematch) error {
	if j.After == "" {
		if err := s.renewCountries(ctx); err != nil {
			return err
		}
	}
	ids, err := s.cfg.Advisories.After(ctx, j.After, rematchChunk)
	if err != nil || len(ids) == 0 {
		return err
	}
	var next []job.Args
	for _, id := range ids {
		changed, err := s.Raise(ctx, id, stand.WhyNew)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && ward.CodeOf(err) != ward.NotFound:
			s.cfg.Log.ErrorContext(ctx, "matching failed", "advisory", id, "error", err)
			next = append(next, running{Advisories: []ward.AdvisoryID{id}, Why: stand.WhyNew})
		case changed > 0: // the facts should have done this: the operator must know
			s.cfg.Log.WarnContext(ctx, "full match differs from the stored alerts", "advisory", id, "alerts", changed)
		}
	}
	next = append(next, rematch{After: ids[len(ids)-1]})
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return s.cfg.Queue.Enqueue(ctx, tx, next...) })
}

// onRunning matches a list; what fails comes again with the whole list, which
// changes nothing for the rest.
func (s *Service) onRunning(ctx context.Context, j running) error {
	var faults error
	for _, id := range j.Advisories {
		if _, err := s.Raise(ctx, id, j.Why); ward.CodeOf(err) != ward.NotFound {
			faults = errors.Join(faults, err)
		}
	}
	return faults
}

func (s *Service) onByHand(ctx context.Context, j byHand) error {
	err := s.onRunning(ctx, running{Advisories: j.Advisories, Why: stand.WhyNew})
	if j.Org != "" {
		err = errors.Join(err, s.stock(ctx, j.Org, j.Products))
	}
	return err
}

// Run says what a person wants matched again: advisories, for all inventories;
// or assets of the own organisation, all of them when Assets is empty too.
type Run struct {
	Advisories []ward.AdvisoryID
	Assets     []ward.AssetID
}

// runLimit bounds the advisories or assets of one run.
const runLimit = 1000

// Match starts a run of the matching module by hand (CSAF 2.0 clause 9.1.13 (6)) and gives
// its id, which the audit log names. Advisories are for who curates them, the
// own assets for who answers alerts. Invalid for more than 1,000 of either.
func (s *Service) Match(ctx context.Context, a ward.Actor, in Run) (string, error) {
	if len(in.Advisories) > runLimit || len(in.Assets) > runLimit {
		return "", ward.Fail(ward.Invalid, "alert.error.run_long").At("advisories")
	}
	perm, o := permRespond, ward.Object{Kind: "matching", Org: a.Org, Country: a.Country}
	if len(in.Advisories) > 0 {
		perm, o = permCurate, ward.Object{Kind: "matching"}
	}
	d, err := s.cfg.Guard.Check(a, perm, o)
	if err != nil {
		return "", err
	}
	j := byHand{Run: s.cfg.IDs(), Advisories: in.Advisories}
	if len(in.Advisories) == 0 {
		j.Org = a.Org
		if j.Products, err = s.productsOf(ctx, a.Org, in.Assets); err != nil {
			return "", ward.Wrap("match by hand", err)
		}
	}
	o.ID = j.Run
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.cfg.Queue.Enqueue(ctx, tx, j); err != nil {
			return err
		}
		return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(perm), Object: o, Outcome: audit.Done, Policy: d.Policy})
	})
	return j.Run, ward.Wrap("match by hand", err)
}

// MatchIssue starts a run by hand for every advisory of an issue. NotFound for an
// issue that a sees nothing of.
func (s *Service) MatchIssue(ctx context.Context, a ward.Actor, issue int64) (string, error) {
	var ids []ward.AdvisoryID
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		found, err := overview(ctx, tx, s.view(a, permOverview), OverviewFilter{Before: issue + 1, Limit: 1})
		if err == nil && (len(found) == 0 || found[0].Issue.No != issue) {
			err = ward.Fail(ward.NotFound, "alert.error.not_found")
		}
		if err != nil {
			return err
		}
		ids, err = advisoriesOf(ctx, tx, issue)
		return err
	})
	if err != nil {
		return "", ward.Wrap("match issue by hand", err)
	}
	return s.Match(ctx, a, Run{Advisories: ids[:min(len(ids), runLimit)]})
}

// MayCurate reports whether a may have advisories matched again for everybody.
func (s *Service) MayCurate(a ward.Actor) bool {
	return s.cfg.Guard.Decide(a, permCurate, ward.Object{Kind: "matching"}).Allowed
}

// productsOf are the products of single assets; nil for no assets. An asset that
// is not the organisation's is NotFound.
func (s *Service) productsOf(ctx context.Context, org ward.OrgID, assets []ward.AssetID) ([]ward.ProductID, error) {
	if len(assets) == 0 {
		return nil, nil
	}
	all, err := s.cfg.Inventory.ProductsOf(ctx, org)
	if err != nil {
		return nil, err
	}
	held, err := s.cfg.Inventory.Held(ctx, org, all)
	if err != nil {
		return nil, err
	}
	out, found := []ward.ProductID{}, map[ward.AssetID]bool{}
	for _, h := range held {
		if slices.Contains(assets, h.Asset) {
			out, found[h.Asset] = append(out, h.Product), true
		}
	}
	for _, x := range assets {
		if !found[x] {
			return nil, ward.Fail(ward.NotFound, "alert.error.no_asset").At("assets")
		}
	}
	return out, nil
}

func (s *Service) periodic() []job.Periodic {
	return []job.Periodic{
		{Every: 24 * time.Hour, Make: func() job.Args { return rematch{} }},
		{Every: climbEvery, AtStart: true, Make: func() job.Args { return climbing{} }},
		{Every: 24 * time.Hour, Make: func() job.Args { return tidying{} }},
		{Every: releaseEvery, AtStart: true, Make: func() job.Args { return releasing{} }},
	}
}
