package ransomware

import (
	"strings"
	"unicode"
)

// Named gives the name of a family as the catalogue writes it, by the letters and
// digits of one of its names; empty for a family that it does not know.
func (s *Service) Named(folded string) string {
	if folded == "" {
		return ""
	}
	for _, f := range s.edition().model.Families {
		for _, n := range append([]string{f.Name}, f.Aliases...) {
			if lettersOf(n) == folded {
				return f.Name
			}
		}
	}
	return ""
}

func lettersOf(name string) string {
	return strings.Map(func(r rune) rune {
		if r = unicode.ToLower(r); unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, name)
}
