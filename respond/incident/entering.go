package incident

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"ward"
	"ward/format/plain"
	"ward/format/rule"
	"ward/kit/db"
)

// Entered is a stage of a report that reached the team in another way than through
// this house. It is the named hospital's, as if it had been sent here when it
// reached the team.
type Entered struct {
	Into     string     // id of the report that it goes on with; empty begins one
	Org      ward.OrgID // empty: not in the registry, or not found yet
	OrgName  string     // needed without Org
	Origin   Origin
	Sure     bool // the team knows that it is the organisation's; else it is unconfirmed
	Reason   Reason
	Stage    rule.Stage
	Received time.Time // when it reached the team; zero for now
	Answers  Answers
}

// Weighed is an Entered that may be put in.
type Weighed struct {
	Entered
	from   sender
	policy string
}

const (
	maxOrgName = 200
	// maxReceived is how far back something may have reached the team.
	maxReceived = 366 * 24 * time.Hour
)

// Weigh looks at what reached the team, without storing anything: Invalid at
// "organisation", "stage", "received_at" or a question. Required questions without
// an answer become "not known yet", but when the organisation became aware: a
// clock has no other base. Needs incident.handle.
func (s *Service) Weigh(ctx context.Context, a ward.Actor, in Entered) (out Weighed, err error) {
	x, err := s.cfg.Guard.Check(a, permHandle, ward.Object{Kind: "incident", Org: in.Org, Country: a.Country})
	if err == nil {
		out, err = s.weigh(ctx, a, in)
	}
	out.policy = x.Policy
	return out, ward.Wrap("weigh report", err)
}

func (s *Service) weigh(ctx context.Context, a ward.Actor, in Entered) (Weighed, error) {
	now := s.cfg.Clock()
	if in.Received.IsZero() {
		in.Received = now
	}
	in.OrgName = plain.Line(in.OrgName)
	if !in.Origin.Entered() {
		return Weighed{}, ward.Fail(ward.Internal, "")
	}
	nameless := in.OrgName == "" || utf8.RuneCountInString(in.OrgName) > maxOrgName
	faults := []error{ward.When(!slices.Contains(Stages(), in.Stage), invalid("choice", "stage")), checkReason(in.Reason),
		ward.When(in.Received.After(now.Add(skew)) || in.Received.Before(now.Add(-maxReceived)), invalid("received", "received_at")),
		ward.When(in.Org == "" && nameless, invalid("hospital_name", "organisation", "max", strconv.Itoa(maxOrgName)))}
	in.Answers = maps.Clone(in.Answers)
	if in.Answers == nil {
		in.Answers = Answers{}
	}
	for _, id := range s.cat.Missing(in.Stage, in.Answers) {
		if id == "aware_at" {
			faults = append(faults, invalid("unanswered", id, "question", id))
			continue
		}
		in.Answers[id] = Answer{Unknown: true}
	}
	faults = append(faults, s.cat.Check(in.Answers, now, nil)...)
	if in.Answers["aware_at"].Time().After(in.Received.Add(skew)) {
		faults = append(faults, invalid("received_before", "received_at"))
	}
	if err := errors.Join(faults...); err != nil {
		return Weighed{}, err
	}
	from, err := s.sender(ctx, Report{Org: in.Org, OrgName: in.OrgName, Country: a.Country})
	if ward.CodeOf(err) == ward.NotFound || err == nil && in.Org != "" && (from.Country != a.Country || !from.Kind.CareProvider()) {
		err = invalid("hospital", "organisation")
	}
	in.OrgName = from.Name
	return Weighed{Entered: in, from: from}, err
}

// Enter puts in what was weighed, all of it or nothing. keep is called for each
// report, in the transaction, and may refuse it.
func (s *Service) Enter(ctx context.Context, a ward.Actor, list []Weighed, keep func(tx *db.Tx, n int, r Report) error) (out []Report, err error) {
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		out = make([]Report, len(list))
		for i, in := range list {
			var err error
			if out[i], err = s.enter(ctx, tx, a, in); err != nil {
				return err
			}
			if err := keep(tx, i, out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return out, ward.Wrap("enter report", err)
}

func (s *Service) enter(ctx context.Context, tx *db.Tx, a ward.Actor, in Weighed) (Report, error) {
	r, err := s.opened(ctx, tx, a, in)
	if err != nil {
		return r, err
	}
	seen := r.Version
	if in.Into != "" {
		r.Version++
	}
	r.Saved, r.SavedBy = s.cfg.Clock(), a.Name
	sealed, err := s.sealAnswers(r)
	if err != nil {
		return r, err
	}
	if err := insertVersion(ctx, tx, r, sealed); err != nil {
		return r, err
	}
	p, err := s.cat.Assess(r, in.from.Standing, ward.English, s.cfg.Clock())
	if err != nil {
		return r, err
	}
	// The team has it; others get nothing in the hospital's name without it.
	to := slices.DeleteFunc(p.Addressees(in.Stage, true), func(a Addressee) bool { return a.Role != "nis2_report" })
	x, err := s.send(ctx, tx, a, &r, Dispatch{Stage: in.Stage}, to, in.Received)
	if err != nil {
		return r, err
	}
	if r.Trust.own() {
		if err := s.cfg.Bus.Publish(ctx, tx, factOf(r, x, in.from.Standing, p)); err != nil {
			return r, err
		}
	}
	if err := s.settleClocks(ctx, tx, &r, in.from.Standing); err != nil {
		return r, err
	}
	if err := s.put(ctx, tx, &r, seen); err != nil {
		return r, err
	}
	if err := s.note(ctx, tx, a, in.policy, permHandle, r, deed{"entered", string(in.Origin)}); err != nil || r.Org == "" {
		return r, err
	}
	return r, s.cfg.Queue.Enqueue(ctx, tx, tellHospital{Report: r.ID, ID: s.cfg.IDs(), Entered: true})
}

// opened is the report that a stage goes into, with the answers that it then has.
// One that the hospital's people went on with is theirs: what they are writing
// must not leave with what reached the team.
func (s *Service) opened(ctx context.Context, tx *db.Tx, a ward.Actor, in Weighed) (Report, error) {
	now := s.cfg.Clock()
	if in.Into != "" {
		if err := tx.Lock(ctx, owner("report", in.Into)); err != nil {
			return Report{}, err
		}
		r, err := s.load(ctx, tx, in.Into)
		if err == nil {
			_, err = s.visible(a, permHandle, r)
		}
		switch {
		case err != nil:
			return r, err
		case r.Org != in.Org:
			return r, invalid("hospital", "organisation")
		case r.Version != r.Sendings[len(r.Sendings)-1].Version:
			return r, ward.Fail(ward.Conflict, "incident.error.theirs")
		case !r.MaySend(in.Stage):
			return r, ward.Fail(ward.Conflict, "incident.error.stage")
		}
		before := r
		r.Answers = maps.Clone(r.Answers)
		for id, x := range in.Answers {
			if known := r.Answers[id]; known.IsZero() || x.Text != "" {
				r.Answers[id] = x
			}
		}
		if err := errors.Join(s.cat.Check(r.Answers, now, nil)...); err != nil {
			return r, err
		}
		return r, s.logBase(ctx, tx, a, before, r.Answers, string(in.Origin)) // why: it reached the team in that way
	}
	n, err := nextNumber(ctx, tx, now.UTC().Year())
	if err != nil {
		return Report{}, err
	}
	r := Report{ID: s.cfg.IDs(), Number: MakeNumber(now.UTC().Year(), n), Org: in.Org, OrgName: in.OrgName, Country: a.Country, Reason: in.Reason, State: Draft, Version: 1,
		Answers: in.Answers, Opened: now, Saved: now, SavedBy: a.Name, Marks: map[string]time.Time{}, Origin: in.Origin, Trust: Unconfirmed}
	if in.Sure {
		r.Trust, r.Settled, r.SettleBy = Confirmed, now, a.Name
	}
	return r, insertReport(ctx, tx, r, hitsCare(r.Answers))
}
