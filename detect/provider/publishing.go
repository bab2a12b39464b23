package provider

import (
	"context"

	"ward"
	"ward/kit/db"
	"ward/kit/event"
)

// onAdvisory plans the publication of what changed, where it concerns us.
func (s *Service) onAdvisory(ctx context.Context, _ event.Meta, f ward.AdvisoryPublished) error {
	if f.Why == "enriched" || f.Why == "decided" || !s.Configured() {
		return nil // no byte of the document changed
	}
	return ward.Wrap("hear of advisory", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return s.cfg.Enqueue(ctx, tx, publishJob{Advisory: f.Advisory})
	}))
}

// shelfOf is where a document belongs: "" and true for the house's own, the
// source's id for one that is mirrored; false for what is none of ours.
func (s *Service) shelfOf(i ward.Issued, mirrored map[string]bool) (shelf string, ours bool) {
	switch {
	case i.Namespace == s.namespace:
		return "", i.House
	case mirrored[i.Source] && i.TLP == ward.TLPClear: // others' marked documents are not ours to pass on
		return i.Source, true
	}
	return "", false
}

// publish brings one advisory's file up to date: what stands in the database
// afterwards depends on the newest revision only, so that facts may come twice
// and in any order. Outside of the transaction the document is read and signed.
func (s *Service) publish(ctx context.Context, id ward.AdvisoryID, mirrored map[string]bool) error {
	i, err := s.cfg.Advisories.Issued(ctx, id)
	if ward.CodeOf(err) == ward.NotFound {
		return s.unpublish(ctx, id)
	}
	if err != nil {
		return err
	}
	shelf, ours := s.shelfOf(i, mirrored)
	if !ours {
		return s.unpublish(ctx, id)
	}
	d, err := s.prepare(ctx, i, shelf)
	if err != nil || d == nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "provider-shelf"); err != nil {
			return err
		}
		return s.place(ctx, tx, d)
	})
}

// prepare describes and signs a revision; nil if it is published as it is.
func (s *Service) prepare(ctx context.Context, i ward.Issued, shelf string) (*Document, error) {
	var old Document
	var valid []string
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if old, err = documentOf(ctx, tx, i.Advisory); err != nil && ward.CodeOf(err) != ward.NotFound {
			return err
		}
		valid, err = listed(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if old.Revision == i.Revision && old.Shelf == shelf && old.TLP == i.TLP && !s.stale(&old, valid) {
		return nil, nil
	}
	doc, err := s.cfg.Advisories.Document(ctx, i.Advisory, i.Revision)
	if err != nil {
		return nil, err
	}
	d := describe(i, doc.Body, shelf != "")
	d.Shelf, d.Changed, d.Entered = shelf, s.cfg.Clock(), s.cfg.Clock()
	if d.Why != "" {
		return &d, nil
	}
	return &d, s.sign(ctx, &d, doc)
}

// sign keeps the publisher's signature of a mirrored document, and makes one
// for everything else (section 7.2.5: "original signature, if available").
func (s *Service) sign(ctx context.Context, d *Document, doc ward.IssuedDocument) error {
	if d.Shelf != "" && len(doc.Signature) > 0 {
		d.Signature, d.Signer = doc.Signature, doc.Signer
		return nil
	}
	key, err := s.signer(ctx)
	if err != nil {
		return err
	}
	defer key.ClearPrivateParams()
	d.Own, d.Signer = true, key.GetFingerprint()
	d.Signature, err = signWith(key, doc.Body, s.cfg.Clock())
	return err
}

// listed are the fingerprints whose signatures hold.
func listed(ctx context.Context, tx *db.Tx) ([]string, error) {
	keys, err := allKeys(ctx, tx)
	var out []string
	for _, k := range keys {
		if k.State != KeyRevoked {
			out = append(out, k.Fingerprint)
		}
	}
	return out, err
}

// place writes a document and gives the folders that it left or came to new tags.
func (s *Service) place(ctx context.Context, tx *db.Tx, d *Document) error {
	old, err := documentOf(ctx, tx, d.Advisory)
	known := err == nil
	if err != nil && ward.CodeOf(err) != ward.NotFound {
		return err
	}
	if d.Why == "" {
		clash, err := taken(ctx, tx, d)
		if err != nil {
			return err
		}
		if clash {
			d.Why, d.Detail = HeldName, d.Path()
		}
	}
	if known && old.Why == "" && old.Shelf == d.Shelf && old.TLP == d.TLP {
		d.Entered = old.Entered
	}
	if err := putDocument(ctx, tx, d); err != nil {
		return err
	}
	if known && old.Why == "" {
		if err := touch(ctx, tx, old.Shelf, old.TLP, s.cfg.IDs(), d.Changed); err != nil {
			return err
		}
	}
	if d.Why != "" {
		return nil
	}
	return touch(ctx, tx, d.Shelf, d.TLP, s.cfg.IDs(), d.Changed)
}

// unpublish takes a file away; nothing happens where there is none.
func (s *Service) unpublish(ctx context.Context, id ward.AdvisoryID) error {
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		old, err := documentOf(ctx, tx, id)
		if ward.CodeOf(err) == ward.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if err := dropDocument(ctx, tx, id); err != nil || old.Why != "" {
			return err
		}
		return touch(ctx, tx, old.Shelf, old.TLP, s.cfg.IDs(), s.cfg.Clock())
	})
}
