package logline

import (
	"bufio"
	"bytes"
	"io"

	"ward/format/evtx"
)

// Searchable gives a log as text in which a search for bytes finds what people
// read: UTF-16 as UTF-8, and a binary Windows log as one JSON object a line
// (format WindowsJSON). Of a log that begins with carriage returns and no line
// feed, each return ends a line; places stay. Other logs come as they are. Refused,
// to be asked at the end, says what of a binary log could not be read.
func Searchable(r io.Reader) (text io.Reader, refused func() map[Reason]int) {
	b := bufio.NewReaderSize(r, 4096)
	head, _ := b.Peek(len(evtx.Magic))
	if string(head) != evtx.Magic {
		text = b
		if Converted(head) {
			text = Decode(b)
		} else if start, _ := b.Peek(b.Size()); bytes.IndexByte(start, '\r') >= 0 && bytes.IndexByte(start, '\n') < 0 {
			text = &returns{from: b}
		}
		return text, func() map[Reason]int { return nil }
	}
	e := &eventText{events: NewEvents(evtx.NewReader(b))}
	return e, func() map[Reason]int { return e.counts.Refused }
}

// returns makes a line feed of each carriage return, but of those before a line feed.
type returns struct{ from *bufio.Reader }

// Read implements io.Reader.
func (r *returns) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := r.from.Read(p)
	for i, c := range p[:n] {
		if c != '\r' {
			continue
		}
		follows := []byte(nil)
		if i+1 < n {
			follows = p[i+1 : i+2]
		} else if err == nil {
			follows, _ = r.from.Peek(1)
		}
		if len(follows) == 0 || follows[0] != '\n' {
			p[i] = '\n'
		}
	}
	return n, err
}

// Converted reports whether Searchable gives other bytes than those of a log
// that begins so: places in the text are then none in the file.
func Converted(head []byte) bool {
	return bytes.HasPrefix(head, []byte(evtx.Magic)) || bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

// Events renders the events of a binary log one by one, as Searchable does.
type Events struct {
	src  evtxSource
	rec  Record
	line []byte
}

// NewEvents begins with what r reads.
func NewEvents(r *evtx.Reader) *Events { return &Events{src: evtxSource{r: r}} }

// Next gives the next event as one JSON object with a line end, valid until the next
// call, with its number and place. Why is set for one that cannot be read. io.EOF is
// the end.
func (e *Events) Next() (line []byte, id uint64, offset int64, why Reason, err error) {
	why, err = e.src.next(&e.rec, nil)
	if err == nil && why == "" {
		e.line = e.rec.appendJSON(e.line[:0])
		line = e.line
	}
	return line, uint64(e.rec.Line), e.rec.Offset, why, err
}

// eventText renders the events of a binary log.
type eventText struct {
	events *Events
	counts Counts
	rest   []byte // of a line, not yet read
}

// Read implements io.Reader.
func (e *eventText) Read(p []byte) (int, error) {
	for len(e.rest) == 0 {
		line, _, _, why, err := e.events.Next()
		if err != nil {
			return 0, err
		}
		if why != "" {
			e.counts.refuse(why)
			continue
		}
		e.rest = line
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// appendJSON writes the fields as one object and a line end; a name that
// repeats becomes a list.
func (r *Record) appendJSON(to []byte) []byte {
	seen := make(map[string]bool, len(r.Fields))
	to = append(to, '{')
	for i, f := range r.Fields {
		if seen[f.Name] {
			continue
		}
		seen[f.Name] = true
		if len(seen) > 1 {
			to = append(to, ',')
		}
		to = append(appendQuoted(to, []byte(f.Name)), ':')
		at := len(to)
		to = appendQuoted(to, f.Value)
		many := false
		for _, g := range r.Fields[i+1:] {
			if g.Name == f.Name {
				to, many = appendQuoted(append(to, ','), g.Value), true
			}
		}
		if many {
			to = append(to, 0)
			copy(to[at+1:], to[at:])
			to[at] = '['
			to = append(to, ']')
		}
	}
	return append(to, "}\n"...)
}

// appendQuoted writes a JSON string (RFC 8259, 7).
func appendQuoted(to, b []byte) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	for _, c := range b {
		switch {
		case c == '"' || c == '\\':
			to = append(to, '\\', c)
		case c == '\n':
			to = append(to, `\n`...)
		case c == '\r':
			to = append(to, `\r`...)
		case c == '\t':
			to = append(to, `\t`...)
		case c < ' ':
			to = append(to, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			to = append(to, c)
		}
	}
	return append(to, '"')
}
