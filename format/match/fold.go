package match

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// latin strips the marks that inventories leave out: "Dräger" and "Drager" are
// one spelling. "ae" for "ä" is not folded; the vendor table names those.
var latin = strings.NewReplacer("ä", "a", "ö", "o", "ü", "u", "ß", "ss", "é", "e", "è", "e", "ê", "e", "ë", "e", "á", "a",
	"à", "a", "â", "a", "ã", "a", "å", "a", "í", "i", "ì", "i", "î", "i", "ï", "i", "ó", "o", "ò", "o", "ô", "o", "õ", "o",
	"ø", "o", "ú", "u", "ù", "u", "û", "u", "ç", "c", "č", "c", "ć", "c", "ď", "d", "ě", "e", "ę", "e", "ą", "a", "ł", "l",
	"ă", "a", "ā", "a", "ē", "e", "ė", "e", "ī", "i", "į", "i", "ő", "o", "ű", "u", "ū", "u", "ų", "u", "ș", "s", "ş", "s", "ț", "t", "ţ", "t",
	"đ", "d", "ģ", "g", "ġ", "g", "ħ", "h", "ķ", "k", "ļ", "l", "ľ", "l", "ĺ", "l", "ņ", "n", "ŕ", "r", "ċ", "c",
	"ñ", "n", "ň", "n", "ń", "n", "ř", "r", "š", "s", "ś", "s", "ť", "t", "ů", "u", "ý", "y", "ž", "z", "ź", "z", "ż", "z",
	"ά", "α", "έ", "ε", "ή", "η", "ί", "ι", "ϊ", "ι", "ΐ", "ι", "ό", "ο", "ύ", "υ", "ϋ", "υ", "ΰ", "υ", "ώ", "ω", "ς", "σ",
	"æ", "ae", "œ", "oe", "®", "", "™", "", "©", "", "\u00a0", " ", "–", "-", "—", "-", "‑", "-", "’", "", "•", "", "·", "", "'", "", "µ", "u")

// marks are those that stand behind their letter, as macOS writes "Dräger".
var marks = strings.NewReplacer("\u0300", "", "\u0301", "", "\u0302", "", "\u0303", "", "\u0304", "", "\u0306", "", "\u0307", "", "\u0308", "",
	"\u030a", "", "\u030b", "", "\u030c", "", "\u0327", "", "\u0328", "")

// fold gives the lower-case form without marks, with single blanks. UTF-8 that
// was once read as Latin-1 ("GeutebrÃ¼ck") is mended first.
func fold(s string) string {
	if t, ok := foldPlain(s); ok {
		return t
	}
	s = mojibake(s)
	s = latin.Replace(marks.Replace(strings.ToLower(s)))
	if strings.Contains(s, "(") {
		s = signs.Replace(s)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "_", " ")), " ")
}

// foldPlain folds a text of ASCII without brackets, which nearly all are, in one
// pass; a text that is folded already costs no memory.
func foldPlain(s string) (string, bool) {
	changed, blank := false, true // a blank at the start goes
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf || c == '(' {
			return "", false
		}
		space := isBlank(c)
		changed = changed || c >= 'A' && c <= 'Z' || c == '\'' || space && (blank || c != ' ')
		blank = space
	}
	if s == "" || !changed && !blank {
		return s, true
	}
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '\'':
		case isBlank(c):
			if len(out) > 0 && out[len(out)-1] != ' ' {
				out = append(out, ' ')
			}
		case c >= 'A' && c <= 'Z':
			out = append(out, c+'a'-'A')
		default:
			out = append(out, c)
		}
	}
	return strings.TrimSuffix(string(out), " "), true
}

// isBlank reports what fold takes for a blank.
func isBlank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' || c == '_' }

// signs are trade marks written with brackets: "PSS(R)E".
var signs = strings.NewReplacer("(r)", "", "(tm)", "", "(c)", "")

// mojibake turns text back that was decoded as Latin-1 though it was UTF-8. It
// leaves everything alone that does not come out as valid UTF-8.
func mojibake(s string) string {
	if !strings.ContainsAny(s, "ÃÂ") {
		return s
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return s
		}
		b = append(b, byte(r))
	}
	if !utf8.Valid(b) {
		return s
	}
	return string(b)
}

// keyText is the form of a text under which decisions are kept: folded, with
// everything but letters, figures, comparators and dots turned into blanks.
func keyText(s string) string {
	strange := false
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == ' ' || unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("<>=≤≥+*|", r) {
			return r
		}
		strange = true
		return ' '
	}, fold(s))
	if !strange {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// compactCode reduces a model or order number to its letters and figures.
func compactCode(s string) string {
	if s == "" {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '*' {
			return r
		}
		return -1
	}, fold(s))
}

// near reports whether two words of the same meaning may be typing errors of
// one another: one edit (insertion, deletion, change, swap) from five letters
// on, two from eight.
func near(a, b string) bool {
	limit := 0
	switch n := min(len(a), len(b)); {
	case n >= 8:
		limit = 2
	case n >= 5:
		limit = 1
	}
	return limit > 0 && editsWithin(a, b, limit)
}

// editsWithin tells whether the restricted Damerau-Levenshtein distance of a
// and b is at most limit (1 or 2). Words beyond 40 bytes are not compared.
func editsWithin(a, b string, limit int) bool {
	const longest = 40
	if a == b {
		return true
	}
	if len(a) > longest || len(b) > longest || len(a)-len(b) > limit || len(b)-len(a) > limit {
		return false
	}
	var rows [3][longest + 1]int
	before, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			cur[j] = d
			best = min(best, d)
		}
		if best > limit {
			return false
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)] <= limit
}
