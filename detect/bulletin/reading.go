package bulletin

import (
	"context"

	"ward"
	"ward/kit/auth"
	"ward/kit/db"
)

// Row is an alert with one of its revisions.
type Row struct {
	Bulletin Bulletin
	Revision Revision
}

// listLimit bounds the lists: a Centre writes some hundred alerts a year.
const listLimit = 500

// List gives the alerts by the state of their newest revision, the last changed
// first; all of them for no state. Needs bulletin.read.
func (s *Service) List(ctx context.Context, a ward.Actor, states ...State) (out []Row, err error) {
	if _, err := s.cfg.Guard.Check(a, permRead, ward.Object{Kind: "bulletin"}); err != nil {
		return nil, ward.Wrap("list alerts", err)
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = listRows(ctx, tx, states, listLimit)
		return err
	})
	return out, ward.Wrap("list alerts", err)
}

// View is an alert with its revisions, newest first, and its history.
type View struct {
	Bulletin  Bulletin
	Revisions []Revision
	Entries   []Entry
}

// Live is the published revision; nil before the first.
func (v View) Live() *Revision {
	for i := range v.Revisions {
		if v.Revisions[i].State == Published && v.Revisions[i].Version == v.Bulletin.Live {
			return &v.Revisions[i]
		}
	}
	return nil
}

// Open is the revision that is worked on; nil for none.
func (v View) Open() *Revision {
	for i := range v.Revisions {
		if v.Revisions[i].State.Open() {
			return &v.Revisions[i]
		}
	}
	return nil
}

// Get shows an alert to those who work on them. Needs bulletin.read.
func (s *Service) Get(ctx context.Context, a ward.Actor, id string) (v View, err error) {
	if _, err := s.cfg.Guard.Check(a, permRead, ward.Object{Kind: "bulletin", ID: id}); err != nil {
		return v, ward.Wrap("show alert", err)
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if v.Bulletin, err = bulletinByID(ctx, tx, id); err != nil {
			return err
		}
		if v.Revisions, err = revisionsOf(ctx, tx, id); err != nil {
			return err
		}
		v.Entries, err = entriesOf(ctx, tx, id)
		return err
	})
	return v, ward.Wrap("show alert", err)
}

// clearance is what a reads of what is published: a visitor what is for everybody.
func (s *Service) clearance(a ward.Actor) ward.TLP {
	if s.cfg.Guard.May(a, permPublic) {
		return auth.Clearance(a)
	}
	return ward.TLPClear
}

// LiveList gives the published alerts that a may read, the newest first. It is
// open to visitors.
func (s *Service) LiveList(ctx context.Context, a ward.Actor) (out []Row, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = liveRows(ctx, tx, s.clearance(a), listLimit)
		return err
	})
	return out, ward.Wrap("published alerts", err)
}

// Live gives a published alert by its number and its document. It is open to
// visitors; what a may not read is NotFound, like what does not exist.
func (s *Service) Live(ctx context.Context, a ward.Actor, number string) (x Row, doc []byte, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if x.Bulletin, err = bulletinByNumber(ctx, tx, number); err != nil {
			return err
		}
		if x.Revision, err = revisionByVersion(ctx, tx, x.Bulletin.ID, x.Bulletin.Live); err != nil {
			return err
		}
		if !x.Revision.Content.TLP.Within(s.clearance(a)) {
			return ward.Fail(ward.NotFound, "")
		}
		doc, err = documentOf(ctx, tx, x.Revision.ID)
		return err
	})
	if err != nil {
		return Row{}, nil, ward.Wrap("published alert", err)
	}
	return x, doc, nil
}
