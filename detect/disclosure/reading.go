package disclosure

import (
	"context"
	"time"

	"ward"
	"ward/format/plain"
	"ward/kit/db"
)

// Bounds of a page of the list.
const (
	pageCases = 50
	listLimit = 200
)

// List gives cases, the most urgent first; more says that others follow the
// last. Needs disclosure.read.
func (s *Service) List(ctx context.Context, a ward.Actor, f Filter) (out []Case, more bool, err error) {
	if !s.cfg.Guard.May(a, permRead) {
		return nil, false, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	if f.Limit <= 0 || f.Limit > listLimit {
		f.Limit = pageCases
	}
	f.Text = plain.Line(f.Text)
	if f.After != "" && !ward.ValidID(f.After) || len(f.Text) > 4*maxLine {
		return nil, false, ward.Wrap("list cases", invalid("filter", "q"))
	}
	limit := f.Limit
	f.Limit++
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = listCases(ctx, tx, f, s.cfg.Guard.Scope(a, permRead), a.Person, s.cfg.Clock())
		return err
	})
	if len(out) > limit {
		out, more = out[:limit], true
	}
	return out, more, ward.Wrap("list cases", err)
}

// Figures counts for the first screen. Needs disclosure.read.
func (s *Service) Figures(ctx context.Context, a ward.Actor) (f Figures, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		f, err = figuresOf(ctx, tx, s.cfg.Guard.Scope(a, permRead), s.cfg.Clock())
		return err
	})
	return f, ward.Wrap("count cases", err)
}

// Get shows a case with its history, newest first, and nothing confidential.
// Needs disclosure.read.
func (s *Service) Get(ctx context.Context, a ward.Actor, id string) (c Case, entries []Entry, err error) {
	if !s.cfg.Guard.May(a, permRead) {
		return c, nil, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if c, err = caseByID(ctx, tx, id); err != nil {
			return err
		}
		if _, err = s.cfg.Guard.Check(a, permRead, c.Object()); err != nil {
			return err
		}
		entries, err = entriesOf(ctx, tx, id)
		return err
	})
	if err != nil {
		return Case{}, nil, ward.Wrap("show case", err)
	}
	return c, entries, nil
}

// Opened is what is confidential in a case.
type Opened struct {
	Case     Case
	Content  Confidence
	Messages []Message // notes among them, oldest first
	Files    []File
}

// Open shows what is confidential. Each call is in the audit log. Needs
// disclosure.private.
func (s *Service) Open(ctx context.Context, a ward.Actor, id string) (o Opened, err error) {
	err = s.private(ctx, a, id, "confidence.read", func(tx *db.Tx, c Case) error {
		sealed, err := confidenceOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if o.Content, err = s.openConfidence(sealed, id); err != nil {
			return err
		}
		o.Case = c
		if o.Messages, err = s.talk(ctx, tx, id, true); err != nil {
			return err
		}
		o.Files, err = s.attachments(ctx, tx, id)
		return err
	})
	if err != nil {
		return Opened{}, ward.Wrap("open what is confidential", err)
	}
	return o, nil
}

// Attachment gives the bytes of a file. Each call is in the audit log. Needs
// disclosure.private.
func (s *Service) Attachment(ctx context.Context, a ward.Actor, id, file string) (f File, data []byte, err error) {
	err = s.private(ctx, a, id, "file.read", func(tx *db.Tx, _ Case) error {
		x, err := fileByID(ctx, tx, id, file)
		if err != nil {
			return err
		}
		if x.Name, err = s.box.Open(x.name, owner("name", x.ID)); err != nil {
			return err
		}
		plain, err := s.box.Open(x.sealed, owner("file", x.ID))
		f, data = x.File, []byte(plain)
		return err
	})
	if err != nil {
		return File{}, nil, ward.Wrap("open attachment", err)
	}
	return f, data, nil
}

// private is one recorded look at what is confidential: it is read in the
// transaction that writes the record, so none is without the other.
func (s *Service) private(ctx context.Context, a ward.Actor, id, did string, read func(*db.Tx, Case) error) error {
	if !s.cfg.Guard.May(a, permPrivate) {
		return ward.Fail(ward.Forbidden, "error.forbidden")
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := caseByID(ctx, tx, id)
		if err != nil {
			return err
		}
		x, err := s.cfg.Guard.Check(a, permPrivate, c.Object())
		if err != nil {
			return err
		}
		if err := read(tx, c); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, x, permPrivate, c, did)
	})
}

// Credit is a name that is thanked in public.
type Credit struct {
	Name  string
	Alert string // "HSC-2026-001"
	At    time.Time
}

// Credits are those who reported what the Centre published to everybody and
// wished to be named. It is open to visitors.
func (s *Service) Credits(ctx context.Context) (out []Credit, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = creditsOf(ctx, tx)
		return err
	})
	return out, ward.Wrap("thank reporters", err)
}

// Now is the time by which pages say what is overdue.
func (s *Service) Now() time.Time { return s.cfg.Clock() }
