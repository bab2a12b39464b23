package sigma

import (
	"regexp/syntax"
)

// atom is a predicate as a group of rules asks it: once per event, however
// many rules want the answer.
type atom struct {
	*predicate
	field  int32 // of the group
	ref    int32 // the other field of isField, else -1
	sure   bool  // a find in the automaton is the answer
	hinted bool  // without a find the answer is no
	wild   wildcard
	cost   float64 // guess of the share of events in which it is seen
}

// needlesOf gives the literals to look for. Sure ones answer the predicate,
// hints only say that it may hold; none at all means that the value decides.
func needlesOf(p *predicate) (list []needle, sure bool) {
	switch p.kind {
	case isPattern:
		if list := exactNeedles(p); len(list) > 0 {
			return list, true
		}
		return hints([]string{foldString(longestPiece(p.pattern))}), false
	case isRegex:
		return hints(required(p.regex.String())), false
	}
	return nil, false
}

func hints(texts []string) []needle {
	var out []needle
	for _, t := range texts {
		if t == "" {
			return nil
		}
		t = t[:min(len(t), maxLiteral)]
		out = append(out, needle{t, find{length: int32(len(t)), place: hint}})
	}
	return out
}

func longestPiece(p pattern) string {
	best := ""
	for _, x := range p {
		if len(x.text) > len(best) {
			best = x.text
		}
	}
	return best
}

// maxSpellings bounds how many texts a pattern with dashes is spelled out to.
const maxSpellings = 25

// exactNeedles spells out a pattern that is one text, open or not at its ends.
func exactNeedles(p *predicate) []needle {
	core, at := p.pattern, whole
	if len(core) > 0 && core[0].kind == star {
		core, at = core[1:], atEnd
	}
	if len(core) > 0 && core.last() == star {
		core = core[:len(core)-1]
		if at == atEnd {
			at = anywhere
		} else {
			at = atStart
		}
	}
	texts := []string{""}
	for _, x := range core {
		switch x.kind {
		case literal:
			texts = cross(texts, []string{x.text})
		case dash:
			texts = cross(texts, dashes[:])
		default:
			return nil
		}
		if len(texts) > maxSpellings {
			return nil
		}
	}
	var out []needle
	for _, t := range texts {
		if p.cased || t == "" || len(t) > maxLiteral {
			return nil
		}
		out = append(out, needle{t, find{length: int32(len(t)), place: at}})
	}
	return out
}

// guess is the share of events in which a needle is seen, if nothing else is
// known: short texts are common, whole values rare.
func (n *needle) guess() float64 {
	switch {
	case n.place == whole:
		return 0.002
	case n.length == 1:
		return 0.5
	case n.length == 2:
		return 0.2
	case n.length == 3:
		return 0.05
	}
	return 0.02 / float64(n.length)
}

// literalFree tells whether a regular expression has nothing that an automaton
// could look for.
func literalFree(expr string) bool {
	if _, err := syntax.Parse(expr, syntax.Perl); err != nil {
		return true
	}
	return len(required(expr)) == 0
}
