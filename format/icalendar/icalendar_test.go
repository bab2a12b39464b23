package icalendar_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"ward/format/icalendar"
)

var due = time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600))

func event() icalendar.Event {
	return icalendar.Event{UID: "1-1@ward.example", Stamp: due, Start: due, Summary: "Pump"}
}

func ExampleCalendar_Bytes() {
	e := event()
	e.Alarms = []icalendar.Alarm{{Before: 2 * time.Hour, Text: "Soon"}}
	b, err := icalendar.Calendar{Product: "-//Ward//EN", Events: []icalendar.Event{e}}.Bytes()
	fmt.Println(strings.ReplaceAll(string(b), "\r\n", "\n"), err)
	// Output:
	// BEGIN:VCALENDAR
	// VERSION:2.0
	// PRODID:-//Ward//EN
	// CALSCALE:GREGORIAN
	// BEGIN:VEVENT
	// UID:1-1@ward.example
	// DTSTAMP:20260301T110000Z
	// LAST-MODIFIED:20260301T110000Z
	// SEQUENCE:0
	// DTSTART:20260301T110000Z
	// STATUS:CONFIRMED
	// TRANSP:TRANSPARENT
	// SUMMARY:Pump
	// BEGIN:VALARM
	// ACTION:DISPLAY
	// DESCRIPTION:Soon
	// TRIGGER:-PT2H
	// END:VALARM
	// END:VEVENT
	// END:VCALENDAR
	//  <nil>
}

func TestInvalidCalendars(t *testing.T) {
	for name, spoil := range map[string]func(*icalendar.Calendar){
		"no product":         func(c *icalendar.Calendar) { c.Product = "" },
		"no uid":             func(c *icalendar.Calendar) { c.Events[0].UID = "" },
		"uid twice":          func(c *icalendar.Calendar) { c.Events = append(c.Events, c.Events[0]) },
		"no stamp":           func(c *icalendar.Calendar) { c.Events[0].Stamp = time.Time{} },
		"no start":           func(c *icalendar.Calendar) { c.Events[0].Start = time.Time{} },
		"sequence too large": func(c *icalendar.Calendar) { c.Events[0].Sequence = 1 << 31 },
	} {
		c := icalendar.Calendar{Product: "x", Events: []icalendar.Event{event()}}
		spoil(&c)
		if b, err := c.Bytes(); !errors.Is(err, icalendar.ErrInvalid) || b != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A calendar always has a component, what is cancelled never an alarm.
func TestComponents(t *testing.T) {
	empty, err := icalendar.Calendar{Product: "x", Name: "Alerts", Refresh: time.Hour}.Bytes()
	if err != nil || !strings.Contains(string(empty), "\r\nBEGIN:VTIMEZONE\r\n") || !strings.Contains(string(empty), "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n") {
		t.Errorf("%s (%v)", empty, err)
	}
	gone := event()
	gone.Cancelled, gone.Private, gone.Sequence = true, true, 7
	gone.Alarms = []icalendar.Alarm{{Before: 24 * time.Hour, Text: "x"}}
	b, err := icalendar.Calendar{Product: "x", Events: []icalendar.Event{gone}}.Bytes()
	for _, want := range []string{"STATUS:CANCELLED", "CLASS:PRIVATE", "SEQUENCE:7"} {
		if err != nil || !strings.Contains(string(b), "\r\n"+want+"\r\n") || strings.Contains(string(b), "VALARM") {
			t.Errorf("no %s in\n%s (%v)", want, b, err)
		}
	}
}

// Whatever words come in: lines are short and whole, there are no more of them
// than there should be, and a reader that unfolds and unescapes has the words.
func FuzzText(f *testing.F) {
	f.Add("Pump; stops, at \\ once\r\nEND:VEVENT", "https://ward.example/")
	f.Add(strings.Repeat("ä", 90)+"\x00\xff", strings.Repeat("x", 76))
	f.Add(strings.Repeat("\u20ac", 25), "\n")
	f.Fuzz(func(t *testing.T, words, url string) {
		e := event()
		e.Description, e.URL, e.Categories = words, url, []string{words, "b"}
		b, err := icalendar.Calendar{Product: "x", Events: []icalendar.Event{e}}.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		folded := strings.Split(strings.TrimSuffix(string(b), "\r\n"), "\r\n")
		for _, l := range folded {
			if len(l) > 75 || !utf8.ValidString(l) || strings.ContainsAny(l, "\r\n") {
				t.Fatalf("line of %d octets: %q", len(l), l)
			}
		}
		lines := strings.Split(strings.ReplaceAll(string(b), "\r\n ", ""), "\r\n")
		if n := slices.Index(lines, "END:VEVENT"); n < 0 || slices.Contains(lines[n+1:], "END:VEVENT") {
			t.Fatalf("no one event in %q", lines)
		}
		for _, l := range lines {
			if got, ok := strings.CutPrefix(l, "DESCRIPTION:"); ok && unescape(got) != kept(words) {
				t.Errorf("got %q of %q", unescape(got), words)
			}
		}
	})
}

func unescape(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n").Replace(s)
}

// kept is what of words a calendar can say.
func kept(words string) string {
	words = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(words, "\ufffd"))
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0x7f {
			return -1
		}
		return r
	}, words)
}
