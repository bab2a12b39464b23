package rule

import (
	"slices"
	"time"

	"ward"
)

// Profile is what is known of an organisation.
type Profile struct {
	Country ward.Country // of establishment: NIS2 Art. 26(1)
	Answers Answers
	Lang    string // of titles and notes that come from the data: en, de, fr; empty: en
}

// Incident is what is known of an incident. Times may carry any zone.
type Incident struct {
	Answers   Answers
	Occurred  []ward.Country       // where it happened; empty: the profile's country
	Placed    []ward.Country       // where a product is on the market; for makers
	Sent      map[string]time.Time // duty id → when it was fulfilled
	Requested map[string]time.Time // duty id → until when an authority wants it
	Earlier   []Earlier            // earlier incidents, for recurrence
	Cause     string               // apparent root cause, for recurrence; free words
}

// Earlier is an incident before this one.
type Earlier struct {
	At        time.Time
	Loss      *int64 // EUR; nil: nobody knows
	Cause     string // compared with this incident's; empty: nobody knows
	SameCause bool   // somebody said so
}

// Assessment is the answer: what the organisation is, whether the incident is
// significant, and every duty that applies or may apply.
type Assessment struct {
	At          time.Time  `json:"at"`
	Country     string     `json:"country"`
	Confidence  Confidence `json:"confidence"` // of the country pack
	Class       Verdict    `json:"class"`
	Significant Verdict    `json:"significant"`
	Duties      []Duty     `json:"duties"`
	Assumed     []string   `json:"assumed,omitempty"` // facts that nobody gave and that were taken as given
	Pages       []*Page    `json:"pages,omitempty"`   // questions of single receivers that are to be asked
	Warnings    []Warning  `json:"warnings,omitempty"`
}

// Warning is a contradiction in the answers: "order" of times, a "future" time,
// a "contradiction" of a stated fact and the computation.
type Warning struct {
	Code  string   `json:"code"`
	Facts []string `json:"facts"`
	Text  string   `json:"text"` // English, for the command line
}

// Verdict is one decided question with its explanation.
type Verdict struct {
	Value    string   `json:"value"`              // a class, or yes, no, unknown
	Possible []string `json:"possible,omitempty"` // classes that remain, when Value is unknown
	Article  string   `json:"article,omitempty"`
	Ask      []string `json:"ask,omitempty"` // answers that could change it
	Why      Why      `json:"why"`
}

// Evaluate asks the law of the profile's country which duties an incident
// brings, at a moment. Duties that do not apply are listed with State not_due and
// their reason, so that nothing is dropped silently; the order is that of the
// book. The error is Invalid when the book has no such country.
func Evaluate(b *Book, p Profile, i Incident, at time.Time) (*Assessment, error) {
	v, ok := b.views[p.Country]
	if !ok {
		return nil, ward.Fail(ward.Invalid, "rule.error.country", "country", string(p.Country)).At("country")
	}
	s := newState(b, v, p, i, at)
	a := &Assessment{At: at, Country: string(p.Country), Confidence: v.pack.Confidence}
	s.derive()
	a.Class = s.classify()
	w := s.fact(factSignificant)
	a.Significant = Verdict{Value: w.Value, Ask: w.Asks(), Why: w}
	for _, r := range v.duties {
		r = s.ofDay(r)
		d := s.duty(r)
		s.results[r.ID] = d
		a.Duties = append(a.Duties, *d)
		if d.Applies != No {
			a.Assumed = append(a.Assumed, d.Why.Assumed()...)
		}
	}
	a.Assumed = append(a.Assumed, a.Class.Why.Assumed()...)
	slices.Sort(a.Assumed)
	a.Assumed = slices.Compact(a.Assumed)
	a.Pages, a.Warnings = s.pages(), s.warnings
	return a, nil
}

// Classify asks only what the organisation is under NIS2.
func Classify(b *Book, p Profile) (Verdict, error) {
	a, err := Evaluate(b, p, Incident{}, time.Time{})
	if err != nil {
		return Verdict{}, err
	}
	return a.Class, nil
}
