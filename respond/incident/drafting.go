package incident

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/format/plain"
	"ward/format/rule"
	"ward/kit/audit"
	"ward/kit/db"
)

// Entry is a line of a report's history.
type Entry struct {
	At     time.Time
	Person string // empty for the house
	Kind   string // ending of the key "incident.entry."
	Detail string // a stage, a duty, a time; never an answer
}

func owner(what, id string) string { return "incident " + what + " " + id }

func (s *Service) sealAnswers(r Report) ([]byte, error) {
	b, err := json.Marshal(r.Answers)
	return s.box.Seal(string(b), owner("answers", r.ID)), err
}

// answersAt opens the answers of a version.
func (s *Service) answersAt(ctx context.Context, tx *db.Tx, report string, version int64) (Answers, error) {
	sealed, err := versionOf(ctx, tx, report, version)
	if err != nil {
		return nil, err
	}
	text, err := s.box.Open(sealed, owner("answers", report))
	if err != nil {
		return nil, err
	}
	out := Answers{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, ward.Fail(ward.Internal, "") // the decoder's error may quote an answer
	}
	return out, nil
}

// load reads a whole report.
func (s *Service) load(ctx context.Context, tx *db.Tx, id string) (Report, error) {
	r, err := reportByID(ctx, tx, id)
	if err != nil {
		return r, err
	}
	if r.Answers, err = s.answersAt(ctx, tx, id, r.Version); err != nil {
		return r, err
	}
	if r.Marks, err = marksOf(ctx, tx, id); err != nil {
		return r, err
	}
	r.Sendings, err = sendingsOf(ctx, tx, id)
	return r, err
}

// Start is a new report. ID is made by the page, so that a form that is sent
// twice opens one report.
type Start struct {
	ID      string
	Reason  Reason
	Answers Answers
}

// NewID is for the form of a new report, and for the button that sends a stage.
func (s *Service) NewID() string { return s.cfg.IDs() }

// Begin opens a report for the actor's organisation with what is known at once.
// Nothing leaves. Needs incident.write.
func (s *Service) Begin(ctx context.Context, a ward.Actor, in Start) (Report, error) {
	r, err := s.begin(ctx, a, in)
	return r, ward.Wrap("begin report", err)
}

func (s *Service) begin(ctx context.Context, a ward.Actor, in Start) (r Report, err error) {
	x, err := s.cfg.Guard.Check(a, permWrite, ward.Object{Kind: "incident", Org: a.Org, Country: a.Country})
	if err != nil {
		return r, err
	}
	if err := checkReason(in.Reason); err != nil {
		return r, err
	}
	if !ward.ValidID(in.ID) {
		in.ID = s.cfg.IDs()
	}
	now := s.cfg.Clock()
	if err := errors.Join(s.cat.Check(in.Answers, now, nil)...); err != nil {
		return r, err
	}
	org, err := s.cfg.Registry.Standing(ctx, a.Org)
	if err != nil {
		return r, err
	}
	answers := Answers{}
	for id, x := range in.Answers {
		if _, ok := s.cat.Question(id); ok {
			set(answers, id, x)
		}
	}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		known, err := s.load(ctx, tx, in.ID)
		if err == nil && known.Org == a.Org { // the form was sent twice
			r = known
			return nil
		}
		if ward.CodeOf(err) != ward.NotFound {
			return errors.Join(err, ward.Fail(ward.NotFound, ""))
		}
		n, err := nextNumber(ctx, tx, now.UTC().Year())
		if err != nil {
			return err
		}
		r = Report{ID: in.ID, Number: MakeNumber(now.UTC().Year(), n), Org: a.Org, OrgName: org.Name, Country: org.Country, Reason: in.Reason, State: Draft, Version: 1,
			Answers: answers, Opened: now, Saved: now, SavedBy: a.Name, Marks: map[string]time.Time{}, Origin: Own}
		r.Crosses = crosses(r.Answers)
		if err := insertReport(ctx, tx, r, hitsCare(r.Answers)); err != nil {
			return err
		}
		sealed, err := s.sealAnswers(r)
		if err != nil {
			return err
		}
		if err := insertVersion(ctx, tx, r, sealed); err != nil {
			return err
		}
		if err := s.settleClocks(ctx, tx, &r, org); err != nil {
			return err
		}
		return s.note(ctx, tx, a, x.Policy, permWrite, r, deed{kind: "opened", detail: string(r.Reason)})
	})
	return r, err
}

// hitsCare reports whether patients' care is affected as far as is known.
func hitsCare(a Answers) bool {
	safety := a["patient_safety"].Text
	return a["severe_disruption"].Text == "yes" || a["ambulances_diverted"].Text == "yes" || a["services_affected"].Text != "" || safety != "" && safety != "none"
}

// crosses reports whether another Member State may be concerned.
func crosses(a Answers) bool {
	return a["cross_border"].Text == "yes" || a["affected_countries"].Text != ""
}

// deed is what an act did: its line in the history; an empty kind did nothing.
type deed struct{ kind, detail string }

// sender is whose report it is, as the law needs to know it.
type sender struct {
	ward.Standing
	team bool // the country's team works in this house
}

// sender asks the registry, outside of any transaction of ours. A report without
// an account may name a hospital that nobody has found in the registry yet.
func (s *Service) sender(ctx context.Context, r Report) (sender, error) {
	standing := ward.Standing{Organisation: ward.Organisation{Name: r.OrgName, Country: r.Country}}
	if r.Org != "" {
		var err error
		if standing, err = s.cfg.Registry.Standing(ctx, r.Org); err != nil {
			return sender{}, err
		}
	}
	teams, err := s.cfg.Registry.Teams(ctx, standing.Country)
	return sender{standing, len(teams) > 0}, err
}

// act is one recorded change of a report, from reading to the last statement in
// one transaction; those on one report follow one another on every replica. change
// may set whose report it is. For
// whoever may not even know it, the report does not exist.
func (s *Service) act(ctx context.Context, a ward.Actor, p ward.Permission, id string, change func(*db.Tx, *Report, *sender) (deed, error)) (r Report, err error) {
	if !s.cfg.Guard.May(a, p) {
		return r, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	known, err := s.head(ctx, id)
	if err != nil {
		return r, err
	}
	from, err := s.sender(ctx, known)
	if err != nil {
		return r, err
	}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, owner("report", id)); err != nil {
			return err
		}
		var err error
		if r, err = s.load(ctx, tx, id); err != nil {
			return err
		}
		x, err := s.visible(a, p, r)
		if err != nil {
			return err
		}
		seen := r.Version
		did, err := change(tx, &r, &from)
		if err != nil || did.kind == "" {
			return err
		}
		if err := s.settleClocks(ctx, tx, &r, from.Standing); err != nil {
			return err
		}
		if err := s.put(ctx, tx, &r, seen); err != nil {
			return err
		}
		return s.note(ctx, tx, a, x, p, r, did)
	})
	return r, err
}

// put writes r over the row that has the version seen. What lists and figures tell of
// it, those of the team as well, is what was sent last, and of a draft what it says so
// far: nothing leaves before it is sent.
func (s *Service) put(ctx context.Context, tx *db.Tx, r *Report, seen int64) error {
	told, err := s.toldOf(ctx, tx, r)
	if err != nil {
		return err
	}
	r.Crosses = crosses(told)
	return updateReport(ctx, tx, *r, seen, hitsCare(told))
}

// visible gives the deciding policy; NotFound for a report of somebody else and,
// to the team, for a draft.
func (s *Service) visible(a ward.Actor, p ward.Permission, r Report) (policy string, err error) {
	x := s.cfg.Guard.Decide(a, p, r.Object())
	if !x.Allowed || p == permHandle && r.State == Draft && !a.System {
		return "", ward.Fail(ward.NotFound, "")
	}
	return x.Policy, nil
}

// settleClocks computes the deadlines that run now, by what the hospital knows; and the
// team's own, by what was sent to it.
func (s *Service) settleClocks(ctx context.Context, tx *db.Tx, r *Report, org ward.Standing) error {
	p, err := s.cat.Assess(*r, org, ward.English, s.cfg.Clock())
	if err != nil {
		return err
	}
	if r.Trust == Disowned {
		p.Clocks = nil
	}
	var list []deadline
	for _, d := range p.Clocks {
		if d.Due != nil && d.Sent == nil {
			list = append(list, deadline{Duty: d.ID, Stage: string(d.Stage), Due: *d.Due, Provisional: d.Provision})
		}
	}
	if sent := *r; r.ahead() {
		if sent.Answers, err = s.toldOf(ctx, tx, r); err != nil {
			return err
		}
		if p, err = s.cat.Assess(sent, org, ward.English, s.cfg.Clock()); err != nil {
			return err
		}
	}
	r.AnswerBy = time.Time{}
	if d := p.duty("N9"); r.Trust != Disowned && d != nil && d.Due != nil && !d.Provision && d.Applies != rule.No {
		r.AnswerBy = *d.Due
	}
	return replaceDeadlines(ctx, tx, r.ID, list)
}

// ahead reports whether the hospital wrote something since it last sent a stage.
func (r Report) ahead() bool {
	n := len(r.Sendings)
	return n > 0 && r.Sendings[n-1].Version != r.Version
}

// toldOf are the answers that others know: of what was sent last, and of a draft what
// it says so far.
func (s *Service) toldOf(ctx context.Context, tx *db.Tx, r *Report) (Answers, error) {
	if !r.ahead() {
		return r.Answers, nil
	}
	return s.answersAt(ctx, tx, r.ID, r.Sendings[len(r.Sendings)-1].Version)
}

// note writes history and audit log; the last statements of an act.
func (s *Service) note(ctx context.Context, tx *db.Tx, a ward.Actor, policy string, p ward.Permission, r Report, d deed) error {
	if err := insertEntry(ctx, tx, s.cfg.IDs(), r.ID, Entry{At: s.cfg.Clock(), Person: a.Name, Kind: d.kind, Detail: d.detail}); err != nil {
		return err
	}
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: r.Object(), Outcome: audit.Done, Policy: policy,
		Detail: map[string]string{"act": d.kind, "number": r.Number}})
}

// Page is what somebody typed on one page of a report.
type Page struct {
	Report  string
	Seen    int64 // version that the page showed
	Answers Answers
	Because string // why "became aware" changes, when it does
}

// maxBecause bounds the reason of a changed clock base.
const maxBecause = 300

// Save stores a page. What others saved since is kept; questions that both
// answered differently are clashes: then nothing is stored and the error is
// Conflict. Impossible answers on the page are errors at their questions.
// Changing when the hospital became aware needs a reason, and both are logged.
// Needs incident.write.
func (s *Service) Save(ctx context.Context, a ward.Actor, in Page) (r Report, clashes []Clash, err error) {
	r, err = s.act(ctx, a, permWrite, in.Report, func(tx *db.Tx, r *Report, _ *sender) (did deed, err error) {
		clashes, did, err = s.save(ctx, tx, a, r, in)
		return did, err
	})
	return r, clashes, ward.Wrap("save answers", err)
}

func (s *Service) save(ctx context.Context, tx *db.Tx, a ward.Actor, r *Report, in Page) ([]Clash, deed, error) {
	if in.Seen < 1 || in.Seen > r.Version {
		return nil, deed{}, ward.Fail(ward.Conflict, "incident.error.edit")
	}
	if r.Final() {
		return nil, deed{}, ward.Fail(ward.Conflict, "incident.error.final")
	}
	if !r.Trust.own() {
		return nil, deed{}, ward.Fail(ward.Conflict, "incident.error.trust")
	}
	base, err := s.answersAt(ctx, tx, r.ID, in.Seen)
	if err != nil {
		return nil, deed{}, err
	}
	merged, clashes := Merge(base, r.Answers, in.Answers)
	if len(clashes) > 0 {
		return clashes, deed{}, ward.Fail(ward.Conflict, "incident.error.merge")
	}
	list := changed(r.Answers, merged)
	if len(list) == 0 {
		return nil, deed{}, nil
	}
	own := make([]string, 0, len(in.Answers))
	for id := range in.Answers {
		own = append(own, id)
	}
	if err := errors.Join(onPage(s.cat.Check(merged, s.cfg.Clock(), own), own)...); err != nil {
		return nil, deed{}, err
	}
	if err := s.logBase(ctx, tx, a, *r, merged, in.Because); err != nil {
		return nil, deed{}, err
	}
	r.Answers, r.Version, r.Saved, r.SavedBy = merged, r.Version+1, s.cfg.Clock(), a.Name
	sealed, err := s.sealAnswers(*r)
	if err != nil {
		return nil, deed{}, err
	}
	return nil, deed{"saved", strconv.Itoa(len(list))}, insertVersion(ctx, tx, *r, sealed)
}

// onPage keeps the errors that stand at one of the page's own questions: the
// others cannot be mended there and come up before sending.
func onPage(errs []error, own []string) []error {
	return slices.DeleteFunc(errs, func(err error) bool {
		var e *ward.Error
		return errors.As(err, &e) && !slices.Contains(own, e.Field)
	})
}

// logBase writes down a changed clock base with its reason; without one it is refused.
func (s *Service) logBase(ctx context.Context, tx *db.Tx, a ward.Actor, r Report, merged Answers, because string) error {
	before, after := r.Answers["aware_at"], merged["aware_at"]
	if before.Text == "" || before == after {
		return nil
	}
	because = plain.Line(because)
	if because == "" {
		return invalid("because", "because")
	}
	if len([]rune(because)) > maxBecause {
		return invalid("long", "because", "max", strconv.Itoa(maxBecause))
	}
	now := after.Text
	if after.Text == "" {
		now = "?"
	}
	return insertEntry(ctx, tx, s.cfg.IDs(), r.ID, Entry{At: s.cfg.Clock(), Person: a.Name, Kind: "base", Detail: strings.Join([]string{before.Text, now, because}, " ")})
}
