package match

import (
	"slices"
	"strings"
	"testing"
)

// foldSlow is fold without its shortcut.
func foldSlow(s string) string {
	s = latin.Replace(marks.Replace(strings.ToLower(mojibake(s))))
	if strings.Contains(s, "(") {
		s = signs.Replace(s)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "_", " ")), " ")
}

// FuzzFold holds the shortcuts for plain texts to the long way.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"", " ", "'", "IntelliVue  MX800_", "_a", "a'", "' '", "PSS(R)E", "Dräger", "Dra\u0308ger", "GeutebrÃ¼ck", "a\vb\x00c", "SW 2.1", "x\x7fy", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := fold(s), foldSlow(s); got != want {
			t.Errorf("fold(%q) = %q, want %q", s, got, want)
		}
		words := strings.FieldsFunc(s, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127) })
		if got := plainWords(s); !slices.Equal(got, words) {
			t.Errorf("plainWords(%q) = %q, want %q", s, got, words)
		}
	})
}
