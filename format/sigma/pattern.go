package sigma

import (
	"strings"
	"unicode/utf8"
)

// pattern is a text value of a rule: literal pieces, wildcards, and dashes that
// stand for any of the dashes of Windows command lines.
type pattern []piece

type piece struct {
	kind pieceKind
	text string // of a literal
}

type pieceKind uint8

const (
	literal pieceKind = iota
	star              // any text, also none
	one               // exactly one character
	dash              // one of dashes
)

// dashes are what "windash" takes for one another (modifiers appendix 2.1.0).
var dashes = [...]string{"-", "/", "–", "—", "―"}

// parsePattern reads a value with wildcards and escapes (rules specification,
// "Escaping"): a backslash takes the meaning from *, ? and backslash, before
// anything else it is itself.
func parsePattern(s string) pattern {
	var p pattern
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			p = append(p, piece{literal, lit.String()})
			lit.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\':
			if i+1 < len(s) && (s[i+1] == '*' || s[i+1] == '?' || s[i+1] == '\\') {
				i++
			}
			lit.WriteByte(s[i])
		case '*':
			flush()
			p = append(p, piece{kind: star})
		case '?':
			flush()
			p = append(p, piece{kind: one})
		default:
			lit.WriteByte(c)
		}
	}
	flush()
	return p.tidy()
}

// plain makes a pattern that means its text and nothing else.
func plain(s string) pattern {
	if s == "" {
		return nil
	}
	return pattern{{literal, s}}
}

// tidy joins literals that touch and stars that follow one another.
func (p pattern) tidy() pattern {
	out := p[:0:0]
	for _, x := range p {
		if n := len(out); n > 0 && out[n-1].kind == x.kind {
			if x.kind == star {
				continue
			}
			if x.kind == literal {
				out[n-1].text += x.text
				continue
			}
		}
		out = append(out, x)
	}
	return out
}

// plainText gives the text of a pattern without wildcards.
func (p pattern) plainText() (string, bool) {
	if len(p) == 0 {
		return "", true
	}
	if len(p) == 1 && p[0].kind == literal {
		return p[0].text, true
	}
	return "", false
}

func (p pattern) fold() pattern {
	out := make(pattern, len(p))
	for i, x := range p {
		out[i] = piece{x.kind, foldString(x.text)}
	}
	return out
}

// open adds stars at the ends where there is none.
func (p pattern) open(start, end bool) pattern {
	out := p
	if start && (len(p) == 0 || p[0].kind != star) {
		out = append(pattern{{kind: star}}, out...)
	}
	if end && out[max(0, len(out)-1):].last() != star {
		out = append(append(pattern{}, out...), piece{kind: star})
	}
	return out
}

func (p pattern) last() pieceKind {
	if len(p) == 0 {
		return literal
	}
	return p[len(p)-1].kind
}

// key is a text that two patterns share only if they mean the same.
func (p pattern) key() string {
	var b strings.Builder
	for _, x := range p {
		b.WriteByte("lso-"[x.kind])
		if x.kind == literal {
			b.WriteString(x.text)
			b.WriteByte(0)
		}
	}
	return b.String()
}

// segment is what stands between two stars. It always takes the same number of
// characters, which is why the leftmost place that fits is always the best.
type segment struct {
	pieces []piece
	runes  int
}

// wildcard is a pattern ready for matching.
type wildcard struct {
	segments []segment // at least one; split at the stars
}

func (p pattern) compile() wildcard {
	w := wildcard{segments: []segment{{}}}
	for _, x := range p {
		if x.kind == star {
			w.segments = append(w.segments, segment{})
			continue
		}
		s := &w.segments[len(w.segments)-1]
		s.pieces = append(s.pieces, x)
		s.runes++
		if x.kind == literal {
			s.runes += utf8.RuneCountInString(x.text) - 1
		}
	}
	return w
}

// match tells whether the whole text fits. Text and pattern are folded alike,
// or neither is.
func (w *wildcard) match(text []byte) bool {
	first, last := &w.segments[0], len(w.segments)-1
	at := first.at(text, 0)
	if at < 0 {
		return false
	}
	if last == 0 {
		return at == len(text)
	}
	for i := 1; i < last; i++ {
		if at = w.segments[i].find(text, at); at < 0 {
			return false
		}
	}
	tail := &w.segments[last]
	from := len(text)
	for range tail.runes {
		if from <= at {
			return false
		}
		_, n := utf8.DecodeLastRune(text[:from])
		from -= n
	}
	return from >= at && tail.at(text, from) == len(text)
}

// at gives the end of the segment when it begins at from, -1 if it does not.
func (s *segment) at(text []byte, from int) int {
	for i := range s.pieces {
		x := &s.pieces[i]
		rest := text[from:]
		switch x.kind {
		case literal:
			if len(rest) < len(x.text) || string(rest[:len(x.text)]) != x.text {
				return -1
			}
			from += len(x.text)
		case one:
			if len(rest) == 0 {
				return -1
			}
			_, n := utf8.DecodeRune(rest)
			from += n
		case dash:
			n := dashAt(rest)
			if n == 0 {
				return -1
			}
			from += n
		}
	}
	return from
}

// find gives the end of the leftmost place at or after from, -1 if there is none.
func (s *segment) find(text []byte, from int) int {
	for from <= len(text) {
		if end := s.at(text, from); end >= 0 {
			return end
		}
		if from == len(text) {
			return -1
		}
		_, n := utf8.DecodeRune(text[from:])
		from += n
	}
	return -1
}

// dashAt gives the length of the dash at the start of text, 0 if there is none.
func dashAt(text []byte) int {
	for _, d := range dashes {
		if len(text) >= len(d) && string(text[:len(d)]) == d {
			return len(d)
		}
	}
	return 0
}
