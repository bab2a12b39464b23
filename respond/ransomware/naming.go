package ransomware

import (
	"slices"
	"strings"
	"unicode"

	"ward/format/ransom"
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

// namesOf finds families by the keys of their names; a family's own name goes
// before another one's alias.
func namesOf(m *ransom.Model) map[string]int {
	out := map[string]int{}
	take := func(name string, i int) {
		if k := ransom.Key(name); k != "" {
			if _, there := out[k]; !there {
				out[k] = i
			}
		}
	}
	for i, f := range m.Families {
		take(f.Name, i)
	}
	for i, f := range m.Families {
		for _, a := range f.Aliases {
			take(a, i)
		}
	}
	return out
}

// Family gives the family of a name or alias; ok is false if none is known.
func (s *Service) Family(name string) (f ransom.Family, ok bool) {
	e := s.edition()
	i, ok := e.named[ransom.Key(name)]
	if !ok {
		return f, false
	}
	return e.model.Families[i], true
}

// called is a family's name in the catalogue, or as it was typed.
func (s *Service) called(family string) string {
	if f, ok := s.Family(family); ok {
		return f.Name
	}
	return family
}

// keys are all under which rows may lie that mean a family: who left word years ago
// used a name that the catalogue has joined with another one since.
func (s *Service) keys(family string) []string {
	out := []string{ransom.Key(family)}
	f, ok := s.Family(family)
	if !ok {
		return out
	}
	for _, name := range append([]string{f.Name}, f.Aliases...) {
		if k := ransom.Key(name); s.called(name) == f.Name && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}
