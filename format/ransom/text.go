package ransom

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// TextLimit bounds what is read of one note, in bytes: real notes are under
// 64 kB, an HTA with a picture in it under 1 MB.
const TextLimit = 1 << 20

// The steps below stand a second time in web/src/ransomware.js and must give
// the same there, so they use no table of the Unicode standard, no regular
// expression and no floating point.

// decode gives the characters of a note. Notes come as UTF-8, as UTF-16 with a
// mark (Notepad), or in an old code page, whose bytes are then taken as Latin-1:
// the same note always gives the same characters, and that is all that is asked.
func decode(data []byte) string {
	if len(data) > TextLimit {
		data = data[:TextLimit]
	}
	switch {
	case len(data) >= 2 && data[0] == 0xFF && data[1] == 0xFE:
		return wide(data[2:], 1)
	case len(data) >= 2 && data[0] == 0xFE && data[1] == 0xFF:
		return wide(data[2:], 0)
	case len(data) >= 3 && data[0] == 0xEF && data[1] == 0xBB && data[2] == 0xBF:
		data = data[3:]
	}
	data = bytes.ReplaceAll(data, []byte{0}, nil) // UTF-16 without its mark
	if utf8.Valid(data) {
		return string(data)
	}
	var b strings.Builder
	for _, c := range data {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// wide decodes UTF-16; high is the place of the high byte in each pair.
func wide(data []byte, high int) string {
	units := make([]uint16, 0, len(data)/2)
	for i := 0; i+1 < len(data); i += 2 {
		units = append(units, uint16(data[i+high])<<8|uint16(data[i+1-high]))
	}
	return string(utf16.Decode(units))
}

// plain takes the wrapping off: tags of HTML and HTA, control words of RTF.
func plain(s string) string {
	head := lowerASCII(first(s, 8192))
	if strings.HasPrefix(head, `{\rtf`) {
		return stripRTF(s)
	}
	for _, sign := range []string{"<html", "<body", "<!doctype html", "<head", "<div", "<p>", "<hta:", "<br", "<pre"} {
		if strings.Contains(head, sign) {
			return stripHTML(s)
		}
	}
	return s
}

// first gives at most n bytes of s.
func first(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

// lowerASCII lowers A to Z only.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 32
		}
		return r
	}, s)
}

// inline are tags that stand within a word or line; any other one ends a line.
var inline = map[string]bool{"a": true, "b": true, "i": true, "u": true, "em": true, "strong": true, "span": true, "font": true, "big": true, "small": true}

// stripHTML keeps the text that a reader sees: no tags, comments, scripts, styles.
func stripHTML(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		switch {
		case s[i] == '<' && i+1 < len(s) && tagStart(s[i+1]):
			i = skipTag(s, i, &b)
		case s[i] == '&':
			i = entity(s, i, &b)
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	return b.String()
}

func tagStart(c byte) bool {
	return c == '/' || c == '!' || c == '?' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// skipTag gives the place behind the tag that begins at i.
func skipTag(s string, i int, b *strings.Builder) int {
	if strings.HasPrefix(s[i:], "<!--") {
		return after(s, i, "-->")
	}
	j := i + 1
	if s[j] == '/' {
		j++
	}
	k := j
	for k < len(s) && (s[k] >= 'a' && s[k] <= 'z' || s[k] >= 'A' && s[k] <= 'Z' || s[k] >= '0' && s[k] <= '9') {
		k++
	}
	name := lowerASCII(s[j:k])
	end := after(s, k, ">")
	if j == i+1 && (name == "script" || name == "style") {
		// The end tag may be written in any case; both usual spellings are looked for.
		return min(after(s, end, "</"+name), after(s, end, "</"+strings.ToUpper(name)))
	}
	if !inline[name] {
		b.WriteByte('\n')
	}
	return end
}

// after gives the place behind the next mark, or the end.
func after(s string, from int, mark string) int {
	if n := strings.Index(s[from:], mark); n >= 0 {
		return from + n + len(mark)
	}
	return len(s)
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'", "nbsp": " ", "rsquo": "'", "lsquo": "'", "mdash": " ", "ndash": " "}

// entity writes what the reference at i stands for and gives the place behind it.
func entity(s string, i int, b *strings.Builder) int {
	end := i + 1
	for end < len(s) && end < i+12 && s[end] != ';' {
		end++
	}
	if end >= len(s) || s[end] != ';' {
		b.WriteByte('&')
		return i + 1
	}
	name := s[i+1 : end]
	if text, ok := entities[name]; ok {
		b.WriteString(text)
		return end + 1
	}
	if r := reference(name); r > 0 {
		b.WriteRune(r)
		return end + 1
	}
	b.WriteByte('&')
	return i + 1
}

// reference reads "#65" and "#x41"; zero if it is neither.
func reference(name string) rune {
	if len(name) < 2 || name[0] != '#' {
		return 0
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' || digits[0] == 'X' {
		base, digits = 16, digits[1:]
	}
	if digits == "" {
		return 0
	}
	n := 0
	for _, c := range []byte(digits) {
		d := digit(c)
		if d < 0 || d >= base {
			return 0
		}
		if n = n*base + d; n > 0x10FFFF {
			return 0
		}
	}
	if n >= 0xD800 && n < 0xE000 {
		return 0
	}
	return rune(n)
}

// digit is the value of a hexadecimal digit, -1 for anything else.
func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
