package logline

import "time"

// Field is one named value. Names may repeat: a list has one field for each
// element. Value is text in the encoding of the source; nil means that the
// source says null, as opposed to empty.
type Field struct {
	Name  string
	Value []byte
}

// Record is one entry of a log. The reader owns and reuses everything in it: it
// is valid until the next call of Next.
type Record struct {
	Line   int       // 1 for the first; of the entry's first line; for EVTX the record's own number
	Offset int64     // bytes from the start of the unpacked stream to the entry
	Time   time.Time // UTC; zero if the entry states none that can be read
	Raw    []byte    // the entry without its line end; nil for binary formats
	Format Format    // of this entry: syslog with a DNS query in it is Dnsmasq
	Cut    bool      // the line was longer than the bound and is cut
	Fields []Field   // in the order of the source

	scratch []byte
}

// Get gives the first value of a name, nil if it is absent or null.
func (r *Record) Get(name string) []byte {
	for i := range r.Fields {
		if r.Fields[i].Name == name {
			return r.Fields[i].Value
		}
	}
	return nil
}

// Object reports whether the entry is one object of JSON as its program wrote
// it, of which the fields say no more than the object does.
func (r *Record) Object() bool {
	n := len(r.Raw)
	return n > 1 && r.Raw[0] == '{' && r.Raw[n-1] == '}' && jsonFormats[r.Format]
}

// reset makes the record ready for an entry.
func (r *Record) reset(raw []byte, f Format) {
	r.Raw, r.Format, r.Time, r.Cut = raw, f, time.Time{}, false
	r.Fields, r.scratch = r.Fields[:0], r.scratch[:0]
}

// add appends a field; value must live as long as the record.
func (r *Record) add(name string, value []byte) {
	if len(r.Fields) < maxFields {
		r.Fields = append(r.Fields, Field{name, value})
	}
}

// addSet appends a field unless the value is a dash or empty, which is how most
// line formats write "unknown".
func (r *Record) addSet(name string, value []byte) {
	if len(value) > 0 && !(len(value) == 1 && value[0] == '-') {
		r.add(name, value)
	}
}

// addText appends a field whose value is a word of ours.
func (r *Record) addText(name, value string) {
	at := len(r.scratch)
	r.scratch = append(r.scratch, value...)
	r.add(name, r.scratch[at:len(r.scratch):len(r.scratch)])
}

// keep copies what will be overwritten before the record is read.
func (r *Record) keep(value []byte) []byte {
	at := len(r.scratch)
	r.scratch = append(r.scratch, value...)
	return r.scratch[at:len(r.scratch):len(r.scratch)]
}

// maxFields bounds the fields of a record; the rest is left out. The widest
// real ones (EVE with TLS and all flow bits) have some 150.
const maxFields = 4096

// names keeps one copy of each field name that comes from the data. Hostile
// input may invent names without end, so it holds only so many.
type names struct {
	known  map[string]string
	rename func(string) string // nil: as it stands
}

const (
	maxNames = 8192
	maxName  = 256 // bytes; longer names are cut
)

func (n *names) of(b []byte) string {
	if s, ok := n.known[string(b)]; ok {
		return s
	}
	key := string(b)
	s := key[:min(len(key), maxName)]
	if n.rename != nil {
		s = n.rename(s)
	}
	if n.known == nil {
		n.known = map[string]string{}
	}
	if len(n.known) < maxNames && len(key) <= maxName {
		n.known[key] = s
	}
	return s
}
