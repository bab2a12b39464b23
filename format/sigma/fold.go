package sigma

import (
	"unicode"
	"unicode/utf8"
)

// Values are compared without case (rules specification, "General"). Case is
// folded to one representative of each set of letters that Unicode's simple
// folding joins: the same that Go's (?i) does, so K, k and the Kelvin sign agree.

// foldRune gives the representative: the smallest rune of the set, ASCII
// letters in lower case.
func foldRune(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	if 'A' <= least && least <= 'Z' {
		least += 'a' - 'A'
	}
	return least
}

// appendFold appends text folded. Bytes that are no UTF-8 stay as they are. The
// result is never longer than the text: the smallest rune of a set has the
// shortest form.
func appendFold(dst, text []byte) []byte {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			dst = append(dst, c)
		} else {
			dst = utf8.AppendRune(dst, foldRune(r))
		}
		i += n
	}
	return dst
}

func foldString(s string) string { return string(appendFold(nil, []byte(s))) }

// ascii tells whether text needs no more folding than the automaton's classes do.
func ascii(text []byte) bool {
	for len(text) >= 8 {
		if (text[0]|text[1]|text[2]|text[3]|text[4]|text[5]|text[6]|text[7])&0x80 != 0 {
			return false
		}
		text = text[8:]
	}
	for _, c := range text {
		if c&0x80 != 0 {
			return false
		}
	}
	return true
}
