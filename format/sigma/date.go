package sigma

import (
	"strings"
	"time"
)

// datePart is what the time modifiers take from a date (modifiers appendix,
// "Time Modifiers"): the numbers as written, without a change of time zone.
type datePart uint8

const (
	noPart datePart = iota
	minute
	hour
	day
	week // of ISO 8601
	month
	year
)

var dateParts = map[string]datePart{"minute": minute, "hour": hour, "day": day, "week": week, "month": month, "year": year}

func (p datePart) of(t time.Time) int64 {
	switch p {
	case minute:
		return int64(t.Minute())
	case hour:
		return int64(t.Hour())
	case day:
		return int64(t.Day())
	case week:
		_, w := t.ISOWeek()
		return int64(w)
	case month:
		return int64(t.Month())
	}
	return int64(t.Year())
}

// layouts are the ways in which logs write a date; a fraction of a second may
// follow the seconds in all of them.
var layouts = []string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00",
	"2006-01-02T15:04:05Z0700", "2006/01/02 15:04:05", "02/Jan/2006:15:04:05 -0700", "2006-01-02T15:04Z07:00",
	"01/02/2006 15:04:05", "2006-01-02",
}

// ParseTime reads a time as logs write it: ISO 8601 and its relatives, the
// combined log format, seconds or milliseconds since 1970. A time without zone
// is taken as UTC.
func ParseTime(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if len(s) < 8 || len(s) > 40 {
		return time.Time{}, false
	}
	if n, ok := parseNumber(s); ok {
		return epoch(n)
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// epoch takes a number as seconds (from 1973 to 5138), milliseconds,
// microseconds or nanoseconds, by its size.
func epoch(n number) (time.Time, bool) {
	switch f := n.real; {
	case f < 1e8:
		return time.Time{}, false
	case f < 1e11:
		sec := int64(f)
		return time.Unix(sec, int64((f-float64(sec))*1e9)).UTC(), true
	case f < 1e14:
		return time.UnixMilli(int64(f)).UTC(), true
	case f < 1e17:
		return time.UnixMicro(int64(f)).UTC(), true
	case f < 9e18:
		return time.Unix(0, int64(f)).UTC(), true
	}
	return time.Time{}, false
}
