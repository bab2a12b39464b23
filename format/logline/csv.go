package logline

import (
	"bytes"
	"slices"
	"time"
)

// csvSource reads a CSV with a header (RFC 4180, also with semicolons, tabs or
// bars), whose quoted cells may span lines.
type csvSource struct {
	lines   *lines
	d       *dialects
	comma   byte
	columns []column
	stamps  []int // columns that may hold the time, the best first
	viewer  bool  // a heading of the event viewer, which names all columns but the last, the message
	day     bool  // one in a language that writes the day first
	date    int   // the halves of a time, -1 where there are none
	clock   int
	joined  []byte
}

// maxCellLines bounds a cell over several lines: an open quote would eat the
// rest of the log.
const maxCellLines = 256

func (s *csvSource) next(rec *Record, counts *Counts) (Reason, error) {
	number, offset := s.lines.line+1, s.lines.offset
	line, cut, err := s.lines.next()
	if err != nil {
		return "", err
	}
	if cut {
		counts.Cut++
	}
	if blank(line) {
		return skipped, nil
	}
	if s.columns == nil {
		if saysComma(line) {
			return skipped, nil
		}
		s.heading(line)
		return skipped, nil
	}
	if bytes.Count(line, []byte{'"'})%2 == 1 {
		line = s.join(line)
	}
	rec.Line, rec.Offset = number, offset
	rec.reset(line, CSV)
	rec.Cut = cut
	return s.cells(rec, line), nil
}

// join appends lines until the quotes close. If they do not, the first line
// stands alone and the others are lost with it.
func (s *csvSource) join(line []byte) []byte {
	s.joined = append(s.joined[:0], line...)
	for range maxCellLines {
		more, _, err := s.lines.next()
		if err != nil {
			break
		}
		s.joined = append(append(s.joined, '\n'), more...)
		if bytes.Count(more, []byte{'"'})%2 == 1 || len(s.joined) > s.lines.max {
			break
		}
	}
	return s.joined
}

func (s *csvSource) heading(line []byte) {
	var rec Record
	s.comma = comma(line)
	for more := true; more && len(s.columns) < maxColumns; {
		var cell []byte
		cell, line, more = csvCell(&rec, line, s.comma)
		s.columns = append(s.columns, column{name: s.d.plain.of(bytes.TrimSpace(cell))})
	}
	s.halves()
	for _, want := range csvStamps {
		for i, c := range s.columns {
			if fold(c.name) == want {
				s.stamps = append(s.stamps, i)
				s.day, s.viewer = s.day || dayFirst[want] || slices.Contains(csvDays[1:], want), s.viewer || viewer(want)
			}
		}
	}
}

// csvStamps are headings of times in small letters and digits only; those in other
// languages than English are the event viewer's.
var csvStamps = [...]string{"utctime", "timecreated", "timestamp", "timestamputc", "eventtime", "datetime", "dateandtime", "datumunduhrzeit", "dateetheure",
	"dataeora", "fechayhora", "datumentijd", "dataehora", "dataigodzina", "datumochtid",
	"time", "ts", "starttime", "generatedtime", "generatetime", "receivetime", "creationdate", "creationtime", "date",
	"zeitstempel", "horodatage", "datum", "fecha", "dato"}

// csvDays and csvClocks are headings of the halves of a time; those in other languages
// than English have the day before the month.
var (
	csvDays   = [...]string{"date", "datum", "fecha", "dato", "data"}
	csvClocks = [...]string{"time", "uhrzeit", "zeit", "heure", "hora", "ora", "tijd", "godzina", "tid"}
)

// halves finds the columns of day and time of day.
func (s *csvSource) halves() {
	s.date, s.clock = -1, -1
	native := false
	for i, c := range s.columns {
		name := fold(c.name)
		if d := slices.Index(csvDays[:], name); d >= 0 && s.date < 0 {
			s.date, native = i, native || d > 0
		} else if d := slices.Index(csvClocks[:], name); d >= 0 && s.clock < 0 {
			s.clock, native = i, native || d > 0
		}
	}
	s.day = s.day || native && s.date >= 0 && s.clock >= 0
}

var dayFirst = map[string]bool{"datumunduhrzeit": true, "dateetheure": true, "dataeora": true, "fechayhora": true, "datumentijd": true, "dataehora": true, "dataigodzina": true, "datumochtid": true}

// viewer knows the event viewer's heading of the time.
func viewer(folded string) bool { return folded == "dateandtime" || dayFirst[folded] }

func fold(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if c := s[i]; isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' {
			out = append(out, c|0x20)
		}
	}
	return string(out)
}

func (s *csvSource) cells(rec *Record, line []byte) Reason {
	i := 0
	for more := true; more; i++ {
		var cell []byte
		cell, line, more = csvCell(rec, line, s.comma)
		switch {
		case i < len(s.columns):
			rec.add(s.columns[i].name, cell)
		case i == len(s.columns) && s.viewer:
			rec.add("Message", cell)
		}
	}
	if i != len(s.columns) && !(s.viewer && i == len(s.columns)+1) {
		return Columns
	}
	rec.Time = s.stamp(rec)
	return ""
}

func (s *csvSource) stamp(rec *Record) time.Time {
	z := s.d.zones
	z.dayFirst = s.day
	for _, i := range s.stamps {
		if t, ok := z.any(rec.Fields[i].Value); ok {
			return t
		}
	}
	if s.date < 0 || s.clock < 0 {
		return time.Time{}
	}
	day, clock := bytes.TrimSpace(rec.Fields[s.date].Value), bytes.TrimSpace(rec.Fields[s.clock].Value)
	if len(day) > 0 && len(day) < 16 && len(clock) > 0 && len(clock) < 24 {
		t, _ := z.any(append(append(append([]byte{}, day...), ' '), clock...))
		return t
	}
	return time.Time{}
}

// saysComma tells the line by which Excel is told the separator: sep=;
func saysComma(line []byte) bool {
	line = bytes.Trim(line, "\"\r")
	return len(line) == 5 && bytes.HasPrefix(line, []byte("sep="))
}

// comma tells the separator of a heading: the most frequent.
func comma(line []byte) byte {
	best, most := byte(','), 0
	for _, c := range [...]byte{',', ';', '\t', '|'} {
		if n := bytes.Count(line, []byte{c}); n > most {
			best, most = c, n
		}
	}
	return best
}

// csvCell reads one cell; quotes inside of a quoted one are doubled.
func csvCell(rec *Record, b []byte, comma byte) (cell, rest []byte, more bool) {
	if len(b) == 0 || b[0] != '"' {
		return bytes.Cut(b, []byte{comma})
	}
	from, doubled := 1, false
	for i := from; i < len(b); i++ {
		if b[i] != '"' {
			continue
		}
		if i+1 < len(b) && b[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		cell = b[from:i]
		if doubled {
			at := len(rec.scratch)
			rec.scratch = append(rec.scratch, bytes.ReplaceAll(cell, []byte(`""`), []byte(`"`))...)
			cell = rec.scratch[at:len(rec.scratch):len(rec.scratch)]
		}
		_, rest, more = bytes.Cut(b[i+1:], []byte{comma})
		return cell, rest, more
	}
	return b[1:], nil, false
}

// looksCSV tells a heading: at least three names without digits in front, all
// different, and a second line with as many cells.
func looksCSV(sample []byte) bool {
	first, rest, ok := bytes.Cut(sample, newline)
	if ok && saysComma(first) {
		first, rest, ok = bytes.Cut(rest, newline)
	}
	if !ok {
		return false
	}
	second, _, _ := bytes.Cut(rest, newline)
	c := comma(first)
	names, cells := count(first, c), count(second, c)
	var rec Record
	longer := names + 1 // with the message of the event viewer
	if names < 3 || names != cells && longer != cells && bytes.Count(second, []byte{'"'})%2 == 0 {
		return false
	}
	seen, known := map[string]bool{}, names == cells || longer != cells
	for left := true; left; {
		var cell []byte
		cell, first, left = csvCell(&rec, bytes.TrimSuffix(first, []byte{'\r'}), c)
		cell = bytes.TrimSpace(cell)
		if len(cell) == 0 || len(cell) > 64 || isDigit(cell[0]) || seen[string(cell)] || bytes.ContainsAny(cell, "=:{}<>") {
			return false
		}
		seen[string(cell)] = true
		known = known || viewer(fold(string(cell)))
	}
	return known
}

func count(line []byte, comma byte) int {
	var rec Record
	n := 0
	for more := true; more; n++ {
		_, line, more = csvCell(&rec, line, comma)
	}
	return n
}
