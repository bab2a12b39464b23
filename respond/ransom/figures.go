package ransom

import (
	"context"
	"fmt"
	"time"

	"ward"
	"ward/format/tally"
	"ward/kit/db"
)

// Figure is a number of hospitals that may be told; Hidden when it is too small.
type Figure struct {
	AtLeast int
	Hidden  bool
}

// Quarter is what was begun in three months: hospitals that were asked to pay,
// that paid, that did not, and that had not decided. A hospital with two records
// may stand in two columns.
type Quarter struct {
	Name                           string // "2026-Q4"
	Demanded, Paid, Not, Undecided Figure
}

// quartersBack is how far figures reach.
const quartersBack = 8

// countPage is how many records are unsealed at once, so that no counting holds
// the database.
const countPage = 200

// quarterOf is the first day of the quarter of t in UTC.
func quarterOf(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), (t.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
}

// Few is the number of hospitals below which nothing is told.
const Few = tally.Threshold

// Count counts by quarter, newest first: for a team its country, for the Centre
// the Union, by the house's rule of small numbers (format/tally). Figures are
// those of midnight (UTC): who watches does not see who came yesterday at noon.
// Needs ransom.count.
func (s *Service) Count(ctx context.Context, a ward.Actor) ([]Quarter, error) {
	if !s.cfg.Guard.May(a, permCount) {
		return nil, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	midnight := s.cfg.Clock().UTC().Truncate(24 * time.Hour)
	first := quarterOf(midnight).AddDate(0, -3*(quartersBack-1), 0)
	seen, after := map[time.Time]*sets{}, ""
	for {
		page, err := s.countPage(ctx, s.cfg.Guard.Scope(a, permCount), first, midnight, after)
		if err != nil {
			return nil, ward.Wrap("count ransom records", err)
		}
		for _, c := range page {
			if err := s.tell(seen, c); err != nil {
				return nil, ward.Wrap("count ransom records", err)
			}
		}
		if len(page) < countPage {
			break
		}
		after = page[len(page)-1].incident
	}
	var out []Quarter
	for q := quarterOf(midnight); !q.Before(first); q = q.AddDate(0, -3, 0) {
		x := seen[q]
		if x == nil {
			x = new(sets)
		}
		out = append(out, Quarter{fmt.Sprintf("%d-Q%d", q.Year(), (q.Month()+2)/3), x.demanded.figure(), x.paid.figure(), x.not.figure(), x.open.figure()})
	}
	return out, nil
}

func (s *Service) countPage(ctx context.Context, scope ward.Scope, from, until time.Time, after string) (out []counted, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = readCounted(ctx, tx, scope, from, until, after, countPage)
		return err
	})
	return out, err
}

// set is a number of hospitals, each once.
type set map[ward.OrgID]ward.Country

func (x set) figure() Figure {
	t := tally.Tally{}
	for _, c := range x {
		t[c]++
	}
	n, ok := t.Told()[""]
	return Figure{n, !ok}
}

func (x *set) add(c counted) {
	if *x == nil {
		*x = set{}
	}
	(*x)[c.org] = c.country
}

type sets struct{ demanded, paid, not, open set }

// tell puts one record into the figures of its quarter.
func (s *Service) tell(seen map[time.Time]*sets, c counted) error {
	answers, err := s.open(c.sealed, c.incident)
	if err != nil {
		return err
	}
	q := quarterOf(c.opened)
	if seen[q] == nil {
		seen[q] = new(sets)
	}
	x := seen[q]
	if answers["demanded"] == "yes" {
		x.demanded.add(c)
	}
	switch (Record{Answers: answers}).Decision() {
	case Paid:
		x.paid.add(c)
	case NotPaid:
		x.not.add(c)
	default:
		x.open.add(c)
	}
	return nil
}
