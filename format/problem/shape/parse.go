package shape

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/mod/semver"
)

// Set is a compiled group of rules. It is safe for concurrent use.
type Set struct{ rules map[string]*rule }

// op is what a rule asks for; see the package comment for the notation.
type op byte

const (
	opAny op = iota
	opString
	opInt
	opNumber
	opBool
	opNull
	opPattern
	opFormat
	opEnum
	opArray
	opObject
	opHas
	opAll
	opSome
	opOne
	opNot
	opRef
)

// member is one named part of an object shape.
type member struct {
	name     string
	optional bool
	shape    *rule
}

// rule is one node of a compiled shape. Which fields count depends on op; one
// struct for all keeps the checker a single switch without allocations.
type rule struct {
	op       op
	name     string // opFormat, opRef; "true" of opBool
	min, max float64
	unique   bool
	pattern  *regexp.Regexp
	values   map[string]bool // opEnum
	names    []string        // opHas
	members  map[string]*member
	required []string
	open     bool
	rest     *rule // shape of unknown members
	parts    []*rule
}

// Compile reads the rules that hold for edition ("1.4"; "" takes untagged
// lines only). Errors name the rule; they are faults of our own tables.
func Compile(text, edition string) (*Set, error) {
	s := &Set{rules: map[string]*rule{}}
	for _, line := range Lines(text, edition) {
		name, body, found := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !found || s.rules[name] != nil {
			return nil, fmt.Errorf("shape %q: no body, or given twice", name)
		}
		p := parser{rest: body}
		r, err := p.expression()
		if err == nil && p.peek() != 0 {
			err = fmt.Errorf("unexpected %.20q", p.rest)
		}
		if err != nil {
			return nil, fmt.Errorf("shape %q: %w", name, err)
		}
		s.rules[name] = r
	}
	return s, s.resolve()
}

// Has reports whether there is a rule of that name.
func (s *Set) Has(name string) bool { return s.rules[name] != nil }

// Lines gives the lines of a rule text that hold for edition, continued lines
// joined, comments and tags off: for tables that add a notation of their own.
func Lines(text, edition string) []string {
	var out []string
	for _, line := range logicalLines(text) {
		if line, ok := forEdition(line, edition); ok {
			out = append(out, line)
		}
	}
	return out
}

// logicalLines joins continued lines and drops comments.
func logicalLines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || strings.HasPrefix(trimmed, "#"):
		case (line[0] == ' ' || line[0] == '\t') && len(out) > 0:
			out[len(out)-1] += " " + trimmed
		default:
			out = append(out, trimmed)
		}
	}
	return out
}

// forEdition takes the tag "[1.4-1.6]" or "[1.4]" off and says whether it holds.
func forEdition(line, edition string) (string, bool) {
	if !strings.HasPrefix(line, "[") {
		return line, true
	}
	tag, rest, _ := strings.Cut(line[1:], "]")
	from, to, ranged := strings.Cut(tag, "-")
	if !ranged {
		to = from
	}
	v := "v" + edition
	holds := semver.Compare(v, "v"+from) >= 0 && (to == "" || semver.Compare(v, "v"+to) <= 0)
	return strings.TrimSpace(rest), holds
}

// resolve replaces names by rules and refuses those that no line defines.
func (s *Set) resolve() error {
	for name, r := range s.rules {
		if err := s.known(r); err != nil {
			return fmt.Errorf("shape %q: %w", name, err)
		}
	}
	return nil
}

// known walks one rule down to its references.
func (s *Set) known(r *rule) error {
	if r == nil {
		return nil
	}
	if r.op == opRef {
		if s.rules[r.name] == nil {
			return fmt.Errorf("no shape %q", r.name)
		}
		return nil
	}
	for _, m := range r.members {
		if err := s.known(m.shape); err != nil {
			return err
		}
	}
	for _, p := range r.parts {
		if err := s.known(p); err != nil {
			return err
		}
	}
	return s.known(r.rest)
}
