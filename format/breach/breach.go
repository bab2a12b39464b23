// Package breach reads public collections of past incidents: the VERIS Community
// Database (JSON: one incident, an array, or lines; nested as its schema 1.3 says,
// or with dotted keys as tables of it have) and the breaches of health data told
// to the US health authority (CSV). Both come in one shape, with the root causes
// of the NIS Cooperation Group's taxonomy.
package breach

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
)

// Collection is where a record is from.
type Collection string

// Collections.
const (
	VERIS Collection = "veris"
	HHS   Collection = "hhs"
)

// Record is one incident, as far as a picture of many needs it.
type Record struct {
	Collection Collection
	ID         string // the same for the same incident of a collection, also in another file
	Victim     string // for telling organisations apart; not for showing
	Country    string // ISO 3166-1, two capitals; empty: not known
	Day        time.Time
	Health     bool   // the victim gives or pays for healthcare, and it was no near miss
	Sector     string // hospital, practice, lab, ambulance, care, other
	Cause      string // malicious-actions, human-errors, natural-phenomena, system-failures; empty: not known
	Malicious  bool
	Ransomware bool
	Family     string // letters and digits of the name of its malware, of ransomware alone
	Stolen     bool   // data was seen or taken
}

// Error is a record, or a file, that could not be read.
type Error struct {
	File string
	Line int // or number of the record, from 1; 0 for the whole file
	Text string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Text)
	}
	return fmt.Sprintf("%s, record %d: %s", e.File, e.Line, e.Text)
}

// Bounds of a file. A record of either collection takes a few kilobytes.
const (
	maxRecord  = 1 << 20
	maxRecords = 500_000
)

// Read calls each for every record of a file, or with the Error of one that could
// not be read; an error of each ends it and is returned. What the file is, its
// first bytes tell. An Error is returned for a file that is neither, or that
// cannot be read on.
func Read(name string, r io.Reader, each func(Record, error) error) error {
	m := &meter{r: r, left: maxRecord}
	b := bufio.NewReaderSize(m, 64<<10)
	if mark, err := b.Peek(3); err == nil && string(mark) == "\xef\xbb\xbf" {
		b.Discard(3) //nolint:errcheck // three bytes are there
	}
	head, _ := b.Peek(4096)
	text := bytes.TrimLeft(head, " \t\r\n")
	x := reading{name: name, meter: m, each: each}
	switch {
	case len(text) == 0:
		return x.fail("is empty")
	case text[0] == '[':
		return x.array(b)
	case text[0] == '{':
		if line, _, whole := bytes.Cut(text, []byte("\n")); !whole || bytes.HasSuffix(bytes.TrimSpace(line), []byte("}")) || len(text) == len(head) && len(head) == 4096 && !bytes.Contains(head, []byte("\n")) {
			return x.lines(b)
		}
		return x.values(b)
	case bytes.IndexByte(text, 0) < 0 && knownHead(firstLine(text)):
		return x.table(b)
	}
	return x.fail("is neither VERIS JSON nor the table of the health authority")
}

func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return string(line)
}

// reading is one file on its way.
type reading struct {
	name  string
	meter *meter
	each  func(Record, error) error
	n     int
}

func (x *reading) fail(text string) error { return &Error{File: x.name, Line: x.n, Text: text} }

// next counts a record and lets the reader have as much for it as one may take.
func (x *reading) next() error {
	if x.n++; x.n > maxRecords {
		return x.fail("holds too many records")
	}
	x.meter.left = maxRecord
	return nil
}

// errLong is a record that is longer than any is.
var errLong = errors.New("a record is too long")

// meter lets a bounded number of bytes through until it is filled up again.
type meter struct {
	r    io.Reader
	left int
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errLong
	}
	n, err := m.r.Read(p[:min(len(p), m.left)])
	m.left -= n
	return n, err
}

// folded is a name for comparing: small letters and digits, forty at most.
func folded(s string) string {
	n := 0
	return strings.Map(func(r rune) rune {
		if r = unicode.ToLower(r); (unicode.IsLetter(r) || unicode.IsDigit(r)) && n < 40 {
			n++
			return r
		}
		return -1
	}, s)
}

// plausible keeps days that an incident of these collections may have.
func plausible(t time.Time) bool { return t.Year() >= 1970 && t.Year() < 2100 }
