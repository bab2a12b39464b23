package logline

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"time"

	"ward/format/evtx"
)

// Options says how a log is read; the zero value is useful.
type Options struct {
	Reference time.Time      // for stamps without a year: when the log was last written; zero leaves those times unknown
	Zone      *time.Location // of stamps without a zone; nil means UTC
	Whole     bool           // objects of JSON lines come without Fields and Time until Fill is asked for them
	MaxLine   int            // bytes of a line or an event; default 1 MB, events in XML and JSON documents 16 times that
}

const (
	defaultLine   = 1 << 20
	documentTimes = 16
)

// Reader gives the records of one log. It is not safe for concurrent use.
type Reader struct {
	src    source
	format Format
	counts Counts
	rec    Record
	lines  *lines
}

// source gives the next entry or why it is none; the error is the end.
type source interface {
	next(rec *Record, counts *Counts) (Reason, error)
}

// NewReader begins to read. With Auto it looks at the first 64 KB for the
// format. It fails on a format that is none; errors of r are told by Next.
func NewReader(f Format, r io.Reader, o Options) (*Reader, error) {
	if o.MaxLine <= 0 {
		o.MaxLine = defaultLine
	}
	if f != Auto && !Known(string(f)) {
		return nil, fmt.Errorf("logline: %q is no log format", f)
	}
	text := bufio.NewReaderSize(r, SampleSize)
	head, _ := text.Peek(len(evtx.Magic))
	if f == EVTX || string(head) == evtx.Magic {
		return &Reader{format: EVTX, src: newEVTX(text)}, nil
	}
	decoded := bufio.NewReaderSize(Decode(text), SampleSize)
	sample, err := decoded.Peek(SampleSize)
	if f == Auto {
		f = recognise(sample, err != nil)
	}
	out := &Reader{format: f}
	out.src, out.lines = open(f, decoded, sample, o)
	return out, nil
}

// open makes the source of a format, and the lines that it reads.
func open(f Format, r io.Reader, sample []byte, o Options) (source, *lines) {
	d := newDialects(zones{zone: o.Zone, reference: o.Reference})
	long := o.MaxLine * documentTimes
	switch f {
	case WindowsXML, ATNA:
		l := newLines(r, long)
		return &xmlSource{lines: l, d: d, format: f, name: xmlRoots[f]}, l
	case Journal:
		if head := bytes.TrimLeft(sample, " \t\r\n"); len(head) == 0 || head[0] != '{' {
			l := newLines(r, o.MaxLine)
			return &journalSource{lines: l, d: d}, l
		}
		fallthrough
	case JSON, EVE, ZeekJSON, WindowsJSON, CloudTrail, M365: // of jsonFormats
		if isDocument(sample) {
			l := newLines(r, long)
			return &documentSource{lines: l, d: d, format: f}, l
		}
	case Auditd:
		l := newLines(r, o.MaxLine)
		return &auditSource{lines: l, d: d}, l
	case CSV:
		l := newLines(r, o.MaxLine)
		return &csvSource{lines: l, d: d}, l
	}
	l := newLines(r, o.MaxLine)
	return &lineSource{lines: l, d: d, format: f, whole: o.Whole && jsonFormats[f]}, l
}

var jsonFormats = map[Format]bool{JSON: true, EVE: true, ZeekJSON: true, WindowsJSON: true, CloudTrail: true, M365: true}

// Format is what the log is read as.
func (r *Reader) Format() Format { return r.format }

// Counts says what was seen up to now.
func (r *Reader) Counts() Counts {
	c := r.counts
	if r.lines != nil {
		c.Bytes, c.Lines = r.lines.offset, r.lines.line
	}
	return c
}

// Next gives the next record, valid until the next call; io.EOF at the end of
// the log. Any other error is that of the reader underneath, a damaged archive
// for example: what was read before it has been given out.
func (r *Reader) Next() (*Record, error) {
	for {
		why, err := r.src.next(&r.rec, &r.counts)
		if err != nil {
			return nil, err
		}
		switch why {
		case "":
			r.counts.Records++
			if !r.rec.Time.IsZero() {
				r.counts.Timed++
			}
			return &r.rec, nil
		case skipped:
		default:
			r.counts.refuse(why)
		}
	}
}

// Fill reads the fields and the time of a record that came whole. False says
// that its line is broken after all; it then counts as refused.
func (r *Reader) Fill(rec *Record) bool {
	s, ok := r.src.(*lineSource)
	if !ok || !s.whole || len(rec.Fields) > 0 {
		return true
	}
	why := s.d.parse(s.format, rec, rec.Raw)
	switch {
	case why != "":
		r.counts.Records--
		r.counts.refuse(why)
	case !rec.Time.IsZero():
		r.counts.Timed++
	}
	return why == ""
}

// lineSource reads formats of one line for each entry.
type lineSource struct {
	lines  *lines
	d      *dialects
	format Format
	whole  bool
}

func (s *lineSource) next(rec *Record, counts *Counts) (Reason, error) {
	number, offset := s.lines.line+1, s.lines.offset
	line, cut, err := s.read(counts)
	if err != nil {
		return "", err
	}
	rec.Line, rec.Offset = number, offset
	if cut {
		counts.Cut++
	}
	rec.reset(line, s.format)
	rec.Cut = cut
	if blank(line) {
		return skipped, nil
	}
	if s.whole && !cut && line[0] == '{' && line[len(line)-1] == '}' {
		return "", nil
	}
	why := s.d.parse(s.format, rec, line)
	if why != "" && why != skipped || s.format == Plain {
		why = s.fallback(rec, line, cut, why, counts)
	}
	return why, nil
}

// fallback tries a line against the other formats: logs are mixed, and a line
// that says what it is is better than one kept out.
func (s *lineSource) fallback(rec *Record, line []byte, cut bool, why Reason, counts *Counts) Reason {
	other := guess(line)
	if other == Auto || other == s.format {
		return why
	}
	rec.reset(line, other)
	rec.Cut = cut
	if s.d.parse(other, rec, line) == "" {
		if s.format != Plain {
			counts.Other++
		}
		return ""
	}
	rec.reset(line, s.format)
	rec.Cut = cut
	if s.format == Plain {
		return s.d.parse(Plain, rec, line)
	}
	return why
}

// read gives the next line; streams of RFC 6587 count the octets of a message
// instead of ending it.
func (s *lineSource) read(counts *Counts) (line []byte, cut bool, err error) {
	if s.format == Syslog {
		if n, head := s.frame(); n > 0 {
			s.lines.advance(head)
			piece, ok := s.lines.take(n)
			if !ok {
				counts.refuse(BadFrame)
			}
			return piece, !ok, nil
		}
	}
	return s.lines.next()
}

// frame reads "123 <" (RFC 6587, 3.4.1) and gives the length of the message and
// that of its count.
func (s *lineSource) frame() (n, head int) {
	for len(s.lines.rest()) < 8 && s.lines.fill() {
	}
	b := s.lines.rest()
	for head < len(b) && head < 7 && isDigit(b[head]) {
		n = n*10 + int(b[head]-'0')
		head++
	}
	if head == 0 || head+1 >= len(b) || b[head] != ' ' || b[head+1] != '<' {
		return 0, 0
	}
	return n, head + 1
}

func blank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' && c != 0 {
			return false
		}
	}
	return true
}
