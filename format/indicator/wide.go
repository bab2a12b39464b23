package indicator

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// escapeBefore is how many bytes at st belong to an escape that begins before:
// "%2F", "\n", "\x22", "\u003c". 0 is none. An even number of backslashes is
// themselves escaped.
func (s *Scanner) escapeBefore(st, e int) int {
	b := s.buf
	if b[st-1] == '%' {
		return hexAt(b, st, e, 0, 2)
	}
	if b[st-1] != '\\' {
		return 0
	}
	n := 0
	for at := st - 1; at >= s.from && b[at] == '\\' && n < 16; at-- {
		n++
	}
	if n%2 == 0 {
		return 0
	}
	switch b[st] {
	case 'n', 'r', 't', 'b', 'f':
		return 1
	case 'x':
		return hexAt(b, st, e, 1, 2)
	case 'u':
		return hexAt(b, st, e, 1, 4)
	}
	return 0
}

// hexAt is skip+n if n hexadecimal digits stand behind the skipped bytes.
func hexAt(b []byte, st, e, skip, n int) int {
	if e-st < skip+n {
		return 0
	}
	for _, c := range b[st+skip : st+skip+n] {
		if !isDigit(c) && lowerByte(c)-'a' > 5 {
			return 0
		}
	}
	return skip + n
}

// wide looks at a run that letters of other scripts touch: it is cut where its
// characters are no letters, digits or marks. It returns where the run ends.
func (s *Scanner) wide(st, e int) int {
	b := s.buf
	for b[st-1] >= 0x80 || isNameByte(b[st-1]) {
		st--
	}
	for b[e] >= 0x80 || isNameByte(b[e]) {
		e++
	}
	begin := st
	for i := st; i <= e; {
		r, n := wideRune(b[i:e])
		if n > 0 && isNameRune(r) {
			i += n
			continue
		}
		s.widePart(begin, i)
		i += max(n, 1)
		begin = i
	}
	return e
}

// wideRune decodes one character; bytes that are not UTF-8 are Latin-1.
func wideRune(b []byte) (rune, int) {
	if len(b) == 0 {
		return 0, 0
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n == 1 {
		return rune(b[0]), 1
	}
	return r, n
}

func isNameByte(c byte) bool { return isWord(c) || isEdge(c) }

func isNameRune(r rune) bool {
	if r < 0x80 {
		return isNameByte(byte(r))
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// widePart takes one name of such a run.
func (s *Scanner) widePart(st, e int) {
	ascii, dot, b := true, false, s.buf
	for _, c := range b[st:e] {
		ascii, dot = ascii && c < 0x80, dot || c == '.'
	}
	if !dot {
		return
	}
	take := s.one
	if !ascii {
		take = s.wideName
	}
	take(st, e)
	if n := s.escapeBefore(st, e); n > 0 {
		take(st+n, e)
	}
}

// wideName looks up a name with letters of other scripts.
func (s *Scanner) wideName(st, e int) {
	for e > st && isEdge(s.buf[e-1]) {
		e--
	}
	for st < e && (s.buf[st] == '.' || s.buf[st] == '-') {
		st++
	}
	if e-st > 4*maxName {
		return
	}
	var text strings.Builder
	for i := st; i < e; {
		r, n := wideRune(s.buf[i:e])
		text.WriteRune(unicode.ToLower(r))
		i += n
	}
	file := []byte(text.String())
	s.lookFile(file, hashOf(kindFile, file), st, e)
	if name, err := toASCII(text.String()); err == nil && len(name) <= maxName {
		s.lookName(copy(s.text[8:], strings.ToLower(name)), st, e)
	}
}
