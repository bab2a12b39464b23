package logline

import (
	"bytes"
	"time"
)

// Describer reads single lines of a log out of their order: a search that has
// found something in a line asks for its time and fields. Formats of which an
// entry spans lines (XML, JSON over several lines, EVTX) give nothing.
type Describer struct {
	d      *dialects
	format Format
	table  *csvSource
	rec    Record
}

// NewDescriber learns the format, if it is Auto, from the first bytes of the
// unpacked log, and the columns that it announces there; SampleSize is enough.
func NewDescriber(f Format, head []byte, o Options) *Describer {
	head = bytes.TrimPrefix(head[:min(len(head), SampleSize)], []byte("\xef\xbb\xbf"))
	x := &Describer{d: newDialects(zones{zone: o.Zone, reference: o.Reference}), format: f}
	if f == Auto {
		x.format = Recognise(head)
	}
	switch x.format {
	case CSV:
		x.table = &csvSource{d: x.d}
		for rest := head; len(rest) > 0 && x.table.columns == nil; {
			var line []byte
			line, rest, _ = bytes.Cut(rest, newline)
			if line = bytes.TrimSuffix(line, []byte{'\r'}); !blank(line) && !saysComma(line) {
				x.table.heading(line)
			}
		}
	case Zeek, W3C:
		for rest := head; len(rest) > 0 && rest[0] == '#'; {
			var line []byte
			line, rest, _ = bytes.Cut(rest, newline)
			x.parse(bytes.TrimSuffix(line, []byte{'\r'}))
		}
	}
	return x
}

// Refer says when now is, for stamps without a year: a log that grows for months
// outgrows the moment at which it was met first.
func (x *Describer) Refer(now time.Time) { x.d.reference = now }

// Format is what the log was recognised as.
func (x *Describer) Format() Format { return x.format }

// Describe reads one line without its end. It gives nil for a line that is no
// entry; the record is valid until the next call, and its Line and Offset are
// not set.
func (x *Describer) Describe(line []byte) *Record {
	if blank(line) {
		return nil
	}
	whole := line
	if jsonFormats[x.format] { // an element of a list, one a line
		whole = bytes.TrimRight(bytes.TrimLeft(line, " \t["), " \t,]")
	}
	if x.parse(whole) == "" {
		return &x.rec
	}
	if other := guess(line); other != Auto && other != x.format {
		x.rec.reset(line, other)
		if x.d.parse(other, &x.rec, line) == "" {
			return &x.rec
		}
	}
	return nil
}

func (x *Describer) parse(line []byte) Reason {
	x.rec.reset(line, x.format)
	switch x.format {
	case CSV:
		return x.table.cells(&x.rec, line)
	case EVTX:
		return Broken
	case Plain:
		if guess(line) != Auto {
			return Broken // says itself what it is
		}
	}
	return x.d.parse(x.format, &x.rec, line)
}
