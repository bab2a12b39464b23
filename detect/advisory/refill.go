package advisory

import (
	"context"

	"ward"
	"ward/detect/advisory/term"
	"ward/format/csaf"
	"ward/kit/db"
)

// refill reads the documents again of which no field is stored, as they came in
// before fields were, some at a time so that nobody waits for the writer.
func (s *Service) refill(ctx context.Context) error {
	for {
		var list []Revision
		err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			list, err = withoutFields(ctx, tx, batchSize)
			return err
		})
		if err != nil || len(list) == 0 {
			return ward.Wrap("fill in fields", err)
		}
		for _, r := range list {
			if err := s.refillOne(ctx, r); err != nil {
				return ward.Wrap("fill in fields", err)
			}
		}
	}
}

// refillOne stores fields and search words of one revision, if it is still the newest.
func (s *Service) refillOne(ctx context.Context, r Revision) error {
	body, err := s.body(ctx, r.Advisory, r.ID)
	if err != nil {
		return err
	}
	doc, err := csaf.Parse(body, csaf.Limits{})
	if err != nil {
		return err
	}
	sum := doc.Summary()
	fields, words := term.Values(doc, doc.Claims()), term.Words(doc, &sum)
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		head, err := liveHead(ctx, tx, r.Advisory)
		if ward.CodeOf(err) == ward.NotFound || err == nil && head.RevisionID != r.ID {
			return nil // deleted or revised meanwhile, and so filled in
		}
		if err != nil {
			return err
		}
		if err := putFields(ctx, tx, r.Advisory, fields); err != nil {
			return err
		}
		return putTokens(ctx, tx, r.Advisory, words)
	})
}
