package i18n

import (
	"strings"
	"time"
)

// Number writes n with the language's grouping: 12,345 or 12 345.
func (p *Printer) Number(n int) string { return p.locale.FmtNumber(float64(n), 0) }

// Decimal writes f with a fixed number of decimals: 9.8 or 9,8.
func (p *Printer) Decimal(f float64, decimals int) string {
	return p.locale.FmtNumber(f, uint64(max(decimals, 0)))
}

// Percent writes a share (0.931 is 93.1 %) with one decimal at most.
func (p *Printer) Percent(share float64) string {
	s := p.locale.FmtNumber(share*100, 1)
	for _, zero := range []string{".0", ",0"} {
		s = strings.TrimSuffix(s, zero)
	}
	return s + " %"
}

// Date writes the day in t's zone of the reader: 22 November 2026.
func (p *Printer) Date(t time.Time) string {
	t = t.In(p.zone)
	if p.lang == "en" || p.lang == Pseudo {
		// The European form; the CLDR default for "en" is American.
		return t.Format("2 January 2006")
	}
	return p.locale.FmtDateLong(t)
}

// Time writes day, 24-hour time and zone, the one form in which a moment is
// shown to people: "22 November 2026, 03:04 (Zagreb)". Locales are not asked
// for the clock: Greek and some short forms would come out in 12 hours.
func (p *Printer) Time(t time.Time) string {
	return p.Date(t) + ", " + t.In(p.zone).Format("15:04") + " (" + p.zoneName(t) + ")"
}

// Clock writes the time of day with zone: "03:04 (Zagreb)".
func (p *Printer) Clock(t time.Time) string {
	return t.In(p.zone).Format("15:04") + " (" + p.zoneName(t) + ")"
}

// Machine writes t with its offset for <time datetime>, RFC 3339.
func (p *Printer) Machine(t time.Time) string { return t.In(p.zone).Format(time.RFC3339) }

// zoneName is the city of an IANA name, which people know, rather than CET.
func (p *Printer) zoneName(t time.Time) string {
	name := p.zone.String()
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return strings.ReplaceAll(name[i+1:], "_", " ")
	}
	if name == "Local" {
		name, _ = t.In(p.zone).Zone()
	}
	return name
}
