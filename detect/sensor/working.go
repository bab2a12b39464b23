package sensor

import (
	"context"
	"time"

	"ward"
	"ward/format/plain"
	"ward/kit/db"
)

// HitFilter chooses hits of a list; zero fields do not restrict.
type HitFilter struct {
	State HitState
	All   bool   // those that are done with too
	Item  string // of our content
	After string // id of the last one shown
	Limit int    // 0 means 50, at most 200
}

// Hits lists what the caller may see, the newest first; more says that there is
// more after them.
func (s *Service) Hits(ctx context.Context, a ward.Actor, f HitFilter) (out []Hit, more bool, err error) {
	scope, err := s.scope(a)
	if err != nil {
		return nil, false, ward.Wrap("list hits", err)
	}
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	f.Limit++
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = hits(ctx, tx, scope, f)
		return err
	})
	if len(out) == f.Limit {
		out, more = out[:f.Limit-1], true
	}
	return out, more, ward.Wrap("list hits", err)
}

// scope is whose hits the caller may see; Forbidden for nobody's.
func (s *Service) scope(a ward.Actor) (ward.Scope, error) {
	if !s.cfg.Guard.May(a, permHits) {
		_, err := s.cfg.Guard.Check(a, permHits, ward.Object{Kind: "hit"})
		return ward.Scope{}, err
	}
	return s.cfg.Guard.Scope(a, permHits), nil
}

// Names gives the organisations of hits or sensors by id: for those who see more
// than their own.
func (s *Service) Names(ctx context.Context, ids []ward.OrgID) (map[ward.OrgID]ward.Organisation, error) {
	out, err := s.cfg.Registry.Organisations(ctx, ids)
	return out, ward.Wrap("names", err)
}

// Figures are the numbers of a card.
type Figures struct{ New, Open, Hospitals int }

// Figures counts what the caller may see and is not done with.
func (s *Service) Figures(ctx context.Context, a ward.Actor) (f Figures, err error) {
	scope, err := s.scope(a)
	if err == nil {
		err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			f, err = hitFigures(ctx, tx, scope)
			return err
		})
	}
	return f, ward.Wrap("figures", err)
}

// Hit shows one hit with its history. What may not be seen is NotFound.
func (s *Service) Hit(ctx context.Context, a ward.Actor, id string) (h Hit, entries []Entry, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if h, err = s.visible(ctx, tx, a, id); err != nil {
			return err
		}
		entries, err = hitEntries(ctx, tx, id)
		return err
	})
	return h, entries, ward.Wrap("get hit", err)
}

func (s *Service) visible(ctx context.Context, tx *db.Tx, a ward.Actor, id string) (Hit, error) {
	h, err := hitByID(ctx, tx, id)
	if err == nil && !s.may(a, permHits, h.Object()) {
		return Hit{}, ward.Fail(ward.NotFound, "")
	}
	return h, err
}

// Move says what became of a hit. A false positive wants a word why, which its
// author reads when tell is set, without the hospital's name; persons are taken
// out of it as out of everything that leaves. Taking the verdict back takes the
// word back.
func (s *Service) Move(ctx context.Context, a ward.Actor, id string, to HitState, comment string, tell bool) error {
	comment = plain.Text(comment)
	return ward.Wrap("move hit", s.work(ctx, a, id, string(to), comment, func(tx *db.Tx, h Hit) error {
		switch {
		case !h.State.May(to):
			return ward.Fail(ward.Conflict, "sensor.error.step")
		case to == FalsePositive && comment == "":
			return invalid("why", "comment")
		}
		now := s.cfg.Clock()
		if err := moveHit(ctx, tx, h, to, now); err != nil {
			return err
		}
		if h.State == FalsePositive {
			if err := dropFeedback(ctx, tx, h.ID); err != nil {
				return err
			}
		}
		if to == FalsePositive && tell && h.Item != "" {
			said, _ := s.redact.Text(comment)
			if err := putFeedback(ctx, tx, s.cfg.IDs(), h, now.UTC().Truncate(24*time.Hour), said); err != nil {
				return err
			}
		}
		return insertHitEntry(ctx, tx, s.cfg.IDs(), h.ID, Entry{At: now, Person: a.Name, State: to, Comment: comment})
	}))
}

// Comment adds a word to a hit, for the hospital and its CSIRT.
func (s *Service) Comment(ctx context.Context, a ward.Actor, id, comment string) error {
	comment = plain.Text(comment)
	return ward.Wrap("comment on hit", s.work(ctx, a, id, "comment", comment, func(tx *db.Tx, h Hit) error {
		if comment == "" {
			return invalid("comment", "comment")
		}
		return insertHitEntry(ctx, tx, s.cfg.IDs(), h.ID, Entry{At: s.cfg.Clock(), Person: a.Name, Comment: comment})
	}))
}

// work is one recorded act on a hit.
func (s *Service) work(ctx context.Context, a ward.Actor, id, did, comment string, do func(*db.Tx, Hit) error) error {
	if len([]rune(comment)) > maxText {
		return invalid("long", "comment", "max", "4000")
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.visible(ctx, tx, a, id)
		if err != nil {
			return err
		}
		d, err := s.cfg.Guard.Check(a, permWork, h.Object())
		if err != nil {
			return err
		}
		if err := do(tx, h); err != nil {
			return err
		}
		return s.record(ctx, tx, a, permWork, d, h.Object(), did)
	})
}

// Sensors lists the sensors that the caller may see, those heard of last first.
func (s *Service) Sensors(ctx context.Context, a ward.Actor) (out []Sensor, err error) {
	scope, err := s.scope(a)
	if err == nil {
		err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			out, err = sensors(ctx, tx, scope)
			return err
		})
	}
	return out, ward.Wrap("list sensors", err)
}

// Now is the house's time, for pages that say how old something is.
func (s *Service) Now() time.Time { return s.cfg.Clock() }
