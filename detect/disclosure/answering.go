package disclosure

import (
	"context"
	"errors"

	"ward"
	"ward/kit/db"
	"ward/kit/event"
)

// Publishable answers the alerts with what may be published of a case, when an
// alert can be begun from it: Conflict in any other state. It checks no rights,
// the asker does. It reads the tables of the case and its summary alone.
func (s *Service) Publishable(ctx context.Context, id string) (out ward.Reported, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		c, err := caseByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if !c.State.Draftable() {
			return ward.Fail(ward.Conflict, "disclosure.error.draft")
		}
		v := c.Summary
		out = ward.Reported{Case: c.ID, Title: v.Title, Vendor: v.Vendor, Product: v.Product, Versions: v.Versions, Fixed: v.Fixed, CVEs: v.CVEs,
			Severity: v.Severity, Exploited: v.Exploited, Impact: v.Impact, Patients: v.Patients, Mitigation: v.Mitigation, Credit: v.Credit}
		return nil
	})
	return out, ward.Wrap("publishable part of a case", err)
}

// onDrafted writes down that an alert was begun.
func (s *Service) onDrafted(ctx context.Context, m event.Meta, f ward.BulletinDrafted) error {
	return ward.Wrap("hear of a draft", s.hear(ctx, m, f.Origin, func(tx *db.Tx, c Case) error {
		return insertEntry(ctx, tx, string(m.ID), c.ID, Entry{At: m.At, Kind: "drafted"})
	}))
}

// onPublished ends the case when its alert is out, and tells the reporter. A
// further revision only keeps who may read it.
func (s *Service) onPublished(ctx context.Context, m event.Meta, f ward.BulletinPublished) error {
	return ward.Wrap("hear of an alert", s.hear(ctx, m, f.Origin, func(tx *db.Tx, c Case) error {
		first := c.State != Published
		if first {
			if err := c.move(Published, m.At); err != nil {
				return err
			}
			c.Outcome, c.Waits, c.Told = "", false, m.At
		}
		c.Alert, c.AlertOpen = f.Number, f.Open
		c.settle()
		if err := updateCase(ctx, tx, c); err != nil || !first {
			return err
		}
		if err := s.tell(ctx, tx, c, letterNews); err != nil {
			return err
		}
		return insertEntry(ctx, tx, string(m.ID), c.ID, Entry{At: m.At, Kind: "published", Detail: f.Number})
	}))
}

// hear does what follows from a fact on a case. A fact that is heard again finds
// its entry there; one of an alert that came from no case is not ours.
func (s *Service) hear(ctx context.Context, m event.Meta, origin string, do func(*db.Tx, Case) error) error {
	if origin == "" {
		return nil
	}
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := caseByID(ctx, tx, origin)
		if err != nil {
			return err
		}
		return do(tx, c)
	})
	var e *ward.Error
	if db.Duplicate(err) || errors.As(err, &e) && e.Code == ward.NotFound {
		return nil
	}
	return err
}
