package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// labels finds the words of one kind, without case, at the start of words. A
// blank in a label stands for a blank, an underline, a dash or nothing:
// patient_id, Patient-ID.
type labels struct {
	byFirst map[rune][]string // in small letters, the longest first
}

func (l *labels) add(w string) {
	w = strings.ToLower(w)
	first, _ := utf8.DecodeRuneInString(w)
	if l.byFirst == nil {
		l.byFirst = map[rune][]string{}
	}
	if slices.Contains(l.byFirst[first], w) {
		return
	}
	l.byFirst[first] = append(l.byFirst[first], w)
	slices.SortFunc(l.byFirst[first], func(a, b string) int { return len(b) - len(a) })
}

// find gives start and end of each label, of two at one place the longer.
func (l *labels) find(s string) [][2]int {
	var out [][2]int
	before := ' '
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		if !word(before) || before == '_' {
			if n := l.at(s[i:], unicode.ToLower(c)); n > 0 {
				out = append(out, [2]int{i, i + n})
				i += n
				before, _ = utf8.DecodeLastRuneInString(s[:i])
				continue
			}
		}
		before = c
		i += size
	}
	return out
}

// at gives the length of the longest label that s begins with.
func (l *labels) at(s string, first rune) int {
	for _, w := range l.byFirst[first] {
		if n := prefix(s, w); n > 0 {
			if next, _ := utf8.DecodeRuneInString(s[n:]); !unicode.IsLetter(next) {
				return n
			}
		}
	}
	return 0
}

// prefix gives how much of s the label covers, 0 if it does not.
func prefix(s, label string) int {
	at := 0
	for _, want := range label {
		c, size := utf8.DecodeRuneInString(s[at:])
		switch {
		case want == ' ' && (c == ' ' || c == '_' || c == '-'):
			at += size
		case want == ' ':
		case unicode.ToLower(c) == want && size > 0:
			at += size
		default:
			return 0
		}
	}
	return at
}
