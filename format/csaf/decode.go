package csaf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"ward/format/problem"
)

// maxOddities keeps a broken document of a million faults from costing memory.
const maxOddities = 100

// decoder walks the JSON tokens of one document once. Its methods never fail
// on a value of the wrong type: they note it and skip it. The first syntax
// error or broken bound is kept in err and ends every loop.
type decoder struct {
	json  *jsontext.Decoder
	lim   Limits
	items int
	doc   *Document
	err   error
	ids   map[string]string // interned product ids: they repeat thousands of times
}

func newDecoder(data []byte, lim Limits, doc *Document) *decoder {
	return &decoder{json: jsontext.NewDecoder(bytes.NewBuffer(data)), lim: lim, doc: doc, ids: map[string]string{}}
}

// fail keeps the first error; detail is formatted.
func (d *decoder) fail(kind error, format string, args ...any) {
	if d.err == nil {
		d.err = &Error{Kind: kind, Place: string(d.json.StackPointer()), Offset: d.json.InputOffset(), Detail: fmt.Sprintf(format, args...)}
	}
}

// odd notes something that was gone over.
func (d *decoder) odd(format string, args ...any) {
	if len(d.doc.Oddities) < maxOddities {
		d.doc.Oddities = append(d.doc.Oddities, problem.Problem{Place: string(d.json.StackPointer()), Rule: ruleRead, Detail: fmt.Sprintf(format, args...)})
	}
}

// syntax keeps a tokeniser's error with its place.
func (d *decoder) syntax(err error) {
	if d.err != nil {
		return
	}
	e := &Error{Kind: ErrSyntax, Offset: d.json.InputOffset(), Detail: err.Error()}
	var s *jsontext.SyntacticError
	if errors.As(err, &s) {
		e.Place, e.Offset, e.Detail = string(s.JSONPointer), s.ByteOffset, s.Err.Error()
	} else if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		e.Detail = "the file ends too early"
	}
	d.err = e
}

// token reads the next token; the zero Token after an error.
func (d *decoder) token() jsontext.Token {
	if d.err != nil {
		return jsontext.Token{}
	}
	t, err := d.json.ReadToken()
	if err != nil {
		d.syntax(err)
	}
	return t
}

// skip goes over the next value of any kind, but not over its depth: the
// tokeniser itself allows 10,000 levels and holds each.
func (d *decoder) skip() {
	if d.err != nil {
		return
	}
	depth := d.json.StackDepth()
	for {
		d.token()
		if d.err != nil {
			return
		}
		now := d.json.StackDepth()
		if now > d.lim.Depth {
			d.fail(ErrTooDeep, "more than %d levels", d.lim.Depth)
			return
		}
		if now <= depth {
			return
		}
	}
}

// enter opens an object or array if the next value is one.
func (d *decoder) enter(open jsontext.Kind, want string) bool {
	if d.err != nil {
		return false
	}
	switch kind := d.json.PeekKind(); {
	case kind == open:
		d.token()
		if d.json.StackDepth() > d.lim.Depth {
			d.fail(ErrTooDeep, "more than %d levels", d.lim.Depth)
		}
		return d.err == nil
	case kind == 'n':
		d.token() // null for an absent list or object is common and harmless
	default:
		d.skip()
		if d.err == nil {
			d.odd("%s expected", want)
		}
	}
	return false
}

// object calls member for each name; member must read or skip the value.
func (d *decoder) object(member func(name string)) {
	if !d.enter('{', "an object") {
		return
	}
	for d.err == nil && d.json.PeekKind() != '}' {
		name := d.token()
		if d.err != nil {
			return
		}
		member(name.String())
	}
	d.token()
}

// array calls element before each entry of a list; a single object or string
// where a list belongs is read as a list of one.
func (d *decoder) array(element func()) {
	if d.err != nil {
		return
	}
	if k := d.json.PeekKind(); k == '{' || k == '"' {
		d.odd("a list expected, one value read")
		element()
		return
	}
	if !d.enter('[', "a list") {
		return
	}
	for d.err == nil && d.json.PeekKind() != ']' {
		if d.items++; d.items > d.lim.Items {
			d.fail(ErrTooMany, "more than %d list entries", d.lim.Items)
			return
		}
		if d.json.PeekKind() == 'n' {
			d.token()
			d.odd("null in a list")
			continue
		}
		element()
	}
	d.token()
}

// scalar reads a string, or a number or truth value as its text.
func (d *decoder) scalar(limit int) string {
	if d.err != nil {
		return ""
	}
	switch d.json.PeekKind() {
	case '"':
		s := d.token().String()
		if len(s) > limit {
			d.fail(ErrTooLarge, "a text of %d bytes where %d are allowed", len(s), limit)
			return ""
		}
		return s
	case '0', 't', 'f':
		d.odd("a string expected")
		return d.token().String()
	case 'n':
		d.token()
	default:
		d.skip()
		if d.err == nil {
			d.odd("a string expected")
		}
	}
	return ""
}

// text reads prose into to; name reads a one-line name.
func (d *decoder) text(to *string) { *to = cleanText(d.scalar(d.lim.Text)) }
func (d *decoder) name(to *string) { *to = Clean(d.scalar(d.lim.Name)) }

// id reads an identifier without mending it: references must stay equal.
func (d *decoder) id() string {
	s := d.scalar(d.lim.Name)
	if known, ok := d.ids[s]; ok {
		return known
	}
	s = strings.Clone(s)
	d.ids[s] = s
	return s
}

// idList reads a list of identifiers.
func (d *decoder) idList(to *[]string) {
	d.array(func() { *to = append(*to, d.id()) })
}

// nameList reads a list of names.
func (d *decoder) nameList(to *[]string) {
	d.array(func() {
		var s string
		if d.name(&s); s != "" {
			*to = append(*to, s)
		}
	})
}

// number reads a number, or a string that holds one; else to is left alone.
func (d *decoder) number(to *float64) {
	if d.err != nil {
		return
	}
	if d.json.PeekKind() == '0' {
		if f, err := d.token().Float(); err == nil {
			*to = f
		}
		return
	}
	var f float64
	if _, err := fmt.Sscanf(d.scalar(64), "%g", &f); err == nil {
		*to = f
	}
}

// date reads an RFC 3339 time; other forms that were seen (a bare day, a time
// without zone) are read as UTC and noted.
func (d *decoder) date(to *time.Time) {
	s := strings.TrimSpace(d.scalar(64))
	if s == "" || d.err != nil {
		return
	}
	for i, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02"} {
		if t, err := time.Parse(layout, strings.ToUpper(s)); err == nil {
			if *to = t.UTC(); i > 0 {
				d.odd("date is not RFC 3339: %.40q", s)
			}
			return
		}
	}
	d.odd("unreadable date %.40q", s)
}
