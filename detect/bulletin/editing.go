package bulletin

import (
	"context"
	"slices"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/db"
)

// act is one recorded change of an alert's open revision: it reads and decides
// in the transaction that writes. did is the ending of "bulletin.entry."; empty
// keeps no line in the history.
func (s *Service) act(ctx context.Context, a ward.Actor, p ward.Permission, id, did, comment string, change func(*db.Tx, Bulletin, Revision) error) error {
	if _, err := s.cfg.Guard.Check(a, p, ward.Object{Kind: "bulletin", ID: id}); err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		b, r, err := openOf(ctx, tx, id)
		if err != nil {
			return err
		}
		d, err := s.cfg.Guard.Check(a, p, r.Object())
		if err == nil {
			err = change(tx, b, r)
		}
		if err != nil {
			return err
		}
		return s.note(ctx, tx, a, d, p, r, did, comment)
	})
}

// note writes the history and the audit log; the last statements of an act.
func (s *Service) note(ctx context.Context, tx *db.Tx, a ward.Actor, d auth.Decision, p ward.Permission, r Revision, did, comment string) error {
	if did != "" {
		e := Entry{At: s.cfg.Clock(), Person: a.Name, Kind: did, Version: r.Version, Comment: comment}
		if err := insertEntry(ctx, tx, s.cfg.IDs(), r.Bulletin, e); err != nil {
			return err
		}
	}
	if a.System {
		return nil
	}
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: ward.Object{Kind: "bulletin", ID: r.Bulletin},
		Outcome: audit.Done, Policy: d.Policy, Detail: map[string]string{"act": did}})
}

// Create starts an alert from a template and gives its id.
func (s *Service) Create(ctx context.Context, a ward.Actor, template string) (string, error) {
	c, err := s.start(template)
	if err != nil {
		return "", ward.Wrap("create alert", err)
	}
	id, err := s.create(ctx, a, c, "")
	return id, ward.Wrap("create alert", err)
}

// FromCase starts an alert with what may be published of a case, or gives the
// one that was started from it before. The alert knows the id of the case, which
// leads nowhere, and nothing else of it.
func (s *Service) FromCase(ctx context.Context, a ward.Actor, origin string) (string, error) {
	if _, err := s.cfg.Guard.Check(a, permWrite, ward.Object{Kind: "bulletin"}); err != nil {
		return "", ward.Wrap("start alert from case", err)
	}
	var have Bulletin
	find := func(tx *db.Tx) (err error) { have, err = bulletinByOrigin(ctx, tx, origin); return err }
	if err := s.cfg.DB.Read(ctx, find); ward.CodeOf(err) != ward.NotFound {
		return have.ID, ward.Wrap("start alert from case", err)
	}
	r, err := s.cfg.Cases.Publishable(ctx, origin)
	if err != nil {
		return "", ward.Wrap("start alert from case", err)
	}
	c := s.reported(r)
	if err := c.check(); err != nil {
		return "", ward.Wrap("start alert from case", err)
	}
	id, err := s.create(ctx, a, c, r.Case)
	if db.Duplicate(err) { // a second click was faster
		err = s.cfg.DB.Read(ctx, find)
		id = have.ID
	}
	return id, ward.Wrap("start alert from case", err)
}

// create writes a new draft; origin is the case that it came from.
func (s *Service) create(ctx context.Context, a ward.Actor, c Content, origin string) (string, error) {
	d, err := s.cfg.Guard.Check(a, permWrite, ward.Object{Kind: "bulletin"})
	if err != nil {
		return "", err
	}
	b := Bulletin{ID: s.cfg.IDs(), Origin: origin, Created: s.cfg.Clock()}
	r := Revision{ID: s.cfg.IDs(), Bulletin: b.ID, Version: 1, State: Draft, Content: c, Updated: b.Created}
	return b.ID, s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := insertBulletin(ctx, tx, b); err != nil {
			return err
		}
		if err := insertRevision(ctx, tx, r, a.Person); err != nil {
			return err
		}
		if origin != "" {
			if err := s.cfg.Bus.Publish(ctx, tx, ward.BulletinDrafted{Bulletin: b.ID, Origin: origin}); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, a, d, permWrite, r, "created", "")
	})
}

// Save replaces the content of a draft, all but its translations. edit is the
// one that the writer saw: Conflict when somebody saved since.
func (s *Service) Save(ctx context.Context, a ward.Actor, id string, edit int64, c Content) error {
	c = c.tidy()
	if err := c.check(); err != nil {
		return ward.Wrap("save alert", err)
	}
	return ward.Wrap("save alert", s.act(ctx, a, permWrite, id, "", "", func(tx *db.Tx, _ Bulletin, r Revision) error {
		if r.State != Draft || r.Edit != edit {
			return ward.Fail(ward.Conflict, "bulletin.error.edit")
		}
		c.Translations, c.Withdrawn = r.Content.Translations, r.Content.Withdrawn
		return s.write(ctx, tx, a, r, c)
	}))
}

// write stores a content and remembers whose hand it was.
func (s *Service) write(ctx context.Context, tx *db.Tx, a ward.Actor, r Revision, c Content) error {
	if err := updateContent(ctx, tx, r, c, s.cfg.Clock()); err != nil {
		return err
	}
	return insertHand(ctx, tx, r.ID, a.Person)
}

// Translate replaces the text in one language. reviewed says that a person has
// read it against the original; only then it leaves the house.
func (s *Service) Translate(ctx context.Context, a ward.Actor, id string, t ward.Guidance, reviewed bool) error {
	t = tidyText(t)
	if err := (Content{Text: t, TLP: ward.TLPClear}).check(); err != nil {
		return ward.Wrap("translate alert", err)
	}
	return ward.Wrap("translate alert", s.act(ctx, a, permWrite, id, "", "", func(tx *db.Tx, _ Bulletin, r Revision) error {
		c := r.Content
		switch {
		case r.State != Draft:
			return ward.Fail(ward.Conflict, "bulletin.error.edit")
		case !slices.Contains(c.Languages(), t.Lang):
			return invalid("lang", "lang")
		case reviewed && (t.Title == "" || t.Summary == ""):
			return invalid("title", "title")
		}
		x := Translation{Text: t, Reviewed: reviewed, Of: fingerprint(c.Text)}
		if reviewed {
			x.Reviewer = a.Name
		}
		c.Translations = slices.DeleteFunc(slices.Clone(c.Translations), func(o Translation) bool { return o.Text.Lang == t.Lang })
		if !t.IsZero() || t.Title+t.Summary != "" {
			c.Translations = append(c.Translations, x)
		}
		slices.SortFunc(c.Translations, func(a, b Translation) int { return slices.Compare([]byte(a.Text.Lang), []byte(b.Text.Lang)) })
		return s.write(ctx, tx, a, r, c)
	}))
}

// Revise opens the next revision of a published alert, with its content; or, to
// withdraw it, one that takes it back for a reason.
func (s *Service) Revise(ctx context.Context, a ward.Actor, id string, withdraw bool) error {
	d, err := s.cfg.Guard.Check(a, permWrite, ward.Object{Kind: "bulletin", ID: id})
	if err != nil {
		return ward.Wrap("revise alert", err)
	}
	return ward.Wrap("revise alert", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		b, err := bulletinByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if b.Live == 0 {
			return ward.Fail(ward.Conflict, "bulletin.error.live")
		}
		old, err := revisionByVersion(ctx, tx, id, b.Live)
		if err != nil {
			return err
		}
		r := Revision{ID: s.cfg.IDs(), Bulletin: id, Version: b.Live + 1, State: Draft, Content: old.Content, Updated: s.cfg.Clock()}
		r.Content.Change, r.Content.Withdrawn = "", withdraw
		if err := insertRevision(ctx, tx, r, a.Person); err != nil {
			if db.Duplicate(err) {
				err = ward.Fail(ward.Conflict, "bulletin.error.open")
			}
			return err
		}
		did := "revised"
		if withdraw {
			did = "withdrawing"
		}
		return s.note(ctx, tx, a, d, permWrite, r, did, "")
	}))
}
