package ransom

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/web"
)

// operations is the table of the service: what the pages can do, programs can.
func (s *Service) operations() []web.Operation {
	const one = "/api/v1/ransom/{id}"
	return []web.Operation{
		web.Op("GET", "/api/v1/ransom", permRead, "List the records of ransom demands whose circle you are in", s.apiOwn),
		web.Op("GET", one, permRead, "Open the record of an incident, in the open form ward.ransom/1; the circle sees that you did", s.apiGet),
		web.Op("PUT", one+"/answers", permWrite, "Store answers; 409 when somebody saved since", s.apiSave),
		web.Do("PUT", one+"/share", permWrite, "Let the country's response team see the record, or no longer", s.apiShare),
		web.Op("GET", one+"/history", permRead, "Show what each save changed and who looked", s.apiHistory),
		web.Op("GET", one+"/circle", permCircle, "Show who was named for the record of an incident, and who could be", s.apiCircle),
		web.Do("PUT", one+"/circle/{person}", permCircle, "Name somebody; the first one begins the record", s.apiName),
		web.Do("DELETE", one+"/circle/{person}", permCircle, "Take somebody out of the circle", s.apiDrop),
		web.Op("GET", "/api/v1/incident-queue/{id}/ransom", permReceive, "Open a record that the hospital gave to your team; its circle sees that you did", s.apiReceive),
		web.Op("GET", "/api/v1/ransom-statistics", permCount, "Hospitals that were asked to pay, paid, did not, by quarter; small numbers hidden", s.apiCount),
	}
}

// Schema is the version of the open form of a record; fields are only added.
const Schema = "ward.ransom/1"

// purposes are what a record may be used for, whatever the country; sanctions
// against who was attacked are never among them.
var purposes = []string{"help", "prosecution of the attackers", "statistics"}

type limitWire struct {
	Only       []string        `json:"only_for"`
	Never      []string        `json:"never_for"`
	Binding    bool            `json:"binding_by_law" doc:"false: no law of the country that is known here says so; it is the hospital's condition"`
	Status     rule.Status     `json:"status" doc:"law, proposal, guidance, model"`
	Act        string          `json:"act"`
	Article    string          `json:"article,omitempty"`
	Source     string          `json:"source"`
	Confidence rule.Confidence `json:"confidence" doc:"high, medium, low"`
	Verified   string          `json:"verified"`
}

// AnswerWire is one answer; one that is not there is not known yet.
type AnswerWire struct {
	ID    string `json:"id"`
	Value string `json:"value" doc:"empty: not known any more"`
}

// Wire is a record as it leaves this room: what limits its use stands in it.
type Wire struct {
	Schema       string       `json:"schema"`
	Limited      bool         `json:"limited_use"`
	Limit        limitWire    `json:"limit"`
	Incident     string       `json:"incident"`
	Number       string       `json:"number"`
	Organisation string       `json:"organisation"`
	Country      ward.Country `json:"country"`
	Decision     string       `json:"decision" doc:"under_decision, paid, not_paid"`
	Version      int64        `json:"version"`
	Saved        time.Time    `json:"saved"`
	SavedBy      string       `json:"saved_by"`
	Shared       *time.Time   `json:"shared_with_team,omitempty"`
	Answers      []AnswerWire `json:"answers"`
}

// Wire is r in the form of Schema.
func (r Record) Wire() *Wire {
	l := r.Limit
	w := &Wire{Schema: Schema, Limited: true, Limit: limitWire{purposes, []string{"sanctions"}, l.Binds(), l.Status, l.Act, l.Article, l.Source, l.Confidence, l.Verified.String()},
		Incident: r.Incident, Number: r.Number, Organisation: r.OrgName, Country: r.Country, Decision: r.Decision(), Version: r.Version, Saved: r.Saved.UTC(), SavedBy: r.SavedBy,
		Answers: []AnswerWire{}}
	if !r.Shared.IsZero() {
		at := r.Shared.UTC()
		w.Shared = &at
	}
	for _, q := range Questions() {
		if v := r.Answers[q.ID]; v != "" {
			w.Answers = append(w.Answers, AnswerWire{q.ID, v})
		}
	}
	return w
}

// JSON is r in the form of Schema, for a file.
func (r Record) JSON() ([]byte, error) { return json.MarshalIndent(r.Wire(), "", "  ") }

type idIn struct {
	ID string `path:"id" doc:"of the incident"`
}

type lineWire struct {
	Incident string    `json:"incident"`
	Number   string    `json:"number"`
	Opened   time.Time `json:"opened"`
	Shared   bool      `json:"shared_with_team"`
}

type listOut struct {
	Records []lineWire `json:"records"`
}

func (s *Service) apiOwn(ctx context.Context, a ward.Actor, _ *struct{}) (*listOut, error) {
	list, err := s.Own(ctx, a)
	out := &listOut{[]lineWire{}}
	for _, r := range list {
		out.Records = append(out.Records, lineWire{r.Incident, r.Number, r.Opened.UTC(), !r.Shared.IsZero()})
	}
	return out, err
}

func (s *Service) apiGet(ctx context.Context, a ward.Actor, in *idIn) (*Wire, error) {
	r, err := s.Document(ctx, a, in.ID)
	return r.Wire(), err
}

func (s *Service) apiReceive(ctx context.Context, a ward.Actor, in *idIn) (*Wire, error) {
	r, err := s.Receive(ctx, a, in.ID)
	return r.Wire(), err
}

type saveRansomIn struct {
	ID   string `path:"id" doc:"of the incident"`
	Body struct {
		Version int64        `json:"version" doc:"that you saw"`
		Answers []AnswerWire `json:"answers" maxItems:"100"`
	}
}

func (s *Service) apiSave(ctx context.Context, a ward.Actor, in *saveRansomIn) (*Wire, error) {
	typed := Answers{}
	var faults []error
	for _, w := range in.Body.Answers {
		q, ok := questionOf(w.ID)
		if !ok {
			return nil, invalid("question", "answers")
		}
		v, err := q.Read(w.Value, time.UTC)
		faults = append(faults, err)
		typed[w.ID] = v
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	r, err := s.Save(ctx, a, in.ID, in.Body.Version, typed)
	return r.Wire(), err
}

func questionOf(id string) (Question, bool) {
	for _, q := range Questions() {
		if q.ID == id {
			return q, true
		}
	}
	return Question{}, false
}

type shareIn struct {
	ID   string `path:"id" doc:"of the incident"`
	Body struct {
		Shared bool `json:"shared"`
	}
}

func (s *Service) apiShare(ctx context.Context, a ward.Actor, in *shareIn) error {
	return s.Give(ctx, a, in.ID, in.Body.Shared)
}

type changeWire struct {
	ID     string `json:"id"`
	Before string `json:"before"`
	After  string `json:"after"`
}

type versionWire struct {
	Version int64        `json:"version"`
	At      time.Time    `json:"at"`
	By      string       `json:"by"`
	Changes []changeWire `json:"changes"`
}

type lookWire struct {
	At     time.Time `json:"at"`
	Person string    `json:"person"`
	Team   string    `json:"team,omitempty" doc:"of the authority; empty for the hospital's own people"`
	Act    string    `json:"act" doc:"look, document, history, team, name, drop, give, take, save"`
}

type historyOut struct {
	Versions []versionWire `json:"versions"`
	Looks    []lookWire    `json:"looks"`
}

func (s *Service) apiHistory(ctx context.Context, a ward.Actor, in *idIn) (*historyOut, error) {
	l, err := s.History(ctx, a, in.ID)
	out := &historyOut{[]versionWire{}, []lookWire{}}
	for _, v := range l.Versions {
		w := versionWire{v.Number, v.At.UTC(), v.By, []changeWire{}}
		for _, c := range v.Changes {
			w.Changes = append(w.Changes, changeWire{c.Question.ID, c.Before, c.After})
		}
		out.Versions = append(out.Versions, w)
	}
	for _, x := range l.Looks {
		out.Looks = append(out.Looks, lookWire{x.At.UTC(), x.Person, x.Team, x.Act})
	}
	return out, err
}

type memberWire struct {
	Person ward.PersonID `json:"person"`
	Name   string        `json:"name"`
	By     string        `json:"named_by,omitempty"`
	At     *time.Time    `json:"at,omitempty"`
}

type circleOut struct {
	Number string       `json:"number"`
	Begun  bool         `json:"begun"`
	Circle []memberWire `json:"circle"`
	Others []memberWire `json:"others" doc:"people of the hospital who could be named"`
}

func (s *Service) apiCircle(ctx context.Context, a ward.Actor, in *idIn) (*circleOut, error) {
	n, err := s.Circle(ctx, a, in.ID)
	out := &circleOut{n.Incident.Number, n.Open, []memberWire{}, []memberWire{}}
	for _, m := range n.Circle {
		at := m.At.UTC()
		out.Circle = append(out.Circle, memberWire{m.Person, m.Name, m.By, &at})
	}
	for _, x := range n.Others {
		out.Others = append(out.Others, memberWire{Person: x.Person, Name: x.Name})
	}
	return out, err
}

type personIn struct {
	ID     string `path:"id" doc:"of the incident"`
	Person string `path:"person"`
}

func (s *Service) apiName(ctx context.Context, a ward.Actor, in *personIn) error {
	return s.Name(ctx, a, in.ID, ward.PersonID(in.Person))
}

func (s *Service) apiDrop(ctx context.Context, a ward.Actor, in *personIn) error {
	return s.Drop(ctx, a, in.ID, ward.PersonID(in.Person))
}

type figureWire struct {
	AtLeast int  `json:"at_least" doc:"rounded down to five"`
	Hidden  bool `json:"hidden,omitempty" doc:"fewer than ten hospitals"`
}

type quarterWire struct {
	Quarter   string     `json:"quarter"`
	Demanded  figureWire `json:"demanded"`
	Paid      figureWire `json:"paid"`
	NotPaid   figureWire `json:"not_paid"`
	Undecided figureWire `json:"under_decision"`
}

type countOut struct {
	Quarters []quarterWire `json:"quarters"`
}

func (s *Service) apiCount(ctx context.Context, a ward.Actor, _ *struct{}) (*countOut, error) {
	list, err := s.Count(ctx, a)
	out := &countOut{[]quarterWire{}}
	for _, q := range list {
		out.Quarters = append(out.Quarters, quarterWire{q.Name, figureWire(q.Demanded), figureWire(q.Paid), figureWire(q.Not), figureWire(q.Undecided)})
	}
	return out, err
}
