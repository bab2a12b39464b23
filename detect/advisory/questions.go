package advisory

import (
	"context"

	"ward"
	"ward/detect/advisory/claim"
	"ward/detect/advisory/decision"
	"ward/format/csaf"
	"ward/format/match"
	"ward/kit/db"
)

// This file answers what other services ask; see doc.go on rights.

// Claims lists what the newest revision of an advisory states; NotFound for an
// unknown one. The texts are shared and must not be changed.
func (s *Service) Claims(ctx context.Context, id ward.AdvisoryID) ([]ward.Claim, error) {
	var packed []byte
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		packed, _, err = claim.Of(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, ward.Wrap("advisory claims", err)
	}
	claims, err := s.pack.ReadClaims(id, packed, nil)
	return claims, ward.Wrap("advisory claims", err)
}

// Fingerprints gives, for each leaf path of the newest revision, what a holder
// must act upon, and under the empty path what the document says to its readers
// (see Guidance), as 32 hexadecimal digits: equal in two revisions means that
// nothing of it changed (CSAF 2.0 section 9.1.13, fourth requirement).
func (s *Service) Fingerprints(ctx context.Context, id ward.AdvisoryID) (map[string]string, error) {
	var packed []byte
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		_, packed, err = claim.Of(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, ward.Wrap("advisory fingerprints", err)
	}
	prints, err := s.pack.ReadPrints(packed)
	return prints, ward.Wrap("advisory fingerprints", err)
}

// Concerning lists which newest revisions speak of which of the products, in
// the order of product and advisory. Products that none speaks of are absent.
func (s *Service) Concerning(ctx context.Context, products map[ward.ProductID]ward.ProductRef) ([]ward.Concern, error) {
	d, err := s.Decisions(ctx)
	if err != nil {
		return nil, err
	}
	now, err := s.index.Now(ctx)
	if err != nil {
		return nil, ward.Wrap("concerning", err)
	}
	return now.Concerning(products, d), nil
}

// Warm loads the index, so that the first question need not wait for it: some
// seconds for 50,000 advisories. It is safe to call at any time.
func (s *Service) Warm(ctx context.Context) error {
	_, err := s.index.Now(ctx)
	return ward.Wrap("load advisory index", err)
}

// Decisions gives what analysts have settled, for the matcher. The value is
// shared and must not be changed; a later call gives a new one after a decision.
func (s *Service) Decisions(ctx context.Context) (*match.Decisions, error) {
	d, err := s.decided.Now(ctx)
	return d, ward.Wrap("decisions", err)
}

// Touched lists the advisories whose claims a decision speaks of, sorted: what
// must be matched again after ward.DecisionMade.
func (s *Service) Touched(ctx context.Context, id string) ([]ward.AdvisoryID, error) {
	var d decision.Decision
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		d, err = decision.ByID(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, ward.Wrap("touched by decision", err)
	}
	now, err := s.index.Now(ctx)
	if err != nil {
		return nil, ward.Wrap("touched by decision", err)
	}
	return now.Touched(d.Fits()), nil
}

// After lists the ids of advisories above the given one in their order, at most
// limit: for going through all of them.
func (s *Service) After(ctx context.Context, after ward.AdvisoryID, limit int) ([]ward.AdvisoryID, error) {
	var out []ward.AdvisoryID
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = idsAfter(ctx, tx, after, limit)
		return err
	})
	return out, ward.Wrap("advisories after", err)
}

// headBatch is how many heads one statement reads.
const headBatch = 400

// Heads gives the heads of the advisories that exist among ids.
func (s *Service) Heads(ctx context.Context, ids []ward.AdvisoryID) (map[ward.AdvisoryID]ward.AdvisoryHead, error) {
	out := make(map[ward.AdvisoryID]ward.AdvisoryHead, len(ids))
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		for len(ids) > 0 {
			n := min(len(ids), headBatch)
			list, err := headsByID(ctx, tx, ids[:n])
			if err == nil {
				err = withCVEs(ctx, tx, list)
			}
			if err != nil {
				return err
			}
			for _, a := range list {
				a.Own = s.ours(a.Namespace)
				out[a.ID] = a.AdvisoryHead
			}
			ids = ids[n:]
		}
		return nil
	})
	return out, ward.Wrap("advisory heads", err)
}

// Advice lists what the newest revision says can be done about the leaves, in
// the order of the document, the same advice once. No leaves ask for all of it.
func (s *Service) Advice(ctx context.Context, id ward.AdvisoryID, leaves []string) ([]ward.Advice, error) {
	doc, err := s.newest(ctx, id)
	if err != nil {
		return nil, ward.Wrap("advice", err)
	}
	return advice(doc, leaves), nil
}

func advice(doc *csaf.Document, leaves []string) []ward.Advice {
	if len(leaves) == 0 {
		leaves = []string{""}
	}
	var out []ward.Advice
	at := map[[3]string]int{}
	for _, leaf := range leaves {
		for _, r := range doc.Remedies(leaf) {
			key := [3]string{r.Category, r.Details, r.URL}
			i, known := at[key]
			if !known {
				i = len(out)
				at[key] = i
				out = append(out, ward.Advice{Category: r.Category, Text: r.Details, URL: r.URL})
			}
			if leaf != "" {
				out[i].Leaves = append(out[i].Leaves, leaf)
			}
		}
	}
	return out
}

// Guidance gives what the newest revision says to each reader, the original
// language first; nil when it speaks to nobody in particular.
func (s *Service) Guidance(ctx context.Context, id ward.AdvisoryID) ([]ward.Guidance, error) {
	doc, err := s.newest(ctx, id)
	if err != nil {
		return nil, ward.Wrap("guidance", err)
	}
	return doc.Guidance(), nil
}

// newest reads the newest revision as a document.
func (s *Service) newest(ctx context.Context, id ward.AdvisoryID) (*csaf.Document, error) {
	var head Advisory
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		head, err = liveHead(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.document(ctx, id, head.RevisionID)
}

// document parses one stored revision, through the small cache.
func (s *Service) document(ctx context.Context, id ward.AdvisoryID, revision string) (*csaf.Document, error) {
	if doc := s.documents.get(revision); doc != nil {
		return doc, nil
	}
	body, err := s.body(ctx, id, revision)
	if err != nil {
		return nil, err
	}
	doc, err := csaf.Parse(body, csaf.Limits{})
	if err != nil {
		return nil, err
	}
	s.documents.put(revision, doc, len(body))
	return doc, nil
}

// body gives the bytes of a revision as they came.
func (s *Service) body(ctx context.Context, id ward.AdvisoryID, revision string) ([]byte, error) {
	var packed []byte
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		packed, err = bodyOf(ctx, tx, id, revision)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.pack.Open(packed)
}
