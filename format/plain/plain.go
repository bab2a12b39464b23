// Package plain makes texts that strangers wrote safe to show: nothing that
// cannot be seen is left in them, and nothing that changes how the rest is seen
// (Unicode Technical Report 36, section 2.5: bidirectional text spoofing).
package plain

import (
	"strings"
	"unicode/utf8"
)

// Line gives s as one line: white space folded to single blanks, none at the ends.
func Line(s string) string {
	return strings.Join(strings.Fields(strings.Map(visible, strings.ToValidUTF8(s, ""))), " ")
}

// Text gives s with its line ends as "\n", no blanks before them, and none of
// either at the ends.
func Text(s string) string {
	lines := strings.Split(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(strings.Map(visible, l), " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// Cut gives s with at most n bytes of its text, and an ellipsis where some is left out.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// visible drops control characters, signs without a width, and those that turn
// the direction of a text. White space becomes a blank, so that words stay apart.
func visible(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return ' '
	case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x2064,
		r >= 0x2066 && r <= 0x2069, r == 0xfeff:
		return -1
	}
	return r
}

// Decoded gives s as UTF-8: bytes that are none are the letters that they are in
// Latin-1 (ISO 8859-1), which old systems write. So a name stays one word.
func Decoded(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			r = rune(s[i])
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}
