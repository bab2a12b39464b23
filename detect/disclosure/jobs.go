package disclosure

import (
	"context"
	"errors"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/mail"
)

// remind looks for steps that come up or are late. Safe to run twice: a case
// that was reminded of is left alone for a week.
type remind struct{}

// Kind implements job.Args.
func (remind) Kind() string { return "disclosure.remind" }

const remindEvery = time.Hour

func (s *Service) remind(ctx context.Context) error {
	now := s.cfg.Clock()
	forget := s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return deleteTries(ctx, tx, now.Add(-2*day)) })
	return errors.Join(ward.Wrap("forget networks", forget), ward.Wrap("remind analysts", s.remindAnalysts(ctx, now)),
		ward.Wrap("remind reporters", s.nudge(ctx, now)))
}

// remindAnalysts writes to whoever took a case, and of those that nobody took to
// all. One mail for each person, however many cases.
func (s *Service) remindAnalysts(ctx context.Context, now time.Time) error {
	due, err := s.due(ctx, now)
	if err != nil || len(due) == 0 {
		return err
	}
	people, err := s.cfg.Registry.Analysts(ctx)
	if err != nil {
		return err
	}
	for _, p := range people {
		mine := concern(p, due, people)
		if len(mine) == 0 || p.Email == "" {
			continue
		}
		if err := s.cfg.Mail.Send(ctx, s.reminder(p, mine, now)); err != nil && !mail.Permanent(err) {
			return err // those that were told are told again, under the same id
		}
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		for _, c := range due {
			if err := markReminded(ctx, tx, c.ID, now); err != nil {
				return err
			}
			if err := insertEntry(ctx, tx, s.cfg.IDs(), c.ID, Entry{At: now, Kind: "reminded", Detail: string(c.DueStep)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// due are the cases to be reminded of now.
func (s *Service) due(ctx context.Context, now time.Time) (out []Case, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := dueCases(ctx, tx, now)
		for _, c := range list {
			if c.Due.Before(now.Add(c.DueStep.ahead())) {
				out = append(out, c)
			}
		}
		return err
	})
	return out, err
}

// concern gives the cases that p is reminded of: his own, and those of nobody
// who is here.
func concern(p ward.Person, due []Case, people []ward.Person) []Case {
	here := map[ward.PersonID]bool{}
	for _, x := range people {
		here[x.ID] = true
	}
	var out []Case
	for _, c := range due {
		if c.Assignee == p.ID || !here[c.Assignee] {
			out = append(out, c)
		}
	}
	return out
}

// reminder names cases by number and step alone: their titles are under embargo,
// and a mail is read on many screens.
func (s *Service) reminder(p ward.Person, list []Case, now time.Time) mail.Message {
	t := s.cfg.Printer(p.Lang)
	lines := []string{t.N("disclosure.mail.due", len(list)).String(), ""}
	ids := ""
	for _, c := range list {
		key := i18n.Key("disclosure.mail.soon")
		if c.Overdue(now) {
			key = "disclosure.mail.late"
		}
		lines = append(lines, t.T(key, "number", c.Number, "step", t.T(i18n.Key("disclosure.step."+string(c.DueStep))).String(), "day", t.Date(c.Due)).String())
		ids += c.ID
	}
	lines = append(lines, "", s.cfg.URL+"/disclosures")
	return mail.Message{ID: "disclosure-due-" + digestOf(string(p.ID) + ids + now.UTC().Format(time.DateOnly))[:24], To: p.Email,
		Subject: t.N("disclosure.mail.due", len(list)).String(), Text: strings.Join(lines, "\n") + "\n"}
}

// nudge reminds reporters of a question, once.
func (s *Service) nudge(ctx context.Context, now time.Time) error {
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		list, err := silentCases(ctx, tx, now)
		if err != nil {
			return err
		}
		for _, c := range list {
			if err := s.tell(ctx, tx, c, letterNews); err != nil {
				return err
			}
			if err := markNudged(ctx, tx, c.ID, now); err != nil {
				return err
			}
			if err := insertEntry(ctx, tx, s.cfg.IDs(), c.ID, Entry{At: now, Kind: "nudged"}); err != nil {
				return err
			}
		}
		return nil
	})
}
