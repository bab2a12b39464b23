package rolie

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"ward/format/problem"
)

// Limits bounds what one listing may cost. A zero field means its default.
type Limits struct {
	Size    int64 // bytes of the whole listing; default 1 GB
	Entries int   // entries or lines; default 2,000,000
	Entry   int   // bytes of one entry or line; default 1 MB
}

func (l Limits) withDefaults() Limits {
	if l.Size <= 0 {
		l.Size = 1 << 30
	}
	if l.Entries <= 0 {
		l.Entries = 2_000_000
	}
	if l.Entry <= 0 {
		l.Entry = 1 << 20
	}
	return l
}

// The kinds of refusal, for errors.Is.
var (
	ErrSyntax   = errors.New("not well-formed")
	ErrKind     = errors.New("not a listing of this kind")
	ErrTooLarge = errors.New("too large")
	ErrTooMany  = errors.New("too many entries")
)

// Error is a refusal with its place.
type Error struct {
	Kind   error
	Place  string // JSON pointer, or "line 17"
	Detail string // English, for logs
}

func (e *Error) Error() string {
	s := "rolie: " + e.Kind.Error()
	if e.Place != "" {
		s += " at " + e.Place
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// Unwrap gives the kind to errors.Is.
func (e *Error) Unwrap() error { return e.Kind }

// window hands on a stream and refuses once more than max bytes were read
// since the last mark, so that one endless string or entry cannot be buffered,
// or more than left altogether.
type window struct {
	r    io.Reader
	max  int
	used int
	left int64
}

func (w *window) mark() { w.used = 0 }

func (w *window) Read(p []byte) (int, error) {
	if w.used >= w.max {
		return 0, &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("one entry has more than %d bytes", w.max)}
	}
	if w.left <= 0 {
		return 0, &Error{Kind: ErrTooLarge, Detail: "the listing is longer than allowed"}
	}
	n, err := w.r.Read(p[:min(int64(len(p)), w.left, int64(w.max-w.used))])
	w.used += n
	w.left -= int64(n)
	return n, err
}

// faults are the problems of single entries; the list is bounded.
type faults struct{ problem.List }

func (f *faults) add(place, rule, format string, args ...any) {
	f.Add(place, rule, fmt.Sprintf(format, args...))
}

// parseTime reads RFC 3339; a time without zone, which providers do write, is
// UTC. ok is false for anything else, and the time is then zero.
func parseTime(s string) (t time.Time, ok bool) {
	s = strings.TrimSpace(s)
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
