package sigma

import (
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// A regular expression is run only on values that contain a literal without
// which it cannot match. required finds such literals, folded, by walking the
// syntax tree: every match contains at least one of them.

const (
	maxExact   = 16 // alternatives of a part that is known exactly
	maxNeeded  = 48 // alternatives of what is needed
	maxClass   = 4  // characters of a class that are tried one by one
	maxLiteral = 64 // bytes of a literal that are asked for
)

// need is what is known of a part of an expression: exact lists all texts that
// it can match (nil if not known), needed lists texts of which every match
// contains one (nil if there is none).
type need struct {
	exact, needed []string
}

// required gives the literals, nil if there are none.
func required(expr string) []string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	return needOf(re.Simplify(), 0).best()
}

// best is the more telling of both lists.
func (n need) best() []string {
	if better(n.exact, n.needed) {
		return usable(n.exact)
	}
	return usable(n.needed)
}

func usable(list []string) []string {
	for _, s := range list {
		if s == "" {
			return nil
		}
	}
	return list
}

// better compares lists by their shortest text, then by length.
func better(a, b []string) bool {
	la, lb := shortest(a), shortest(b)
	if la != lb {
		return la > lb
	}
	return la > 0 && len(a) < len(b)
}

func shortest(list []string) int {
	if len(list) == 0 {
		return 0
	}
	n := len(list[0])
	for _, s := range list {
		n = min(n, len(s))
	}
	return n
}

func needOf(re *syntax.Regexp, depth int) need {
	if depth > 100 {
		return need{}
	}
	switch re.Op {
	case syntax.OpLiteral:
		return exactly(string(re.Rune))
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return need{exact: []string{""}}
	case syntax.OpCharClass:
		return class(re.Rune)
	case syntax.OpCapture:
		return needOf(re.Sub[0], depth+1)
	case syntax.OpQuest:
		if sub := needOf(re.Sub[0], depth+1); len(sub.exact) > 0 && len(sub.exact) < maxExact {
			return need{exact: distinct(append([]string{""}, sub.exact...))}
		}
	case syntax.OpPlus:
		return need{needed: needOf(re.Sub[0], depth+1).best()}
	case syntax.OpRepeat:
		if re.Min > 0 {
			return need{needed: needOf(re.Sub[0], depth+1).best()}
		}
	case syntax.OpConcat:
		return chain(re.Sub, depth)
	case syntax.OpAlternate:
		return choice(re.Sub, depth)
	}
	return need{}
}

// exactly is a text that the expression spells out. U+FFFD is left out: the
// engine lets it match bytes that are no UTF-8, which an automaton of bytes does not.
func exactly(s string) need {
	if strings.ContainsRune(s, utf8.RuneError) {
		return need{}
	}
	return need{exact: []string{foldString(s)}}
}

// class lists the characters of a small class; runes are pairs of bounds.
func class(runes []rune) need {
	var out []string
	total := 0
	for i := 0; i+1 < len(runes); i += 2 {
		for r := runes[i]; r <= runes[i+1]; r++ {
			if total++; total > 2*maxClass+4 || r == utf8.RuneError {
				return need{}
			}
			out = append(out, string(foldRune(r)))
		}
	}
	if out = distinct(out); len(out) > maxClass || len(out) == 0 {
		return need{}
	}
	return need{exact: out}
}

// chain joins what follows one another, as long as it is known exactly.
func chain(subs []*syntax.Regexp, depth int) need {
	run, whole := []string{""}, true
	var best []string
	keep := func(list []string) {
		if list = usable(list); better(list, best) {
			best = list
		}
	}
	for _, sub := range subs {
		n := needOf(sub, depth+1)
		if len(n.exact) > 0 && len(run)*len(n.exact) <= maxExact && longest(run)+longest(n.exact) <= 4*maxLiteral {
			run = distinct(cross(run, n.exact))
			continue
		}
		whole = false
		keep(run)
		keep(n.best())
		run = []string{""}
		if len(n.exact) > 0 {
			run = n.exact
		}
	}
	if whole {
		return need{exact: run}
	}
	keep(run)
	return need{needed: best}
}

func choice(subs []*syntax.Regexp, depth int) need {
	var exact, needed []string
	isExact, isNeeded := true, true
	for _, sub := range subs {
		n := needOf(sub, depth+1)
		isExact = isExact && len(n.exact) > 0
		exact = append(exact, n.exact...)
		b := n.best()
		isNeeded = isNeeded && len(b) > 0
		needed = append(needed, b...)
	}
	var out need
	if exact = distinct(exact); isExact && len(exact) <= maxExact {
		out.exact = exact
	}
	if needed = distinct(needed); isNeeded && len(needed) <= maxNeeded {
		out.needed = needed
	}
	return out
}

func cross(a, b []string) []string {
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return out
}

func distinct(list []string) []string {
	seen := make(map[string]bool, len(list))
	out := list[:0:0]
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

func longest(list []string) int {
	n := 0
	for _, s := range list {
		n = max(n, len(s))
	}
	return n
}
