package alert

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/kit/db"
)

// Asset is one device or component of an alert with its verdict and state.
type Asset struct {
	ward.HeldAsset
	Finding ward.Finding
	CVEs    []string
	State   State            // of the asset for all CVEs; the alert's own when nobody said otherwise
	ByCVE   map[string]State // only those that differ
}

// Entry is one line of an alert's history.
type Entry struct {
	ID      string
	At      time.Time
	Kind    string // raised, state, assets, comment, due
	Person  string // empty for the house
	Why     string
	From    State
	To      State
	CVE     string
	Count   int
	Comment string
}

// SourceView is one advisory of the alert with what to do after it.
type SourceView struct {
	Head   ward.AdvisoryHead
	Advice []ward.Advice
	Hops   Hops
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

// Get shows one alert. The assets are shown to its own organisation only; a
// CSIRT sees the counts.
func (s *Service) Get(ctx context.Context, a ward.Actor, id ward.AlertID) (Detail, error) {
	var d Detail
	var found []ward.ProductFinding
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if d.Alert, _, err = s.visible(ctx, tx, a, id, permRead); err != nil {
			return err
		}
		found, err = s.readDetail(ctx, tx, &d)
		return err
	})
	if err != nil {
		return Detail{}, ward.Wrap("get alert", err)
	}
	if err := s.askDetail(ctx, a, &d, found); err != nil {
		return Detail{}, ward.Wrap("get alert", err)
	}
	return d, nil
}

// readDetail reads what the store knows of the alert.
func (s *Service) readDetail(ctx context.Context, tx *db.Tx, d *Detail) ([]ward.ProductFinding, error) {
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
	return worst(all), nil
}

// hops joins the first source's way with the alert's own.
func hops(d Detail) Hops {
	var h Hops
	if len(d.Sources) > 0 {
		h = d.Sources[0].Hops
	}
	h.Raised = d.Raised
	for _, x := range d.Deliveries {
		if x.Channel != Inbox && x.State == Sent && x.Round == d.Round && (h.Delivered.IsZero() || x.SentAt.Before(h.Delivered)) {
			h.Delivered = x.SentAt
		}
	}
	return h
}

// askDetail adds what the advisories and the inventory know.
func (s *Service) askDetail(ctx context.Context, a ward.Actor, d *Detail, found []ward.ProductFinding) error {
	ids := make([]ward.AdvisoryID, len(d.Sources))
	for i, x := range d.Sources {
		ids[i] = x.Head.ID
	}
	heads, err := s.cfg.Advisories.Heads(ctx, ids)
	if err != nil {
		return err
	}
	leaves := map[ward.AdvisoryID][]string{}
	for i := range d.Sources {
		if h, ok := heads[d.Sources[i].Head.ID]; ok {
			d.Sources[i].Head = h
		}
	}
	for i := range d.Sources {
		id := d.Sources[i].Head.ID
		if d.Sources[i].Advice, err = s.cfg.Advisories.Advice(ctx, id, leaves[id]); err != nil {
			return err
		}
	}
	if a.Org != d.Org && !a.System {
		return nil
	}
	return s.assets(ctx, d, found)
}

// assets joins the organisation's rows with verdicts and states.
func (s *Service) assets(ctx context.Context, d *Detail, found []ward.ProductFinding) error {
	by := map[ward.ProductID]ward.ProductFinding{}
	var ids []ward.ProductID
	for _, f := range found {
		if f.Finding.Verdict != ward.NotAffected {
			by[f.Product] = f
			ids = append(ids, f.Product)
		}
	}
	held, err := s.cfg.Inventory.Held(ctx, d.Org, ids)
	if err != nil {
		return err
	}
	var said map[ward.AssetID]map[string]State
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		said, err = assetStates(ctx, tx, d.Issue, d.OrgNo)
		return err
	})
	for _, h := range held {
		x := Asset{HeldAsset: h, Finding: by[h.Product].Finding, CVEs: by[h.Product].CVEs, State: assetDefault(d.State)}
		for cve, st := range said[h.Asset] {
			if cve == "" {
				x.State = st
			} else {
				if x.ByCVE == nil {
					x.ByCVE = map[string]State{}
				}
				x.ByCVE[cve] = st
			}
		}
		d.Assets = append(d.Assets, x)
	}
	slices.SortStableFunc(d.Assets, func(a, b Asset) int { return verdictRank[b.Finding.Verdict] - verdictRank[a.Finding.Verdict] })
	return err
}

// assetDefault is an asset's state when only the alert has one.
func assetDefault(s State) State {
	if s == Unseen || s == Acknowledged || s == Obsolete {
		return Applicable
	}
	return s
}

// Filter chooses alerts of a list; zero fields do not restrict.
type Filter struct {
	Open     bool // only those with something to do
	States   []State
	Severity ward.Severity // at least
	Used     bool          // exploited
	Overdue  bool
	Org      ward.OrgID
	Country  ward.Country
	Issue    int64
	Text     string // in the title
	After    string // key of the last row shown, as Page.Next gave it
	Limit    int    // 0 means 50, at most 200
}

// Page is a part of a list; Next is empty at its end.
type Page struct {
	Alerts []Alert
	Next   string
}

// List shows the alerts that a may see, the most urgent first.
func (s *Service) List(ctx context.Context, a ward.Actor, f Filter) (Page, error) {
	scope := s.cfg.Guard.Scope(a, permRead)
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	var p Page
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		p, err = listAlerts(ctx, tx, scope, f, s.cfg.Clock())
		return err
	})
	return p, ward.Wrap("list alerts", err)
}

// Count is how many alerts of a list need something.
type Count struct {
	Open, New, Overdue, Urgent int
}

// Summary counts the open alerts that a may see.
func (s *Service) Summary(ctx context.Context, a ward.Actor) (Count, error) {
	var c Count
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		c, err = countAlerts(ctx, tx, s.cfg.Guard.Scope(a, permRead), s.cfg.Clock())
		return err
	})
	return c, ward.Wrap("count alerts", err)
}

// Reach is one issue as a CSIRT or the Centre sees it: who was reached, who
// acknowledged, who has done it.
type Reach struct {
	Issue         Issue
	Raised        time.Time // first of its alerts within the scope
	Organisations int
	Reached       int // a mail or webhook was accepted, or somebody acknowledged
	Acknowledged  int
	Done          int // done, not applicable or risk accepted
	Overdue       int
	Failed        int // every try to reach them failed
}

// Overview lists issues with how far they got, newest first; before is the
// number of the last issue shown, 0 for the start.
func (s *Service) Overview(ctx context.Context, a ward.Actor, before int64, limit int) ([]Reach, error) {
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	var out []Reach
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = overview(ctx, tx, s.cfg.Guard.Scope(a, permOverview), before, limit, s.cfg.Clock())
		return err
	})
	return out, ward.Wrap("alert overview", err)
}

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
	var out []ward.ReviewCase
	for _, c := range cases {
		held, err := s.cfg.Inventory.Holdings(ctx, []ward.ProductFinding{c.ProductFinding})
		if err != nil {
			return nil, ward.Wrap("review cases", err)
		}
		for _, h := range held {
			c.Organisations++
			c.Assets += h.Review
		}
		if c.Organisations > 0 {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b ward.ReviewCase) int { return b.Organisations - a.Organisations })
	return out[:min(limit, len(out))], nil
}
