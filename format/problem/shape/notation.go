package shape

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// parser walks over the rest of one rule's text. The tables are ours, so its
// errors need no column; they quote what comes next.
type parser struct{ rest string }

// peek gives the next byte that is no blank, 0 at the end.
func (p *parser) peek() byte {
	p.rest = strings.TrimLeft(p.rest, " \t")
	if p.rest == "" {
		return 0
	}
	return p.rest[0]
}

// take moves over c if it comes next.
func (p *parser) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// word reads a bare or quoted name.
func (p *parser) word() (string, error) {
	if p.peek() == '"' {
		quoted, err := strconv.QuotedPrefix(p.rest)
		if err != nil {
			return "", err
		}
		p.rest = p.rest[len(quoted):]
		return strconv.Unquote(quoted)
	}
	end := strings.IndexAny(p.rest, " \t()[]{}:?*&|^!,=")
	if end < 0 {
		end = len(p.rest)
	}
	if end == 0 {
		return "", fmt.Errorf("a name is missing before %.20q", p.rest)
	}
	w := p.rest[:end]
	p.rest = p.rest[end:]
	return w, nil
}

// expression reads terms joined by one kind of operator; mixed ones need parentheses.
func (p *parser) expression() (*rule, error) {
	first, err := p.term()
	if err != nil {
		return nil, err
	}
	c := p.peek()
	joined, ok := map[byte]op{'&': opAll, '|': opSome, '^': opOne}[c]
	if !ok {
		return first, nil
	}
	r := &rule{op: joined, parts: []*rule{first}}
	for p.take(c) {
		t, err := p.term()
		if err != nil {
			return nil, err
		}
		r.parts = append(r.parts, t)
	}
	return r, nil
}

// term reads one shape without operators around it.
func (p *parser) term() (*rule, error) {
	switch p.peek() {
	case '(':
		p.take('(')
		r, err := p.expression()
		return r, p.closed(')', err)
	case '!':
		p.take('!')
		r, err := p.term()
		return &rule{op: opNot, parts: []*rule{r}}, err
	case '[':
		return p.array()
	case '{':
		return p.object()
	case '/':
		return p.expressionOfText()
	}
	return p.named()
}

// closed asks for the closing sign behind a part that was read well.
func (p *parser) closed(c byte, err error) error {
	if err == nil && !p.take(c) {
		return fmt.Errorf("%q is missing before %.20q", c, p.rest)
	}
	return err
}

// expressionOfText reads /…/; a slash inside is written with a backslash.
func (p *parser) expressionOfText() (*rule, error) {
	for end := 1; end < len(p.rest); end++ {
		if p.rest[end] == '/' && p.rest[end-1] != '\\' {
			re, err := regexp.Compile(strings.ReplaceAll(p.rest[1:end], `\/`, `/`))
			p.rest = p.rest[end+1:]
			return &rule{op: opPattern, pattern: re}, err
		}
	}
	return nil, fmt.Errorf("expression is not closed: %.20q", p.rest)
}

// array reads [x] or [first, x] with its bounds.
func (p *parser) array() (*rule, error) {
	p.take('[')
	item, err := p.expression()
	items := []*rule{item}
	if err == nil && p.take(',') {
		item, err = p.expression()
		items = append(items, item)
	}
	if err = p.closed(']', err); err != nil {
		return nil, err
	}
	r := &rule{op: opArray, parts: items}
	return r, p.bounds(r)
}

// bounds reads an optional "(min..max unique)".
func (p *parser) bounds(r *rule) error {
	r.min, r.max = math.Inf(-1), math.Inf(1)
	if !strings.HasPrefix(p.rest, "(") {
		return nil
	}
	text, rest, ok := strings.Cut(p.rest[1:], ")")
	if !ok {
		return fmt.Errorf("bounds are not closed: %.20q", p.rest)
	}
	p.rest = rest
	for f := range strings.FieldsSeq(text) {
		low, high, ranged := strings.Cut(f, "..")
		switch {
		case f == "unique":
			r.unique = true
		case !ranged:
			return fmt.Errorf("bounds %q", text)
		default:
			if err := bound(low, &r.min); err != nil {
				return err
			}
			if err := bound(high, &r.max); err != nil {
				return err
			}
		}
	}
	return nil
}

// bound reads one end; left out it stays without limit.
func bound(text string, to *float64) error {
	if text == "" {
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	*to = f
	return err
}

// object reads { … }. The order of members carries no meaning.
func (p *parser) object() (*rule, error) {
	p.take('{')
	r := &rule{op: opObject, members: map[string]*member{}}
	for !p.take('}') {
		if p.take('*') {
			r.open = true
			if p.take(':') {
				rest, err := p.expression()
				if err != nil {
					return nil, err
				}
				r.rest = rest
			}
			continue
		}
		m, err := p.member()
		if err != nil {
			return nil, err
		}
		r.members[m.name] = m
		if !m.optional {
			r.required = append(r.required, m.name)
		}
	}
	return r, nil
}

// member reads "name?: shape".
func (p *parser) member() (*member, error) {
	name, err := p.word()
	if err != nil {
		return nil, err
	}
	m := &member{name: name, optional: p.take('?')}
	if !p.take(':') {
		return nil, fmt.Errorf("member %q has no shape", name)
	}
	m.shape, err = p.expression()
	return m, err
}

// named reads what begins with a word: a basic type, enum, has, or a reference.
func (p *parser) named() (*rule, error) {
	if p.take('@') {
		name, err := p.word()
		if err == nil && formats[name] == nil {
			err = fmt.Errorf("no format %q", name)
		}
		if err != nil {
			return nil, err
		}
		r := &rule{op: opFormat, name: name}
		return r, p.bounds(r)
	}
	quoted := p.peek() == '"'
	w, err := p.word()
	if err != nil || quoted {
		return &rule{op: opRef, name: w}, err
	}
	if w == "true" {
		return &rule{op: opBool, name: w}, nil
	}
	plain := map[string]op{"any": opAny, "str": opString, "int": opInt, "num": opNumber, "bool": opBool, "null": opNull}
	if o, ok := plain[w]; ok {
		r := &rule{op: o}
		return r, p.bounds(r)
	}
	if (w == "enum" || w == "has") && p.take('(') {
		return p.wordList(w)
	}
	return &rule{op: opRef, name: w}, nil
}

// wordList reads the words in the parentheses of enum and has.
func (p *parser) wordList(kind string) (*rule, error) {
	r := &rule{op: opHas, values: map[string]bool{}}
	if kind == "enum" {
		r.op = opEnum
	}
	for !p.take(')') {
		w, err := p.word()
		if err != nil {
			return nil, err
		}
		r.values[w] = true
		r.names = append(r.names, w)
	}
	return r, nil
}
