package sensor

import (
	"cmp"
	"context"
	"slices"
	"time"

	"ward"
	"ward/format/tally"
	"ward/kit/db"
)

// Spread is how widely something was seen, as far as it may be told. Nothing in
// it names a hospital, and no two answers can be subtracted from each other:
//
//   - it counts what had come before the day began, so that who asks each hour
//     learns nothing of who sent in between;
//   - it leaves out the reader's own circle, the hospital or the CSIRT's country,
//     which he knows and could take off;
//   - there is one answer for a thing, none for a collection, a type or a search.
type Spread struct {
	// Several says: at least three other hospitals in at least two countries.
	Several bool
	// Told are numbers that hide everybody, the Union's under "": for who may count.
	Told []Count
}

// Count is "at least so many" of one country, or of the Union.
type Count struct {
	Country ward.Country
	Least   int
}

func told(t tally.Tally) []Count {
	var out []Count
	for c, n := range t.Told() {
		out = append(out, Count{c, n})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Compare(a.Country, b.Country) })
	return out
}

// today is when the day began: counts are of what came before.
func (s *Service) today() time.Time { return s.cfg.Clock().UTC().Truncate(24 * time.Hour) }

// SpreadOf tells how widely an item was seen. NotFound for an item that the
// caller may not know of.
func (s *Service) SpreadOf(ctx context.Context, a ward.Actor, item string) (out Spread, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		i, err := itemByID(ctx, tx, item)
		if err != nil {
			return err
		}
		c, err := collectionByID(ctx, tx, i.Collection)
		if err != nil {
			return err
		}
		if !s.readable(a, c) && !s.had(ctx, tx, a, i) {
			return ward.Fail(ward.NotFound, "")
		}
		org, country := circle(a)
		t, err := sightings(ctx, tx, i.about(), s.today(), org, country)
		out.Several = t.Several()
		if s.MayCount(a) {
			out.Told = told(t)
		}
		return err
	})
	return out, ward.Wrap("spread", err)
}

// had reports whether a's organisation has a hit of the item, so that it knows of
// it, whatever became of the collection.
func (s *Service) had(ctx context.Context, tx *db.Tx, a ward.Actor, i Item) bool {
	list, err := hits(ctx, tx, s.cfg.Guard.Scope(a, permHits), HitFilter{All: true, Item: i.ID, Limit: 1})
	return err == nil && len(list) > 0
}

// circle is whose hits the reader knows anyway.
func circle(a ward.Actor) (ward.OrgID, ward.Country) {
	if a.Role == ward.RoleCSIRT && a.Country != "" {
		return a.Org, a.Country
	}
	return a.Org, "~" // no country has this name
}

// Sensing counts the organisations that have a sensor which was heard of within
// a day, for who may count.
func (s *Service) Sensing(ctx context.Context, a ward.Actor) (out []Count, err error) {
	if _, err := s.cfg.Guard.Check(a, permCount, ward.Object{Kind: "sensor", Country: a.Country}); err != nil {
		return nil, ward.Wrap("count sensors", err)
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		t, err := sensing(ctx, tx, s.today().Add(-quiet), s.today())
		out = told(t)
		return err
	})
	return out, ward.Wrap("count sensors", err)
}

// Sighted tells the alerts what was seen under a subject; NotFound for none.
func (s *Service) Sighted(ctx context.Context, subject string) (out ward.Sighted, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		i, err := itemByID(ctx, tx, subject)
		if err != nil {
			return err
		}
		c, err := collectionByID(ctx, tx, i.Collection)
		if err != nil {
			return err
		}
		out = ward.Sighted{Subject: i.ID, Title: c.Title + ": " + i.Value, Lang: c.Lang, TLP: c.TLP, Severity: c.Severity,
			Withdrawn: c.State == Withdrawn, Summary: c.Summary, Advice: c.Advice}
		if i.Kind == Rule {
			out.Title, out.Severity = i.Title, severityOf(i.Level, c.Severity)
		}
		return nil
	})
	return out, ward.Wrap("sighted", err)
}

// Beside tells the alerts how many other indicators and rules of the collection of a
// subject have open hits at an organisation without an alert of their own.
func (s *Service) Beside(ctx context.Context, org ward.OrgID, subject string) (n int, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		n, err = beside(ctx, tx, org, subject)
		return err
	})
	return n, ward.Wrap("count beside", err)
}

// severityOf reads a Sigma level; one that is not stated is that of the collection.
func severityOf(level string, otherwise ward.Severity) ward.Severity {
	if level == "informational" {
		return ward.SeverityLow
	}
	if v, ok := ward.ParseSeverity(level); ok && v != ward.SeverityNone {
		return v
	}
	return otherwise
}
