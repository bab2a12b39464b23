package version

import (
	"strings"

	"ward/format/pattern"
)

// intervals finds one in the notation of mathematics, as Maven and NuGet write it
// ("[4.0,4.2)") and as ISO 80000-2 allows it too ("]4.0;4.2[").
var intervals = pattern.Of(`([\[\](]) ?([^ ,;|()\[\]]*) ?[,;] ?([^ ,;|()\[\]]*) ?([\[\])])`)

// bracketed turns a text of nothing but such intervals into comparators. Round
// brackets alone may as well hold a list, and so may what stands in quotes: such a
// text stays as it is.
func bracketed(text string) string {
	if !strings.ContainsAny(text, "[]") && !strings.HasPrefix(text, "(,") && !strings.HasSuffix(text, ",)") || strings.ContainsAny(text, "\"'<>=") {
		return text
	}
	s := clean(text)
	for _, w := range strings.FieldsFunc(intervals().ReplaceAllString(s, " "), func(r rune) bool { return strings.ContainsRune(" ,;|", r) }) {
		if w != "and" && w != "or" && !skipped[w] {
			return text
		}
	}
	var out []string
	for _, m := range intervals().FindAllStringSubmatch(s, maxBounds) {
		lo, hi := m[2], m[3]
		square := m[1] != "(" || m[4] != ")"
		if lo == "" && hi == "" || lo != "" && hi != "" && !square {
			return text
		}
		x := ""
		if lo != "" {
			x = map[bool]string{true: ">=", false: ">"}[m[1] == "["] + lo + " "
		}
		if hi != "" {
			x += map[bool]string{true: "<=", false: "<"}[m[4] == "]"] + hi
		}
		out = append(out, strings.TrimSpace(x))
	}
	if out == nil {
		return text
	}
	return strings.Join(out, " | ")
}
