package alert

import (
	"cmp"
	"context"
	"slices"

	"ward"
	"ward/detect/alert/matchbook"
	"ward/kit/db"
)

// AssetAlert is one alert that speaks of an asset, with the verdict on it and
// the advisory that says so.
type AssetAlert struct {
	Alert
	Advisory ward.AdvisoryID
	Finding  ward.Finding
	CVEs     []string
}

// OfAsset lists the alerts that speak of one asset of the actor's organisation,
// the worst verdict first (CSAF 2.0 clause 9.1.13 (2)). NotFound for an asset
// that the organisation does not have.
func (s *Service) OfAsset(ctx context.Context, a ward.Actor, asset ward.AssetID) ([]AssetAlert, error) {
	own := ward.Object{Kind: "asset", ID: string(asset), Org: a.Org, Country: a.Country}
	if _, err := s.cfg.Guard.Check(a, permRead, own); err != nil {
		return nil, ward.Wrap("alerts of asset", err)
	}
	products, err := s.cfg.Inventory.Contents(ctx, a.Org, asset)
	if err == nil && len(products) == 0 {
		err = ward.Fail(ward.NotFound, "alert.error.no_asset")
	}
	if err != nil {
		return nil, ward.Wrap("alerts of asset", err)
	}
	refs, err := s.cfg.Inventory.Products(ctx, products)
	if err != nil {
		return nil, ward.Wrap("alerts of asset", err)
	}
	found, err := s.cfg.Advisories.Concerning(ctx, refs)
	if err != nil {
		return nil, ward.Wrap("alerts of asset", err)
	}
	out, err := s.alertsFor(ctx, a, found)
	return out, ward.Wrap("alerts of asset", err)
}

// alertsFor finds the actor's own alerts of what concerns him, one each with
// its worst verdict.
func (s *Service) alertsFor(ctx context.Context, a ward.Actor, found []ward.Concern) ([]AssetAlert, error) {
	by := map[ward.AlertID]AssetAlert{}
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		numbers, err := numbersOf(ctx, tx, []ward.OrgID{a.Org})
		if err != nil {
			return err
		}
		for _, c := range found {
			if c.Finding.Verdict == ward.NotAffected {
				continue
			}
			issue, err := issueOfAdvisory(ctx, tx, c.Advisory)
			if err != nil {
				return err
			}
			id := MakeID(issue, numbers[a.Org])
			if old, had := by[id]; had && matchbook.Rank(old.Finding.Verdict) >= matchbook.Rank(c.Finding.Verdict) {
				continue
			}
			al, _, err := s.visible(ctx, tx, a, id, permRead)
			if ward.CodeOf(err) == ward.NotFound { // not raised yet, or above the clearance
				continue
			}
			if err != nil {
				return err
			}
			by[id] = AssetAlert{Alert: al, Advisory: c.Advisory, Finding: c.Finding, CVEs: c.CVEs}
		}
		return nil
	})
	out := make([]AssetAlert, 0, len(by))
	for _, x := range by {
		out = append(out, x)
	}
	slices.SortFunc(out, func(x, y AssetAlert) int {
		return cmp.Or(matchbook.Rank(y.Finding.Verdict)-matchbook.Rank(x.Finding.Verdict), cmp.Compare(y.Issue, x.Issue))
	})
	return out, err
}
