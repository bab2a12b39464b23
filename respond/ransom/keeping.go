package ransom

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"ward"
	"ward/kit/audit"
	"ward/kit/db"
)

// Bounds of lists.
const (
	listMost    = 200
	versionMost = 200
	lookMost    = 500
)

// owner binds what is sealed to its record.
func owner(incident string) string { return "ransom answers " + incident }

// put stores the answers of r as its version.
func (s *Service) put(ctx context.Context, tx *db.Tx, r Record, a ward.Actor) error {
	text, err := json.Marshal(r.Answers)
	if err != nil {
		return err
	}
	v := sealedVersion{Version{Number: r.Version, At: s.cfg.Clock(), By: a.Name}, s.box.Seal(string(text), owner(r.Incident))}
	return insertVersion(ctx, tx, r.Incident, v)
}

func (s *Service) open(sealed []byte, incident string) (Answers, error) {
	text, err := s.box.Open(sealed, owner(incident))
	if err != nil {
		return nil, err
	}
	out := Answers{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, ward.Fail(ward.Internal, "") // the decoder's error may quote an answer
	}
	return out, nil
}

// record writes the audit log; the last statement of an act. It says that
// something was done, never what was answered.
func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, p ward.Permission, policy string, r Record, act string) error {
	detail := map[string]string{"act": act, "number": r.Number}
	if p == permReceive {
		detail["team"] = a.OrgName
	}
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: r.Object(), Outcome: audit.Done, Policy: policy, Detail: detail})
}

// with is one recorded act on a record that a may do p to, in one transaction.
// For whoever was not let in the record does not exist.
func (s *Service) with(ctx context.Context, a ward.Actor, p ward.Permission, incident, act string, fn func(*db.Tx, *Record) error) (r Record, err error) {
	if !s.cfg.Guard.May(a, p) {
		return r, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "ransom "+incident); err != nil {
			return err
		}
		var err error
		if r, err = recordByID(ctx, tx, incident); err != nil {
			return err
		}
		x := s.cfg.Guard.Decide(a, p, r.Object())
		if !x.Allowed {
			return ward.Fail(ward.NotFound, "")
		}
		v, err := versionOf(ctx, tx, incident, r.Version)
		if err != nil {
			return err
		}
		r.Saved, r.SavedBy, r.Limit = v.At, v.By, limitOf(s.limits, r.Country)
		if r.Answers, err = s.open(v.sealed, incident); err != nil {
			return err
		}
		if fn != nil {
			if err := fn(tx, &r); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, a, p, x.Policy, r, act)
	})
	if err != nil {
		return Record{}, err
	}
	return r, nil
}

// Own lists the records whose circle a is in, newest first, without answers.
// Needs ransom.read.
func (s *Service) Own(ctx context.Context, a ward.Actor) (out []Record, err error) {
	if !s.cfg.Guard.May(a, permRead) {
		return nil, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := recordsOf(ctx, tx, a.Person, listMost)
		out = nil
		for _, r := range list {
			r.Circle = []Member{{Person: a.Person}}
			if s.cfg.Guard.Decide(a, permRead, r.Object()).Allowed {
				out = append(out, r)
			}
		}
		return err
	})
	return out, ward.Wrap("list ransom records", err)
}

// Get opens a record for its circle; each call is in the log. Needs ransom.read.
func (s *Service) Get(ctx context.Context, a ward.Actor, incident string) (Record, error) {
	r, err := s.with(ctx, a, permRead, incident, actLook, nil)
	return r, ward.Wrap("open ransom record", err)
}

// Document opens a record to be handed on. Needs ransom.read.
func (s *Service) Document(ctx context.Context, a ward.Actor, incident string) (Record, error) {
	r, err := s.with(ctx, a, permRead, incident, actDocument, nil)
	return r, ward.Wrap("take out ransom record", err)
}

// Receive opens a record that was given to the country's team. The circle sees
// each call. Needs ransom.receive.
func (s *Service) Receive(ctx context.Context, a ward.Actor, incident string) (Record, error) {
	r, err := s.with(ctx, a, permReceive, incident, actTeam, nil)
	r.Circle = nil // whom the hospital named is its own matter
	return r, ward.Wrap("receive ransom record", err)
}

// Save stores answers: what is not among them stays, an empty one is not known
// any more. seen is the version on the page: Conflict when somebody saved since,
// so that nobody overwrites the other unseen. Needs ransom.write.
func (s *Service) Save(ctx context.Context, a ward.Actor, incident string, seen int64, typed Answers) (Record, error) {
	r, err := s.with(ctx, a, permWrite, incident, actSave, func(tx *db.Tx, r *Record) error {
		if seen != r.Version {
			return ward.Fail(ward.Conflict, "ransom.error.changed")
		}
		merged := maps.Clone(r.Answers)
		for _, q := range Questions() {
			if v, ok := typed[q.ID]; ok && v == "" {
				delete(merged, q.ID)
			} else if ok {
				merged[q.ID] = v
			}
		}
		if err := merged.Check(s.cfg.Clock()); err != nil {
			return err
		}
		if len(changes(r.Answers, merged)) == 0 {
			return nil
		}
		r.Answers, r.Version = merged, r.Version+1
		if err := setVersion(ctx, tx, incident, seen, r.Version); err != nil {
			return err
		}
		return s.put(ctx, tx, *r, a)
	})
	return r, ward.Wrap("save ransom record", err)
}

// Give lets the country's team see a record, or no longer: what it has read it
// knows. Needs ransom.write.
func (s *Service) Give(ctx context.Context, a ward.Actor, incident string, give bool) error {
	act := actGive
	if !give {
		act = actTake
	}
	_, err := s.with(ctx, a, permWrite, incident, act, func(tx *db.Tx, r *Record) error {
		if give != r.Shared.IsZero() {
			return ward.Fail(ward.Conflict, "ransom.error.changed")
		}
		r.Shared, r.SharedBy = time.Time{}, ""
		if give {
			r.Shared, r.SharedBy = s.cfg.Clock(), a.Name
		}
		err := setShared(ctx, tx, incident, r.Shared, r.SharedBy)
		if err != nil || !give {
			return err
		}
		return s.cfg.Bus.Publish(ctx, tx, ward.RansomShared{Report: incident})
	})
	return ward.Wrap("give ransom record", err)
}

// Log is a record with its history and who looked at it, newest first.
type Log struct {
	Record
	Versions []Version
	Looks    []Look
}

// History shows what each save changed and who looked. Needs ransom.read.
func (s *Service) History(ctx context.Context, a ward.Actor, incident string) (out Log, err error) {
	out.Record, err = s.with(ctx, a, permRead, incident, actLog, func(tx *db.Tx, r *Record) (err error) {
		if out.Versions, err = s.versions(ctx, tx, incident); err != nil {
			return err
		}
		list, err := s.cfg.Audit.List(ctx, tx, audit.Filter{Scope: ward.Scope{Orgs: []ward.OrgID{r.Org}}, Kind: "ransom", ID: incident}, lookMost, 0)
		out.Looks = nil
		for _, e := range list {
			if known(e.Detail["act"]) {
				out.Looks = append(out.Looks, Look{e.At, e.Actor.Name, e.Detail["team"], e.Detail["act"]})
			}
		}
		return err
	})
	return out, ward.Wrap("show history of ransom record", err)
}

// versions are the saves of a record, newest first, each with what it changed.
func (s *Service) versions(ctx context.Context, tx *db.Tx, incident string) ([]Version, error) {
	list, err := versionsOf(ctx, tx, incident, versionMost+1)
	if err != nil {
		return nil, err
	}
	var out []Version
	for i, v := range list {
		after, err := s.open(v.sealed, incident)
		if err != nil {
			return nil, err
		}
		before := Answers{}
		if i+1 < len(list) {
			if before, err = s.open(list[i+1].sealed, incident); err != nil {
				return nil, err
			}
		}
		v.Changes = changes(before, after)
		if i < versionMost {
			out = append(out, v.Version)
		}
	}
	return out, nil
}
