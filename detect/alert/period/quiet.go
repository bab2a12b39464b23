package period

import (
	"fmt"
	"time"
)

// Quiet are the hours in which only what is urgent may disturb: minutes of the
// person's day, From included, Until not. They go over midnight where From is
// the later. Equal ones mean that there are none.
type Quiet struct{ From, Until int }

// Day is the number of minutes that From and Until are below.
const Day = 24 * 60

// None reports whether there are no quiet hours.
func (q Quiet) None() bool { return q.From == q.Until }

// In reports whether t is in them on the clock of zone.
func (q Quiet) In(t time.Time, zone *time.Location) bool {
	if q.None() {
		return false
	}
	t = t.In(zone)
	minute := t.Hour()*60 + t.Minute()
	if q.From < q.Until {
		return minute >= q.From && minute < q.Until
	}
	return minute >= q.From || minute < q.Until
}

// End is t itself outside of them, else the moment at which they end. It goes
// on from clock change to clock change, as the same minute may come twice.
func (q Quiet) End(t time.Time, zone *time.Location) time.Time {
	for q.In(t, zone) {
		local := t.In(zone)
		since := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute +
			time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
		left := (time.Duration(q.Until)*time.Minute - since + 24*time.Hour) % (24 * time.Hour)
		end := t.Add(left)
		if _, change := local.ZoneBounds(); !change.IsZero() && !change.After(end) {
			end = change
		}
		t = end
	}
	return t.UTC()
}

// ClockOf writes a minute of quiet hours as 15:04, empty where there are none.
func ClockOf(q Quiet, minute int) string {
	if q.None() {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", minute/60, minute%60)
}

// ParseQuiet reads quiet hours from two times of the day like 22:00; both empty
// are none. What is no time is -1: it is refused along with all else.
func ParseQuiet(from, until string) Quiet {
	if from == "" && until == "" {
		return Quiet{}
	}
	minute := func(s string) int {
		t, err := time.Parse("15:04", s)
		if err != nil {
			return -1
		}
		return t.Hour()*60 + t.Minute()
	}
	return Quiet{From: minute(from), Until: minute(until)}
}
