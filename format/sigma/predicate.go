package sigma

import (
	"net/netip"
	"regexp"
	"strconv"
)

// predicate is a question to the values of one field. It holds when any of the
// field's values fits; a field of an array has several.
type predicate struct {
	field   string // "" asks all values of the event and its text
	kind    predicateKind
	cased   bool
	pattern pattern // folded unless cased
	regex   *regexp.Regexp
	net     netip.Prefix
	compare comparison
	number  number
	part    datePart
	ref     string // the other field
	line    int    // in the rule's file, for reports
}

type predicateKind uint8

const (
	isPattern predicateKind = iota
	isRegex
	isInNet
	isNumber  // compared with <, <=, >, >=
	isDate    // part of a date compared
	isField   // compared with the values of another field, see pattern
	isPresent // there and not null
	isThere   // there, null or not
)

type comparison uint8

const (
	equal comparison = iota
	less
	lessEqual
	greater
	greaterEqual
)

// key is a text that two predicates share only if they ask the same.
func (p *predicate) key() string {
	s := p.field + "\x00" + strconv.Itoa(int(p.kind)) + strconv.FormatBool(p.cased) + "\x00"
	switch p.kind {
	case isPattern:
		return s + p.pattern.key()
	case isRegex:
		return s + p.regex.String()
	case isInNet:
		return s + p.net.String()
	case isNumber, isDate:
		return s + strconv.Itoa(int(p.compare)) + " " + strconv.Itoa(int(p.part)) + " " + p.number.String()
	case isField:
		return s + p.ref + "\x00" + p.pattern.key()
	}
	return s
}

// expression is a rule's condition over predicates.
type expression struct {
	op   op
	kids []*expression
	leaf *predicate
}

func leafOf(p *predicate) *expression { return &expression{leaf: p} }

// join joins expressions and keeps the tree flat.
func join(op op, kids []*expression) *expression {
	if len(kids) == 1 {
		return kids[0]
	}
	out := &expression{op: op}
	for _, k := range kids {
		if k.op == op && k.leaf == nil {
			out.kids = append(out.kids, k.kids...)
			continue
		}
		out.kids = append(out.kids, k)
	}
	return out
}

// negate gives the opposite; a double negation falls away.
func negate(e *expression) *expression {
	if e.op == opNot {
		return e.kids[0]
	}
	return &expression{op: opNot, kids: []*expression{e}}
}

// leaves calls fn for every predicate.
func (e *expression) leaves(fn func(*predicate)) {
	if e.leaf != nil {
		fn(e.leaf)
	}
	for _, k := range e.kids {
		k.leaves(fn)
	}
}

// holds evaluates the expression with answers to its predicates.
func (e *expression) holds(answer func(*predicate) bool) bool {
	switch e.op {
	case opAnd:
		for _, k := range e.kids {
			if !k.holds(answer) {
				return false
			}
		}
		return true
	case opOr:
		for _, k := range e.kids {
			if k.holds(answer) {
				return true
			}
		}
		return false
	case opNot:
		return !e.kids[0].holds(answer)
	}
	return answer(e.leaf)
}
