package cyclonedx

import (
	"fmt"
	"strings"

	"ward/format/problem/shape"
)

// model is one edition's rules for XML.
type model struct {
	types    map[string]*complexType
	simple   *shape.Set
	collapse map[string]bool // simple types whose outer white space does not count
}

// complexType is one element type: its attributes, and text or elements.
type complexType struct {
	attrs      map[string]attribute
	anyAttr    bool // other attributes pass
	otherAttr  bool // attributes of another namespace pass
	mixed      bool
	text       string // simple type of the content, "" for elements
	content    *particle
	attributes []string // required
}

// attribute names the simple type of an attribute's value.
type attribute struct{ kind string }

// particleKind tells the parts of a content model apart.
type particleKind byte

const (
	element particleKind = iota
	other                // an element of another namespace
	sequence
	choice
)

// particle is a part of a content model. Models of the standard are
// deterministic (XML Schema part 1, unique particle attribution), so one
// element ahead decides.
type particle struct {
	kind      particleKind
	name      string
	typ       string
	parts     []*particle
	defaulted bool // an element without content stands for its default value
	optional  bool // may be absent
	many      bool // may repeat
}

// compileModel reads the rules of one edition.
func compileModel(text, edition string) (*model, error) {
	m := &model{types: map[string]*complexType{}, collapse: map[string]bool{}}
	var simple strings.Builder
	for _, line := range shape.Lines(text, edition) {
		name, body, _ := strings.Cut(line, " = ")
		switch {
		case strings.HasPrefix(body, "{"):
			p := modelParser{tokens: strings.Fields(body)}
			t, err := p.complexType()
			if err != nil {
				return nil, fmt.Errorf("type %s of %s: %w", name, edition, err)
			}
			m.types[name] = t
		default:
			if rest, ok := strings.CutPrefix(body, "~"); ok {
				m.collapse[name], body = true, rest
			}
			simple.WriteString(name + " = " + body + "\n")
		}
	}
	set, err := shape.Compile(simple.String(), edition)
	if err != nil {
		return nil, err
	}
	m.simple = set
	return m, m.resolve()
}

// resolve refuses rules that name a type which no line defines.
func (m *model) resolve() error {
	known := func(name string) bool { return name == "anything" || m.types[name] != nil || m.simple.Has(name) }
	for name, t := range m.types {
		for _, a := range t.attrs {
			if !m.simple.Has(a.kind) {
				return fmt.Errorf("type %s: no simple type %q", name, a.kind)
			}
		}
		if t.text != "" && !known(t.text) {
			return fmt.Errorf("type %s: no type %q", name, t.text)
		}
		if err := t.content.resolve(known); err != nil {
			return fmt.Errorf("type %s: %w", name, err)
		}
	}
	return nil
}

// resolve walks one content model.
func (p *particle) resolve(known func(string) bool) error {
	if p == nil {
		return nil
	}
	if p.kind == element && !known(p.typ) {
		return fmt.Errorf("no type %q", p.typ)
	}
	for _, part := range p.parts {
		if err := part.resolve(known); err != nil {
			return err
		}
	}
	return nil
}

// modelParser reads the words of one type; the notation keeps them apart by blanks.
type modelParser struct{ tokens []string }

// next gives the next word, "" at the end.
func (p *modelParser) next() string {
	if len(p.tokens) == 0 {
		return ""
	}
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	return t
}

// complexType reads "{ attributes content }".
func (p *modelParser) complexType() (*complexType, error) {
	t := &complexType{attrs: map[string]attribute{}}
	p.next() // {
	for {
		switch tok := p.next(); {
		case tok == "}" && len(p.tokens) == 0:
			return t, nil
		case tok == "@*":
			t.anyAttr = true
		case tok == "@other":
			t.otherAttr = true
		case strings.HasPrefix(tok, "@"):
			name, kind, _ := strings.Cut(tok[1:], ":")
			if bare, ok := strings.CutSuffix(name, "!"); ok {
				name = bare
				t.attributes = append(t.attributes, name)
			}
			t.attrs[name] = attribute{kind}
		case tok == "mixed":
			t.mixed = true
		case tok == "=":
			t.text = p.next()
		case tok == "(":
			group, err := p.group()
			if err != nil {
				return nil, err
			}
			if t.content != nil { // two groups follow one another
				group = &particle{kind: sequence, parts: []*particle{t.content, group}}
			}
			t.content = group
		default:
			return nil, fmt.Errorf("unexpected %q", tok)
		}
	}
}

// group reads up to its closing parenthesis, with the sign behind it.
func (p *modelParser) group() (*particle, error) {
	g := &particle{kind: sequence}
	for {
		tok := p.next()
		switch {
		case tok == "":
			return nil, fmt.Errorf("a group is not closed")
		case tok == "|":
			g.kind = choice
		case tok == "(":
			inner, err := p.group()
			if err != nil {
				return nil, err
			}
			g.parts = append(g.parts, inner)
		case tok[0] == ')':
			g.occurs(tok[1:])
			return g, nil
		default:
			g.parts = append(g.parts, leaf(tok))
		}
	}
}

// leaf reads "name:type" with its sign, or "other".
func leaf(tok string) *particle {
	p := &particle{kind: element}
	bare := strings.TrimRight(tok, "?*+")
	p.occurs(tok[len(bare):])
	if bare == "other" {
		p.kind = other
		return p
	}
	p.name, p.typ, _ = strings.Cut(bare, ":")
	p.name, p.defaulted = strings.CutSuffix(p.name, "~")
	return p
}

// occurs reads the sign behind a part: none is exactly one.
func (p *particle) occurs(sign string) {
	p.optional = sign == "?" || sign == "*"
	p.many = sign == "*" || sign == "+"
}
