package picture

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

// sight is how a reader sees reports.
type sight struct {
	own    ward.Country // whose reports he knows as they are, as its response team
	centre bool         // what countries share exactly is shown so
	daily  bool         // the state of the last midnight
}

// sightOf reads it off the rights.
func (s *Service) sightOf(a ward.Actor) sight {
	v := sight{centre: s.cfg.Guard.May(a, permWrite), daily: !s.cfg.Guard.May(a, permWatch)}
	if a.Country != "" {
		if _, err := s.cfg.Guard.Check(a, permExact, ward.Object{Kind: "picture", Country: a.Country}); err == nil {
			v.own = a.Country
		}
	}
	return v
}

// exactly reports whether the reader sees a country's reports as they are.
func (v sight) exactly(c ward.Country, rules map[ward.Country]Sharing) bool {
	return c != "" && (c == v.own || v.centre && sharingOf(rules, c) == Exact)
}

// hears reports whether the reader may know that something came from a country: not
// where it shares nothing, unless it is his own.
func (v sight) hears(c ward.Country, rules map[ward.Country]Sharing) bool {
	return c == v.own || sharingOf(rules, c) != Nothing
}

// covered is a cover that was made.
type covered struct {
	cut   int64
	day   int
	rules string
	rows  []Row
}

// rows are what a reader's figures are made of: reports that he knows as they
// are, history, and the cover of all others. A reader's own country is left out of
// his cover, as he could take it off.
func (s *Service) rows(k known, v sight, now time.Time) []Row {
	today := dayOf(now)
	out := make([]Row, 0, len(k.cases))
	for _, c := range k.cases {
		if c.Source.History() || v.exactly(c.Country, k.rules) {
			out = append(out, Row{Case: c, N: 1, Span: 1})
		}
	}
	rules := rulesKey(k.rules)
	have, _ := s.index.covers.Load(v)
	made, ok := have.(covered)
	fresh := ok && made.rules == rules && (v.daily && made.day == today || !v.daily && made.cut == k.cut)
	if !fresh {
		made = covered{k.cut, today, rules, s.cover.rows(s.hidden(k, v, today))}
		s.index.covers.Store(v, made)
	}
	return append(out, made.rows...)
}

// hidden are the reports that a reader sees under the cover alone: those up to
// the cut, of countries that share, for most readers until last midnight.
func (s *Service) hidden(k known, v sight, today int) []*Case {
	var out []*Case
	for _, c := range k.cases {
		if c.Source.History() || c.Born > k.cut || v.exactly(c.Country, k.rules) || sharingOf(k.rules, c.Country) == Nothing {
			continue
		}
		if v.daily && dayOf(c.Known) >= today {
			continue
		}
		out = append(out, c)
	}
	return out
}

// questionsADay bounds how many different questions a person may ask in a day
// where small numbers are covered: a reader needs a few dozen.
const questionsADay = 200

// spend counts a question of somebody who sees a cover. Throttled until midnight
// when the day's are used up; a question that was asked before is free.
func (s *Service) spend(ctx context.Context, a ward.Actor, f Filter) error {
	if a.System {
		return nil
	}
	now := s.cfg.Clock().UTC()
	today := dayOf(now)
	type question struct {
		person ward.PersonID
		day    int
		digest string
	}
	q := question{a.Person, today, f.digest()}
	if _, known := s.asked.Load(q); known {
		return nil
	}
	var n int
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if n, err = insertQuestion(ctx, tx, a.Person, today, q.digest); err == nil && n > questionsADay {
			return ward.Fail(ward.Throttled, "picture.error.often").After(dayTime(today + 1).Sub(now))
		}
		return err
	})
	if err == nil {
		s.asked.Store(q, true)
	}
	return err
}

// Follow says which country's reports an open page is told of; empty is any.
// Needs picture.watch. Reports of one country are announced only to who sees them
// as they are: when something came is told of the Union as a whole.
func (s *Service) Follow(a ward.Actor, c ward.Country) (ward.Country, error) {
	if _, err := s.cfg.Guard.Check(a, permWatch, ward.Object{Kind: "picture"}); err != nil {
		return "", ward.Wrap("follow the picture", err)
	}
	if c != "" && c == s.sightOf(a).own {
		return c, nil
	}
	return "", nil
}

// Announces reports whether an open page of a is told that something came from a
// country. When the rules cannot be read it is not.
func (s *Service) Announces(ctx context.Context, a ward.Actor, c ward.Country) bool {
	k, err := s.sync(ctx)
	return err == nil && s.sightOf(a).hears(c, k.rules)
}
