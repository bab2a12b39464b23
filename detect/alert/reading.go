package alert

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/matchbook"
	"ward/detect/alert/stand"
	"ward/kit/db"
)

// Asset is one device or component of an alert with its verdict and state.
type Asset struct {
	ward.HeldAsset
	Advisory ward.AdvisoryID // whose statement decided
	Finding  ward.Finding
	CVEs     []string
	State    stand.State            // of the asset for all CVEs; the alert's own when nobody said otherwise
	ByCVE    map[string]stand.State // only those that differ
}

// Entry is one line of an alert's history.
type Entry struct {
	ID      string
	At      time.Time
	Kind    string // raised, state, assets, comment, due; rung (To is a Rung), call (To is a Result), muted (Until), unmuted (Why is an Unmute)
	Person  string // empty for the house
	Why     string
	From    stand.State
	To      stand.State
	CVE     string
	Count   int
	Comment string
	About   string // whom a call was to
	Until   time.Time
}

// SourceView is one advisory of the alert with what to do after it.
type SourceView struct {
	Head   ward.AdvisoryHead
	Advice []ward.Advice
	Hops   Hops
}

// Delisted is what a catalogue of exploited weaknesses listed and took back: the
// alert is less urgent for it, and says why.
type Delisted struct {
	CVE string
	ward.Listing
	Still bool // another catalogue lists it still
}

// Detail is everything that an alert's page shows.
type Detail struct {
	Alert
	CVEs       []string
	Sources    []SourceView
	Assets     []Asset // affected first, then review
	Entries    []Entry // newest first
	Deliveries []Delivery
	Hops       Hops // of the first source, to the first delivery
	// Guidance is what the Centre says to each reader, the original language first.
	Guidance []ward.Guidance
	Delisted []Delisted // in the order of CVEs
	Beside   int        // of what sensors saw: others of the same collection without an alert of their own
}

// Departments names where the affected assets stand, sorted, without repeats.
func (d Detail) Departments() []string {
	var out []string
	for _, a := range d.Assets {
		if a.Finding.Verdict == ward.Affected && a.Department != "" && !slices.Contains(out, a.Department) {
			out = append(out, a.Department)
		}
	}
	slices.Sort(out)
	return out
}

// Counts tells how many assets are in each state (CSAF 2.0 clause 9.1.13 (7)).
func (d Detail) Counts() map[stand.State]int {
	out := map[stand.State]int{}
	for _, a := range d.Assets {
		out[a.State]++
	}
	return out
}

// PatientRisk is the first sentence on patient harm that a source holds, with
// its language unknown; empty for none.
func (d Detail) PatientRisk() string {
	for _, x := range d.Sources {
		if x.Head.PatientRisk != "" {
			return x.Head.PatientRisk
		}
	}
	return ""
}

// Source is one advisory of an issue with the times of its way to us.
type Source struct {
	Advisory ward.AdvisoryID
	Revision string
	Hops     Hops
}

// Get shows one alert. The assets are shown to who may read that inventory; a
// CSIRT sees the counts. What may not be seen is NotFound.
func (s *Service) Get(ctx context.Context, a ward.Actor, id ward.AlertID) (Detail, error) {
	var d Detail
	var all []matchbook.Match
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if d.Alert, _, err = s.visible(ctx, tx, a, id, permRead); err != nil {
			return err
		}
		if d.Mute, err = muteOf(ctx, tx, d.Alert, s.cfg.Clock()); err != nil {
			return err
		}
		all, err = readDetail(ctx, tx, &d)
		return err
	})
	if err == nil && s.cfg.Guard.Decide(a, permAssets, d.Object()).Allowed {
		err = s.assets(ctx, &d, all)
	}
	if err == nil {
		err = s.advice(ctx, &d, all)
	}
	if err == nil {
		d.Guidance, err = s.guidance(ctx, d.Alert)
	}
	if err == nil {
		err = s.beside(ctx, &d)
	}
	if err == nil {
		err = s.delisted(ctx, &d)
	}
	if err != nil {
		return Detail{}, ward.Wrap("get alert", err)
	}
	return d, nil
}

func (s *Service) delisted(ctx context.Context, d *Detail) error {
	known, err := s.cfg.Advisories.Listings(ctx, d.CVEs)
	for _, cve := range d.CVEs {
		still := slices.ContainsFunc(known[cve], func(l ward.Listing) bool { return l.Withdrawn.IsZero() })
		for _, l := range known[cve] {
			if !l.Withdrawn.IsZero() {
				d.Delisted = append(d.Delisted, Delisted{cve, l, still})
			}
		}
	}
	return err
}

// gist is what a message of an alert says: no sources, no history.
func (s *Service) gist(ctx context.Context, issue, org int64) (d Detail, err error) {
	var all []matchbook.Match
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if d.Alert, err = alertByKey(ctx, tx, issue, org); err != nil {
			return err
		}
		if d.CVEs, err = cvesOf(ctx, tx, issue); err != nil {
			return err
		}
		all, err = matchesOfIssue(ctx, tx, issue)
		return err
	})
	if err == nil {
		d.Guidance, err = s.guidance(ctx, d.Alert)
	}
	if err == nil {
		err = s.beside(ctx, &d)
	}
	if err != nil {
		return Detail{}, err
	}
	return d, s.assets(ctx, &d, all)
}

// readDetail reads what the store knows of the alert.
func readDetail(ctx context.Context, tx *db.Tx, d *Detail) ([]matchbook.Match, error) {
	var err error
	if d.CVEs, err = cvesOf(ctx, tx, d.Issue); err != nil {
		return nil, err
	}
	all, err := matchesOfIssue(ctx, tx, d.Issue)
	if err != nil {
		return nil, err
	}
	sources, err := sourcesOf(ctx, tx, d.Issue)
	if err != nil {
		return nil, err
	}
	for _, x := range sources {
		d.Sources = append(d.Sources, SourceView{Head: ward.AdvisoryHead{ID: x.Advisory, Revision: x.Revision}, Hops: x.Hops})
	}
	if d.Entries, err = entriesOf(ctx, tx, d.Issue, d.OrgNo); err != nil {
		return nil, err
	}
	if d.Deliveries, err = deliveriesOf(ctx, tx, d.Issue, d.OrgNo); err != nil {
		return nil, err
	}
	d.Hops = hops(*d)
	return all, nil
}

// hops joins the way of the source that brought this round, the last that was
// matched before it, with the alert's own.
func hops(d Detail) Hops {
	var h Hops
	for i, x := range d.Sources { // by time of matching
		if i == 0 || !x.Hops.Matched.After(d.Raised) {
			h = x.Hops
		}
	}
	h.Raised = d.Raised
	for _, x := range d.Deliveries {
		if x.Channel != marking.Inbox && x.State == Sent && x.Round == d.Round && (h.Delivered.IsZero() || x.SentAt.Before(h.Delivered)) {
			h.Delivered = x.SentAt
		}
	}
	return h
}

// advice adds what the advisories say to do about what was found: to the assets
// shown, or to everything that the advisory was found to speak of.
func (s *Service) advice(ctx context.Context, d *Detail, all []matchbook.Match) error {
	ids := make([]ward.AdvisoryID, len(d.Sources))
	for i, x := range d.Sources {
		ids[i] = x.Head.ID
	}
	heads, err := s.cfg.Advisories.Heads(ctx, ids)
	if err != nil {
		return err
	}
	leaves := leavesOf(d.Assets, all)
	for i, id := range ids {
		if h, ok := heads[id]; ok {
			d.Sources[i].Head = h
		}
		if len(leaves[id]) == 0 { // it speaks of nothing here: its advice is for others
			continue
		}
		if d.Sources[i].Advice, err = s.cfg.Advisories.Advice(ctx, id, leaves[id]); ward.CodeOf(err) == ward.NotFound {
			err = nil // the document was deleted; the alert stays
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// leavesOf lists by advisory the leaves that concern the assets; of everything
// found when no assets are shown.
func leavesOf(assets []Asset, all []matchbook.Match) map[ward.AdvisoryID][]string {
	out := map[ward.AdvisoryID][]string{}
	held := map[ward.ProductID]bool{}
	for _, x := range assets {
		held[x.Product] = true
	}
	for _, m := range all {
		leaf := m.Finding.Leaf
		if m.Finding.Verdict == ward.NotAffected || len(assets) > 0 && !held[m.Product] || slices.Contains(out[m.Advisory], leaf) {
			continue
		}
		out[m.Advisory] = append(out[m.Advisory], leaf)
	}
	return out
}

// assets joins the organisation's rows with verdicts and states.
func (s *Service) assets(ctx context.Context, d *Detail, all []matchbook.Match) error {
	by := map[ward.ProductID]matchbook.Match{}
	var ids []ward.ProductID
	for _, m := range matchbook.Worst(all) {
		if m.Finding.Verdict != ward.NotAffected {
			by[m.Product] = m
			ids = append(ids, m.Product)
		}
	}
	held, err := s.cfg.Inventory.Held(ctx, d.Org, ids)
	if err != nil {
		return err
	}
	var said map[ward.AssetID]map[string]stand.State
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		said, err = assetStates(ctx, tx, d.Issue, d.OrgNo)
		return err
	})
	for _, h := range held {
		m := by[h.Product]
		x := Asset{HeldAsset: h, Advisory: m.Advisory, Finding: m.Finding, CVEs: m.CVEs, State: assetDefault(d.State)}
		for cve, st := range said[h.Asset] {
			if cve == "" {
				x.State = st
			} else {
				if x.ByCVE == nil {
					x.ByCVE = map[string]stand.State{}
				}
				x.ByCVE[cve] = st
			}
		}
		d.Assets = append(d.Assets, x)
	}
	slices.SortStableFunc(d.Assets, func(a, b Asset) int { return matchbook.Rank(b.Finding.Verdict) - matchbook.Rank(a.Finding.Verdict) })
	return err
}

// assetDefault is an asset's state when only the alert has one.
func assetDefault(s stand.State) stand.State {
	if s == stand.Unseen || s == stand.Acknowledged || s == stand.Obsolete {
		return stand.Applicable
	}
	return s
}
