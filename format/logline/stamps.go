package logline

import (
	"bytes"
	"time"
)

// zones is how stamps without a zone or a year are read.
type zones struct {
	zone      *time.Location // of stamps without one
	reference time.Time      // for stamps without a year
	dayFirst  bool           // of 5/11/2026
}

// digits reads exactly n digits at i; -1 if there are none.
func digits(b []byte, i, n int) int {
	if i+n > len(b) {
		return -1
	}
	v := 0
	for _, c := range b[i : i+n] {
		if c < '0' || c > '9' {
			return -1
		}
		v = v*10 + int(c-'0')
	}
	return v
}

// date checks ranges that time.Date would carry over.
func date(y, mon, d, h, m, s, ns int, zone *time.Location) (time.Time, bool) {
	if y < 0 || mon < 1 || mon > 12 || d < 1 || d > 31 || h < 0 || h > 24 || m < 0 || m > 59 || s < 0 || s > 60 {
		return time.Time{}, false
	}
	if zone == nil {
		zone = time.UTC
	}
	t := time.Date(y, time.Month(mon), d, h, m, s, ns, zone)
	return t.UTC(), true
}

// clock reads hh:mm:ss with an optional fraction after point or comma.
func clock(b []byte, i int) (h, m, s, ns, end int, ok bool) {
	h, m = digits(b, i, 2), digits(b, i+3, 2)
	if h < 0 || m < 0 || b[i+2] != ':' {
		return
	}
	end = i + 5
	if end < len(b) && b[end] == ':' {
		if s = digits(b, end+1, 2); s < 0 {
			return
		}
		end += 3
	}
	if end+1 < len(b) && (b[end] == '.' || b[end] == ',') && isDigit(b[end+1]) {
		unit := 100_000_000
		for end++; end < len(b) && isDigit(b[end]); end++ {
			ns += int(b[end]-'0') * unit
			unit /= 10
		}
	}
	return h, m, s, ns, end, true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// offset reads Z, +hh:mm, +hhmm or +hh, after at most one blank; found is false
// if there is none. Minutes east of UTC.
func offset(b []byte, i int) (minutes, end int, found bool) {
	at := i
	if at < len(b) && b[at] == ' ' {
		at++
	}
	switch {
	case at >= len(b):
		return 0, i, false
	case b[at] == 'Z' || b[at] == 'z':
		return 0, at + 1, true
	case len(b) >= at+3 && (string(b[at:at+3]) == "UTC" || string(b[at:at+3]) == "GMT"):
		return 0, at + 3, true
	case b[at] != '+' && b[at] != '-':
		return 0, i, false
	}
	h := digits(b, at+1, 2)
	if h < 0 {
		return 0, i, false
	}
	end = at + 3
	m := 0
	if end < len(b) && b[end] == ':' {
		m = digits(b, end+1, 2)
		end += 3
	} else if v := digits(b, end, 2); v >= 0 {
		m = v
		end += 2
	}
	if m < 0 || m > 59 || h > 15 {
		return 0, i, false
	}
	minutes = h*60 + m
	if b[at] == '-' {
		minutes = -minutes
	}
	return minutes, end, true
}

// iso reads 2026-11-29T10:00:00.123+01:00 and its relatives: a blank or 'T',
// slashes or dashes, with and without fraction and zone.
func (z zones) iso(b []byte) (t time.Time, end int, ok bool) {
	if len(b) < 16 || (b[4] != '-' && b[4] != '/') || b[7] != b[4] || (b[10] != 'T' && b[10] != ' ' && b[10] != 't' && b[10] != '-') {
		return
	}
	h, m, s, ns, end, ok := clock(b, 11)
	if !ok {
		return time.Time{}, 0, false
	}
	minutes, end, found := offset(b, end)
	zone := z.zone
	if found {
		zone = time.UTC
	}
	t, ok = date(digits(b, 0, 4), digits(b, 5, 2), digits(b, 8, 2), h, m, s, ns, zone)
	return t.Add(-time.Duration(minutes) * time.Minute), end, ok
}

const months = "janfebmaraprmayjunjulaugsepoctnovdec"

// month reads three letters of an English month, 0 if they are none.
func month(b []byte, i int) int {
	if i+3 > len(b) {
		return 0
	}
	x, y, w := b[i]|0x20, b[i+1]|0x20, b[i+2]|0x20
	for m := 0; m < 36; m += 3 {
		if months[m] == x && months[m+1] == y && months[m+2] == w {
			return m/3 + 1
		}
	}
	return 0
}

// bsd reads the stamp of RFC 3164, "Nov  9 10:00:00", and what devices add: a
// year before the clock or behind it, a fraction, a zone.
func (z zones) bsd(b []byte) (t time.Time, end int, ok bool) {
	mon := month(b, 0)
	if mon == 0 || len(b) < 15 || b[3] != ' ' {
		return
	}
	i := 4
	for i < len(b) && b[i] == ' ' {
		i++
	}
	d := 0
	for ; i < len(b) && isDigit(b[i]) && d < 100; i++ {
		d = d*10 + int(b[i]-'0')
	}
	if i >= len(b) || b[i] != ' ' {
		return
	}
	i++
	year := -1
	if y := digits(b, i, 4); y > 0 && i+4 < len(b) && b[i+4] == ' ' {
		year, i = y, i+5
	}
	h, m, s, ns, end, ok := clock(b, i)
	if !ok {
		return time.Time{}, 0, false
	}
	if y := digits(b, end+1, 4); year < 0 && y >= 1970 && b[end] == ' ' && (end+5 == len(b) || b[end+5] == ' ' || b[end+5] == ']') {
		year, end = y, end+5
	}
	minutes, behind, found := zoneName(b, end)
	if y := digits(b, behind+1, 4); found && year < 0 && y >= 1970 && b[behind] == ' ' && (behind+5 == len(b) || b[behind+5] == ' ') {
		year, behind = y, behind+5 // as date(1) writes it: Nov 29 10:00:00 CET 2026
	}
	if found = found && (year >= 0 || behind < len(b) && b[behind] == ':'); found { // behind "Nov 29 12:00:00" alone WEST is a host
		z.zone, end = time.UTC, behind
	} else {
		minutes = 0
	}
	if year >= 0 {
		t, ok = date(year, mon, d, h, m, s, ns, z.zone)
	} else {
		t, ok = z.yearless(mon, d, h, m, s, ns)
	}
	if !t.IsZero() {
		t = t.Add(-time.Duration(minutes) * time.Minute)
	}
	return t, end, ok
}

// zoneNames are abbreviations that mean one thing in Europe, in minutes east of UTC.
var zoneNames = map[string]int{"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120, "EET": 120, "EEST": 180}

// zoneName reads a blank and a zone as CEF and Cisco write it: CET, +0100, GMT+01:00.
func zoneName(b []byte, i int) (minutes, end int, found bool) {
	if i >= len(b) || b[i] != ' ' {
		return 0, i, false
	}
	end = i + 1
	for end < len(b) && b[end] >= 'A' && b[end] <= 'Z' {
		end++
	}
	minutes, found = zoneNames[string(b[i+1:end])]
	if end < len(b) && (b[end] == '+' || b[end] == '-') && (end == i+1 || found) {
		minutes, end, found = offset(b, end)
	}
	if end < len(b) && b[end] != ' ' && b[end] != ':' && b[end] != ']' {
		return 0, i, false
	}
	return minutes, end, found
}

// yearless finds the last year in which the stamp is no more than a day after
// the reference. The zero time with ok is a good stamp whose year is unknown.
func (z zones) yearless(mon, d, h, m, s, ns int) (time.Time, bool) {
	if _, ok := date(2000, mon, d, h, m, s, ns, nil); !ok {
		return time.Time{}, false
	}
	if z.reference.IsZero() {
		return time.Time{}, true
	}
	latest := z.reference.Add(24 * time.Hour)
	for y := latest.Year(); y > latest.Year()-9; y-- { // 29 February needs up to eight years
		t, _ := date(y, mon, d, h, m, s, ns, z.zone)
		if !t.After(latest) && t.Day() == time.Date(y, time.Month(mon), d, h, m, s, ns, time.UTC).Day() && valid(y, mon, d) {
			return t, true
		}
	}
	return time.Time{}, true
}

func valid(y, mon, d int) bool {
	return time.Date(y, time.Month(mon), d, 0, 0, 0, 0, time.UTC).Day() == d
}

// clf reads 08/Jun/2020:06:49:01 +0000 (Apache, nginx) and, with dashes or blanks,
// 08-Jun-2020 06:49:01.123 (BIND), which has no zone.
func (z zones) clf(b []byte) (t time.Time, end int, ok bool) {
	if len(b) < 20 || (b[2] != '/' && b[2] != '-' && b[2] != ' ') || b[6] != b[2] || (b[11] != ':' && b[11] != ' ') {
		return
	}
	h, m, s, ns, end, ok := clock(b, 12)
	if !ok {
		return time.Time{}, 0, false
	}
	minutes, end, found := offset(b, end)
	zone := z.zone
	if found {
		zone = time.UTC
	}
	t, ok = date(digits(b, 7, 4), month(b, 3), digits(b, 0, 2), h, m, s, ns, zone)
	return t.Add(-time.Duration(minutes) * time.Minute), end, ok
}

// epoch reads seconds since 1970 with an optional fraction, and milli-, micro-
// and nanoseconds by their size.
func epoch(b []byte) (time.Time, bool) {
	whole, i := int64(0), 0
	for ; i < len(b) && isDigit(b[i]) && i < 19; i++ {
		whole = whole*10 + int64(b[i]-'0')
	}
	if i < 9 || i < len(b) && b[i] != '.' {
		return time.Time{}, false
	}
	switch {
	case i >= 18:
		return time.Unix(0, whole).UTC(), true
	case i >= 15:
		return time.UnixMicro(whole).UTC(), true
	case i >= 12:
		return time.UnixMilli(whole).UTC(), true
	}
	ns, unit := 0, 100_000_000
	for i++; i < len(b); i++ {
		if !isDigit(b[i]) {
			return time.Time{}, false
		}
		ns += int(b[i]-'0') * unit
		unit /= 10
	}
	return time.Unix(whole, int64(ns)).UTC(), true
}

// any reads a whole value in one of the forms above, and "Wed Oct 11 14:32:52
// 2026" and 11/29/2026 10:00:00 AM as Windows exports it in English.
func (z zones) any(b []byte) (time.Time, bool) {
	if len(b) < 9 || len(b) > 64 {
		return time.Time{}, false
	}
	if given, ok := bytes.CutPrefix(b, []byte("/Date(")); ok { // of .NET, in milliseconds; a zone behind them changes nothing
		if end := bytes.IndexAny(given, "+-)"); end > 0 {
			return epoch(given[:end])
		}
	}
	if t, ok := epoch(b); ok {
		return t, true
	}
	if t, ok := z.begin(b); ok {
		return t, !t.IsZero()
	}
	if len(b) > 20 && b[3] == ' ' && month(b, 4) > 0 {
		t, _, ok := z.bsd(b[4:])
		return t, ok && !t.IsZero()
	}
	return z.american(b)
}

// begin reads the stamp at the start of b in one of the three frequent forms.
func (z zones) begin(b []byte) (t time.Time, ok bool) {
	if len(b) < 15 {
		return time.Time{}, false
	}
	switch {
	case !isDigit(b[0]):
		t, _, ok = z.bsd(b)
	case b[4] == '-' || b[4] == '/':
		t, _, ok = z.iso(b)
	case b[2] == '/' || b[2] == '-' || b[2] == ' ':
		t, _, ok = z.clf(b)
	}
	return t, ok
}

// american reads 1/2/2026 3:04:05 PM, and 2.1.2026 15:04:05, in which the day
// comes first: what the event viewer exports in English and in German.
func (z zones) american(b []byte) (time.Time, bool) {
	first, at := number(b, 0)
	if at >= len(b) || b[at] != '/' && b[at] != '.' {
		return time.Time{}, false
	}
	sign := b[at]
	second, at := number(b, at+1)
	if at >= len(b) || b[at] != sign {
		return time.Time{}, false
	}
	year := digits(b, at+1, 4)
	if at += 5; year < 0 && at-2 < len(b) { // 11/30/26, the C locale's
		if year = digits(b, at-4, 2); year >= 0 {
			year, at = year+2000, at-2
		}
	}
	if at >= len(b) || b[at] != ' ' {
		return time.Time{}, false
	}
	hour, end := number(b, at+1)
	if end == at+1 || end >= len(b) || b[end] != ':' {
		return time.Time{}, false
	}
	minute, s, ns := digits(b, end+1, 2), 0, 0
	if end += 3; end < len(b) && b[end] == ':' {
		s = digits(b, end+1, 2)
		end += 3
	}
	if unit := 100_000_000; end+1 < len(b) && b[end] == '.' && isDigit(b[end+1]) {
		for end++; end < len(b) && isDigit(b[end]); end++ {
			ns += int(b[end]-'0') * unit
			unit /= 10
		}
	}
	if half := bytes.TrimSpace(b[min(end, len(b)):]); len(half) == 2 && half[1]|0x20 == 'm' && hour >= 1 && hour <= 12 {
		hour %= 12
		if half[0]|0x20 == 'p' {
			hour += 12
		}
	} else if len(half) > 0 {
		return time.Time{}, false
	}
	if sign == '.' || first > 12 || z.dayFirst { // beyond doubt only then: 29/11/2026
		first, second = second, first
	}
	return date(year, first, second, hour, minute, s, ns, z.zone)
}

// number reads one or two digits and gives the place behind them.
func number(b []byte, i int) (v, end int) {
	for end = i; end < len(b) && end < i+2 && isDigit(b[end]); end++ {
		v = v*10 + int(b[end]-'0')
	}
	return v, end
}
