package i18n

import (
	"strings"
	"unicode/utf8"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

// accents replaces letters by ones that stay readable and that no English
// sentence has, so that a text which did not go through a message stands out.
var accents = strings.NewReplacer("a", "á", "e", "ë", "i", "ï", "o", "ö", "u", "ü", "A", "Å", "E", "É", "I", "Î", "O", "Ø", "U", "Ü",
	"c", "ç", "n", "ñ", "y", "ý", "s", "š")

// pseudoMessage rewrites every form of m.
func pseudoMessage(m *goi18n.Message) {
	for _, form := range []*string{&m.Zero, &m.One, &m.Two, &m.Few, &m.Many, &m.Other} {
		*form = pseudoText(*form)
	}
}

// pseudoText accents the words outside placeholders and adds two fifths in length,
// somewhat more than German and Finnish do (about 35 % on average). The brackets
// show a text that is cut, and one that is put together from parts.
func pseudoText(s string) string {
	if s == "" {
		return ""
	}
	var out strings.Builder
	out.WriteString("⟦")
	rest := s
	for {
		text, after, found := strings.Cut(rest, "{{")
		out.WriteString(accents.Replace(text))
		if !found {
			break
		}
		name, tail, _ := strings.Cut(after, "}}")
		out.WriteString("{{" + name + "}}")
		rest = tail
	}
	words := []string{"länger", "brëit", "vïel", "nöch", "mëhr"}
	more := 0
	for i := 0; more*5 < utf8.RuneCountInString(s)*2; i++ {
		word := " " + words[i%len(words)]
		more += utf8.RuneCountInString(word)
		out.WriteString(word)
	}
	return out.String() + "⟧"
}
