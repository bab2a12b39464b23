// Package icalendar writes calendars of moments (RFC 5545, with the names of
// RFC 7986): lines end with CRLF and are folded at 75 octets, texts are escaped,
// times are in UTC. What a calendar must have is checked before a byte is written.
package icalendar

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Type is the media type of what Bytes writes.
const Type = "text/calendar; charset=utf-8"

// Calendar is one document. Product is needed: who writes it (section 3.7.3).
type Calendar struct {
	Product string
	Name    string
	Refresh time.Duration // how often readers are asked to come again; 0 says nothing
	Events  []Event
}

// Event is a moment. UID, Stamp and Start are needed. A reader that knows the
// UID takes what has the higher Sequence (section 3.8.7.4), so it grows with
// every change; Cancelled takes the event away there.
type Event struct {
	UID         string
	Sequence    int64     // 0 to 2^31-1
	Stamp       time.Time // of the last change (section 3.8.7.2)
	Start       time.Time
	Summary     string
	Description string
	URL         string // absolute; empty says none
	Categories  []string
	Private     bool // not to be shown to those who share the calendar
	Cancelled   bool
	Alarms      []Alarm // none is written of what is cancelled
}

// Alarm reminds before the start.
type Alarm struct {
	Before time.Duration // whole minutes
	Text   string
}

// ErrInvalid is what every fault of a calendar wraps.
var ErrInvalid = errors.New("no valid calendar")

// Bytes writes c. The same calendar is the same bytes. The error names the
// property that is missing, by the number of the event.
func (c Calendar) Bytes() ([]byte, error) {
	if c.Product == "" {
		return nil, fmt.Errorf("%w: PRODID is missing", ErrInvalid)
	}
	var w writer
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.text("PRODID", c.Product)
	w.line("CALSCALE", "GREGORIAN")
	if c.Name != "" {
		w.text("NAME", c.Name)
		w.text("X-WR-CALNAME", c.Name) // what was understood before RFC 7986
	}
	if c.Refresh > 0 {
		w.line("REFRESH-INTERVAL;VALUE=DURATION", duration(c.Refresh))
		w.line("X-PUBLISHED-TTL", duration(c.Refresh))
	}
	seen := map[string]bool{}
	for i, e := range c.Events {
		switch {
		case e.UID == "" || seen[e.UID]:
			return nil, fmt.Errorf("%w: event %d: UID is missing or there twice", ErrInvalid, i+1)
		case e.Stamp.IsZero() || e.Start.IsZero():
			return nil, fmt.Errorf("%w: event %d: DTSTAMP or DTSTART is missing", ErrInvalid, i+1)
		case e.Sequence < 0 || e.Sequence > math.MaxInt32:
			return nil, fmt.Errorf("%w: event %d: SEQUENCE is out of range", ErrInvalid, i+1)
		}
		seen[e.UID] = true
		w.event(e)
	}
	if len(c.Events) == 0 {
		w.utc()
	}
	w.line("END", "VCALENDAR")
	return w.Bytes(), nil
}

type writer struct{ bytes.Buffer }

func (w *writer) event(e Event) {
	w.line("BEGIN", "VEVENT")
	w.text("UID", e.UID)
	w.line("DTSTAMP", stamp(e.Stamp))
	w.line("LAST-MODIFIED", stamp(e.Stamp))
	w.line("SEQUENCE", strconv.FormatInt(e.Sequence, 10))
	w.line("DTSTART", stamp(e.Start))
	w.line("STATUS", map[bool]string{true: "CANCELLED", false: "CONFIRMED"}[e.Cancelled])
	w.line("TRANSP", "TRANSPARENT") // a due time makes nobody busy
	if e.Private {
		w.line("CLASS", "PRIVATE")
	}
	w.text("SUMMARY", e.Summary)
	if e.Description != "" {
		w.text("DESCRIPTION", e.Description)
	}
	if e.URL != "" {
		w.line("URL", e.URL)
	}
	if len(e.Categories) > 0 {
		list := make([]string, len(e.Categories))
		for i, c := range e.Categories {
			list[i] = escape(c)
		}
		w.line("CATEGORIES", strings.Join(list, ","))
	}
	if !e.Cancelled {
		for _, a := range e.Alarms {
			w.line("BEGIN", "VALARM")
			w.line("ACTION", "DISPLAY")
			w.text("DESCRIPTION", a.Text)
			w.line("TRIGGER", "-"+duration(a.Before))
			w.line("END", "VALARM")
		}
	}
	w.line("END", "VEVENT")
}

// utc is the zone of all times. A calendar without events is none without some
// component (section 3.4), and a subscription must not fail on the day when
// nothing is due.
func (w *writer) utc() {
	for _, l := range [][2]string{{"BEGIN", "VTIMEZONE"}, {"TZID", "Etc/UTC"}, {"BEGIN", "STANDARD"}, {"DTSTART", "19700101T000000"},
		{"TZOFFSETFROM", "+0000"}, {"TZOFFSETTO", "+0000"}, {"TZNAME", "UTC"}, {"END", "STANDARD"}, {"END", "VTIMEZONE"}} {
		w.line(l[0], l[1])
	}
}

func (w *writer) text(name, value string) { w.line(name, escape(value)) }

// lineOctets is the most that a line has without its end (section 3.1).
const lineOctets = 75

// line writes one content line, folded between whole characters.
func (w *writer) line(name, value string) {
	left, room := name+":"+plain(value), lineOctets
	for len(left) > room {
		n := room
		for !utf8.RuneStart(left[n]) {
			n--
		}
		w.WriteString(left[:n])
		w.WriteString("\r\n ")
		left, room = left[n:], lineOctets-1
	}
	w.WriteString(left)
	w.WriteString("\r\n")
}

// escape writes a TEXT value (section 3.3.11).
func escape(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

// plain takes out what no value may hold: control characters but the tab, and
// bytes that are no characters.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// duration writes whole minutes (section 3.3.6).
func duration(d time.Duration) string {
	m := int64(d / time.Minute)
	switch {
	case m%(24*60) == 0 && m > 0:
		return "P" + strconv.FormatInt(m/(24*60), 10) + "D"
	case m%60 == 0 && m > 0:
		return "PT" + strconv.FormatInt(m/60, 10) + "H"
	}
	return "PT" + strconv.FormatInt(m, 10) + "M"
}
