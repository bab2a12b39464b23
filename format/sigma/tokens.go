package sigma

import (
	"bytes"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Bounds of an event.
const (
	maxEventDepth = 64
	maxSpans      = 20_000
)

// span is a value of an event and the number of its name.
type span struct {
	name int32
	kind valueKind
	esc  bool   // raw has escapes
	raw  []byte // as it stands in the event, without quotes
	text []byte // decoded, see matcher.text
	fold []byte // folded as far as the automaton does not do it
}

type valueKind uint8

const (
	stringKind valueKind = iota
	numberKind
	boolKind
	nullKind
	objectKind // of a name that somebody asks for: its JSON
)

// scanner notes the values of a JSON object in one pass, without copying. It is
// as strict as is needed to know where values end, and no stricter: broken
// UTF-8 and line breaks in strings pass.
type scanner struct {
	names *names
	in    []byte
	at    int
	spans []span
	key   []byte // a key with escapes, decoded
	fault string
}

// EventError says why an event could not be read.
type EventError struct {
	Offset int // bytes from the start of the event
	Detail string
}

func (e *EventError) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Detail) }

func (s *scanner) scan(event []byte) error {
	s.in, s.at, s.spans, s.fault = event, 0, s.spans[:0], ""
	s.space()
	ok := s.at < len(s.in) && s.in[s.at] == '{'
	if !ok {
		s.fault = "no JSON object"
	} else if ok = s.object(0, 0); ok {
		if s.space(); s.at < len(s.in) {
			ok, s.fault = false, "text after the object"
		}
	}
	if !ok {
		return &EventError{s.at, s.fault}
	}
	return nil
}

func (s *scanner) fail(detail string) bool {
	if s.fault == "" {
		s.fault = detail
	}
	return false
}

func (s *scanner) space() {
	for s.at < len(s.in) {
		switch s.in[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// take passes a byte that must come next.
func (s *scanner) take(c byte) bool {
	s.space()
	if s.at < len(s.in) && s.in[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) object(name int32, depth int) bool {
	if depth > maxEventDepth {
		return s.fail("nested too deep")
	}
	s.at++
	if s.take('}') {
		return true
	}
	for {
		if !s.take('"') {
			return s.fail("a key is missing")
		}
		key, esc, ok := s.str()
		if !ok {
			return false
		}
		if esc {
			s.key = unescape(s.key[:0], key)
			key = s.key
		}
		child := s.names.find(name, key)
		if !s.take(':') {
			return s.fail("a colon is missing")
		}
		if !s.value(child, depth+1) {
			return false
		}
		if s.take(',') {
			continue
		}
		if s.take('}') {
			return true
		}
		return s.fail("a comma is missing")
	}
}

func (s *scanner) array(name int32, depth int) bool {
	if depth > maxEventDepth {
		return s.fail("nested too deep")
	}
	s.at++
	if s.take(']') {
		return true
	}
	for {
		if !s.value(name, depth+1) {
			return false
		}
		if s.take(',') {
			continue
		}
		if s.take(']') {
			return true
		}
		return s.fail("a comma is missing")
	}
}

func (s *scanner) value(name int32, depth int) bool {
	s.space()
	if s.at >= len(s.in) {
		return s.fail("a value is missing")
	}
	switch c := s.in[s.at]; {
	case c == '"':
		s.at++
		raw, esc, ok := s.str()
		return ok && s.add(span{name: name, kind: stringKind, esc: esc, raw: raw})
	case c == '{':
		return s.member(name, depth)
	case c == '[':
		return s.array(name, depth)
	}
	return s.word(name)
}

// member reads an object that is the value of a name. If somebody asks for the
// name itself, its JSON is a value too.
func (s *scanner) member(name int32, depth int) bool {
	from, first := s.at, len(s.spans)
	if !s.object(name, depth) {
		return false
	}
	if name <= 0 {
		return true
	}
	if s.names.named[name] {
		s.label(name, first)
	}
	if !s.names.wants[name] {
		return true
	}
	for i := first; i < len(s.spans); i++ {
		if s.spans[i].name == name {
			return true // the element's own text
		}
	}
	return s.add(span{name: name, kind: objectKind, raw: s.in[from:s.at]})
}

// label gives the value of a {name, value} object its name.
func (s *scanner) label(name int32, first int) {
	label, value := -1, -1
	for i := first; i < len(s.spans); i++ {
		switch n := s.spans[i].name; {
		case n == name:
			value = i
		case n > 0 && s.names.label[n]:
			label = i
		}
	}
	if label >= 0 && value >= 0 {
		s.spans[value].name = s.names.find(0, s.spans[label].raw)
	}
}

// word reads a number, true, false or null.
func (s *scanner) word(name int32) bool {
	from := s.at
	for s.at < len(s.in) && wordByte[s.in[s.at]] {
		s.at++
	}
	raw := s.in[from:s.at]
	switch {
	case len(raw) == 0:
		return s.fail("no value")
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		return s.add(span{name: name, kind: numberKind, raw: raw})
	case string(raw) == "true" || string(raw) == "false":
		return s.add(span{name: name, kind: boolKind, raw: raw})
	case string(raw) == "null":
		return s.add(span{name: name, kind: nullKind, raw: raw})
	}
	s.at = from
	return s.fail("no value")
}

var wordByte = func() (out [256]bool) {
	for _, c := range "0123456789+-.eEtrufalsn" {
		out[c] = true
	}
	return
}()

func (s *scanner) add(v span) bool {
	if len(s.spans) >= maxSpans {
		return s.fail("too many values")
	}
	s.spans = append(s.spans, v)
	return true
}

// str gives the text up to the closing quote; the opening one is passed.
func (s *scanner) str() (raw []byte, esc, ok bool) {
	rest := s.in[s.at:]
	end := bytes.IndexByte(rest, '"')
	if end >= 0 {
		slash := bytes.IndexByte(rest[:end], '\\')
		if slash < 0 {
			s.at += end + 1
			return rest[:end], false, true
		}
		for i := slash; i < len(rest); i++ {
			switch rest[i] {
			case '\\':
				i++
			case '"':
				s.at += i + 1
				return rest[:i], true, true
			}
		}
	}
	s.at = len(s.in)
	return nil, false, s.fail("a string is not closed")
}

// unescape appends raw decoded. What is no escape of JSON stays as it is.
func unescape(dst, raw []byte) []byte {
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '\\' || i+1 == len(raw) {
			dst = append(dst, c)
			continue
		}
		next := raw[i+1]
		if next == 'u' {
			var n int
			if dst, n = unescapeUnicode(dst, raw[i:]); n > 0 {
				i += n - 1
				continue
			}
		}
		if to := escapes[next]; to != 0 {
			dst = append(dst, to)
		} else {
			dst = append(dst, c, next)
		}
		i++
	}
	return dst
}

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescapeUnicode decodes \uXXXX or a pair of them, and gives its length in raw.
func unescapeUnicode(dst, raw []byte) ([]byte, int) {
	r, ok := hex4(raw)
	if !ok {
		return dst, 0
	}
	n := 6
	if utf16.IsSurrogate(r) {
		low, ok := hex4(raw[6:])
		if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
			n = 12
		} else {
			r = utf8.RuneError
		}
	}
	return utf8.AppendRune(dst, r), n
}

func hex4(raw []byte) (rune, bool) {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range raw[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
