package incident

import (
	"context"
	"errors"
	"slices"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/kit/job"
)

// Dispatch is one stage to be sent.
type Dispatch struct {
	Request string // made by the page or the program: the same twice is sent once
	Seen    int64  // version of the answers that were checked
	Stage   rule.Stage
}

// Send sends a stage: in one transaction the answers as the sender saw them,
// one delivery for each receiver, the deadlines that follow, history, audit and
// the fact. Conflict when somebody changed the answers since, or when the stage
// cannot be sent now. Whoever lost the answer asks again with the same Request
// and gets the sending that is there. Needs incident.write.
func (s *Service) Send(ctx context.Context, a ward.Actor, id string, in Dispatch) (Sending, error) {
	var out Sending
	stage := in.Stage
	if in.Request != "" && !ward.ValidID(in.Request) {
		return out, ward.Wrap("send report", invalid("request", "request"))
	}
	_, err := s.act(ctx, a, permWrite, id, func(tx *db.Tx, r *Report, org *sender) (deed, error) {
		if known, there := r.requestedAs(in.Request); there {
			if known.Stage != stage {
				return deed{}, ward.Fail(ward.Conflict, "incident.error.stage")
			}
			out = known
			return deed{}, nil
		}
		if err := s.sendable(*r, in.Seen, stage); err != nil {
			return deed{}, err
		}
		p, err := s.cat.Assess(*r, org.Standing, ward.English, s.cfg.Clock())
		if err != nil {
			return deed{}, err
		}
		to := p.Addressees(stage, org.team)
		if out, err = s.send(ctx, tx, a, r, in, to, s.cfg.Clock()); err != nil {
			return deed{}, err
		}
		return deed{"sent", string(stage)}, s.cfg.Bus.Publish(ctx, tx, factOf(*r, out, org.Standing, p))
	})
	return out, ward.Wrap("send report", err)
}

// sendable says why a stage cannot be sent.
func (s *Service) sendable(r Report, seen int64, stage rule.Stage) error {
	switch {
	case !r.Trust.own():
		return ward.Fail(ward.Conflict, "incident.error.trust")
	case !r.MaySend(stage):
		return ward.Fail(ward.Conflict, "incident.error.stage")
	case seen != r.Version:
		return ward.Fail(ward.Conflict, "incident.error.changed")
	}
	return s.complete(stage, r.Answers)
}

// complete names the answers that a stage needs and has not, and those that
// cannot all be true.
func (s *Service) complete(stage rule.Stage, a Answers) error {
	var faults []error
	for _, id := range s.cat.Missing(stage, a) {
		faults = append(faults, invalid("unanswered", id, "question", id))
	}
	return errors.Join(append(faults, s.cat.Check(a, s.cfg.Clock(), nil)...)...)
}

// send stores the sending and starts its deliveries. What the team of the
// country gets is delivered with the transaction: it reads it here. now is the
// moment of sending; of what the team enters itself, when it reached the team.
func (s *Service) send(ctx context.Context, tx *db.Tx, a ward.Actor, r *Report, in Dispatch, to []Addressee, now time.Time) (Sending, error) {
	x := Sending{ID: s.cfg.IDs(), Request: in.Request, Stage: in.Stage, Version: r.Version, At: now, By: a.Name}
	var jobs []job.Args
	for _, addressee := range to {
		d := Delivery{ID: s.cfg.IDs(), Sending: x.ID, Addressee: addressee, State: Waiting}
		switch d.Way {
		case Platform:
			d.State, d.At = Delivered, now
		case Mail:
			jobs = append(jobs, deliver{d.ID})
		}
		x.Deliveries = append(x.Deliveries, d)
	}
	x.Receipt = s.receipt(*r, x)
	if err := insertSending(ctx, tx, r.ID, x); err != nil {
		return x, err
	}
	r.Sendings = append(r.Sendings, x)
	if r.First.IsZero() {
		r.First = now
	}
	if r.State == Draft {
		r.State = Reported
	}
	if x.Stage == rule.Intermediate || x.Stage == rule.Final {
		r.Asked = time.Time{}
	}
	if a.Role != ward.RoleCSIRT && slices.ContainsFunc(x.Deliveries, func(d Delivery) bool { return d.Way == Platform }) {
		jobs = append(jobs, tellTeam{Report: r.ID, ID: s.cfg.IDs()})
	}
	return x, s.cfg.Queue.Enqueue(ctx, tx, jobs...)
}

// factOf is what other rooms hear: ids and words of the vocabulary, no text that
// somebody wrote.
func factOf(r Report, x Sending, org ward.Standing, p Picture) ward.IncidentReported {
	a := r.Answers
	word := func(id string) string {
		if a[id].Unknown {
			return "unknown"
		}
		return a[id].Text
	}
	f := ward.IncidentReported{Report: r.ID, Sending: x.ID, Org: r.Org, Country: r.Country, Kind: org.Kind, Stage: string(x.Stage), Reason: string(r.Reason),
		Significant: p.Assessment.Significant.Value, Malicious: word("suspected_malicious"), CrossBorder: word("cross_border"), Ransomware: word("ransomware"),
		Class: word("incident_class"), Cause: word("root_cause"), PatientSafety: word("patient_safety"), Diverted: word("ambulances_diverted"),
		Department: word("emergency_department"), DataStolen: word("patient_data_stolen"), Services: a["services_affected"].Items(),
		Due: p.dueAt(x.Stage), Paper: a["paper_mode"].Text != "", Cancelled: cancelledOf(a), Family: folded(a["malware_family"].Text), Supplier: folded(a["third_party"].Text)}
	if t := a["aware_at"].Time(); !t.IsZero() {
		f.Aware = &t
	}
	for _, c := range a["affected_countries"].Items() {
		f.Countries = append(f.Countries, ward.Country(c))
	}
	return f
}

// Carried writes down that a person brought the document of a delivery to its
// receiver. Needs incident.write.
func (s *Service) Carried(ctx context.Context, a ward.Actor, id, delivery string) error {
	_, err := s.act(ctx, a, permWrite, id, func(tx *db.Tx, r *Report, _ *sender) (deed, error) {
		for i := range r.Sendings {
			for j := range r.Sendings[i].Deliveries {
				d := &r.Sendings[i].Deliveries[j]
				if d.ID != delivery {
					continue
				}
				if d.State == Delivered || !d.ByHand() && d.State != Failed {
					return deed{}, ward.Fail(ward.Conflict, "incident.error.carried")
				}
				d.State, d.At = Delivered, s.cfg.Clock()
				return deed{"carried", d.Key}, carryDelivery(ctx, tx, d.ID, d.At)
			}
		}
		return deed{}, ward.Fail(ward.NotFound, "")
	})
	return ward.Wrap("carry document", err)
}

// Fulfilled writes down that a duty to tell people or partners was fulfilled in
// another way. Needs incident.write.
func (s *Service) Fulfilled(ctx context.Context, a ward.Actor, id, duty string) error {
	_, err := s.act(ctx, a, permWrite, id, func(tx *db.Tx, r *Report, org *sender) (deed, error) {
		p, err := s.cat.Assess(*r, org.Standing, ward.English, s.cfg.Clock())
		if err != nil {
			return deed{}, err
		}
		d := p.duty(duty)
		if d == nil || d.By != "organisation" || d.Stage != rule.Inform && d.Stage != rule.Act || d.Applies == rule.No {
			return deed{}, ward.Fail(ward.NotFound, "")
		}
		if d.Sent != nil {
			return deed{}, nil
		}
		r.Marks[duty] = s.cfg.Clock()
		return deed{"fulfilled", duty}, insertMark(ctx, tx, r.ID, duty, a.Name, r.Marks[duty])
	})
	return ward.Wrap("mark duty", err)
}
