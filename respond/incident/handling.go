package incident

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"ward"
	"ward/format/plain"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/respond/incident/link"
)

// Side is who wrote a message.
type Side string

// Sides of the talk between a hospital and the team of its country.
const (
	FromHospital Side = "hospital"
	FromTeam     Side = "team"
)

// Message is one word in the talk.
type Message struct {
	ID     string
	At     time.Time
	Side   Side
	Person string
	Asks   bool // the writer waits for an answer
	Text   string
}

const (
	maxWords = 10_000
	// maxAsked is how far ahead an intermediate report may be asked for.
	maxAsked = 90 * 24 * time.Hour
)

// Queue lists what was reported to the team, what waits longest for a first
// answer first, at most twice listLimit behind the first skip of each part; more says
// that it goes on at skip + QueuePage. Needs incident.handle.
func (s *Service) Queue(ctx context.Context, a ward.Actor, skip int) (out []Line, more bool, err error) {
	if !s.cfg.Guard.May(a, permHandle) {
		return nil, false, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		out, more = nil, false
		for _, which := range [...]listed{listSent, listStrange} {
			list, err := listReports(ctx, tx, s.cfg.Guard.Scope(a, permHandle), which, FromTeam, max(0, skip), QueuePage+1)
			if err != nil {
				return err
			}
			more = more || len(list) > QueuePage
			out = append(out, list[:min(len(list), QueuePage)]...)
		}
		return markSame(ctx, tx, out)
	})
	slices.SortStableFunc(out, byClock)
	return out, more, ward.Wrap("list queue", err)
}

// markSame fills in the earlier reports of the same incidents.
func markSame(ctx context.Context, tx *db.Tx, list []Line) error {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	firsts, err := link.Firsts(ctx, tx, ids)
	for i := range list {
		list[i].Same, list[i].SameNumber = firsts[ids[i]].ID, firsts[ids[i]].Number
	}
	return err
}

// QueuePage is how many reports of each part one page of the queue holds.
const QueuePage = listLimit

// byClock is the order of the queue, that of each of its parts.
func byClock(x, y Line) int {
	rank := func(l Line) int { return slices.Index([]State{Reported, Acknowledged, Closed}, l.State) }
	by := func(l Line) int64 {
		if l.AnswerBy.IsZero() {
			return math.MaxInt64
		}
		return l.AnswerBy.UnixMicro()
	}
	return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(by(x), by(y)), cmp.Compare(y.ID, x.ID))
}

// Received is a report as the team sees it: what was sent, not what the hospital
// is still writing.
type Received struct {
	View
	Document Document // of the last stage that was sent
	Messages []Message
}

// Receive opens a report for the team. Each call is in the audit log, and the
// hospital sees it. Needs incident.handle.
func (s *Service) Receive(ctx context.Context, a ward.Actor, id string) (out Received, err error) {
	err = s.read(ctx, a, id, actOpened, func(tx *db.Tx, r Report) error {
		last := r.Sendings[len(r.Sendings)-1]
		if r.Answers, err = s.answersAt(ctx, tx, id, last.Version); err != nil {
			return err
		}
		r.Version = last.Version
		out.Report, out.Document = r, s.documentOf(r, last, r.Answers)
		out.Messages, err = s.talk(ctx, tx, id)
		return err
	})
	if err != nil {
		return Received{}, ward.Wrap("open report", err)
	}
	out.View, err = s.look(ctx, out.Report, a.Lang)
	return out, ward.Wrap("open report", err)
}

// ReceivedDocument gives one sent stage to the team; recorded as Receive is.
// Needs incident.handle.
func (s *Service) ReceivedDocument(ctx context.Context, a ward.Actor, id, sending string) (d Document, err error) {
	var r Report
	err = s.read(ctx, a, id, actDocument, func(_ *db.Tx, known Report) error {
		r = known
		return nil
	})
	if err == nil {
		d, err = s.document(ctx, r, sending)
	}
	return d, ward.Wrap("open what was sent", err)
}

// read is one recorded look: it is read in the transaction that writes the record.
func (s *Service) read(ctx context.Context, a ward.Actor, id, act string, fn func(*db.Tx, Report) error) error {
	if !s.cfg.Guard.May(a, permHandle) {
		return ward.Fail(ward.Forbidden, "error.forbidden")
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.load(ctx, tx, id)
		if err != nil {
			return err
		}
		policy, err := s.visible(a, permHandle, r)
		if err != nil {
			return err
		}
		if len(r.Sendings) == 0 {
			return ward.Fail(ward.NotFound, "")
		}
		if err := fn(tx, r); err != nil {
			return err
		}
		return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permHandle), Object: r.Object(), Outcome: audit.Done, Policy: policy,
			Detail: map[string]string{"act": act, "number": r.Number, "team": a.OrgName}})
	})
}

// answered notes the team's first answer.
func (s *Service) answered(r *Report) {
	if r.Answered.IsZero() {
		r.Answered = s.cfg.Clock()
	}
	if r.State == Reported {
		r.State = Acknowledged
	}
}

// Acknowledge tells the hospital that its report was read (NIS2 Art. 23(5)); told
// is false where nobody knows yet which hospital it is. Needs incident.handle.
func (s *Service) Acknowledge(ctx context.Context, a ward.Actor, id string) (told bool, err error) {
	_, err = s.act(ctx, a, permHandle, id, func(tx *db.Tx, r *Report, _ *sender) (deed, error) {
		if r.State != Reported {
			return deed{}, ward.Fail(ward.Conflict, "incident.error.step")
		}
		s.answered(r)
		told = r.Org != ""
		return deed{kind: "acknowledged"}, s.cfg.Queue.Enqueue(ctx, tx, tellHospital{Report: r.ID, ID: s.cfg.IDs()})
	})
	return told, ward.Wrap("acknowledge report", err)
}

// Close ends a report for the team; Reopen takes it up again. Needs incident.handle.
func (s *Service) Close(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("close report", s.move(ctx, a, id, Closed, "closed"))
}

// Reopen see Close.
func (s *Service) Reopen(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("reopen report", s.move(ctx, a, id, Acknowledged, "reopened"))
}

func (s *Service) move(ctx context.Context, a ward.Actor, id string, to State, kind string) error {
	_, err := s.act(ctx, a, permHandle, id, func(_ *db.Tx, r *Report, _ *sender) (deed, error) {
		if !r.State.May(to) || to == Acknowledged && r.State != Closed {
			return deed{}, ward.Fail(ward.Conflict, "incident.error.step")
		}
		s.answered(r)
		r.State = to
		return deed{kind: kind}, nil
	})
	return err
}

// Ask wants an intermediate report until a moment (NIS2 Art. 23(4)(c)); the
// hospital's clock follows. Conflict after the final report. Needs incident.handle.
func (s *Service) Ask(ctx context.Context, a ward.Actor, id string, until time.Time) error {
	_, err := s.act(ctx, a, permHandle, id, func(tx *db.Tx, r *Report, _ *sender) (deed, error) {
		if r.Final() { // a clock that nobody could stop any more
			return deed{}, ward.Fail(ward.Conflict, "incident.error.step")
		}
		now := s.cfg.Clock()
		if until.Before(now) || until.After(now.Add(maxAsked)) {
			return deed{}, invalid("until", "until")
		}
		s.answered(r)
		r.Asked = until
		return deed{"asked", until.UTC().Format(time.RFC3339)}, s.cfg.Queue.Enqueue(ctx, tx, tellHospital{Report: r.ID, ID: s.cfg.IDs()})
	})
	return ward.Wrap("ask for a report", err)
}

// Write puts a word of the team into the talk; the first one answers the report.
// Needs incident.handle.
func (s *Service) Write(ctx context.Context, a ward.Actor, id, words string, asks bool) error {
	_, err := s.act(ctx, a, permHandle, id, func(tx *db.Tx, r *Report, _ *sender) (deed, error) {
		s.answered(r)
		if err := s.say(ctx, tx, r.ID, Message{Side: FromTeam, Person: a.Name, Asks: asks, Text: words}); err != nil {
			return deed{}, err
		}
		return deed{kind: "written"}, s.cfg.Queue.Enqueue(ctx, tx, tellHospital{Report: r.ID, ID: s.cfg.IDs()})
	})
	return ward.Wrap("write to hospital", err)
}

// Reply puts a word of the hospital into the talk. Needs incident.write.
func (s *Service) Reply(ctx context.Context, a ward.Actor, id, words string) error {
	_, err := s.act(ctx, a, permWrite, id, func(tx *db.Tx, r *Report, _ *sender) (deed, error) {
		if r.State == Draft {
			return deed{}, ward.Fail(ward.Conflict, "incident.error.unsent")
		}
		if err := s.say(ctx, tx, r.ID, Message{Side: FromHospital, Person: a.Name, Text: words}); err != nil {
			return deed{}, err
		}
		return deed{kind: "replied"}, s.cfg.Queue.Enqueue(ctx, tx, tellTeam{Report: r.ID, ID: s.cfg.IDs()})
	})
	return ward.Wrap("reply to team", err)
}

func (s *Service) say(ctx context.Context, tx *db.Tx, report string, m Message) error {
	m.Text = plain.Text(m.Text)
	if m.Text == "" {
		return invalid("words", "text")
	}
	if len([]rune(m.Text)) > maxWords {
		return invalid("long", "text", "max", strconv.Itoa(maxWords))
	}
	m.ID, m.At = s.cfg.IDs(), s.cfg.Clock()
	return insertMessage(ctx, tx, report, m, s.box.Seal(m.Text, owner("message", m.ID)))
}

// Messages shows the talk to the hospital. Needs incident.read.
func (s *Service) Messages(ctx context.Context, a ward.Actor, id string) (v View, out []Message, err error) {
	if v, err = s.Get(ctx, a, id); err != nil {
		return View{}, nil, err
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = s.talk(ctx, tx, id)
		return err
	})
	return v, out, ward.Wrap("show messages", err)
}

// talk opens the messages of a report, oldest first.
func (s *Service) talk(ctx context.Context, tx *db.Tx, report string) ([]Message, error) {
	list, err := messagesOf(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	out := make([]Message, 0, len(list))
	for _, m := range list {
		if m.Text, err = s.box.Open(m.sealed, owner("message", m.ID)); err != nil {
			return nil, err
		}
		out = append(out, m.Message)
	}
	return out, nil
}

// Care reports whether care of patients is hit, by what was sent.
func (r Received) Care() bool { return hitsCare(r.Answers) }
