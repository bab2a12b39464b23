package sensor

import (
	"slices"
	"time"

	"ward"
	"ward/format/detection"
)

// HitState is where a hospital stands with a hit.
type HitState string

// States of a hit.
const (
	Unseen        HitState = "new"
	Looking       HitState = "looking"
	Confirmed     HitState = "confirmed"
	FalsePositive HitState = "false_positive"
	Closed        HitState = "closed"
)

// HitStates lists all of them in the order of the ordinary way.
func HitStates() []HitState { return []HitState{Unseen, Looking, Confirmed, FalsePositive, Closed} }

var nextHit = map[HitState][]HitState{
	Unseen: {Looking, Confirmed, FalsePositive, Closed}, Looking: {Confirmed, FalsePositive, Closed},
	Confirmed: {Looking, FalsePositive, Closed}, FalsePositive: {Looking, Confirmed}, Closed: {Looking},
}

// Next lists the states that a person may choose from s.
func (s HitState) Next() []HitState { return nextHit[s] }

// May reports whether a person may move a hit from s to t.
func (s HitState) May(t HitState) bool { return slices.Contains(nextHit[s], t) }

// Open reports whether somebody should still look.
func (s HitState) Open() bool { return s == Unseen || s == Looking || s == Confirmed }

// ClockFault is what was wrong with the time of a hit.
type ClockFault string

// Faults of a sensor's clock. A hit of the future is kept under the time of its
// arrival, one that is very old as it came.
const (
	ClockRight  ClockFault = ""
	ClockFuture ClockFault = "future"
	ClockOld    ClockFault = "old"
)

// ahead is how far a sensor's clock may run before ours; stale is how old a line
// may be before its age is worth a word.
const (
	ahead = 10 * time.Minute
	stale = 400 * 24 * time.Hour
)

// timed gives the time under which a hit is kept.
func timed(at, now time.Time) (time.Time, ClockFault) {
	switch {
	case at.After(now.Add(ahead)):
		return now, ClockFuture
	case at.Before(now.Add(-stale)):
		if oldest := time.Unix(0, 0); at.Before(oldest) {
			at = oldest
		}
		return at, ClockOld
	}
	return at, ClockRight
}

// Field is one field of the line that was found.
type Field struct{ Name, Value string }

// Hit is what one organisation saw at one subject within one hour.
type Hit struct {
	ID       string
	Org      ward.OrgID
	Country  ward.Country
	Kind     Kind
	Type     string
	Value    string // of an indicator; of a rule its id
	Title    string // of a rule
	Level    string // of a rule
	Source   string // the list that it stands in
	Item     string // of our content; empty for what the hospital looked for by itself
	Subject  string // the machine or file, without persons
	Hour     time.Time
	First    time.Time
	Last     time.Time
	Count    int64
	Sensor   string
	Fields   []Field
	Redacted int // places where this house still found a person
	Clock    ClockFault
	Before   int // seen before the indicator was known, on so many computers; 0 for what a line said since
	State    HitState
	Received time.Time
	Updated  time.Time
}

// Object is h as the policies see it.
func (h Hit) Object() ward.Object {
	return ward.Object{Kind: "hit", ID: h.ID, Org: h.Org, Country: h.Country}
}

func (h Hit) about() string { return about(h.Kind, h.Type, h.Value) }

// Name is what was seen, for people.
func (h Hit) Name() string {
	if h.Kind == Rule && h.Title != "" {
		return h.Title
	}
	return h.Value
}

// Entry is a line of a hit's history.
type Entry struct {
	At      time.Time
	Person  string
	State   HitState // where it was moved; empty for a comment alone
	Comment string
}

// Feedback is what a hospital said of a false positive, for the author of the
// content: without hospital, country and hour.
type Feedback struct {
	Item    Item
	Day     time.Time
	Comment string
}

// Sensor is one sensor of a hospital, or "scan" for scans by hand.
type Sensor struct {
	Org      ward.OrgID
	ID       string
	Country  ward.Country
	Version  string
	First    time.Time
	Last     time.Time
	Hits     int64
	Refused  int64
	Counters Counters
	Health   time.Time // zero while it has said nothing of itself
}

// Counters are what a sensor says of itself: numbers, and the bundle that it has.
type Counters struct {
	Bundle  string `json:"bundle,omitempty"`
	Uptime  int64  `json:"uptime"` // seconds
	Lines   int64  `json:"lines"`
	Spooled int64  `json:"spooled"`
	Dropped int64  `json:"dropped"`
	Sources int    `json:"sources"`
	Failing int    `json:"failing"` // of the sources
}

// quiet is how long a sensor may be silent before its hospital should look.
const quiet = 24 * time.Hour

// Silent reports whether nothing was heard for a day.
func (s Sensor) Silent(now time.Time) bool { return s.ID != byHand && now.Sub(s.Last) > quiet }

// byHand is how ward scan calls itself.
const byHand = detection.ByHand
