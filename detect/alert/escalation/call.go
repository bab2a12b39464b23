package escalation

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ward"
)

// Result is how a call ended.
type Result string

// Results of a call.
const (
	Reached     Result = "reached"
	NoAnswer    Result = "no_answer"
	LeftMessage Result = "left_message"
	WrongNumber Result = "wrong_number"
)

// Results lists them in the order shown.
func Results() []Result { return []Result{Reached, NoAnswer, LeftMessage, WrongNumber} }

// Again is when to call next after a result, when the caller does not say; zero
// takes the alert off the list. Our judgement: somebody else there, at once;
// nobody there, after the time of a ward round.
func (r Result) Again() (d time.Duration, stays bool) {
	switch r {
	case NoAnswer:
		return 30 * time.Minute, true
	case LeftMessage:
		return time.Hour, true
	case WrongNumber:
		return 0, true
	}
	return 0, false
}

// Try is one call.
type Try struct {
	At      time.Time
	Person  string // who called
	Contact string // whom
	Result  Result
	Note    string
	Next    time.Time // zero for none
}

// Office hours in which the people of the day are called first.
const (
	officeOpens  = 7
	officeCloses = 18
)

// atWork reports whether offices are open at a local time.
func atWork(local time.Time) bool {
	day := local.Weekday() != time.Saturday && local.Weekday() != time.Sunday
	return day && local.Hour() >= officeOpens && local.Hour() < officeCloses
}

// ToCall are the contacts with a number, by day those for IT and devices first,
// by night and on weekends who is reachable then.
func ToCall(all []ward.Contact, local time.Time) []ward.Contact {
	order := map[ward.Duty]int{ward.DutyPhone: 0, ward.DutyIT: 1, ward.DutyManagement: 2, ward.DutyDevices: 3}
	if atWork(local) {
		order = map[ward.Duty]int{ward.DutyIT: 0, ward.DutyDevices: 1, ward.DutyPhone: 2, ward.DutyManagement: 3}
	}
	var out []ward.Contact
	for _, c := range all {
		if strings.ContainsAny(c.Phone, "0123456789") {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b ward.Contact) int { return cmp.Compare(order[a.Duty], order[b.Duty]) })
	return out
}
