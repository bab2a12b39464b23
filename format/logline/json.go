package logline

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// flattener reads one JSON object into fields with dotted names: {"a":{"b":1}}
// is a.b. Elements of a list bear the list's name. Numbers and words stay text
// as written. RFC 8259; what follows the object is an error.
type flattener struct {
	names *names
	data  []byte
	at    int
	rec   *Record
	path  []byte
}

// maxDepth bounds nesting; the deepest real logs (Kubernetes audit) have 12.
const maxDepth = 64

// read adds the fields of a whole object under names.
func (f *flattener) read(names *names, rec *Record, data []byte) Reason {
	f.names = names
	return f.flatten(data, rec, "")
}

// flatten adds the fields of the object in data to rec.
func (f *flattener) flatten(data []byte, rec *Record, prefix string) Reason {
	f.data, f.at, f.rec = data, 0, rec
	f.path = append(f.path[:0], prefix...)
	f.space()
	if f.peek() != '{' {
		return BrokenJSON
	}
	if why := f.object(0); why != "" {
		return why
	}
	if f.space(); f.at != len(f.data) {
		return BrokenJSON
	}
	return ""
}

func (f *flattener) peek() byte {
	if f.at < len(f.data) {
		return f.data[f.at]
	}
	return 0
}

func (f *flattener) space() {
	for f.at < len(f.data) {
		switch f.data[f.at] {
		case ' ', '\t', '\n', '\r':
			f.at++
		default:
			return
		}
	}
}

// value reads any value; its fields bear the path as it stands.
func (f *flattener) value(depth int) Reason {
	switch c := f.peek(); {
	case c == '"':
		text, ok := f.text()
		if !ok {
			return BrokenJSON
		}
		f.rec.add(f.names.of(f.path), text)
		return ""
	case c == '{':
		return f.object(depth + 1)
	case c == '[':
		return f.array(depth + 1)
	case c == 'n' && bytes.HasPrefix(f.data[f.at:], []byte("null")):
		f.at += 4
		f.rec.add(f.names.of(f.path), nil)
		return ""
	}
	return f.plain()
}

// plain reads a number, true or false.
func (f *flattener) plain() Reason {
	from := f.at
	for f.at < len(f.data) {
		switch c := f.data[f.at]; {
		case isDigit(c), c == '-', c == '+', c == '.', c >= 'a' && c <= 'z', c == 'E':
			f.at++
			continue
		}
		break
	}
	text := f.data[from:f.at]
	if !isNumber(text) && string(text) != "true" && string(text) != "false" {
		return BrokenJSON
	}
	f.rec.add(f.names.of(f.path), text)
	return ""
}

// isNumber follows section 6 of RFC 8259, but for leading zeros, which loggers
// do write.
func isNumber(b []byte) bool {
	i := 0
	if i < len(b) && b[i] == '-' {
		i++
	}
	run := func() bool {
		from := i
		for i < len(b) && isDigit(b[i]) {
			i++
		}
		return i > from
	}
	if !run() {
		return false
	}
	if i < len(b) && b[i] == '.' {
		if i++; !run() {
			return false
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if !run() {
			return false
		}
	}
	return i == len(b)
}

func (f *flattener) object(depth int) Reason {
	if depth > maxDepth {
		return TooDeep
	}
	f.at++
	base := len(f.path)
	for first := true; ; first = false {
		f.space()
		if f.peek() == '}' && first {
			f.at++
			return ""
		}
		if f.peek() != '"' {
			return BrokenJSON
		}
		key, ok := f.text()
		if !ok {
			return BrokenJSON
		}
		if f.space(); f.peek() != ':' {
			return BrokenJSON
		}
		f.at++
		f.space()
		if base > 0 {
			f.path = append(f.path, '.')
		}
		f.path = append(f.path, key...)
		if why := f.value(depth); why != "" {
			return why
		}
		f.path = f.path[:base]
		if done, why := f.comma('}'); done || why != "" {
			return why
		}
	}
}

func (f *flattener) array(depth int) Reason {
	if depth > maxDepth {
		return TooDeep
	}
	f.at++
	if f.space(); f.peek() == ']' {
		f.at++
		return ""
	}
	for {
		f.space()
		if why := f.value(depth); why != "" {
			return why
		}
		if done, why := f.comma(']'); done || why != "" {
			return why
		}
	}
}

// comma passes over what stands between elements.
func (f *flattener) comma(close byte) (done bool, why Reason) {
	f.space()
	switch f.peek() {
	case close:
		f.at++
		return true, ""
	case ',':
		f.at++
		return false, ""
	}
	return false, BrokenJSON
}

// text reads a string. One without escapes is given where it lies.
func (f *flattener) text() ([]byte, bool) {
	from := f.at + 1
	for i := from; i < len(f.data); i++ {
		switch f.data[i] {
		case '"':
			f.at = i + 1
			return f.data[from:i:i], true
		case '\\':
			return f.escaped(from, i)
		}
	}
	return nil, false
}

var simpleEscapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escaped decodes a string with escapes into the record's scratch.
func (f *flattener) escaped(from, i int) ([]byte, bool) {
	out := f.rec.scratch
	start := len(out)
	out = append(out, f.data[from:i]...)
	for i < len(f.data) {
		c := f.data[i]
		if c == '"' {
			f.at, f.rec.scratch = i+1, out
			return out[start:len(out):len(out)], true
		}
		if c != '\\' {
			end := i + 1
			for end < len(f.data) && f.data[end] != '"' && f.data[end] != '\\' {
				end++
			}
			out = append(out, f.data[i:end]...)
			i = end
			continue
		}
		if i+1 >= len(f.data) {
			break
		}
		if f.data[i+1] == 'u' {
			r, n := escapedRune(f.data[i:])
			if n == 0 {
				break
			}
			out = utf8.AppendRune(out, r)
			i += n
			continue
		}
		plain := simpleEscapes[f.data[i+1]]
		if plain == 0 {
			break
		}
		out = append(out, plain)
		i += 2
	}
	return nil, false
}

// escapedRune reads \uXXXX, and a second one where the first is half of a pair.
func escapedRune(b []byte) (rune, int) {
	r := hex4(b)
	if r < 0 {
		return 0, 0
	}
	if utf16.IsSurrogate(r) && len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
		if pair := utf16.DecodeRune(r, hex4(b[6:])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return r, 6 // a lone half becomes U+FFFD in AppendRune
}

func hex4(b []byte) rune {
	if len(b) < 6 {
		return -1
	}
	v := rune(0)
	for _, c := range b[2:6] {
		d := unhex(c)
		if d < 0 {
			return -1
		}
		v = v<<4 | rune(d)
	}
	return v
}

func unhex(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
