package ransomware

import (
	"context"
	"strings"
	"time"

	"ward"
	"ward/format/ransom"
	"ward/kit/db"
)

// Watch is an organisation's word to be told when a decryptor for a family
// appears. It has no end of its own: keys of 2019 were found in 2024.
type Watch struct {
	ID        string
	Org       ward.OrgID
	Family    string
	Reference string // the organisation's own word for the case; may be empty
	Person    string // name of who left word
	Created   time.Time
	Told      int // decryptors that it was told of
}

// Object is what policies decide about.
func (w Watch) Object() ward.Object { return ward.Object{Kind: "watch", ID: w.ID, Org: w.Org} }

// watchesMost bounds the open watches of one organisation.
const watchesMost = 200

// Leave keeps word for the organisation that a acts for, and gives its id. Of
// decryptors that are released already it is told at once.
func (s *Service) Leave(ctx context.Context, a ward.Actor, family, reference string) (string, error) {
	family, reference = strings.TrimSpace(family), strings.TrimSpace(reference)
	dec, err := s.cfg.Guard.Check(a, permWatch, ward.Object{Kind: "watch", Org: a.Org})
	switch {
	case err != nil:
	case ransom.Key(family) == "" || len(family) > lineMost:
		err = ward.Fail(ward.Invalid, "ransomware.error.family").At("family")
	case len(reference) > lineMost:
		err = ward.Fail(ward.Invalid, "ransomware.error.long").At("reference")
	}
	if err != nil {
		return "", ward.Wrap("leave word", err)
	}
	family = s.called(family) // an alias waits for the same decryptor
	w := Watch{ID: s.cfg.IDs(), Org: a.Org, Family: family, Reference: reference, Person: a.Name, Created: s.cfg.Clock()}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := countWatches(ctx, tx, a.Org)
		if err != nil {
			return err
		}
		if n >= watchesMost {
			return ward.Fail(ward.Conflict, "ransomware.error.limit")
		}
		if err := insertWatch(ctx, tx, w, ransom.Key(family)); err != nil {
			return err
		}
		offered, err := decryptors(ctx, tx, s.keys(family), Released, decryptorsMost)
		if err != nil {
			return err
		}
		for _, d := range offered {
			if err := s.cfg.Queue.EnqueueOnce(ctx, tx, tell{Watch: w.ID, Decryptor: d.ID}); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, a, permWatch, dec.Policy, w.Object(), "leave")
	})
	return w.ID, ward.Wrap("leave word", err)
}

// Watches lists the open watches of the organisations that a may see.
func (s *Service) Watches(ctx context.Context, a ward.Actor) (list []Watch, err error) {
	scope := s.cfg.Guard.Scope(a, permWatch)
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = watches(ctx, tx, scope, watchesMost)
		return err
	})
	return list, ward.Wrap("watches", err)
}

// End ends a watch; its row stays, as what was told stays known.
func (s *Service) End(ctx context.Context, a ward.Actor, id string) error {
	scope := s.cfg.Guard.Scope(a, permWatch)
	if !s.cfg.Guard.May(a, permWatch) {
		_, err := s.cfg.Guard.Check(a, permWatch, ward.Object{Kind: "watch", ID: id})
		return ward.Wrap("end watch", err)
	}
	return ward.Wrap("end watch", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := watchByID(ctx, tx, id)
		if err == nil && !scope.Has(w.Org, "") {
			err = ward.Fail(ward.NotFound, "") // another's watch looks like none
		}
		if err != nil {
			return err
		}
		dec, err := s.cfg.Guard.Check(a, permWatch, w.Object())
		if err != nil {
			return err
		}
		if err := endWatch(ctx, tx, id, s.cfg.Clock()); err != nil {
			return err
		}
		return s.record(ctx, tx, a, permWatch, dec.Policy, w.Object(), "end")
	}))
}
