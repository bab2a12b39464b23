package incident

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
)

// Origin is how a report came in.
type Origin string

// Origins.
const (
	Own  Origin = "own"  // by people of the hospital, signed in
	Card Origin = "card" // by the code of a printed card
	Call Origin = "call" // with a number to call back

	// By the country's team, which it had reached in another way.
	FromForm   Origin = "form"   // in the open form, by a program
	FromTable  Origin = "table"  // a row of a table
	FromLetter Origin = "letter" // a text that somebody pasted
)

// Entered reports whether the team put the report in.
func (o Origin) Entered() bool { return o == FromForm || o == FromTable || o == FromLetter }

// Trust is whether a report that came in without an account is the hospital's.
type Trust string

// States of trust. A report of signed-in people has none.
const (
	Trusted     Trust = ""
	Unconfirmed Trust = "unconfirmed"
	Confirmed   Trust = "confirmed" // by the team on the phone, or by the hospital's own people
	Disowned    Trust = "disowned"  // it is not the hospital's
)

// own reports whether the hospital goes on with the report as its own.
func (t Trust) own() bool { return t == Trusted || t == Confirmed }

// Outside is a report by somebody without an account. Org is empty when only a
// name was given.
type Outside struct {
	Org     ward.OrgID
	OrgName string
	Country ward.Country
	Origin  Origin
	Answers Answers
}

// outsider is who reported without an account, as the policies see him.
func outsider(r Report) ward.Actor {
	return ward.Actor{Person: ward.PersonID("outside:" + r.ID), Name: string(r.Origin), Country: r.Country, Role: ward.RoleReporter}
}

// followed is r as its reporter is asked about.
func followed(r Report) ward.Object {
	o := r.Object()
	o.Authors = []ward.PersonID{outsider(r).Person}
	return o
}

// TakeIn stores a report without an account and sends its early warning to the
// response team alone: other receivers get it when it is confirmed, and no other
// room hears of it before. admit is the first in the transaction and may refuse;
// keep is the last. Unavailable when there is neither a hospital of the registry
// nor a team of the country that could call back.
func (s *Service) TakeIn(ctx context.Context, in Outside, admit func(*db.Tx) error, keep func(*db.Tx, Report) error) (Report, error) {
	r, err := s.takeIn(ctx, in, admit, keep)
	return r, ward.Wrap("take in report", err)
}

func (s *Service) takeIn(ctx context.Context, in Outside, admit func(*db.Tx) error, keep func(*db.Tx, Report) error) (r Report, err error) {
	now := s.cfg.Clock()
	if err := s.complete(rule.Early, in.Answers); err != nil {
		return r, err
	}
	r = Report{ID: s.cfg.IDs(), Org: in.Org, OrgName: in.OrgName, Country: in.Country, Reason: Incident, State: Draft, Version: 1, Answers: in.Answers,
		Opened: now, Saved: now, Marks: map[string]time.Time{}, Origin: in.Origin, Trust: Unconfirmed}
	from, err := s.sender(ctx, r)
	if err != nil {
		return r, err
	}
	if r.Org == "" && !from.team {
		return r, ward.Fail(ward.Unavailable, "incident.error.no_team")
	}
	r.OrgName, r.Country, r.Crosses = from.Name, from.Country, crosses(r.Answers)
	x, err := s.cfg.Guard.Check(outsider(r), permFollow, followed(r))
	if err != nil {
		return r, err
	}
	p, err := s.cat.Assess(r, from.Standing, ward.English, now)
	if err != nil {
		return r, err
	}
	to := slices.DeleteFunc(p.Addressees(rule.Early, from.team), func(a Addressee) bool { return a.Role != "nis2_report" })
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		r.State, r.First, r.Sendings = Draft, time.Time{}, nil // of a try before
		if err := admit(tx); err != nil {
			return err
		}
		n, err := nextNumber(ctx, tx, now.UTC().Year())
		if err != nil {
			return err
		}
		r.Number = MakeNumber(now.UTC().Year(), n)
		if err := s.insertOutside(ctx, tx, &r, from, to); err != nil {
			return err
		}
		if err := s.note(ctx, tx, outsider(r), x.Policy, permFollow, r, deed{kind: "outside", detail: string(r.Origin)}); err != nil {
			return err
		}
		return keep(tx, r)
	})
	return r, err
}

// insertOutside writes the report with its sending, and tells team and hospital.
func (s *Service) insertOutside(ctx context.Context, tx *db.Tx, r *Report, from sender, to []Addressee) error {
	if err := insertReport(ctx, tx, *r, hitsCare(r.Answers)); err != nil {
		return err
	}
	sealed, err := s.sealAnswers(*r)
	if err != nil {
		return err
	}
	if err := insertVersion(ctx, tx, *r, sealed); err != nil {
		return err
	}
	if _, err := s.send(ctx, tx, outsider(*r), r, Dispatch{Stage: rule.Early}, to, s.cfg.Clock()); err != nil {
		return err
	}
	if err := s.settleClocks(ctx, tx, r, from.Standing); err != nil {
		return err
	}
	if err := s.put(ctx, tx, r, r.Version); err != nil {
		return err
	}
	if r.Org == "" {
		return nil
	}
	return s.cfg.Queue.Enqueue(ctx, tx, tellHospital{Report: r.ID, ID: s.cfg.IDs()})
}

// Follow shows a report to who made it without an account: what he sent himself,
// and nothing of the hospital. The caller has checked the secret of its link.
func (s *Service) Follow(ctx context.Context, id string, lang ward.Lang) (v View, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		v.Report, err = s.load(ctx, tx, id)
		return err
	})
	if err == nil {
		_, err = s.cfg.Guard.Check(outsider(v.Report), permFollow, followed(v.Report))
	}
	if err != nil {
		return View{}, ward.Wrap("follow report", err)
	}
	v, err = s.look(ctx, v.Report, lang)
	return v, ward.Wrap("follow report", err)
}

// Hospital is one that an unconfirmed report may be of, with the numbers of the
// registry: the team calls those, and never the one that the report gives.
type Hospital struct {
	ward.Organisation
	Contacts []ward.Contact
}

// Candidates are the hospitals of an unconfirmed report: that of its card, else
// those of the team's country that words find. Needs incident.handle.
func (s *Service) Candidates(ctx context.Context, a ward.Actor, r Report, words string) (out []Hospital, err error) {
	if _, err := s.visible(a, permHandle, r); err != nil {
		return nil, ward.Wrap("find hospital", err)
	}
	var list []ward.Organisation
	switch {
	case r.Org != "":
		list = []ward.Organisation{{ID: r.Org, Name: r.OrgName, Country: r.Country}}
	case words != "":
		if list, err = s.cfg.Registry.Named(ctx, words); err != nil {
			return nil, ward.Wrap("find hospital", err)
		}
		list = slices.DeleteFunc(list, func(o ward.Organisation) bool { return o.Country != r.Country })
	}
	list = list[:min(len(list), 10)]
	ids := make([]ward.OrgID, len(list))
	for i, o := range list {
		ids[i] = o.ID
	}
	contacts, err := s.cfg.Registry.Contacts(ctx, ids)
	for _, o := range list {
		out = append(out, Hospital{o, contacts[o.ID]})
	}
	return out, ward.Wrap("find hospital", err)
}

// Confirm says that an unconfirmed report is a hospital's, after a call to a
// number that the registry has of it. Only then do other rooms hear of the report.
// Needs incident.handle.
func (s *Service) Confirm(ctx context.Context, a ward.Actor, id string, org ward.OrgID) error {
	known, err := s.head(ctx, id)
	if err != nil {
		return ward.Wrap("confirm report", err)
	}
	if known.Org != "" {
		org = known.Org
	}
	standing, err := s.cfg.Registry.Standing(ctx, org)
	if ward.CodeOf(err) == ward.NotFound || err == nil && (standing.Country != known.Country || !standing.Kind.CareProvider()) {
		err = invalid("hospital", "org")
	}
	if err != nil {
		return ward.Wrap("confirm report", err)
	}
	_, err = s.act(ctx, a, permHandle, id, func(tx *db.Tx, r *Report, from *sender) (deed, error) {
		r.Org, r.OrgName, from.Standing = org, standing.Name, standing
		return s.settle(ctx, tx, a, r, from, Confirmed)
	})
	return ward.Wrap("confirm report", err)
}

// Refute says that an unconfirmed report is of no hospital, after the team
// called. Needs incident.handle.
func (s *Service) Refute(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("refute report", s.judge(ctx, a, permHandle, id, Disowned))
}

// Adopt says that an unconfirmed report is the own hospital's: it goes on as any
// other. Needs incident.write.
func (s *Service) Adopt(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("adopt report", s.judge(ctx, a, permWrite, id, Confirmed))
}

// Disown says that it is not; the team sees that at once. Needs incident.write.
func (s *Service) Disown(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("disown report", s.judge(ctx, a, permWrite, id, Disowned))
}

func (s *Service) judge(ctx context.Context, a ward.Actor, p ward.Permission, id string, to Trust) error {
	_, err := s.act(ctx, a, p, id, func(tx *db.Tx, r *Report, from *sender) (deed, error) {
		return s.settle(ctx, tx, a, r, from, to)
	})
	return err
}

// settle decides the trust of a report, once. One that is of no hospital is
// closed; its clocks end.
func (s *Service) settle(ctx context.Context, tx *db.Tx, a ward.Actor, r *Report, from *sender, to Trust) (deed, error) {
	if r.Trust != Unconfirmed {
		return deed{}, ward.Fail(ward.Conflict, "incident.error.step")
	}
	r.Trust, r.Settled, r.SettleBy = to, s.cfg.Clock(), a.Name
	if a.Role == ward.RoleCSIRT {
		s.answered(r)
	}
	if to == Disowned {
		r.State = Closed
		return deed{kind: "disowned"}, s.cfg.Queue.Enqueue(ctx, tx, tellTeam{Report: r.ID, ID: s.cfg.IDs()})
	}
	p, err := s.cat.Assess(*r, from.Standing, ward.English, s.cfg.Clock())
	if err != nil {
		return deed{}, err
	}
	if err := s.cfg.Bus.Publish(ctx, tx, factOf(*r, r.Sendings[0], from.Standing, p)); err != nil {
		return deed{}, err
	}
	return deed{kind: "confirmed"}, s.cfg.Queue.Enqueue(ctx, tx, tellHospital{Report: r.ID, ID: s.cfg.IDs()})
}
