package bulletin

import (
	"context"

	"ward"
	"ward/format/csaf"
	"ward/kit/db"
	"ward/kit/web"
)

// Reach counts who would be told of an alert now.
type Reach struct {
	Orgs      int
	Countries int
	Addressed int // of Orgs, those in the audience
	Holders   int // of Orgs, those who hold a product that it names, or may
}

// ReachOf counts for a content, saved or not: whom the registry finds in the
// audience, and who holds the products. Needs bulletin.read.
func (s *Service) ReachOf(ctx context.Context, a ward.Actor, who Inventory, c Content) (Reach, error) {
	if _, err := s.cfg.Guard.Check(a, permRead, ward.Object{Kind: "bulletin"}); err != nil {
		return Reach{}, err
	}
	c = c.tidy()
	if err := c.check(); err != nil {
		return Reach{}, ward.Wrap("count readers", err)
	}
	orgs, err := s.recipients(ctx, c)
	if err != nil {
		return Reach{}, ward.Wrap("count readers", err)
	}
	held, err := s.holders(ctx, who, c)
	if err != nil {
		return Reach{}, ward.Wrap("count readers", err)
	}
	all := map[ward.OrgID]ward.Organisation{}
	for id, o := range held {
		all[id] = o
	}
	for _, o := range orgs {
		all[o.ID] = o
	}
	seen := map[ward.Country]bool{}
	for _, o := range all {
		seen[o.Country] = true
	}
	return Reach{Orgs: len(all), Countries: len(seen), Addressed: len(orgs), Holders: len(held)}, nil
}

// holders matches the products against all inventories as the published
// document would be.
func (s *Service) holders(ctx context.Context, who Inventory, c Content) (map[ward.OrgID]ward.Organisation, error) {
	if len(c.Products) == 0 || c.Withdrawn || who == nil {
		return nil, nil
	}
	at := s.cfg.Clock()
	doc, err := document(c, publication{Number: "HSC-0-0", Version: 1, At: at, Publisher: s.cfg.Publisher, Namespace: s.cfg.Namespace,
		History: []issued{{1, at, "-"}}, Page: s.cfg.URL})
	if err != nil {
		return nil, err
	}
	parsed, err := csaf.Parse(doc, csaf.Limits{})
	if err != nil {
		return nil, err
	}
	found, err := who.Match(ctx, parsed.Claims())
	if err != nil {
		return nil, err
	}
	held, err := who.Holdings(ctx, ward.VerdictsOf(found))
	if err != nil {
		return nil, err
	}
	ids := web.Each(held, func(h ward.Holding) ward.OrgID { return h.Org })
	return s.cfg.Registry.Organisations(ctx, ids)
}

// Preview is an open or live revision as its readers would get it.
type Preview struct {
	Bulletin Bulletin
	Revision Revision
	Document []byte // CSAF
	Fault    error  // why the document cannot be published; nil if it can
}

// previewNumber stands in for the number that an alert does not have yet.
const previewNumber = "HSC-0000-000"

// PreviewOf builds the document of the newest revision. Needs bulletin.read.
func (s *Service) PreviewOf(ctx context.Context, a ward.Actor, id string) (Preview, error) {
	v, err := s.Get(ctx, a, id)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Bulletin: v.Bulletin, Revision: v.Revisions[0]}
	b := v.Bulletin
	if b.Number == "" {
		b.Number = previewNumber
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		if p.Revision.State == Published {
			p.Document, err = documentOf(ctx, tx, p.Revision.ID)
			return err
		}
		p.Document, p.Fault = s.build(ctx, tx, b, p.Revision, s.cfg.Clock())
		return nil
	})
	return p, ward.Wrap("preview alert", err)
}
