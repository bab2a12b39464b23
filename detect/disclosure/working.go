package disclosure

import (
	"context"
	"errors"
	"slices"
	"time"

	"ward"
	"ward/format/plain"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/db"
)

// deed is one act of an analyst on a case.
type deed struct {
	right  ward.Permission
	id     string
	did    string // ending of "disclosure.entry."
	detail string // a word or a day
	note   string // confidential words to it, for the Centre alone
}

// act is one recorded change of a case: it reads and decides in the transaction
// that writes. Edit of a form that is out of date is the change's to look at.
func (s *Service) act(ctx context.Context, a ward.Actor, d deed, change func(*db.Tx, *Case) error) error {
	if !s.cfg.Guard.May(a, d.right) {
		return ward.Fail(ward.Forbidden, "error.forbidden")
	}
	d.note = plain.Text(d.note)
	if err := within("note", d.note, maxAnswer); err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := caseByID(ctx, tx, d.id)
		if err != nil {
			return err
		}
		x, err := s.cfg.Guard.Check(a, d.right, c.Object())
		if err == nil {
			err = change(tx, &c)
		}
		if err != nil {
			return err
		}
		c.settle()
		if err := updateCase(ctx, tx, c); err != nil {
			return err
		}
		return s.note(ctx, tx, a, x, d, c)
	})
}

// note writes the history and the audit log; the last statements of an act.
func (s *Service) note(ctx context.Context, tx *db.Tx, a ward.Actor, x auth.Decision, d deed, c Case) error {
	if d.note != "" {
		if err := s.putMessage(ctx, tx, c, Message{Side: Note, Person: a.Name, Text: d.note}); err != nil {
			return err
		}
	}
	e := Entry{At: s.cfg.Clock(), Person: a.Name, Kind: d.did, Detail: d.detail}
	if err := insertEntry(ctx, tx, s.cfg.IDs(), c.ID, e); err != nil {
		return err
	}
	return s.audit(ctx, tx, a, x, d.right, c, d.did)
}

func (s *Service) audit(ctx context.Context, tx *db.Tx, a ward.Actor, x auth.Decision, p ward.Permission, c Case, did string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: c.Object(), Outcome: audit.Done, Policy: x.Policy,
		Detail: map[string]string{"act": did}})
}

// move makes a step of the table of transitions.
func (c *Case) move(to State, at time.Time) error {
	if !c.State.May(to) {
		return ward.Fail(ward.Conflict, "disclosure.error.step")
	}
	c.State, c.Ended = to, time.Time{}
	if !to.Open() {
		c.Ended = at
	}
	return nil
}

// Take makes a the one who is reminded of a case. Needs disclosure.write.
func (s *Service) Take(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("take case", s.act(ctx, a, deed{right: permWrite, id: id, did: "taken"}, func(_ *db.Tx, c *Case) error {
		c.Assignee, c.AssigneeName = a.Person, a.Name
		return nil
	}))
}

// Triage accepts a report as a weakness that the Centre coordinates. Needs
// disclosure.write; note is confidential and may be empty.
func (s *Service) Triage(ctx context.Context, a ward.Actor, id, note string) error {
	return ward.Wrap("triage case", s.act(ctx, a, deed{permWrite, id, "triaged", "", note}, func(tx *db.Tx, c *Case) error {
		if c.State != Received {
			return ward.Fail(ward.Conflict, "disclosure.error.step")
		}
		c.Triaged = s.cfg.Clock()
		return s.moveAndTell(ctx, tx, c, Triaged)
	}))
}

// Coordinate writes down that the maker knows and on which day the weakness is
// to be published, a day of the next year at most. Needs disclosure.write; note
// is confidential: whom the Centre wrote to.
func (s *Service) Coordinate(ctx context.Context, a ward.Actor, id string, embargo time.Time, note string) error {
	d := deed{permWrite, id, "coordinating", embargo.UTC().Format(time.DateOnly), note}
	return ward.Wrap("coordinate case", s.act(ctx, a, d, func(tx *db.Tx, c *Case) error {
		if err := s.checkEmbargo(embargo); err != nil {
			return err
		}
		c.Coordinated, c.Embargo = s.cfg.Clock(), embargo
		return s.moveAndTell(ctx, tx, c, Coordinating)
	}))
}

func (s *Service) checkEmbargo(t time.Time) error {
	now := s.cfg.Clock()
	if t.Before(now) || t.After(now.Add(maxEmbargo)) {
		return invalid("embargo", "embargo")
	}
	return nil
}

// Postpone moves the day of publication of a case that is coordinated, to a
// later or an earlier one. Needs disclosure.write; the reason is confidential
// and must be given.
func (s *Service) Postpone(ctx context.Context, a ward.Actor, id string, embargo time.Time, reason string) error {
	d := deed{permWrite, id, "embargo", embargo.UTC().Format(time.DateOnly), reason}
	return ward.Wrap("move the day of publication", s.act(ctx, a, d, func(tx *db.Tx, c *Case) error {
		if c.State != Coordinating {
			return ward.Fail(ward.Conflict, "disclosure.error.step")
		}
		if err := errors.Join(s.checkEmbargo(embargo), ward.When(plain.Text(reason) == "", invalid("needed.note", "note"))); err != nil {
			return err
		}
		c.Embargo = embargo
		return s.tell(ctx, tx, *c, letterNews)
	}))
}

// Close ends a case without an alert, for one of Outcomes. Needs
// disclosure.write; note is confidential.
func (s *Service) Close(ctx context.Context, a ward.Actor, id, outcome, note string) error {
	return ward.Wrap("close case", s.act(ctx, a, deed{permWrite, id, "closed", outcome, note}, func(tx *db.Tx, c *Case) error {
		if !slices.Contains(Outcomes(), outcome) {
			return invalid("outcome", "outcome")
		}
		c.Outcome, c.Waits = outcome, false
		if c.Acknowledged.IsZero() { // the decision is the answer
			c.Acknowledged = s.cfg.Clock()
		}
		c.Told = s.cfg.Clock()
		return s.moveAndTell(ctx, tx, c, Closed)
	}))
}

// Reopen takes a closed case up again. Needs disclosure.write.
func (s *Service) Reopen(ctx context.Context, a ward.Actor, id, note string) error {
	return ward.Wrap("reopen case", s.act(ctx, a, deed{permWrite, id, "reopened", "", note}, func(tx *db.Tx, c *Case) error {
		if c.State != Closed {
			return ward.Fail(ward.Conflict, "disclosure.error.step")
		}
		c.Outcome, c.Triaged = "", s.cfg.Clock()
		return s.moveAndTell(ctx, tx, c, Triaged)
	}))
}

func (s *Service) moveAndTell(ctx context.Context, tx *db.Tx, c *Case, to State) error {
	if err := c.move(to, s.cfg.Clock()); err != nil {
		return err
	}
	return s.tell(ctx, tx, *c, letterNews)
}

// Summarise replaces what may be published. edit is the one that the writer saw:
// Conflict when somebody changed the case since. Needs disclosure.write.
func (s *Service) Summarise(ctx context.Context, a ward.Actor, id string, edit int64, v Summary) error {
	v = v.tidy()
	if err := v.check(); err != nil {
		return ward.Wrap("edit summary", err)
	}
	return ward.Wrap("edit summary", s.act(ctx, a, deed{right: permWrite, id: id, did: "summary"}, func(tx *db.Tx, c *Case) error {
		if c.Edit != edit {
			return ward.Fail(ward.Conflict, "disclosure.error.edit")
		}
		c.Summary = v
		return updateSummary(ctx, tx, c.ID, v)
	}))
}

// Write sends a message to the reporter; with ask the case waits for an answer.
// The first one acknowledges the report. Needs disclosure.private.
func (s *Service) Write(ctx context.Context, a ward.Actor, id, words string, ask bool) error {
	did := "answered"
	if ask {
		did = "asked"
	}
	words = plain.Text(words)
	return ward.Wrap("write to reporter", s.act(ctx, a, deed{right: permPrivate, id: id, did: did}, func(tx *db.Tx, c *Case) error {
		if words == "" {
			return invalid("needed.text", "text")
		}
		if err := within("text", words, maxAnswer); err != nil {
			return err
		}
		if err := s.putMessage(ctx, tx, *c, Message{Side: FromCentre, Person: a.Name, Text: words}); err != nil {
			return err
		}
		c.Told, c.Waits = s.cfg.Clock(), ask
		if c.Acknowledged.IsZero() {
			c.Acknowledged = c.Told
		}
		return s.tell(ctx, tx, *c, letterNews)
	}))
}

// Remark keeps a note for the Centre alone. Needs disclosure.private.
func (s *Service) Remark(ctx context.Context, a ward.Actor, id, note string) error {
	return ward.Wrap("note on case", s.act(ctx, a, deed{permPrivate, id, "noted", "", note}, func(*db.Tx, *Case) error {
		if plain.Text(note) == "" {
			return invalid("needed.note", "note")
		}
		return nil
	}))
}

// Relink makes the reporter's link void and mails a new one to the address that
// he gave; Conflict when he gave none. Needs disclosure.private.
func (s *Service) Relink(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("send a new link", s.act(ctx, a, deed{right: permPrivate, id: id, did: "relinked"}, func(tx *db.Tx, c *Case) error {
		sealed, err := confidenceOf(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		k, err := s.openConfidence(sealed, c.ID)
		if err != nil {
			return err
		}
		if k.Email == "" {
			return ward.Fail(ward.Conflict, "disclosure.error.no_email")
		}
		c.Link++
		if err := insertLink(ctx, tx, digestOf(s.secretOf(*c)), c.ID); err != nil {
			return err
		}
		return s.tell(ctx, tx, *c, letterLink)
	}))
}
