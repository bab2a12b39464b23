package advisory

import (
	"context"

	"ward"
	"ward/detect/advisory/harvest"
	"ward/kit/db"
)

// This file answers who passes documents on: the newest revisions as they were
// issued, byte for byte. No rights check: see doc.go.

// ofHouse reports whether a source speaks for the house. Only that may be
// published as its own: a feed can put any namespace into a document. Where the
// Centre's alerts are made here, with a second person's approval, nothing else
// does; without them a person's upload.
func (s *Service) ofHouse(source string) bool {
	return source == CentreSource || source == UploadSource && s.cfg.Bulletins == nil
}

// Issued gives one newest revision; NotFound for an unknown or deleted advisory.
func (s *Service) Issued(ctx context.Context, id ward.AdvisoryID) (ward.Issued, error) {
	var out ward.Issued
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = issuedByID(ctx, tx, id)
		return err
	})
	out.House = s.ofHouse(out.Source)
	return out, ward.Wrap("issued", err)
}

// Stock lists newest revisions above an id in the order of ids, at most limit:
// for going through all of them.
func (s *Service) Stock(ctx context.Context, after ward.AdvisoryID, limit int) ([]ward.Issued, error) {
	var out []ward.Issued
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = issuedAfter(ctx, tx, after, limit)
		return err
	})
	for i := range out {
		out[i].House = s.ofHouse(out[i].Source)
	}
	return out, ward.Wrap("stock of advisories", err)
}

// Document gives a stored revision as it came, with its signature; NotFound if
// it is none of the advisory.
func (s *Service) Document(ctx context.Context, id ward.AdvisoryID, revision string) (ward.IssuedDocument, error) {
	var out ward.IssuedDocument
	body, err := s.body(ctx, id, revision)
	if err == nil {
		err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			out.Signature, out.Signer, err = signatureOf(ctx, tx, revision)
			return err
		})
	}
	out.Body = body
	return out, ward.Wrap("issued document", err)
}

// Parties lists the publishers behind our sources with the keys that we trust,
// in the order in which the sources were added.
func (s *Service) Parties(ctx context.Context) ([]ward.IssuingParty, error) {
	var out []ward.IssuingParty
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = harvest.Parties(ctx, tx)
		return err
	})
	return out, ward.Wrap("issuing parties", err)
}
