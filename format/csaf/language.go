package csaf

import (
	_ "embed"
	"strings"
	"sync"

	"ward/format/problem/shape"
)

//go:embed rules/languages.txt
var languageRules string

// subtags are those of one kind that IANA has registered, in small letters.
type subtags struct {
	known  map[string]bool
	ranges [][2]string // "qaa..qtz"
}

// has reports a registered subtag.
func (s subtags) has(subtag string) bool {
	if s.known[subtag] {
		return true
	}
	for _, r := range s.ranges {
		if len(subtag) == len(r[0]) && r[0] <= subtag && subtag <= r[1] {
			return true
		}
	}
	return false
}

// subtagRegistry is the registry by kind, see rules/languages.txt.
var subtagRegistry = sync.OnceValue(func() map[string]subtags {
	out := map[string]subtags{}
	for _, line := range shape.Lines(languageRules, "") {
		kind, list, _ := strings.Cut(strings.ToLower(line), " = ")
		s := subtags{known: map[string]bool{}}
		for subtag := range strings.FieldsSeq(list) {
			if from, to, ok := strings.Cut(subtag, ".."); ok {
				s.ranges = append(s.ranges, [2]string{from, to})
			} else {
				s.known[subtag] = true
			}
		}
		out[kind] = s
	}
	return out
})

// assigned reports a valid tag (RFC 5646 section 2.2.9): every subtag in its
// place and registered, no variant and no extension twice. A code that is only
// usual (UK, USA, 840) or has a shorter one (ger, ven) is not registered. What
// extensions hold is their own matter; u and t are all that there are.
func assigned(tag string) bool {
	tag = strings.ToLower(tag)
	known, parts := subtagRegistry(), strings.Split(tag, "-")
	switch {
	case known["whole"].has(tag):
		return true
	case parts[0] == "x":
		return len(parts) > 1
	case !known["language"].has(parts[0]):
		return false
	}
	order := [...]string{"language", "extlang", "script", "region", "variant", "extension"}
	at, seen := 0, map[string]bool{}
	for i, part := range parts[1:] {
		last := i+2 == len(parts)
		switch {
		case part == "":
			return false
		case part == "x":
			return !last
		case len(part) == 1:
			if part != "t" && part != "u" || seen[part] || last || len(parts[i+2]) < 2 {
				return false
			}
			at, seen[part] = 5, true
			continue
		case at == 5:
			continue
		}
		kind := kindOf(part)
		if kind < at || kind == at && order[kind] != "variant" {
			return false
		}
		at = kind
		name := part
		if order[kind] == "extlang" {
			name = parts[0] + "-" + part
		}
		if !known[order[kind]].has(name) || order[kind] == "variant" && seen[part] {
			return false
		}
		seen[part] = true
	}
	return true
}

// kindOf is what a subtag behind the language can be by its form alone: 1 extlang,
// 2 script, 3 region, 4 variant.
func kindOf(subtag string) int {
	digit := subtag[0] >= '0' && subtag[0] <= '9'
	switch {
	case len(subtag) == 2 || len(subtag) == 3 && digit:
		return 3
	case len(subtag) == 3:
		return 1
	case len(subtag) == 4 && !digit:
		return 2
	}
	return 4
}
