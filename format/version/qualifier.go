package version

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// word reads a run of letters: a wildcard, a qualifier with its number, a
// stage before release, or a letter of the number itself.
func (l *lexer) word() bool {
	w := l.peekWord()
	if w == "" {
		return false
	}
	if h := hashAt(l.s[l.i:]); h > 0 && l.i > 0 && l.s[l.i-1] == '-' {
		return l.hash(h)
	}
	if second, n, ok := l.joined(w); ok {
		w, l.i = second, l.i+n-len(second)
	}
	if strings.Trim(w, "x") == "" && len(w) <= 3 && !l.digitAt(l.i+len(w)) {
		l.parts, l.i = append(l.parts, part{kind: wild}), l.i+len(w)
		return true
	}
	if l.atQualifier(w) {
		return l.qualifier(w)
	}
	if stage, ok := preReleases[w]; ok {
		return l.stage(w, stage)
	}
	if neutral[w] && len(w) > 1 && len(l.parts) > 0 || utf8.RuneCountInString(w) > 3 {
		return false
	}
	glued := l.i == 0 || l.s[l.i-1] != ' ' || utf8.RuneCountInString(w) == 1
	if !glued {
		return false
	}
	if w == "v" && l.i > 0 && l.s[l.i-1] == ' ' {
		return false // another version begins
	}
	p := part{kind: letter, text: w}
	if l.digitAt(l.i + len(w)) {
		p.width = 1 // glued to a number
	}
	l.parts, l.i = append(l.parts, p), l.i+len(w)
	return true
}

// joined recognises "service pack" and its like; n is the length of both words
// with the blank.
func (l *lexer) joined(w string) (name string, n int, ok bool) {
	rest := l.s[l.i+len(w):]
	if !strings.HasPrefix(rest, " ") {
		return "", 0, false
	}
	sub := lexer{s: rest, i: 1}
	second := sub.peekWord()
	name, ok = twoWords[[2]string{w, second}]
	return name, len(w) + 1 + len(second), ok
}

// atQualifier reports whether w stands here as a qualifier: a number must
// follow. "r" and "p" and "u" count only behind a number.
func (l *lexer) atQualifier(w string) bool {
	if _, ok := qualifiers[w]; !ok {
		return false
	}
	i := l.i + len(w)
	for i < len(l.s) && strings.IndexByte(" .-:#", l.s[i]) >= 0 {
		i++
	}
	if i >= len(l.s) || !isDigit(l.s[i]) {
		return false
	}
	return len(w) > 1 || len(l.parts) > 0
}

func (l *lexer) qualifier(w string) bool {
	i := l.i + len(w)
	for strings.IndexByte(" .-:#", l.s[i]) >= 0 {
		i++
	}
	j := i
	for j < len(l.s) && isDigit(l.s[j]) {
		j++
	}
	n, err := strconv.ParseUint(l.s[i:j], 10, 32)
	q := qualifiers[w]
	if err != nil || n >= 1<<32-1 || l.quals[q] != 0 {
		return false
	}
	l.quals[q], l.i, l.inQ = uint32(n)+1, j, true
	return true
}

func (l *lexer) stage(w string, stage uint32) bool {
	i := l.i + len(w)
	for i < len(l.s) && strings.IndexByte(" .-", l.s[i]) >= 0 {
		i++
	}
	j := i
	for j < len(l.s) && isDigit(l.s[j]) {
		j++
	}
	n, _ := strconv.ParseUint("0"+l.s[i:j], 10, 32)
	l.pre, l.i, l.inQ = stage*preStep+uint32(min(n, preStep-1)), j, true
	return len(l.parts) > 0
}
