package logline

import (
	"bytes"
	"encoding/binary"
)

// journalSource reads journalctl -o export (systemd, "Journal Export Formats"): one
// NAME=value a line, an entry ends with a blank line; a value that is no text
// stands behind its name's line with its length in eight bytes.
type journalSource struct {
	lines  *lines
	d      *dialects
	raw    []byte
	fields []journalField
}

// journalField is where a value lies in raw.
type journalField struct {
	name     string
	from, to int
}

func (s *journalSource) next(rec *Record, counts *Counts) (Reason, error) {
	s.raw, s.fields = s.raw[:0], s.fields[:0]
	number, offset, lost := s.lines.line+1, s.lines.offset, false
	for {
		line, cut, err := s.lines.next()
		if err != nil && len(s.raw) == 0 {
			return "", err
		}
		if cut {
			counts.Cut++
			lost = true
		}
		if err != nil || len(line) == 0 {
			break
		}
		name, value, plain := bytes.Cut(line, []byte{'='})
		if !plain {
			name = bytes.Clone(name) // the value is read into the same buffer
			var why Reason
			var whole bool
			if value, whole, why = s.binary(); why != "" {
				s.pass()
				return why, nil
			}
			lost = lost || !whole
		}
		lost = !s.keep(s.d.plain.of(name), value) || lost
	}
	if len(s.raw) == 0 {
		return skipped, nil
	}
	rec.Line, rec.Offset = number, offset
	rec.reset(s.raw, Journal)
	rec.Cut = lost
	for _, f := range s.fields {
		rec.add(f.name, s.raw[f.from:f.to:f.to])
	}
	return s.d.journal(rec), nil
}

// keep takes a field up, unless the entry is as long as one may be.
func (s *journalSource) keep(name string, value []byte) bool {
	if len(s.raw)+len(name)+len(value)+2 > s.lines.max {
		return false
	}
	s.raw = append(append(s.raw, name...), '=')
	from := len(s.raw)
	s.raw = append(append(s.raw, value...), '\n')
	s.fields = append(s.fields, journalField{name, from, from + len(value)})
	return true
}

// maxValue is the longest value that systemd keeps ("DATA_SIZE_MAX" of its journal).
const maxValue = 768 << 20

// binary reads the length, the value and the line end behind it. Of a value that is
// longer than the bound the first half of the bound is kept: what follows it is no entry.
func (s *journalSource) binary() (value []byte, whole bool, why Reason) {
	size, ok := s.lines.take(8)
	if !ok {
		return nil, false, Broken
	}
	n := binary.LittleEndian.Uint64(size)
	if n > maxValue {
		return nil, false, TooLong
	}
	if n >= uint64(s.lines.max) {
		head, _ := s.lines.take(s.lines.max / 2)
		value = bytes.Clone(head)
		s.lines.skip(int64(n) + 1 - int64(len(head)))
		return value, false, ""
	}
	value, ok = s.lines.take(int(n) + 1)
	if !ok || value[n] != '\n' {
		return nil, false, Broken
	}
	return value[:n], true, ""
}

// pass goes behind the entry that cannot be read.
func (s *journalSource) pass() {
	for {
		if line, _, err := s.lines.next(); err != nil || len(line) == 0 {
			return
		}
	}
}

// journal gives an entry of the journal the names that the same message has in
// syslog, and reads what it carries.
func (d *dialects) journal(rec *Record) Reason {
	joinBytes(rec, "MESSAGE")
	rec.Format = Journal
	first := func(names ...string) []byte {
		for _, n := range names {
			if v := rec.Get(n); len(v) > 0 {
				return v
			}
		}
		return nil
	}
	t, ok := epoch(first("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"))
	if !ok {
		return Broken
	}
	rec.Time = t
	program, message := first("SYSLOG_IDENTIFIER", "_COMM"), rec.Get("MESSAGE")
	if p := first("PRIORITY"); len(p) == 1 && p[0] >= '0' && p[0] <= '7' {
		rec.addText("syslogseverity-text", severities[p[0]-'0'])
	}
	rec.addSet("hostname", first("_HOSTNAME"))
	rec.addSet("programname", program)
	rec.addSet("procid", first("SYSLOG_PID", "_PID"))
	if message != nil {
		d.payload(rec, program, message)
	}
	return ""
}

// joinBytes makes one value of a list of numbers: what is no UTF-8 journalctl
// writes into JSON as the numbers of its bytes.
func joinBytes(rec *Record, name string) {
	at := -1
	from, kept := len(rec.scratch), rec.Fields[:0:len(rec.Fields)]
	for i, f := range rec.Fields {
		if f.Name != name {
			continue
		}
		n, end := number(f.Value, 0)
		if end < len(f.Value) && isDigit(f.Value[end]) {
			n, end = 10*n+int(f.Value[end]-'0'), end+1
		}
		if end == 0 || end < len(f.Value) || n > 255 {
			rec.scratch = rec.scratch[:from]
			return
		}
		if at < 0 {
			at = i
		}
		rec.scratch = append(rec.scratch, byte(n))
	}
	if len(rec.scratch)-from < 2 { // one number is a message
		rec.scratch = rec.scratch[:from]
		return
	}
	for i, f := range rec.Fields {
		if i == at {
			f.Value = rec.scratch[from:len(rec.scratch):len(rec.scratch)]
		}
		if f.Name != name || i == at {
			kept = append(kept, f)
		}
	}
	rec.Fields = kept
}
