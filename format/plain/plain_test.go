package plain

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLineAndText(t *testing.T) {
	for name, tc := range map[string]struct{ in, line, text string }{
		"as it is":        {"Dräger Ω 3", "Dräger Ω 3", "Dräger Ω 3"},
		"white space":     {"  a\t b\r\nc \n\n", "a b c", "a  b\nc"},
		"turned":          {"invoice\u202egpj.exe", "invoicegpj.exe", "invoicegpj.exe"},
		"without width":   {"a\u200bd\u200dmin\u2060\ufeff", "admin", "admin"},
		"control":         {"a\x00b\x1b[31mc\u0085d", "ab[31mcd", "ab[31mcd"},
		"no UTF-8":        {"a\xffb", "ab", "ab"},
		"line separators": {"a\u2028b\rc", "ab c", "ab c"},
		"nothing":         {" \u200b\n", "", ""},
	} {
		if got := Line(tc.in); got != tc.line {
			t.Errorf("%s: line %q, want %q", name, got, tc.line)
		}
		if got := Text(tc.in); got != tc.text {
			t.Errorf("%s: text %q, want %q", name, got, tc.text)
		}
	}
}

// Cleaning twice is cleaning once, and nothing grows.
func FuzzText(f *testing.F) {
	f.Add("a \r\n\u202e\n b")
	f.Fuzz(func(t *testing.T, s string) {
		line, text := Line(s), Text(s)
		if Line(line) != line || Text(text) != text || strings.Contains(line, "\n") || len(text) > len(s) || !utf8.ValidString(text) {
			t.Errorf("%q: line %q, text %q", s, line, text)
		}
	})
}
