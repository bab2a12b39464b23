package incident

import (
	"errors"
	"strings"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/web"
)

// Wire shapes of the API, apart from the domain's own.

// Read reads answers as programs send them, by the rules of the pages.
func (c Catalogue) Read(list []AnswerWire) (Answers, error) {
	out := Answers{}
	var faults []error
	for _, w := range list {
		q, ok := c.Question(w.ID)
		if !ok {
			faults = append(faults, ward.Fail(ward.Invalid, "incident.error.question").At("answers"))
			continue
		}
		if w.Unknown {
			out[w.ID] = Answer{Unknown: true}
			continue
		}
		text := w.Value
		if len(w.Values) > 0 {
			text = strings.Join(w.Values, "\n")
		}
		a, err := q.Read(text, time.UTC)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		out[w.ID] = a
	}
	return out, errors.Join(faults...)
}

// Wire writes answers as programs read them, in the order of the catalogue.
func (c Catalogue) Wire(a Answers) []AnswerWire {
	out := []AnswerWire{}
	for _, id := range c.ordered(a) {
		q, _ := c.Question(id)
		out = append(out, wireAnswer(q, a[id]))
	}
	return out
}

// LineWire is a report in a list; exported, as its fields are those of others too.
type LineWire struct {
	ID           string       `json:"id"`
	Number       string       `json:"number"`
	Organisation string       `json:"organisation"`
	Country      ward.Country `json:"country"`
	Reason       Reason       `json:"reporting_reason"`
	State        State        `json:"state" doc:"draft, reported, acknowledged, closed"`
	Version      int64        `json:"version"`
	Opened       time.Time    `json:"opened"`
	First        *time.Time   `json:"first_sent,omitempty"`
	Care         bool         `json:"care" doc:"care of patients is hit"`
	Crosses      bool         `json:"cross_border"`
	Next         *time.Time   `json:"next_deadline,omitempty"`
	Duty         string       `json:"next_duty,omitempty"`
	Origin       Origin       `json:"origin" doc:"own, card, call; put in by the team: form, table, letter"`
	Trust        Trust        `json:"trust,omitempty" doc:"unconfirmed, confirmed, disowned; empty for a report of signed-in people"`
	Same         string       `json:"same_as,omitempty" doc:"id of the earlier report of the same incident, when the team said so; in the queue alone"`
}

func wireLine(l Line) LineWire {
	return LineWire{l.ID, l.Number, l.OrgName, l.Country, l.Reason, l.State, l.Version, l.Opened.UTC(), web.Moment(l.First), l.Care, l.Crosses, web.Moment(l.Next), l.Duty, l.Origin, l.Trust, l.Same}
}

type clockWire struct {
	Duty        string     `json:"duty"`
	Title       string     `json:"title"`
	Act         string     `json:"act"`
	Article     string     `json:"article"`
	State       rule.State `json:"state"`
	Due         *time.Time `json:"due,omitempty"`
	Provisional bool       `json:"provisional"`
	Sent        *time.Time `json:"sent,omitempty"`
	Late        bool       `json:"late,omitempty"`
}

type whyWire struct {
	Fact   string `json:"fact"`
	Value  string `json:"value"`
	Source string `json:"source"`
}

type viewWire struct {
	LineWire
	Class       string        `json:"class" doc:"essential, important, outside, unknown (NIS2)"`
	Significant string        `json:"significant" doc:"yes, no, unknown"`
	Because     []whyWire     `json:"because" doc:"the answers that decided it"`
	Clocks      []clockWire   `json:"clocks"`
	Answers     []AnswerWire  `json:"answers"`
	Sendings    []sendingWire `json:"sendings"`
}

func (s *Service) wireView(v View) viewWire {
	w := viewWire{LineWire: wireLine(Line{Report: v.Report, Care: hitsCare(v.Answers)}), Class: v.Assessment.Class.Value, Significant: v.Assessment.Significant.Value,
		Because: web.Each(v.Reasons, func(y Why) whyWire { return whyWire{y.ID, y.Value, y.Source} }), Answers: s.cat.Wire(v.Answers), Sendings: web.Each(v.Sendings, wireSending),
		Clocks: web.Each(v.Clocks, func(d rule.Duty) clockWire {
			return clockWire{d.ID, d.Title, d.Act, d.Article, d.State, d.Due, d.Provision, d.Sent, d.Late}
		}),
	}
	return w
}

type deliveryWire struct {
	ID       string        `json:"id"`
	Receiver string        `json:"receiver" doc:"country and authority"`
	Name     string        `json:"name,omitempty"`
	Way      Way           `json:"way" doc:"platform, mail, portal, file"`
	Duties   []string      `json:"duties"`
	State    DeliveryState `json:"state" doc:"waiting, delivered, failed"`
	At       *time.Time    `json:"at,omitempty"`
}

type sendingWire struct {
	ID         string         `json:"id"`
	Stage      rule.Stage     `json:"stage"`
	At         time.Time      `json:"at"`
	Receipt    string         `json:"receipt" doc:"signed text"`
	Deliveries []deliveryWire `json:"deliveries"`
}

func wireSending(x Sending) sendingWire {
	return sendingWire{x.ID, x.Stage, x.At.UTC(), x.Receipt, web.Each(x.Deliveries, func(d Delivery) deliveryWire {
		return deliveryWire{d.ID, d.Key, d.Name, d.Way, d.Duties, d.State, web.Moment(d.At)}
	})}
}

type messageWire struct {
	At     time.Time `json:"at"`
	Side   Side      `json:"side" doc:"hospital, team"`
	Person string    `json:"person"`
	Asks   bool      `json:"asks"`
	Text   string    `json:"text"`
}

func wireMessage(m Message) messageWire {
	return messageWire{m.At.UTC(), m.Side, m.Person, m.Asks, m.Text}
}

type entryWire struct {
	At     time.Time `json:"at"`
	Person string    `json:"person,omitempty"`
	Kind   string    `json:"kind"`
	Detail string    `json:"detail,omitempty"`
}

func wireEntry(e Entry) entryWire { return entryWire{e.At.UTC(), e.Person, e.Kind, e.Detail} }

type readWire struct {
	At           time.Time `json:"at"`
	Person       string    `json:"person"`
	Organisation string    `json:"organisation,omitempty"`
	Act          string    `json:"act"`
}

func wireRead(r Read) readWire { return readWire{r.At.UTC(), r.Person, r.Organisation, r.Act} }
