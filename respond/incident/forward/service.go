package forward

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"ward"
	"ward/format/plain"
	"ward/format/rule"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/seal"
	"ward/respond/incident"
)

// Rights of this service.
const (
	permRead      ward.Permission = "incident.read"      // the own organisation's reports
	permHandle    ward.Permission = "incident.handle"    // what was sent to the team of a country
	permForwarded ward.Permission = "incident.forwarded" // what another team passed on to the own one
)

// Registry knows who may receive.
type Registry interface {
	// Responders lists the response teams that work in this house, and the Centre,
	// which has no country.
	Responders(context.Context) ([]ward.Organisation, error)
}

// Sharing knows what a country lets others see.
type Sharing interface {
	// RuleOf is "nothing", "covered" or "exact".
	RuleOf(context.Context, ward.Country) (string, error)
}

// Config of New. All fields are needed.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	IDs      id.Source
	Guard    *auth.Guard
	Audit    *audit.Log
	Queue    *job.Queue
	Reports  *incident.Service
	Registry Registry
	Sharing  Sharing
	Key      []byte // 32 bytes: seals what leaves
}

// Service passes reports on. Safe for concurrent use.
type Service struct {
	cfg Config
	box seal.Box
}

// New checks cfg.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.IDs == nil || cfg.Guard == nil || cfg.Audit == nil || cfg.Queue == nil || cfg.Reports == nil || cfg.Registry == nil || cfg.Sharing == nil {
		return nil, errors.New("forward: a needed part is missing")
	}
	box, err := seal.New(cfg.Key)
	return &Service{cfg, box}, ward.Wrap("forward", err)
}

// Forward is a copy that was passed on.
type Forward struct {
	ID, Report string
	Sending    string
	Home       ward.Country
	Sender, By string // team, and person
	To         ward.Organisation
	TLP        ward.TLP
	Care       bool
	At         time.Time
	Read       time.Time // first look of the receiver; zero for none
	Content
}

// Content is what leaves. Organisation and Number are empty under a cover.
type Content struct {
	Text         string           `json:"text"`
	Number       string           `json:"number,omitempty"`
	Organisation string           `json:"organisation,omitempty"`
	Stage        rule.Stage       `json:"stage"`
	Reason       incident.Reason  `json:"reason"`
	Sent         time.Time        `json:"sent"`
	Answers      incident.Answers `json:"answers"`
}

// object is f as the policies see it: its receiver's, with its marking.
func (f Forward) object() ward.Object {
	return ward.Object{Kind: "forward", ID: f.ID, Org: f.To.ID, Country: f.To.Country, TLP: f.TLP, Marked: true}
}

func owner(id string) string { return "incident forward " + id }

// Plan is what may leave of a report, to whom, and what left before.
type Plan struct {
	Report    incident.Report
	TLP       ward.TLP
	Rule      Rule
	Content   Content             // as it would leave, without a text
	Receivers []ward.Organisation // empty when nothing may leave
	Sent      []Forward           // newest first, with their texts
}

// Shut says why nothing may leave; empty when something may.
func (p Plan) Shut() string {
	switch {
	case !Leaves(p.TLP):
		return "tlp"
	case p.Rule != Covered && p.Rule != Exact:
		return "rule"
	case p.Report.Trust == incident.Unconfirmed || p.Report.Trust == incident.Disowned:
		return "trust"
	}
	return ""
}

// Plan shows what may leave. Recorded as a look at the report. Needs incident.handle.
func (s *Service) Plan(ctx context.Context, a ward.Actor, id string) (p Plan, err error) {
	r, err := s.cfg.Reports.Receive(ctx, a, id)
	if err != nil {
		return p, ward.Wrap("plan forwarding", err)
	}
	if p, err = s.plan(ctx, r.Report, r.Document.Stage); err != nil {
		return p, ward.Wrap("plan forwarding", err)
	}
	p.Sent, err = s.listed(ctx, func(tx *db.Tx) ([]sealed, error) { return ofReport(ctx, tx, id) })
	return p, ward.Wrap("plan forwarding", err)
}

// plan decides by the marking, the country's rule and the trust in the report.
func (s *Service) plan(ctx context.Context, r incident.Report, stage rule.Stage) (Plan, error) {
	p := Plan{Report: r, TLP: r.Answers.Marking()}
	word, err := s.cfg.Sharing.RuleOf(ctx, r.Country)
	p.Rule = Rule(word)
	if err != nil || p.Shut() != "" {
		return p, err
	}
	p.Content = Content{Stage: stage, Reason: r.Reason, Sent: r.Sendings[len(r.Sendings)-1].At, Answers: p.Rule.Let(s.cfg.Reports.Catalogue(), r.Answers)}
	if p.Rule == Exact {
		p.Content.Number, p.Content.Organisation = r.Number, r.OrgName
	}
	all, err := s.cfg.Registry.Responders(ctx)
	p.Receivers = slices.DeleteFunc(all, func(o ward.Organisation) bool { return o.Country == r.Country || o.Name == "" }) // one without a name is not set up yet
	return p, err
}

const (
	maxWords     = 4000
	maxReceivers = 60
)

// Send passes a report on to receivers, with a text of the team. Forbidden when
// marking, rule or trust keep it; Invalid at "to" and "text". Needs incident.handle.
func (s *Service) Send(ctx context.Context, a ward.Actor, id string, to []ward.OrgID, text string) error {
	return ward.Wrap("forward report", s.send(ctx, a, id, to, text))
}

func (s *Service) send(ctx context.Context, a ward.Actor, id string, to []ward.OrgID, text string) error {
	p, err := s.Plan(ctx, a, id)
	if err != nil {
		return err
	}
	if why := p.Shut(); why != "" {
		return ward.Fail(ward.Conflict, "incident.shut."+why)
	}
	text = plain.Text(text)
	if err := errors.Join(ward.When(len(to) == 0 || len(to) > maxReceivers, ward.Fail(ward.Invalid, "incident.error.receivers").At("to")),
		ward.When(text == "", ward.Fail(ward.Invalid, "incident.error.words").At("text")),
		ward.When(utf8.RuneCountInString(text) > maxWords, ward.Fail(ward.Invalid, "incident.error.long", "max", strconv.Itoa(maxWords)).At("text"))); err != nil {
		return err
	}
	p.Content.Text = text
	content, err := json.Marshal(p.Content)
	if err != nil {
		return err
	}
	var list []Forward
	for _, org := range to {
		i := slices.IndexFunc(p.Receivers, func(o ward.Organisation) bool { return o.ID == org })
		if i < 0 {
			return ward.Fail(ward.Invalid, "incident.error.receivers").At("to")
		}
		list = append(list, Forward{ID: s.cfg.IDs(), Report: p.Report.ID, Sending: p.Report.Sendings[len(p.Report.Sendings)-1].ID, Home: p.Report.Country, Sender: a.OrgName, By: a.Name,
			To: p.Receivers[i], TLP: p.TLP, Care: incident.Received{View: incident.View{Report: p.Report}}.Care(), At: s.cfg.Clock()})
	}
	return s.keep(ctx, a, list, string(content))
}

// keep writes copies, the history of the report and the audit log, and tells the
// receivers.
func (s *Service) keep(ctx context.Context, a ward.Actor, list []Forward, content string) error {
	known, policy, err := s.cfg.Reports.Handled(ctx, a, list[0].Report)
	if err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		for _, f := range list {
			if err := insertForward(ctx, tx, f, s.box.Seal(content, owner(f.ID))); err != nil {
				return err
			}
			if err := s.cfg.Queue.Enqueue(ctx, tx, incident.TellForwarded{Forward: f.ID, Org: f.To.ID}); err != nil {
				return err
			}
		}
		for _, f := range list {
			if err := s.cfg.Reports.NoteHandled(ctx, tx, a, policy, known, "forwarded", f.To.Name); err != nil {
				return err
			}
		}
		return nil
	})
}

// listed opens the copies of a list.
func (s *Service) listed(ctx context.Context, read func(*db.Tx) ([]sealed, error)) (out []Forward, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		out = nil
		list, err := read(tx)
		for _, x := range list {
			f, err := s.open(x)
			if err != nil {
				return err
			}
			out = append(out, f)
		}
		return err
	})
	return out, err
}

func (s *Service) open(x sealed) (Forward, error) {
	text, err := s.box.Open(x.sealed, owner(x.ID))
	if err == nil && json.Unmarshal([]byte(text), &x.Content) != nil {
		err = ward.Fail(ward.Internal, "") // the decoder's error may quote an answer
	}
	return x.Forward, err
}

// Of shows the hospital what left of a report, newest first. Needs incident.read.
func (s *Service) Of(ctx context.Context, a ward.Actor, id string) (r incident.Report, out []Forward, err error) {
	v, err := s.cfg.Reports.Get(ctx, a, id)
	if err == nil {
		out, err = s.listed(ctx, func(tx *db.Tx) ([]sealed, error) { return ofReport(ctx, tx, id) })
	}
	return v.Report, out, ward.Wrap("show what was forwarded", err)
}

// Inbox lists what was forwarded to the actor's team, newest first, without its
// content. Needs incident.forwarded.
func (s *Service) Inbox(ctx context.Context, a ward.Actor) (out []Forward, err error) {
	if !s.cfg.Guard.May(a, permForwarded) {
		return nil, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		out = nil
		list, err := toOrg(ctx, tx, a.Org)
		for _, x := range list {
			if s.cfg.Guard.Decide(a, permForwarded, x.object()).Allowed {
				out = append(out, x.Forward)
			}
		}
		return err
	})
	return out, ward.Wrap("list what was forwarded", err)
}

// MayReceive is for lists beside others.
func (s *Service) MayReceive(a ward.Actor) bool { return s.cfg.Guard.May(a, permForwarded) }

// Open shows one copy to its receiver. Recorded, and the hospital sees it. For
// everybody else there is none. Needs incident.forwarded.
func (s *Service) Open(ctx context.Context, a ward.Actor, id string) (f Forward, err error) {
	if !s.cfg.Guard.May(a, permForwarded) {
		return f, ward.Wrap("open what was forwarded", ward.Fail(ward.Forbidden, "error.forbidden"))
	}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		x, err := byID(ctx, tx, id)
		if err != nil {
			return err
		}
		d := s.cfg.Guard.Decide(a, permForwarded, x.object())
		if !d.Allowed {
			return ward.Fail(ward.NotFound, "")
		}
		if f, err = s.open(x); err != nil {
			return err
		}
		if f.Read.IsZero() {
			f.Read = s.cfg.Clock()
			if err := markRead(ctx, tx, f.ID, f.Read); err != nil {
				return err
			}
		}
		return s.cfg.Reports.NoteLook(ctx, tx, a, permForwarded, d.Policy, f.Report)
	})
	return f, ward.Wrap("open what was forwarded", err)
}

// Rows are the answers of a copy in words.
func (s *Service) Rows(p *i18n.Printer, f Content) []incident.Row {
	return s.cfg.Reports.RowsOf(p, f.Answers)
}
