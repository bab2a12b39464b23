package logline

import (
	"bytes"
	"time"
)

// table is what the heading of a Zeek or W3C log says of its lines.
type table struct {
	columns   []column
	separator byte
	sets      []byte // separator inside of a value
	empty     []byte
	unset     []byte
	path      []byte // kind of a Zeek log: dns, conn, ...
}

type column struct {
	name string
	list bool // a Zeek set or vector
}

const maxColumns = 1024

// zeek reads a line of Zeek's own format ("ASCII writer" with a #fields line).
// Headings may come again in one file.
func (d *dialects) zeek(rec *Record, line []byte) Reason {
	rec.Format = Zeek
	if line[0] == '#' {
		d.zeekHeading(line)
		return skipped
	}
	t := &d.table
	if len(t.columns) == 0 {
		return NoHeader
	}
	if bytes.Count(line, []byte{t.separator})+1 != len(t.columns) {
		return Columns
	}
	if len(t.path) > 0 {
		rec.add("_path", t.path)
	}
	for i := range t.columns {
		var value []byte
		value, line, _ = bytes.Cut(line, []byte{t.separator})
		if bytes.Equal(value, t.unset) {
			continue
		}
		if t.columns[i].name == "ts" {
			rec.Time, _ = epoch(value)
		}
		d.zeekValue(rec, t.columns[i], value)
	}
	return ""
}

func (d *dialects) zeekValue(rec *Record, c column, value []byte) {
	t := &d.table
	if bytes.Equal(value, t.empty) {
		if !c.list {
			rec.add(c.name, value[:0])
		}
		return
	}
	if !c.list || len(t.sets) == 0 {
		rec.add(c.name, rec.unhexed(value))
		return
	}
	for more := true; more; {
		var element []byte
		element, value, more = bytes.Cut(value, t.sets)
		if !bytes.Equal(element, t.unset) {
			rec.add(c.name, rec.unhexed(element))
		}
	}
}

// unhexed decodes \x09, in which Zeek writes separators and bytes that are no
// text.
func (r *Record) unhexed(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	from := len(r.scratch)
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+3 < len(b) && b[i+1] == 'x' && unhex(b[i+2]) >= 0 && unhex(b[i+3]) >= 0 {
			r.scratch = append(r.scratch, byte(unhex(b[i+2])<<4|unhex(b[i+3])))
			i += 3
			continue
		}
		if b[i] == '\\' && i+1 < len(b) && b[i+1] == '\\' {
			i++
		}
		r.scratch = append(r.scratch, b[i])
	}
	return r.scratch[from:len(r.scratch):len(r.scratch)]
}

// zeekHeading reads one line of the heading. All values are copied: the line
// lies in a buffer.
func (d *dialects) zeekHeading(line []byte) {
	t := &d.table
	if given, ok := bytes.CutPrefix(line, []byte("#separator ")); ok {
		var r Record
		*t = table{separator: '\t', sets: []byte(","), empty: []byte("(empty)"), unset: []byte("-")}
		if plain := r.unhexed(given); len(plain) > 0 {
			t.separator = plain[0]
		}
		return
	}
	if t.separator == 0 { // a heading without its first line
		*t = table{separator: '\t', sets: []byte(","), empty: []byte("(empty)"), unset: []byte("-")}
	}
	key, value, _ := bytes.Cut(line, []byte{t.separator})
	switch string(key) {
	case "#set_separator":
		t.sets = bytes.Clone(value)
	case "#empty_field":
		t.empty = bytes.Clone(value)
	case "#unset_field":
		t.unset = bytes.Clone(value)
	case "#path":
		t.path = bytes.Clone(value)
	case "#fields":
		t.columns = t.columns[:0]
		for _, name := range bytes.SplitN(value, []byte{t.separator}, maxColumns) {
			t.columns = append(t.columns, column{name: d.plain.of(name)})
		}
	case "#types":
		for i, kind := range bytes.SplitN(value, []byte{t.separator}, maxColumns) {
			if i < len(t.columns) {
				t.columns[i].list = bytes.HasPrefix(kind, []byte("set[")) || bytes.HasPrefix(kind, []byte("vector["))
			}
		}
	}
}

// w3c reads a line of the extended log format (W3C working draft WD-logfile,
// as IIS writes it, always in UTC) and the comma-separated one of Exchange.
func (d *dialects) w3c(rec *Record, line []byte) Reason {
	rec.Format = W3C
	t := &d.table
	if line[0] == '#' {
		if given, ok := bytes.CutPrefix(line, []byte("#Fields:")); ok {
			d.w3cHeading(bytes.TrimSpace(given))
		}
		return skipped
	}
	if len(t.columns) == 0 {
		return NoHeader
	}
	if t.separator == ',' {
		return d.w3cCommas(rec, line)
	}
	if bytes.Count(line, []byte{' '})+1 != len(t.columns) {
		return Columns
	}
	for i := range t.columns {
		var value []byte
		value, line = word(line)
		rec.addSet(t.columns[i].name, value)
	}
	rec.Time = d.w3cTime(rec)
	return ""
}

func (d *dialects) w3cHeading(names []byte) {
	d.table = table{separator: ' '}
	if bytes.IndexByte(names, ' ') < 0 && bytes.IndexByte(names, ',') > 0 {
		d.table.separator = ','
	}
	for _, name := range bytes.SplitN(names, []byte{d.table.separator}, maxColumns) {
		d.table.columns = append(d.table.columns, column{name: d.plain.of(bytes.TrimSpace(name))})
	}
}

func (d *dialects) w3cCommas(rec *Record, line []byte) Reason {
	i := 0
	for more := true; more; i++ {
		var value []byte
		value, line, more = csvCell(rec, line, ',')
		if i < len(d.table.columns) {
			rec.addSet(d.table.columns[i].name, value)
		}
	}
	if i != len(d.table.columns) {
		return Columns
	}
	rec.Time = d.w3cTime(rec)
	return ""
}

func (d *dialects) w3cTime(rec *Record) time.Time {
	z := zones{zone: time.UTC}
	date, clock := rec.Get("date"), rec.Get("time")
	if len(date) == 10 && len(clock) >= 8 {
		joined := append(append(append([]byte{}, date...), ' '), clock...)
		t, _ := z.any(joined)
		return t
	}
	for _, name := range [...]string{"date-time", "datetime", "DateTime", "Timestamp"} {
		if t, ok := z.any(rec.Get(name)); ok {
			return t
		}
	}
	return time.Time{}
}
