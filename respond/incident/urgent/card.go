package urgent

import (
	"context"
	"strconv"
	"time"
	"unicode/utf8"

	"ward"
	"ward/format/plain"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/kit/id"
)

const (
	// maxCards bounds the cards of a hospital that are valid at a time.
	maxCards = 20
	// cardYears is how long a card lasts: paper on a wall is forgotten.
	cardYears = 2
	maxPlace  = 100
)

// Card is a printed card: whoever reads it can report in the hospital's name.
type Card struct {
	ID      string
	Org     ward.OrgID
	Country ward.Country
	Place   string // where it hangs
	By      string // name of who printed it
	Created time.Time
	Expires time.Time
	Revoked time.Time // zero while it is valid
	Used    int       // reports that were made with it
	Last    time.Time // of these
}

// Live reports whether the card can be used.
func (c Card) Live(now time.Time) bool { return c.Revoked.IsZero() && now.Before(c.Expires) }

// Printed is a card as it goes to the printer. This is the one time that the
// house knows its code.
type Printed struct {
	Card
	Code    string // in groups, as printed
	OrgName string
	Desk    ward.Desk
	Address string // where it is typed
}

// MayPrint is for the buttons of pages.
func (s *Service) MayPrint(a ward.Actor) bool { return s.cfg.Guard.May(a, permCard) }

func object(a ward.Actor, card string) ward.Object {
	return ward.Object{Kind: "incident card", ID: card, Org: a.Org, Country: a.Country}
}

// Cards lists the cards of the actor's hospital, newest first. Needs incident.card.
func (s *Service) Cards(ctx context.Context, a ward.Actor) (out []Card, err error) {
	if _, err := s.cfg.Guard.Check(a, permCard, object(a, "")); err != nil {
		return nil, ward.Wrap("list cards", err)
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = cardsOf(ctx, tx, a.Org)
		return err
	})
	return out, ward.Wrap("list cards", err)
}

// Print makes a card for the actor's hospital. Conflict when it has maxCards that
// are valid. Needs incident.card.
func (s *Service) Print(ctx context.Context, a ward.Actor, place string) (Printed, error) {
	p, err := s.print(ctx, a, place)
	return p, ward.Wrap("print card", err)
}

func (s *Service) print(ctx context.Context, a ward.Actor, place string) (Printed, error) {
	now := s.cfg.Clock()
	p := Printed{Card: Card{ID: s.cfg.IDs(), Org: a.Org, Country: a.Country, By: a.Name, Created: now, Expires: now.AddDate(cardYears, 0, 0)},
		OrgName: a.OrgName, Address: s.cfg.URL + "/help"}
	x, err := s.cfg.Guard.Check(a, permCard, object(a, p.ID))
	if err != nil {
		return p, err
	}
	if p.Place = plain.Line(place); p.Place == "" || utf8.RuneCountInString(p.Place) > maxPlace {
		return p, ward.Fail(ward.Invalid, "incident.error.place", "max", strconv.Itoa(maxPlace)).At("place")
	}
	if p.Desk, err = s.cfg.Desk(ctx, a.Country); err != nil {
		return p, err
	}
	code := id.Printed()
	p.Code = id.Grouped(code)
	return p, s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "incident card "+string(a.Org)); err != nil {
			return err
		}
		list, err := cardsOf(ctx, tx, a.Org)
		if err != nil {
			return err
		}
		live := 0
		for _, c := range list {
			if c.Live(now) {
				live++
			}
		}
		if live >= maxCards {
			return ward.Fail(ward.Conflict, "incident.error.cards", "max", strconv.Itoa(maxCards))
		}
		if err := insertCard(ctx, tx, p.Card, s.digest("card", code)); err != nil {
			return err
		}
		return s.record(ctx, tx, a, p.ID, "printed", x.Policy)
	})
}

// Revoke makes a card void. NotFound for another's or one that is void. Needs
// incident.card.
func (s *Service) Revoke(ctx context.Context, a ward.Actor, card string) error {
	x, err := s.cfg.Guard.Check(a, permCard, object(a, card))
	if err != nil {
		return ward.Wrap("revoke card", err)
	}
	return ward.Wrap("revoke card", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := revokeCard(ctx, tx, a.Org, card, s.cfg.Clock()); err != nil {
			return err
		}
		return s.record(ctx, tx, a, card, "revoked", x.Policy)
	}))
}

func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, card, act, policy string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permCard), Object: object(a, card), Outcome: audit.Done, Policy: policy,
		Detail: map[string]string{"act": act}})
}
