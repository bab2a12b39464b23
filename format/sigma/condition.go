package sigma

import (
	"strings"
)

// Bounds of a condition.
const (
	maxTokens = 4096
	maxNest   = 64
)

// condition is a parsed condition over names of searches.
type condition struct {
	op   op
	kids []*condition
	name string // of a leaf
}

type op uint8

const (
	opLeaf op = iota
	opAnd
	opOr
	opNot
)

// parseCondition reads a condition (rules specification, "Condition"): or
// binds least, then and, not, "1 of". Names lists the searches in order.
func parseCondition(s string, names []string) (*condition, error) {
	if strings.Contains(s, "|") {
		return nil, faultf(0, Aggregation, "condition %q: the pipe syntax was replaced by correlations", s)
	}
	p := &conditionParser{tokens: tokens(s), names: names}
	if len(p.tokens) > maxTokens {
		return nil, faultf(0, TooLarge, "a condition of more than %d words", maxTokens)
	}
	c, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.at < len(p.tokens) {
		return nil, faultf(0, BadCondition, "condition %q: %q is unexpected", s, p.tokens[p.at])
	}
	return c, nil
}

func tokens(s string) []string {
	s = strings.NewReplacer("(", " ( ", ")", " ) ").Replace(s)
	return strings.Fields(s)
}

type conditionParser struct {
	tokens []string
	names  []string
	at     int
	depth  int
}

// word is the next token in lower case, "" at the end.
func (p *conditionParser) word() string {
	if p.at >= len(p.tokens) {
		return ""
	}
	return strings.ToLower(p.tokens[p.at])
}

func (p *conditionParser) or() (*condition, error)  { return p.joined("or", opOr, p.and) }
func (p *conditionParser) and() (*condition, error) { return p.joined("and", opAnd, p.not) }

func (p *conditionParser) joined(word string, op op, part func() (*condition, error)) (*condition, error) {
	first, err := part()
	if err != nil || p.word() != word {
		return first, err
	}
	out := &condition{op: op, kids: []*condition{first}}
	for p.word() == word {
		p.at++
		next, err := part()
		if err != nil {
			return nil, err
		}
		out.kids = append(out.kids, next)
	}
	return out, nil
}

func (p *conditionParser) not() (*condition, error) {
	if p.word() != "not" {
		return p.operand()
	}
	p.at++
	if p.depth++; p.depth > maxNest {
		return nil, faultf(0, TooLarge, "a condition nested more than %d deep", maxNest)
	}
	kid, err := p.not()
	p.depth--
	if err != nil {
		return nil, err
	}
	return &condition{op: opNot, kids: []*condition{kid}}, nil
}

func (p *conditionParser) operand() (*condition, error) {
	word := p.word()
	switch word {
	case "":
		return nil, faultf(0, BadCondition, "the condition ends too early")
	case "(":
		return p.bracket()
	case ")", "and", "or":
		return nil, faultf(0, BadCondition, "%q is unexpected", word)
	}
	if p.at+1 < len(p.tokens) && strings.EqualFold(p.tokens[p.at+1], "of") {
		return p.selector(word)
	}
	name := p.tokens[p.at]
	p.at++
	if !contains(p.names, name) {
		return nil, faultf(0, BadCondition, "there is no search %q", name)
	}
	return &condition{name: name}, nil
}

func (p *conditionParser) bracket() (*condition, error) {
	p.at++
	if p.depth++; p.depth > maxNest {
		return nil, faultf(0, TooLarge, "a condition nested more than %d deep", maxNest)
	}
	c, err := p.or()
	p.depth--
	if err != nil {
		return nil, err
	}
	if p.word() != ")" {
		return nil, faultf(0, BadCondition, "a bracket is not closed")
	}
	p.at++
	return c, nil
}

// selector reads "1 of them", "all of filter_*" and the like.
func (p *conditionParser) selector(quantifier string) (*condition, error) {
	out := &condition{op: opOr}
	switch quantifier {
	case "1", "any":
	case "all":
		out.op = opAnd
	default:
		return nil, faultf(0, BadCondition, "%q of: only 1, any and all can be counted", quantifier)
	}
	p.at += 2
	if p.at >= len(p.tokens) {
		return nil, faultf(0, BadCondition, "%q of what?", quantifier)
	}
	pattern := p.tokens[p.at]
	p.at++
	for _, n := range p.names {
		if selects(pattern, n) {
			out.kids = append(out.kids, &condition{name: n})
		}
	}
	switch len(out.kids) {
	case 0:
		return nil, faultf(0, BadCondition, "%q names no search", pattern)
	case 1:
		return out.kids[0], nil
	}
	return out, nil
}

// selects tells whether a pattern of a selector means a search. Names that
// begin with an underscore are meant only by patterns that do too.
func selects(pattern, name string) bool {
	if strings.EqualFold(pattern, "them") {
		return !strings.HasPrefix(name, "_")
	}
	if strings.HasPrefix(name, "_") && !strings.HasPrefix(pattern, "_") {
		return false
	}
	pieces := strings.Split(pattern, "*")
	if len(pieces) == 1 {
		return pattern == name
	}
	rest, ok := strings.CutPrefix(name, pieces[0])
	if !ok {
		return false
	}
	last := pieces[len(pieces)-1]
	for _, piece := range pieces[1 : len(pieces)-1] {
		i := strings.Index(rest, piece)
		if i < 0 {
			return false
		}
		rest = rest[i+len(piece):]
	}
	return strings.HasSuffix(rest, last)
}
