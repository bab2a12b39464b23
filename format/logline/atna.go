package logline

import "bytes"

// atna reads an audit message of a medical system: DICOM PS3.15 A.5, of which
// RFC 3881 is the older form, as IHE ATNA transports it. Fields are named
// Element.Attribute, the text of an element by the element alone. Participants
// and objects come several times, so their names repeat, in order.
func (d *dialects) atna(rec *Record, b []byte) Reason {
	a := auditMessage{rec: rec, names: &d.plain}
	if why := d.markup.read(b, &a); why != "" {
		return why
	}
	if len(rec.Fields) == 0 {
		return Broken
	}
	if t, ok := d.any(rec.Get("EventIdentification.EventDateTime")); ok {
		rec.Time = t
	}
	return ""
}

type auditMessage struct {
	rec   *Record
	names *names
	path  [maxDepth]string
	depth int
}

func (a *auditMessage) Open(name []byte) {
	if a.depth < len(a.path) {
		a.path[a.depth] = a.names.of(name)
	}
	a.depth++
}

func (a *auditMessage) Attr(name, value []byte) {
	if a.depth < 2 || a.depth > len(a.path) {
		return
	}
	from := len(a.rec.scratch)
	a.rec.scratch = append(append(append(a.rec.scratch, a.path[a.depth-1]...), '.'), name...)
	key := a.names.of(a.rec.scratch[from:])
	a.rec.scratch = a.rec.scratch[:from]
	a.rec.add(key, a.rec.keep(value))
}

func (a *auditMessage) Text(value []byte) {
	if a.depth >= 2 && a.depth <= len(a.path) {
		a.rec.add(a.path[a.depth-1], a.rec.keep(bytes.TrimSpace(value)))
	}
}

func (a *auditMessage) Close() { a.depth = max(a.depth-1, 0) }
