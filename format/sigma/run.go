package sigma

import (
	"regexp/syntax"
	"unicode"
)

// run is what a regular expression like [0-9a-f]{64} needs of a value: that
// many bytes of a class side by side. It is looked for in leaps of that length,
// so that most values are dismissed after a few bytes.
type run struct {
	in    [256]bool
	least int
}

// shortestRun is the least that is worth a look.
const shortestRun = 8

// runOf gives the longest run that every match contains, nil if there is none.
func runOf(expr string) *run {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	return longestRun(re, 0)
}

func longestRun(re *syntax.Regexp, depth int) *run {
	if depth > 100 {
		return nil
	}
	var best *run
	switch re.Op {
	case syntax.OpCapture, syntax.OpPlus:
		return longestRun(re.Sub[0], depth+1)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if r := longestRun(sub, depth+1); r != nil && (best == nil || r.least > best.least) {
				best = r
			}
		}
	case syntax.OpRepeat:
		if re.Min >= shortestRun {
			return repeated(re.Sub[0], re.Min)
		}
		if re.Min > 0 {
			return longestRun(re.Sub[0], depth+1)
		}
	}
	return best
}

// repeated makes the run of one character's repetition. Characters beyond
// ASCII count as any byte beyond it, and as one byte at least.
func repeated(re *syntax.Regexp, least int) *run {
	for re.Op == syntax.OpCapture {
		re = re.Sub[0]
	}
	r := &run{least: least}
	add := func(low, high rune) {
		for c := low; c <= min(high, 0x7f); c++ {
			r.in[c] = true
		}
		if high > 0x7f {
			for c := 0x80; c < 256; c++ {
				r.in[c] = true
			}
		}
	}
	switch re.Op {
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			add(re.Rune[i], re.Rune[i+1])
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		add(0, unicode.MaxRune)
	default:
		return nil
	}
	return r
}

// may tells whether text has such a run.
func (r *run) may(text []byte) bool {
	for at := r.least - 1; at < len(text); {
		from := at
		for from > at-r.least && r.in[text[from]] {
			from--
		}
		if from == at-r.least {
			return true
		}
		at = from + r.least
	}
	return false
}
