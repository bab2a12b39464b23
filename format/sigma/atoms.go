package sigma

import (
	"strings"
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
	short  []string // common literals: none of them in a value, and the answer is no
	run    *run     // of a regular expression, may be nil
	cost   float64  // guess of the share of events in which it is seen
}

// literalsOf gives the literals to look for. Sure ones answer the predicate,
// hints only say that it may hold; none at all means that the value decides.
func literalsOf(p *predicate) (list []find, sure bool) {
	switch p.kind {
	case isPattern:
		if list := spelledOut(p); len(list) > 0 {
			return list, true
		}
		return hints([]string{foldString(longestPiece(p.pattern))}), false
	case isRegex:
		return hints(required(p.regex.String())), false
	}
	return nil, false
}

func hints(texts []string) []find {
	var out []find
	for _, t := range texts {
		if t == "" {
			return nil
		}
		out = append(out, find{text: t, place: hint})
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

// spelledOut spells out a pattern that is one text, open or not at its ends.
func spelledOut(p *predicate) []find {
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
	var out []find
	for _, t := range texts {
		if p.cased || t == "" {
			return nil
		}
		out = append(out, find{text: t, place: at})
	}
	return out
}

// guess is the share of events in which a literal is seen, if nothing else is
// known: short texts are common, whole values rare.
func (f *find) guess() float64 {
	switch {
	case f.place == whole:
		return 0.002
	case len(f.text) == 1:
		return 0.5
	case len(f.text) == 2:
		return 0.2
	case len(f.text) == 3:
		return 0.05
	}
	return 0.02 / float64(len(f.text))
}

// Short literals that stand in many values (a blank, a dash) would stop the
// automaton at every turn. They are looked for when a rule asks.
const (
	shortLiteral = 2
	commonShare  = 0.2
)

// common gives the literals if one of them is short and common in its field.
func common(field string, list []find) []string {
	values := everyday()[field]
	if values == nil {
		values = everyday()["CommandLine"]
	}
	var out []string
	is := false
	for i := range list {
		text := list[i].text
		out = append(out, text)
		if len(text) > shortLiteral || list[i].place == whole {
			continue
		}
		n := 0
		for _, v := range values {
			if strings.Contains(v, text) {
				n++
			}
		}
		is = is || float64(n) >= commonShare*float64(len(values))
	}
	if !is {
		return nil
	}
	return out
}

func hasLetter(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f || 'a' <= r && r <= 'z' })
}
