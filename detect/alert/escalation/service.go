package escalation

import (
	"context"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/db"
)

const permLadder ward.Permission = "alert.ladder"

// Config of New. All fields are needed.
type Config struct {
	DB    *db.DB
	Guard *auth.Guard
	Audit *audit.Log
}

// Service keeps the ladders that somebody has set. Safe for concurrent use.
type Service struct{ cfg Config }

// New makes the service.
func New(cfg Config) *Service { return &Service{cfg} }

// Ladders are those that somebody has set, by country; "" for the house.
type Ladders map[ward.Country]Ladder

// Of is what holds in a country: its own rungs, then the house's, then ours.
func (s Ladders) Of(c ward.Country) Ladder {
	return DefaultLadder().over(s[""]).over(s[c])
}

// Of shows what holds for alerts in a's country; for the Centre what holds
// where a country has set nothing else.
func (s *Service) Of(ctx context.Context, a ward.Actor) (Ladder, error) {
	if _, err := s.cfg.Guard.Check(a, permLadder, ward.Object{Kind: "ladder", Country: a.Country}); err != nil {
		return nil, err
	}
	var set Ladders
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		set, err = Set(ctx, tx)
		return err
	})
	return set.Of(a.Country), ward.Wrap("ladder", err)
}

// May reports whether a may set the ladder of his country.
func (s *Service) May(a ward.Actor) bool {
	return s.cfg.Guard.Decide(a, permLadder, ward.Object{Kind: "ladder", Country: a.Country}).Allowed
}

// Put writes the ladder of a's country, or for the Centre that of the
// house. Alerts that are on the ladder already keep the time of their next rung.
// Invalid for rungs beyond 60 days.
func (s *Service) Put(ctx context.Context, a ward.Actor, l Ladder) error {
	o := ward.Object{Kind: "ladder", ID: string(a.Country), Country: a.Country}
	d, err := s.cfg.Guard.Check(a, permLadder, o)
	if err == nil {
		err = l.check()
	}
	if err != nil {
		return ward.Wrap("set ladder", err)
	}
	return ward.Wrap("set ladder", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := putLadder(ctx, tx, a.Country, l); err != nil {
			return err
		}
		return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permLadder), Object: o, Outcome: audit.Done, Policy: d.Policy})
	}))
}
