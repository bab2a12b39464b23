// Package problem holds the one shape in which every reader of outside formats
// says what is wrong with a document and where.
package problem

import (
	"cmp"
	"errors"
)

// Problem is one fault of a document. Place is a JSON pointer ("/components/3/type",
// the root is "/"), "line:column" of a text or XML file, or "row 17" of a table.
// Rule is a short stable word for machines ("required", "enum", "ref-unique");
// Detail is evidence in English for the command line and logs; a page marks it as English.
type Problem struct {
	Place  string
	Rule   string
	Detail string
}

// Error makes a Problem usable as an error: "place: rule: detail".
func (p Problem) Error() string {
	s := cmp.Or(p.Place, "/") + ": " + p.Rule
	if p.Detail != "" {
		s += ": " + p.Detail
	}
	return s
}

// Limit is how many problems a validator lists before it stops: a document
// with more is broken as a whole, and the list must stay readable.
const Limit = 200

// List collects problems up to Limit. The zero value is ready; it is not safe
// for concurrent use.
type List struct{ items []Problem }

// Add appends one problem unless the list is full.
func (l *List) Add(place, rule, detail string) {
	if !l.Full() {
		l.items = append(l.items, Problem{Place: place, Rule: rule, Detail: detail})
	}
}

// Full reports whether Limit is reached; validators stop then.
func (l *List) Full() bool { return len(l.items) >= Limit }

// Len counts what was added so far.
func (l *List) Len() int { return len(l.items) }

// Problems gives what was found in order, nil if nothing.
func (l *List) Problems() []Problem { return l.items }

// Clip shortens evidence to at most 80 runes, because values of hostile
// documents can be long and must not fill logs.
func Clip(s string) string {
	const most = 80
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// Of makes an error a list of one: the Problem it is, or an internal one.
func Of(err error) []Problem {
	var p Problem
	if errors.As(err, &p) {
		return []Problem{p}
	}
	return []Problem{{Place: "/", Rule: "internal", Detail: err.Error()}}
}
