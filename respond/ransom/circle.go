package ransom

import (
	"context"
	"slices"

	"ward"
	"ward/kit/db"
)

// circleMost bounds a circle: what fifty people know is no secret.
const circleMost = 50

// Named is a record as its manager sees it, who need not be in its circle: who
// is, who could be, and no answer.
type Named struct {
	Incident ward.IncidentHead
	Open     bool // a record was begun
	Circle   []Member
	Others   []ward.Seat // of the hospital, each person once
}

// Circle shows who was named for the record of an incident. Needs ransom.circle.
func (s *Service) Circle(ctx context.Context, a ward.Actor, incident string) (out Named, err error) {
	head, _, err := s.managed(ctx, a, incident)
	if err != nil {
		return out, ward.Wrap("show circle", err)
	}
	staff, err := s.staff(ctx, head.Org)
	if err != nil {
		return out, ward.Wrap("show circle", err)
	}
	out = Named{Incident: head, Others: staff}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := recordByID(ctx, tx, incident)
		if ward.CodeOf(err) == ward.NotFound {
			return nil
		}
		out.Open, out.Circle = true, r.Circle
		return err
	})
	in := func(x ward.Seat) bool {
		return slices.ContainsFunc(out.Circle, func(m Member) bool { return m.Person == x.Person })
	}
	out.Others = slices.DeleteFunc(out.Others, in)
	return out, ward.Wrap("show circle", err)
}

// managed asks whose an incident is, and whether a names the circle there. For
// everybody else's manager it does not exist.
func (s *Service) managed(ctx context.Context, a ward.Actor, incident string) (head ward.IncidentHead, policy string, err error) {
	if !s.cfg.Guard.May(a, permCircle) {
		return head, "", ward.Fail(ward.Forbidden, "error.forbidden")
	}
	if head, err = s.cfg.Incidents.Told(ctx, incident); err != nil {
		return head, "", err
	}
	x := s.cfg.Guard.Decide(a, permCircle, ward.Object{Kind: "ransom", ID: incident, Org: head.Org, Country: head.Country})
	if !x.Allowed {
		return ward.IncidentHead{}, "", ward.Fail(ward.NotFound, "")
	}
	return head, x.Policy, nil
}

// staff are the people of a hospital, each once.
func (s *Service) staff(ctx context.Context, org ward.OrgID) ([]ward.Seat, error) {
	list, err := s.cfg.Registry.Staff(ctx, org)
	seen := map[ward.PersonID]bool{}
	list = slices.DeleteFunc(list, func(x ward.Seat) bool {
		twice := seen[x.Person] || x.Role != ward.RoleMember && x.Role != ward.RoleManager
		seen[x.Person] = true
		return twice
	})
	return list, err
}

// Name lets one of the hospital's people see the record of an incident; the first
// one begins it. Naming somebody again changes nothing. Needs ransom.circle.
func (s *Service) Name(ctx context.Context, a ward.Actor, incident string, person ward.PersonID) error {
	head, policy, err := s.managed(ctx, a, incident)
	if err != nil {
		return ward.Wrap("name for circle", err)
	}
	staff, err := s.staff(ctx, head.Org)
	if err != nil {
		return ward.Wrap("name for circle", err)
	}
	i := slices.IndexFunc(staff, func(x ward.Seat) bool { return x.Person == person })
	if i < 0 {
		return ward.Wrap("name for circle", invalid("person", "person"))
	}
	return ward.Wrap("name for circle", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.begun(ctx, tx, a, head)
		if err != nil || slices.ContainsFunc(r.Circle, func(m Member) bool { return m.Person == person }) {
			return err
		}
		if len(r.Circle) >= circleMost {
			return ward.Fail(ward.Conflict, "ransom.error.circle")
		}
		if err := insertMember(ctx, tx, incident, Member{person, staff[i].Name, a.Name, s.cfg.Clock()}); err != nil {
			return err
		}
		return s.record(ctx, tx, a, permCircle, policy, r, actName)
	}))
}

// begun gives the record of an incident and begins it where there is none yet.
func (s *Service) begun(ctx context.Context, tx *db.Tx, a ward.Actor, head ward.IncidentHead) (Record, error) {
	if err := tx.Lock(ctx, "ransom "+head.ID); err != nil {
		return Record{}, err
	}
	r, err := recordByID(ctx, tx, head.ID)
	if ward.CodeOf(err) != ward.NotFound {
		return r, err
	}
	now := s.cfg.Clock()
	r = Record{Incident: head.ID, Number: head.Number, Org: head.Org, OrgName: head.OrgName, Country: head.Country, Version: 1, Opened: now,
		Answers: Answers{"decision": Deciding}}
	if family, err := (Question{ID: "family", Kind: Line}).Read(head.Family, nil); err == nil && family != "" {
		r.Answers["family"] = family
	}
	if err := insertRecord(ctx, tx, r); err != nil {
		return r, err
	}
	return r, s.put(ctx, tx, r, a)
}

// Drop takes somebody out of a circle. Needs ransom.circle.
func (s *Service) Drop(ctx context.Context, a ward.Actor, incident string, person ward.PersonID) error {
	_, policy, err := s.managed(ctx, a, incident)
	if err != nil {
		return ward.Wrap("drop from circle", err)
	}
	return ward.Wrap("drop from circle", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := recordByID(ctx, tx, incident)
		if err != nil {
			return err
		}
		gone, err := deleteMember(ctx, tx, incident, person)
		if err == nil && !gone {
			err = ward.Fail(ward.NotFound, "")
		}
		if err != nil {
			return err
		}
		return s.record(ctx, tx, a, permCircle, policy, r, actDrop)
	}))
}
