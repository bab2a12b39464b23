package authority

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
	"ward/respond/incident"
	"ward/respond/incident/link"
)

// Candidate is a report that may belong to another.
type Candidate struct {
	ID, Number, Name string
	First            time.Time
	Likeness
}

// window is how far apart reports are compared.
const window = 30 * 24 * time.Hour

const mostCandidates = 20

func traitsOf(x incident.Case) Traits {
	a := x.Answers
	indicators := strings.Fields(strings.ToLower(strings.NewReplacer(",", " ", ";", " ", "[.]", ".", "hxxp", "http").Replace(a["indicators"].Text)))
	return Traits{Org: x.Org, Aware: a["aware_at"].Time(), Supplier: a["third_party"].Text, Family: a["malware_family"].Text, Cause: a["cause_detail"].Text,
		Class: a["incident_class"].Text, Indicators: slices.DeleteFunc(indicators, func(w string) bool { return len(w) < 7 })} // shorter ones are no indicators
}

// View is what belongs to a report, and what may.
type View struct {
	Report     incident.Report
	Links      []link.Link
	Candidates []Candidate
}

// Show compares a report with those of a month before and after, the likeliest
// first, without those that are linked. Needs incident.handle.
func (s *Service) Show(ctx context.Context, a ward.Actor, id string) (v View, err error) {
	if v.Report, _, err = s.cfg.Reports.Handled(ctx, a, id); err != nil {
		return View{}, ward.Wrap("show related", err)
	}
	cases, err := s.cfg.Reports.Cases(ctx, a, v.Report.First.Add(-window), v.Report.First.Add(window))
	if err != nil {
		return View{}, ward.Wrap("show related", err)
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		v.Links, err = link.Of(ctx, tx, id)
		return err
	})
	i := slices.IndexFunc(cases, func(x incident.Case) bool { return x.ID == id })
	if err != nil || i < 0 {
		return v, ward.Wrap("show related", err)
	}
	own := traitsOf(cases[i])
	for _, x := range cases {
		known := slices.ContainsFunc(v.Links, func(l link.Link) bool { return l.Other == x.ID })
		if l := Compare(own, traitsOf(x)); x.ID != id && !known && l.Score >= Enough {
			v.Candidates = append(v.Candidates, Candidate{x.ID, x.Number, x.OrgName, x.First, l})
		}
	}
	slices.SortStableFunc(v.Candidates, func(x, y Candidate) int { return cmp.Compare(y.Score, x.Score) })
	v.Candidates = v.Candidates[:min(len(v.Candidates), mostCandidates)]
	return v, nil
}

// Join says that two reports of the country belong together. The hospitals see
// that their report was linked, and not with which. Needs incident.handle.
func (s *Service) Join(ctx context.Context, a ward.Actor, id, other string, kind link.Kind) error {
	if kind != link.Related && kind != link.Duplicate || id == other {
		return ward.Fail(ward.Invalid, "incident.error.choice").At("kind")
	}
	return ward.Wrap("link reports", s.both(ctx, a, id, other, "linked", func(tx *db.Tx) (bool, error) {
		return true, link.Put(ctx, tx, id, other, kind, a.Name, s.cfg.Clock())
	}))
}

// Part takes that back; NotFound where there is no link. Needs incident.handle.
func (s *Service) Part(ctx context.Context, a ward.Actor, id, other string) error {
	return ward.Wrap("unlink reports", s.both(ctx, a, id, other, "unlinked", func(tx *db.Tx) (bool, error) {
		return link.Drop(ctx, tx, id, other)
	}))
}

// both is one recorded act on two reports that the team handles.
func (s *Service) both(ctx context.Context, a ward.Actor, id, other, did string, act func(*db.Tx) (bool, error)) error {
	one, policy, err := s.cfg.Reports.Handled(ctx, a, id)
	if err != nil {
		return err
	}
	two, _, err := s.cfg.Reports.Handled(ctx, a, other)
	if err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		done, err := act(tx)
		if err == nil && !done {
			err = ward.Fail(ward.NotFound, "")
		}
		for _, r := range []incident.Report{one, two} {
			if err == nil {
				err = s.cfg.Reports.NoteHandled(ctx, tx, a, policy, r, did, "")
			}
		}
		return err
	})
}
