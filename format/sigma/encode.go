package sigma

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Text gives a value as UTF-16, the bytes as characters below 256 in a Go
// string. Order is "le" or "be"; mark puts the byte order mark before it.
func utf16Bytes(s string, big, mark bool) string {
	units := utf16.Encode([]rune(s))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	var b strings.Builder
	for _, u := range units {
		low, high := byte(u), byte(u>>8)
		if big {
			low, high = high, low
		}
		b.WriteByte(low)
		b.WriteByte(high)
	}
	return b.String()
}

// utf16Pattern encodes the literals of a pattern; wildcards stay.
func utf16Pattern(p pattern, big, mark bool) pattern {
	out := make(pattern, 0, len(p)+1)
	if mark && (len(p) == 0 || p[0].kind != literal) {
		out = append(out, piece{literal, utf16Bytes("", big, true)})
		mark = false
	}
	for _, x := range p {
		if x.kind == literal {
			x.text = utf16Bytes(x.text, big, mark)
			mark = false
		}
		out = append(out, x)
	}
	return out
}

// base64Offsets gives the three texts of which one stands in any Base64 text
// that encodes s somewhere in it: for each position of s in its group of three
// bytes, without the characters that its neighbours shape too.
func base64Offsets(s string) []string {
	var out []string
	for shift := range 3 {
		enc := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", shift) + s))
		start := [3]int{0, 2, 3}[shift]
		cut := [3]int{0, 3, 2}[(len(s)+shift)%3]
		if end := len(enc) - cut; start < end {
			out = append(out, enc[start:end])
		}
	}
	return out
}

// dashed puts a dash for every "-" and "/" that begins a parameter: before it
// stands no word, behind it one does (as pySigma's \B[-/]\b). The dashes of
// the same list in other forms are taken the same way.
func dashed(p pattern) pattern {
	var out pattern
	for _, x := range p {
		if x.kind != literal {
			out = append(out, x)
			continue
		}
		prev, from := rune(' '), 0
		for i, r := range x.text {
			n := utf8.RuneLen(r)
			if isDash(x.text[i:]) && !wordRune(prev) {
				if next, _ := utf8.DecodeRuneInString(x.text[i+n:]); wordRune(next) && i+n < len(x.text) {
					if i > from {
						out = append(out, piece{literal, x.text[from:i]})
					}
					out = append(out, piece{kind: dash})
					from = i + n
				}
			}
			prev = r
		}
		if from < len(x.text) {
			out = append(out, piece{literal, x.text[from:]})
		}
	}
	return out
}

func isDash(s string) bool {
	for _, d := range dashes {
		if strings.HasPrefix(s, d) {
			return true
		}
	}
	return false
}

func wordRune(r rune) bool {
	return r == '_' || r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
