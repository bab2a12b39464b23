package csaf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Clean mends a name for reading and comparing: UTF-8 that an upstream tool
// read as Latin-1 or Windows-1252 is read again, control, zero-width and
// direction characters go, blanks of all kinds become one plain blank each and
// those at the ends go. It changes no letters otherwise.
func Clean(s string) string { return strings.TrimSpace(strip(repair(s), ' ')) }

// cleanText is Clean for prose: line breaks stay.
func cleanText(s string) string { return strings.TrimSpace(strip(repair(s), '\n')) }

// repair undoes one round of mojibake ("GeutebrÃ¼ck"), only where it is
// certain: every rune has a byte in the single-byte code page, and those bytes
// are valid UTF-8. Honest Latin text is not: a lone "ü" is no UTF-8 sequence.
func repair(s string) string {
	if isASCII(s) {
		return s
	}
	raw := make([]byte, 0, len(s))
	for _, r := range s {
		b, ok := singleByte(r)
		if !ok {
			return s
		}
		raw = append(raw, b)
	}
	if !utf8.Valid(raw) {
		return s
	}
	return string(raw)
}

// singleByte is the byte that r came from: Latin-1 including its C1 controls,
// else Windows-1252.
func singleByte(r rune) (byte, bool) {
	if r < 0x100 {
		return byte(r), true
	}
	return charmap.Windows1252.EncodeRune(r)
}

// strip drops what is not seen and turns blanks into plain ones; newline is
// what a line break becomes.
func strip(s string, newline rune) string {
	if isPlain(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return newline
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isPlain reports printable ASCII, the common case that needs no mending.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
