package ward

import "strings"

// Lang is an official language of the Union, as ISO 639-1 code in lower case.
type Lang string

// English is the source language of all texts.
const English Lang = "en"

// languages in the order of the Union's own lists (native names, Latin order).
var languages = [...]struct {
	code Lang
	name string
}{{"bg", "български"}, {"es", "español"}, {"cs", "čeština"}, {"da", "dansk"}, {"de", "Deutsch"}, {"et", "eesti"},
	{"el", "ελληνικά"}, {"en", "English"}, {"fr", "français"}, {"ga", "Gaeilge"}, {"hr", "hrvatski"}, {"it", "italiano"},
	{"lv", "latviešu"}, {"lt", "lietuvių"}, {"hu", "magyar"}, {"mt", "Malti"}, {"nl", "Nederlands"}, {"pl", "polski"},
	{"pt", "português"}, {"ro", "română"}, {"sk", "slovenčina"}, {"sl", "slovenščina"}, {"fi", "suomi"}, {"sv", "svenska"}}

// Languages lists the 24 official languages in the Union's order.
func Languages() []Lang {
	out := make([]Lang, len(languages))
	for i, l := range languages {
		out[i] = l.code
	}
	return out
}

// ParseLang reads a code in any case, with or without a region ("de-AT").
func ParseLang(s string) (Lang, bool) {
	s, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(s)), "-")
	for _, l := range languages {
		if string(l.code) == s {
			return l.code, true
		}
	}
	return English, false
}

// Name gives the language's own name for itself.
func (l Lang) Name() string {
	for _, x := range languages {
		if x.code == l {
			return x.name
		}
	}
	return string(l)
}
