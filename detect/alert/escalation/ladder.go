package escalation

import (
	"errors"
	"maps"
	"slices"
	"time"

	"ward"
)

// Rung is one step of what happens while nobody acknowledges an alert.
type Rung string

// Rungs, from the hospital to its national CSIRT. The first mail goes to the
// contacts for IT and devices and is no rung.
const (
	RungManagement Rung = "management" // mail to who leads the house
	RungDutyPhone  Rung = "duty_phone" // mail to who is reachable at night
	RungCall       Rung = "call"       // onto the CSIRT's list of whom to call
)

// Rungs lists them in the order of climbing when two fall on one moment.
func Rungs() []Rung { return []Rung{RungManagement, RungDutyPhone, RungCall} }

// Ladder says how long after the raising each rung is climbed, by urgency; zero
// and absent mean never.
type Ladder map[Urgency]map[Rung]time.Duration

// DefaultLadder is our judgement, no standard's: it leaves half of the time that
// an urgency gives for the work itself. What attackers use goes up by night too;
// what waits for the next maintenance is never called about.
func DefaultLadder() Ladder {
	const h, day = time.Hour, 24 * time.Hour
	return Ladder{
		ActNow: {RungManagement: h, RungDutyPhone: h, RungCall: 2 * h},
		Days:   {RungManagement: 8 * h, RungDutyPhone: 16 * h, RungCall: day},
		Week:   {RungManagement: 2 * day, RungCall: 4 * day},
		Cycle:  {RungManagement: 14 * day},
	}
}

// over is l with the rungs of o in place of its own.
func (l Ladder) over(o Ladder) Ladder {
	out := Ladder{}
	for _, u := range Urgencies() {
		out[u] = map[Rung]time.Duration{}
		for _, r := range Rungs() {
			out[u][r] = l[u][r]
			if d, set := o[u][r]; set {
				out[u][r] = d
			}
		}
	}
	return out
}

// Ahead lists the rungs of u that are not climbed yet, in the order of time.
func (l Ladder) Ahead(u Urgency, climbed []Rung) []Rung {
	var out []Rung
	for _, r := range Rungs() {
		if l[u][r] > 0 && !slices.Contains(climbed, r) {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b Rung) int { return int((l[u][a] - l[u][b]) / time.Minute) })
	return out
}

// First is the time from the raising to the first rung of u; false where there is
// none.
func (l Ladder) First(u Urgency) (d time.Duration, ok bool) {
	for _, wait := range l[u] {
		if wait > 0 && (!ok || wait < d) {
			d, ok = wait, true
		}
	}
	return d, ok
}

// ladderLimit bounds a rung: later than any urgency's own time it helps nobody.
const ladderLimit = 60 * 24 * time.Hour

// check refuses what is no ladder.
func (l Ladder) check() error {
	var faults []error
	for _, u := range slices.Sorted(maps.Keys(l)) {
		faults = append(faults, flaw(!slices.Contains(Urgencies(), u), "ladder", string(u)))
		for _, r := range slices.Sorted(maps.Keys(l[u])) {
			d := l[u][r]
			faults = append(faults, flaw(!slices.Contains(Rungs(), r) || d < 0 || d > ladderLimit || d%time.Minute != 0, "ladder", string(u)+"_"+string(r)))
		}
	}
	return errors.Join(faults...)
}

// OnRung are the contacts whom a rung tells by mail.
func OnRung(r Rung, all []ward.Contact) []ward.Contact {
	var out []ward.Contact
	for _, c := range all {
		if c.Email != "" && (r == RungManagement && c.Duty == ward.DutyManagement || r == RungDutyPhone && c.Duty == ward.DutyPhone) {
			out = append(out, c)
		}
	}
	return out
}

// flaw is the fault of a field if there is one.
func flaw(wrong bool, key, field string) error {
	return ward.When(wrong, ward.Fail(ward.Invalid, "alert.error."+key).At(field))
}
