package sensor

import (
	"context"

	"ward"
	"ward/format/plain"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/db"
)

// Create starts a collection of the caller's organisation, for its country; of
// the Centre, for everybody.
func (s *Service) Create(ctx context.Context, a ward.Actor, h Head) (string, error) {
	h = h.tidy()
	c := Collection{ID: s.cfg.IDs(), Org: a.Org, Country: a.Country, Head: h, State: Draft, Updated: s.cfg.Clock()}
	if a.Role == ward.RoleCentre {
		c.Country = ""
	}
	d, err := s.cfg.Guard.Check(a, permWrite, c.Object())
	if err == nil {
		err = h.check()
	}
	if err != nil {
		return "", ward.Wrap("create collection", err)
	}
	return c.ID, ward.Wrap("create collection", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := insertCollection(ctx, tx, c, a.Person); err != nil {
			return err
		}
		return s.record(ctx, tx, a, permWrite, d, c.Object(), "created")
	}))
}

// act is one recorded change of a collection: it reads and decides in the
// transaction that writes. edit is the one that the writer saw; zero is any.
func (s *Service) act(ctx context.Context, a ward.Actor, p ward.Permission, id string, edit int64, did string, change func(*db.Tx, Collection) error) error {
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := collectionByID(ctx, tx, id)
		if err != nil {
			return err
		}
		d, err := s.cfg.Guard.Check(a, p, c.Object())
		if err != nil {
			if !s.readable(a, c) {
				err = ward.Fail(ward.NotFound, "")
			}
			return err
		}
		if edit != 0 && edit != c.Edit {
			return ward.Fail(ward.Conflict, "sensor.error.edit")
		}
		if err := change(tx, c); err != nil {
			return err
		}
		return s.record(ctx, tx, a, p, d, c.Object(), did)
	})
}

func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, p ward.Permission, d auth.Decision, o ward.Object, did string) error {
	if a.System {
		return nil
	}
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: o, Outcome: audit.Done, Policy: d.Policy, Detail: map[string]string{"act": did}})
}

// Save replaces what is said of a draft as a whole.
func (s *Service) Save(ctx context.Context, a ward.Actor, id string, edit int64, h Head) error {
	h = h.tidy()
	if err := h.check(); err != nil {
		return ward.Wrap("save collection", err)
	}
	return ward.Wrap("save collection", s.act(ctx, a, permWrite, id, edit, "saved", func(tx *db.Tx, c Collection) error {
		if err := updateHead(ctx, tx, c, h, s.cfg.Clock()); err != nil {
			return err
		}
		return insertHand(ctx, tx, c.ID, a.Person)
	}))
}

// RemoveItem takes one item out of its draft and gives the id of that.
func (s *Service) RemoveItem(ctx context.Context, a ward.Actor, item string) (string, error) {
	var i Item
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		i, err = itemByID(ctx, tx, item)
		return err
	})
	if err != nil {
		return "", ward.Wrap("remove item", err)
	}
	return i.Collection, ward.Wrap("remove item", s.act(ctx, a, permWrite, i.Collection, 0, "removed", func(tx *db.Tx, c Collection) error {
		if err := touchCollection(ctx, tx, c, s.cfg.Clock()); err != nil {
			return err
		}
		if err := deleteItem(ctx, tx, c.ID, item); err != nil {
			return err
		}
		return insertHand(ctx, tx, c.ID, a.Person)
	}))
}

// Submit hands a draft to a second person.
func (s *Service) Submit(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("submit collection", s.act(ctx, a, permWrite, id, 0, "submitted", func(tx *db.Tx, c Collection) error {
		if err := c.complete(); err != nil {
			return err
		}
		return moveCollection(ctx, tx, c, Submitted, "", s.cfg.Clock())
	}))
}

// Publish gives a collection out. A CSIRT's analyst may publish what he wrote; in
// the Centre a policy wants a second person. edit is the one that was read.
func (s *Service) Publish(ctx context.Context, a ward.Actor, id string, edit int64) error {
	return ward.Wrap("publish collection", s.act(ctx, a, permPublish, id, edit, "published", func(tx *db.Tx, c Collection) error {
		if c.Country == "" && c.State == Draft { // its writers are still at it
			return ward.Fail(ward.Conflict, "sensor.error.step")
		}
		if err := c.complete(); err != nil {
			return err
		}
		return moveCollection(ctx, tx, c, Published, "", s.cfg.Clock())
	}))
}

// Return makes a draft again of what was submitted, published or withdrawn, for
// a reason. Sensors lose what was published with their next pull.
func (s *Service) Return(ctx context.Context, a ward.Actor, id, reason string) error {
	return s.retreat(ctx, a, id, Draft, "returned", reason)
}

// Withdraw takes a collection back for a reason. Its hits stay.
func (s *Service) Withdraw(ctx context.Context, a ward.Actor, id, reason string) error {
	return s.retreat(ctx, a, id, Withdrawn, "withdrawn", reason)
}

func (s *Service) retreat(ctx context.Context, a ward.Actor, id string, to State, did, reason string) error {
	reason = plain.Text(reason)
	if reason == "" || len([]rune(reason)) > maxText {
		return ward.Wrap("take collection back", invalid("reason", "reason"))
	}
	return ward.Wrap("take collection back", s.act(ctx, a, permWrite, id, 0, did, func(tx *db.Tx, c Collection) error {
		return moveCollection(ctx, tx, c, to, reason, s.cfg.Clock())
	}))
}

// readable reports whether a may know of c: what is published within country and
// marking; of the rest, who keeps it.
func (s *Service) readable(a ward.Actor, c Collection) bool {
	if s.may(a, permWrite, c.Object()) {
		return true
	}
	return c.State == Published && s.may(a, permRead, c.Object())
}

// List lists what a may know of, the newest change first.
func (s *Service) List(ctx context.Context, a ward.Actor) ([]Collection, error) {
	if !s.cfg.Guard.May(a, permRead) {
		_, err := s.cfg.Guard.Check(a, permRead, ward.Object{Kind: "collection"})
		return nil, ward.Wrap("list collections", err)
	}
	var all, out []Collection
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = collections(ctx, tx, false)
		return err
	})
	for _, c := range all {
		if s.readable(a, c) {
			out = append(out, c)
		}
	}
	return out, ward.Wrap("list collections", err)
}

// ItemsShown is how many items one page of a collection holds.
const ItemsShown = 100

// View is a collection with a part of what is in it.
type View struct {
	Collection
	Items    []Item
	Feedback []Feedback // for who keeps it
}

// Get shows a collection and its items from a place on. What a may not know of
// is NotFound.
func (s *Service) Get(ctx context.Context, a ward.Actor, id string, offset int) (v View, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if v.Collection, err = collectionByID(ctx, tx, id); err != nil {
			return err
		}
		if !s.readable(a, v.Collection) {
			return ward.Fail(ward.NotFound, "")
		}
		if v.Items, err = itemsOf(ctx, tx, id, ItemsShown, max(0, offset)); err != nil {
			return err
		}
		if s.MayKeep(a, v.Collection) {
			v.Feedback, err = feedbackOf(ctx, tx, id)
		}
		return err
	})
	return v, ward.Wrap("get collection", err)
}

// ItemView is one item with its collection and how widely it was seen.
type ItemView struct {
	Item       Item
	Collection Collection
	Spread     Spread
}

// Item shows one item. What the caller may not know of is NotFound.
func (s *Service) Item(ctx context.Context, a ward.Actor, id string) (v ItemView, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if v.Item, err = itemByID(ctx, tx, id); err != nil {
			return err
		}
		if v.Collection, err = collectionByID(ctx, tx, v.Item.Collection); err == nil && !s.readable(a, v.Collection) {
			err = ward.Fail(ward.NotFound, "")
		}
		return err
	})
	if err == nil {
		v.Spread, err = s.SpreadOf(ctx, a, id)
	}
	return v, ward.Wrap("get item", err)
}
