package bulletin

import (
	"context"
	"errors"
	"strings"
	"time"

	"ward"
	"ward/format/csaf"
	"ward/format/plain"
	"ward/kit/db"
)

// Submit hands a draft to a second person. It gives the alert its number, and
// refuses what is incomplete or whose document breaks a mandatory test of CSAF.
func (s *Service) Submit(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("submit alert", s.act(ctx, a, permWrite, id, "submitted", "", func(tx *db.Tx, b Bulletin, r Revision) error {
		if err := r.Content.complete(r.Version); err != nil {
			return err
		}
		if b.Number == "" {
			var err error
			if b.Number, err = s.number(ctx, tx, b.ID); err != nil {
				return err
			}
		}
		if _, err := s.build(ctx, tx, b, r, s.cfg.Clock()); err != nil {
			return err
		}
		if err := moveRevision(ctx, tx, r, Submitted, s.cfg.Clock()); err != nil {
			return err
		}
		return markSubmitted(ctx, tx, r.ID, a.Name, s.cfg.Clock())
	}))
}

// number takes the next one of the year. The row of the year is locked until the
// transaction ends, so that none is given twice or left out.
func (s *Service) number(ctx context.Context, tx *db.Tx, id string) (string, error) {
	year := s.cfg.Clock().UTC().Year()
	n, err := nextNumber(ctx, tx, year)
	if err != nil {
		return "", err
	}
	number := MakeNumber(year, n)
	return number, setNumber(ctx, tx, id, number)
}

// build makes the document as it would be published at a time, and tests it.
func (s *Service) build(ctx context.Context, tx *db.Tx, b Bulletin, r Revision, at time.Time) ([]byte, error) {
	history, err := historyOf(ctx, tx, b.ID)
	if err != nil {
		return nil, err
	}
	summary := r.Content.Change
	if summary == "" {
		summary = "First publication"
	}
	at = at.UTC().Truncate(time.Second)
	history = append(history, issued{r.Version, at, summary})
	p := publication{Number: b.Number, Version: r.Version, At: at, Publisher: s.cfg.Publisher, Namespace: s.cfg.Namespace,
		History: history, Page: s.cfg.URL + "/hsc/" + b.Number}
	if s.cfg.Canonical != nil {
		p.Canonical = s.cfg.Canonical(r.Content.TLP, history[0].At, b.Number)
	}
	doc, err := document(r.Content, p)
	if err != nil {
		return nil, err
	}
	return doc, valid(doc)
}

// valid refuses a document that a strict reader would refuse.
func valid(doc []byte) error {
	var faults []string
	for _, f := range csaf.Check(doc, csaf.Mandatory) {
		if !f.NotRun {
			faults = append(faults, f.Test+" "+f.Place+" "+f.Detail)
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return ward.Fail(ward.Invalid, "bulletin.error.document", "test", faults[0]).Because(errors.New(strings.Join(faults, "; ")))
}

// Return gives a submitted or approved revision back to its writers, with a word why.
func (s *Service) Return(ctx context.Context, a ward.Actor, id, comment string) error {
	comment = plain.Text(comment)
	if len([]rune(comment)) > maxText || comment == "" {
		return ward.Wrap("return alert", invalid("comment", "comment"))
	}
	return ward.Wrap("return alert", s.act(ctx, a, permWrite, id, "returned", comment, func(tx *db.Tx, _ Bulletin, r Revision) error {
		return moveRevision(ctx, tx, r, Draft, s.cfg.Clock())
	}))
}

// Drop gives an open draft up. A number that it has stays with it.
func (s *Service) Drop(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("drop alert", s.act(ctx, a, permWrite, id, "dropped", "", func(tx *db.Tx, b Bulletin, r Revision) error {
		if err := freeOrigin(ctx, tx, b.ID); err != nil {
			return err
		}
		return moveRevision(ctx, tx, r, Dropped, s.cfg.Clock())
	}))
}

// Approve is the second person's word: the revision is published at a time, or
// at once for the zero time. Forbidden to everybody who wrote on it.
func (s *Service) Approve(ctx context.Context, a ward.Actor, id string, edit int64, at time.Time) error {
	return ward.Wrap("approve alert", s.act(ctx, a, permApprove, id, "approved", "", func(tx *db.Tx, _ Bulletin, r Revision) error {
		now := s.cfg.Clock()
		switch {
		case !r.State.May(Approved) || r.Edit != edit:
			return ward.Fail(ward.Conflict, "bulletin.error.edit")
		case at.IsZero():
			at = now
		case at.Before(now.Add(-time.Minute)) || at.After(now.AddDate(1, 0, 0)):
			return invalid("time", "at")
		}
		if err := approveRevision(ctx, tx, r, a.Person, a.Name, at, now); err != nil {
			return err
		}
		return s.cfg.Queue.EnqueueAt(ctx, tx, at, publish{Revision: r.ID})
	}))
}
