package indicator

import (
	"errors"
	"fmt"
	"strings"
)

// Reasons why a pattern (STIX 2.1 part 9) is not compiled.
var (
	errPattern   = errors.New("the pattern cannot be read")
	errTwo       = errors.New("the pattern joins two observations, which one log line does not show")
	errQualifier = errors.New("the pattern counts or bounds observations in time")
	errTerms     = errors.New("the pattern has too many alternatives")
)

// Bounds of one pattern.
const (
	maxTerms = 1000
	maxAnd   = 16
	maxDepth = 50
)

// term is one alternative of a pattern: all of its parts, or the reason why it
// is not compiled.
type term struct {
	parts []Indicator
	err   error
}

// pattern reads a STIX pattern into its alternatives.
func pattern(s string) ([]term, error) {
	if len(s) > 64<<10 {
		return nil, errTerms
	}
	p := &patternReader{tokens: patternTokens(s)}
	out, err := p.observations()
	if err != nil {
		return nil, err
	}
	return out, nil
}

type patternReader struct {
	tokens []string
	depth  int
}

func (p *patternReader) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *patternReader) next() string {
	t := p.peek()
	if len(p.tokens) > 0 {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *patternReader) is(word string) bool { return strings.EqualFold(p.peek(), word) }

// observations reads [..] OR [..]; all else between observations needs memory.
func (p *patternReader) observations() ([]term, error) {
	out, err := p.observation()
	for err == nil && p.is("OR") {
		p.next()
		var more []term
		more, err = p.observation()
		out = append(out, more...)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case p.is("AND") || p.is("FOLLOWEDBY"):
		return nil, errTwo
	case p.is("WITHIN") || p.is("REPEATS") || p.is("START"):
		return nil, errQualifier
	case p.peek() != "" && !(p.peek() == ")" && p.depth > 0):
		return nil, errPattern
	}
	return out, nil
}

func (p *patternReader) observation() ([]term, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errPattern
	}
	defer func() { p.depth-- }()
	switch p.next() {
	case "(":
		out, err := p.observations()
		if err == nil && p.next() != ")" {
			err = errPattern
		}
		return out, err
	case "[":
		out, err := p.or()
		if err == nil && p.next() != "]" {
			err = errPattern
		}
		return out, err
	}
	return nil, errPattern
}

func (p *patternReader) or() ([]term, error) {
	out, err := p.and()
	for err == nil && p.is("OR") {
		p.next()
		var more []term
		if more, err = p.and(); err == nil && len(out)+len(more) > maxTerms {
			err = errTerms
		}
		out = append(out, more...)
	}
	return out, err
}

func (p *patternReader) and() ([]term, error) {
	out, err := p.comparison()
	for err == nil && p.is("AND") {
		p.next()
		var more []term
		if more, err = p.comparison(); err != nil {
			break
		}
		out, err = product(out, more)
	}
	return out, err
}

// product joins every alternative with every other.
func product(a, b []term) ([]term, error) {
	if len(a)*len(b) > maxTerms {
		return nil, errTerms
	}
	var out []term
	for _, x := range a {
		for _, y := range b {
			t := term{parts: append(append([]Indicator(nil), x.parts...), y.parts...), err: x.err}
			if t.err == nil {
				t.err = y.err
			}
			if len(t.parts) > maxAnd {
				return nil, errTerms
			}
			out = append(out, t)
		}
	}
	return out, nil
}

// comparison reads path op value, or what stands in parentheses.
func (p *patternReader) comparison() ([]term, error) {
	if p.peek() == "(" {
		if p.depth++; p.depth > maxDepth {
			return nil, errPattern
		}
		defer func() { p.depth-- }()
		p.next()
		out, err := p.or()
		if err == nil && p.next() != ")" {
			err = errPattern
		}
		return out, err
	}
	path, op, not := p.next(), p.next(), false
	if strings.EqualFold(op, "NOT") {
		op, not = p.next(), true
	}
	values, err := p.values()
	if err != nil || path == "" {
		return nil, errPattern
	}
	op = strings.ToUpper(op)
	if not || op != "=" && op != "==" && op != "IN" && op != "ISSUBSET" {
		if not {
			op = "NOT " + op
		}
		return []term{{err: fmt.Errorf("%s %s is not looked for in logs", path, op)}}, nil
	}
	out := make([]term, len(values))
	for i, v := range values {
		out[i] = atom(path, v)
	}
	return out, nil
}

// values reads a value or a set of them.
func (p *patternReader) values() ([]string, error) {
	if p.peek() != "(" {
		v := p.next()
		if !isValue(v) {
			return nil, errPattern
		}
		return []string{unquote(v)}, nil
	}
	p.next()
	var out []string
	for len(out) < maxTerms {
		v := p.next()
		if !isValue(v) {
			return nil, errPattern
		}
		out = append(out, unquote(v))
		switch p.next() {
		case ",":
		case ")":
			return out, nil
		default:
			return nil, errPattern
		}
	}
	return nil, errTerms
}

func isValue(s string) bool { return s != "" && !strings.ContainsAny(s[:1], "[](),=<>!") }

// unquote takes the quotes and escapes off a string.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '\'' {
		return s
	}
	return strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(s[1 : len(s)-1])
}
