package incident

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"ward"
	"ward/format/rule"
)

// State is where a report stands.
type State string

// States. A draft is known to its hospital alone.
const (
	Draft        State = "draft"
	Reported     State = "reported"     // a stage was sent
	Acknowledged State = "acknowledged" // the team answered for the first time (NIS2 Art. 23(5))
	Closed       State = "closed"       // by the team
)

// next is the table of the team's transitions; Draft is left by sending.
var next = map[State][]State{Reported: {Acknowledged, Closed}, Acknowledged: {Closed}, Closed: {Acknowledged}}

// May reports whether the team may take a report from s to t.
func (s State) May(t State) bool { return slices.Contains(next[s], t) }

// Report is one incident, near miss, threat or voluntary notice, told once.
type Report struct {
	ID       string
	Number   string // "INC-2026-0001"; no secret
	Org      ward.OrgID
	OrgName  string
	Country  ward.Country
	Reason   Reason
	State    State
	Version  int64 // of the answers; grows with each save
	Answers  Answers
	Opened   time.Time
	Saved    time.Time
	SavedBy  string // name
	First    time.Time
	Answered time.Time // first answer of the team
	AnswerBy time.Time // its own clock; zero when none runs
	Crosses  bool      // another Member State may be concerned
	Asked    time.Time // until when the team wants an intermediate report; zero for not
	Sendings []Sending
	Marks    map[string]time.Time // duties that a person said to be fulfilled
	Origin   Origin
	Trust    Trust
	Settled  time.Time // when Trust was decided
	SettleBy string    // by whom
}

// MakeNumber writes the number of the nth report of a year.
func MakeNumber(year int, n int64) string { return fmt.Sprintf("INC-%d-%04d", year, n) }

// Object is r as the policies see it.
func (r Report) Object() ward.Object {
	return ward.Object{Kind: "incident", ID: r.ID, Org: r.Org, Country: r.Country}
}

// Sending is a stage that was sent.
type Sending struct {
	ID         string
	Request    string // of whoever sent it; empty where nobody asks again
	Stage      rule.Stage
	Version    int64 // of the answers that were sent
	At         time.Time
	By         string
	Receipt    string // signed text
	Deliveries []Delivery
}

// DeliveryState is how far a delivery is.
type DeliveryState string

// States of deliveries.
const (
	Waiting   DeliveryState = "waiting"   // for its job, or for a person who carries it
	Delivered DeliveryState = "delivered" // taken over by the receiver's side
	Failed    DeliveryState = "failed"    // refused for good
)

// Delivery is a stage on its way to one receiver.
type Delivery struct {
	ID      string
	Sending string
	Addressee
	State DeliveryState
	At    time.Time // of delivery
	Tries int
}

// ByHand reports whether a person has to carry it.
func (d Delivery) ByHand() bool { return d.Way == Portal || d.Way == File }

// sent says when each duty was fulfilled: when the last of its receivers had a
// delivery that carries it. As long as one of them waits (ENISA beside the team, CRA
// Art. 14(7)), or could not be reached, the clock runs.
func (r Report) sent() map[string]time.Time {
	out, waits := map[string]time.Time{}, map[string]bool{}
	for duty, receivers := range r.reached() {
		for _, at := range receivers {
			waits[duty] = waits[duty] || at.IsZero()
			if at.After(out[duty]) {
				out[duty] = at
			}
		}
	}
	maps.DeleteFunc(out, func(duty string, _ time.Time) bool { return waits[duty] })
	for id, at := range r.Marks {
		out[id] = at
	}
	if !r.Asked.IsZero() {
		delete(out, askedDuty) // asked again
	}
	return out
}

// reached says when each receiver of a duty had it first; zero as long as he has not.
func (r Report) reached() map[string]map[string]time.Time {
	out := map[string]map[string]time.Time{}
	for _, s := range r.Sendings {
		for _, d := range s.Deliveries {
			for _, duty := range d.Duties {
				if out[duty] == nil {
					out[duty] = map[string]time.Time{}
				}
				known := out[duty][d.Key]
				if d.State == Delivered && (known.IsZero() || d.At.Before(known)) {
					known = d.At
				}
				out[duty][d.Key] = known
			}
		}
	}
	return out
}

// askedDuty is the report that an authority may ask for (NIS2 Art. 23(4)(c)).
const askedDuty = "N3"

// requested is what the team wants, by duty.
func (r Report) requested() map[string]time.Time {
	if r.Asked.IsZero() {
		return nil
	}
	return map[string]time.Time{askedDuty: r.Asked}
}

// SentStage gives the last sending of a stage.
func (r Report) SentStage(stage rule.Stage) (Sending, bool) {
	for _, s := range slices.Backward(r.Sendings) {
		if s.Stage == stage {
			return s, true
		}
	}
	return Sending{}, false
}

// Final reports whether the final report was sent: nothing follows it.
func (r Report) Final() bool {
	_, sent := r.SentStage(rule.Final)
	return sent
}

// requestedAs finds the sending that a request made.
func (r Report) requestedAs(request string) (Sending, bool) {
	for _, x := range r.Sendings {
		if request != "" && x.Request == request {
			return x, true
		}
	}
	return Sending{}, false
}

// Open are the stages that can be sent now: the early warning once and first, a
// final report once, the others as often as there is something new. A near miss
// or a threat is told once and may be completed. Nothing of one that came in
// without an account, until the hospital knows it as its own.
func (r Report) Open() []rule.Stage {
	_, early := r.SentStage(rule.Early)
	_, told := r.SentStage(rule.Notification)
	switch {
	case r.Final() || !r.Trust.own():
		return nil
	case !early && !told:
		return []rule.Stage{rule.Early, rule.Notification}
	case !told:
		return []rule.Stage{rule.Notification}
	}
	return []rule.Stage{rule.Intermediate, rule.Progress, rule.Final}
}

// MaySend reports whether a stage can be sent now.
func (r Report) MaySend(stage rule.Stage) bool { return slices.Contains(r.Open(), stage) }
