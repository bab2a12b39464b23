package rule

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Unit is what a period is counted in. They differ in law and not only in size:
// hours are elapsed time, days and months follow the calendar of a place.
type Unit string

// Units as the data files write them.
const (
	Hours       Unit = "hours"
	Days        Unit = "days"
	WorkingDays Unit = "working days"
	Months      Unit = "months"
)

// Period is a length of time as a law states it. The zero value is none: the
// duty has no outer bound.
type Period struct {
	N    int
	Unit Unit
}

// longest is far above every period of the law and keeps arithmetic in range.
const longest = 10_000

// ParsePeriod reads "24 hours", "1 month", "15 days" or "5 working days".
func ParsePeriod(s string) (Period, error) {
	count, unit, ok := strings.Cut(s, " ")
	n, err := strconv.Atoi(count)
	if !ok || err != nil || n < 1 || n > longest {
		return Period{}, fmt.Errorf("%q is no period such as 24 hours, 15 days, 5 working days, 1 month", s)
	}
	if !strings.HasSuffix(unit, "s") {
		unit += "s"
	}
	switch u := Unit(unit); u {
	case Hours, Days, WorkingDays, Months:
		return Period{n, u}, nil
	}
	return Period{}, fmt.Errorf("%q: the unit is hours, days, working days or months", s)
}

// UnmarshalText reads ParsePeriod's form.
func (p *Period) UnmarshalText(b []byte) (err error) {
	*p, err = ParsePeriod(string(b))
	return err
}

// MarshalText writes String.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// IsZero reports whether there is no bound.
func (p Period) IsZero() bool { return p.N == 0 }

// String is the form that ParsePeriod reads; "" for the zero value.
func (p Period) String() string {
	switch {
	case p.N == 0:
		return ""
	case p.N == 1:
		return "1 " + strings.TrimSuffix(string(p.Unit), "s")
	}
	return strconv.Itoa(p.N) + " " + string(p.Unit)
}

// AddMonths is the same day n months on, clamped to the last day of a shorter
// month: 31 January and one month is 28 or 29 February (Regulation 1182/71,
// Art. 3(2)(c)). The clock time of t's zone is kept.
func AddMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, t.Location())
	last := first.AddDate(0, 1, -1).Day()
	return time.Date(first.Year(), first.Month(), min(t.Day(), last), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

// After is the strict end of p: the earliest moment that the law can mean.
// Hours run through nights, week-ends and clock changes. Days and months keep the
// clock time of base in c's zone.
func (p Period) After(base time.Time, c *Calendar) time.Time {
	base = base.In(c.Zone)
	switch p.Unit {
	case Hours:
		return base.Add(time.Duration(p.N) * time.Hour)
	case Days:
		return base.AddDate(0, 0, p.N)
	case WorkingDays:
		return c.addWorkingDays(base, p.N)
	case Months:
		return AddMonths(base, p.N)
	}
	return base
}

// Latest is the end of p by Regulation (EEC, Euratom) 1182/71, which governs
// periods in acts of the Council and the Commission: the hour or day of the event
// does not count (Art. 3(1)), the period ends with its last hour (3(2)), a period
// not in hours that ends on a non-working day ends with the next working day
// (3(4)), and two days or more hold at least two working days (3(5)). Of the
// readings of 3(5) the cautious one is taken: a working day counts as
// held when the period touches it.
func (p Period) Latest(base time.Time, c *Calendar) time.Time {
	base = base.In(c.Zone)
	if p.Unit == Hours {
		start := base.Truncate(time.Hour).Add(time.Hour)
		end := start.Add(time.Duration(p.N) * time.Hour)
		if p.N < 48 {
			return end
		}
		return c.holdTwo(start, end)
	}
	end := endOfDay(p.After(base, c))
	for !c.Working(end) {
		end = endOfDay(end.AddDate(0, 0, 1))
	}
	if p.Unit != Months && p.N < 2 {
		return end
	}
	return c.holdTwo(endOfDay(base).Add(time.Second), end)
}

// endOfDay is the last second of t's day: clocks show 23:59:59, and 24:00 of a
// day would be read as the day after.
func endOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 23, 59, 59, 0, t.Location())
}
