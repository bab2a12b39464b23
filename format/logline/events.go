package logline

import (
	"bytes"
)

// xmlRoots are the elements that are one entry each.
var xmlRoots = map[Format]string{WindowsXML: "Event", ATNA: "AuditMessage"}

// xmlSource cuts a text into the elements of a name, wherever they stand: in
// one document, one a line, or one after another without a root.
type xmlSource struct {
	lines  *lines
	d      *dialects
	format Format
	name   string
}

func (s *xmlSource) next(rec *Record, counts *Counts) (Reason, error) {
	open, close := []byte("<"+s.name), []byte("</"+s.name+">")
	for {
		piece, line, offset, why, found := s.lines.find(open, close)
		if !found {
			return "", s.lines.err
		}
		if why != "" {
			return why, nil
		}
		first := opening(piece, open, 0)
		if first < 0 { // <Events>, <EventData>
			continue
		}
		piece, offset = piece[first:], offset+int64(first)
		rec.Line, rec.Offset = line, offset
		rec.reset(piece, s.format)
		why = s.d.parse(s.format, rec, piece)
		for tries := 0; why != ""; tries++ { // the first of two was cut off
			next := opening(piece, open, 1)
			if next < 0 || tries == maxTries {
				break
			}
			counts.refuse(why)
			piece, rec.Offset = piece[next:], rec.Offset+int64(next)
			rec.reset(piece, s.format)
			why = s.d.parse(s.format, rec, piece)
		}
		return why, nil
	}
}

// maxTries bounds how often a broken piece is read again from its next start tag.
const maxTries = 64

// opening finds the next start tag of exactly this name from at on, -1 if there
// is none.
func opening(piece, open []byte, at int) int {
	for {
		i := bytes.Index(piece[at:], open)
		if i < 0 || at+i+len(open) >= len(piece) {
			return -1
		}
		at += i
		switch piece[at+len(open)] {
		case ' ', '>', '\t', '\r', '\n', '/':
			return at
		}
		at++
	}
}

// xml reads one event.
func (d *dialects) xml(f Format, rec *Record, b []byte) Reason {
	rec.Format = f
	if f == ATNA {
		at := bytes.Index(b, []byte("<AuditMessage")) // a declaration may stand before it
		if at < 0 {
			return Broken
		}
		return d.atna(rec, b[at:])
	}
	b = bytes.TrimPrefix(bytes.TrimSpace(b), []byte("- "))
	if at := bytes.Index(b, []byte("<Event ")); at > 0 && b[1] == '?' {
		b = b[at:]
	}
	e := windowsEvent{rec: rec, names: &d.plain}
	if why := d.markup.read(b, &e); why != "" {
		return why
	}
	return d.windowsTime(rec)
}

func (d *dialects) windowsTime(rec *Record) Reason {
	if len(rec.Fields) == 0 {
		return Broken
	}
	z := zones{} // SystemTime is UTC
	rec.Time, _ = z.any(rec.Get("TimeCreated_SystemTime"))
	return ""
}

// windowsEvent turns a Windows event into fields: the children of System by
// their names, their attributes as Provider_Name, each Data of EventData by its
// Name (Data where it has none), the fields of UserData by theirs.
type windowsEvent struct {
	rec   *Record
	names *names
	path  [maxDepth]string
	depth int
	data  string // Name of the open Data
	text  bool   // the open element has had a text
}

func (e *windowsEvent) Open(name []byte) {
	if e.depth < len(e.path) {
		e.path[e.depth] = e.names.of(name)
	}
	e.depth++
	e.data, e.text = "", false
}

func (e *windowsEvent) Attr(name, value []byte) {
	if e.depth < 2 || e.depth > len(e.path) {
		return
	}
	own := e.path[e.depth-1]
	switch {
	case (own == "Data" || own == "ComplexData") && string(name) == "Name":
		e.data = e.names.of(value)
	case e.depth == 2: // of EventData itself
	default:
		from := len(e.rec.scratch)
		e.rec.scratch = append(append(append(e.rec.scratch, own...), '_'), name...)
		key := e.names.of(e.rec.scratch[from:])
		e.rec.scratch = e.rec.scratch[:from]
		e.rec.add(key, e.rec.keep(value))
	}
}

func (e *windowsEvent) Text(value []byte) {
	if e.depth < 2 || e.depth > len(e.path) {
		return
	}
	name := e.path[e.depth-1]
	if e.data != "" {
		name = e.data
	}
	if e.text && len(e.rec.Fields) > 0 { // a text in pieces, around CDATA
		last := &e.rec.Fields[len(e.rec.Fields)-1]
		joined := append(append(e.rec.scratch[len(e.rec.scratch):], last.Value...), value...)
		last.Value = joined
		return
	}
	e.text = true
	e.rec.add(name, e.rec.keep(value))
}

func (e *windowsEvent) Again() { e.text = false }

func (e *windowsEvent) Close() {
	if e.data != "" && !e.text {
		e.rec.add(e.data, []byte{})
	}
	e.depth = max(e.depth-1, 0)
	e.data, e.text = "", false
}
