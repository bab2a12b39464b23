package csaf

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"ward/format/problem/jsontree"
	"ward/format/problem/shape"
)

//go:embed rules/words.txt
var wordRules string

// slips maps misspellings to the word that is meant: neighbouring letters
// changed over, and in words of nine letters or more one left out or doubled.
// The last letter is left alone: there endings differ.
var slips = sync.OnceValue(func() map[string]string {
	right := map[string]bool{}
	for _, line := range shape.Lines(wordRules, "") {
		for word := range strings.FieldsSeq(line) {
			right[word] = true
		}
	}
	out := map[string]string{}
	add := func(slip, word string) {
		if !right[slip] {
			out[slip] = word
		}
	}
	for word := range right {
		for i := 1; i < len(word)-2; i++ {
			add(word[:i]+word[i+1:i+2]+word[i:i+1]+word[i+2:], word)
		}
		for i := 1; i < len(word)-1 && len(word) >= 9; i++ {
			add(word[:i]+word[i+1:], word)
			add(word[:i]+word[i:i+1]+word[i:], word)
		}
	}
	return out
})

// prose calls fn for the texts that 6.3.8 and 6.3.16 read, those of free form
// among them: names of people and products are left out, as no list has them.
func (s *subject) prose(fn func(text view)) {
	read := map[string]bool{"text": true, "title": true, "summary": true, "details": true, "audience": true, "issuing_authority": true}
	var walk func(v view)
	walk = func(v view) {
		v.members(func(name string, m view) {
			switch {
			case name == "ids" || name == "x_extensions" || name == "metrics" || name == "scores":
			case read[name] && m.is(jsontree.String):
				fn(m)
			case name == "entitlements":
				for _, e := range m.all() {
					fn(e)
				}
			default:
				walk(m)
			}
		})
		for _, item := range v.all() {
			walk(item)
		}
	}
	walk(s.view)
}

// checkable reports a document whose language is given and English; for
// another language both tests fail, as the standard wants it.
func (s *subject) checkable(what string, tell say) bool {
	lang := s.document().get("lang")
	if !lang.exists() {
		return false
	}
	if s.tongue() != "en" {
		tell(lang, "no "+what+" check for this language: "+lang.text())
		return false
	}
	return true
}

// spelling is 6.3.8, for English as far as a word is one slip away from one
// that advisories often use.
func spelling(s *subject, tell say) {
	if !s.checkable("spelling", tell) {
		return
	}
	wrong := slips()
	s.prose(func(text view) {
		tokens(text.text(), func(word, _ string) {
			if meant := wrong[word]; meant != "" {
				tell(text, word+": "+meant+"?")
			}
		})
	})
}

// modals are followed by an infinitive.
var modals = map[string]bool{"must": true, "shall": true, "should": true, "can": true, "could": true, "may": true, "might": true, "will": true, "would": true, "cannot": true}

// infinitives end as participles do.
var infinitives = map[string]bool{"need": true, "embed": true, "exceed": true, "proceed": true, "succeed": true, "feed": true, "speed": true, "seed": true,
	"bleed": true, "shed": true, "shred": true, "heed": true, "breed": true, "indeed": true}

// grammar is 6.3.16, for English as far as a participle behind a modal verb
// and a word that stands twice tell.
func grammar(s *subject, tell say) {
	if !s.checkable("grammar", tell) {
		return
	}
	s.prose(func(text view) {
		tokens(text.text(), func(word, before string) {
			switch {
			case modals[before] && strings.HasSuffix(word, "ed") && len(word) > 4 && !infinitives[word]:
				tell(text, before+" "+word+": a participle behind a modal verb")
			case word == before && len(word) > 1 && word != "that" && word != "had":
				tell(text, word+" "+word+": twice")
			}
		})
	})
}

// tokens calls fn for every plain word in small letters with the one before it
// if only blanks part the two. What has digits, dots, slashes or more than one
// capital is a name and no word.
func tokens(text string, fn func(word, before string)) {
	before := ""
	for field := range strings.FieldsSeq(text) {
		word := strings.TrimFunc(field, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		plain := word != "" && !strings.ContainsFunc(word, func(r rune) bool { return r >= utf8.RuneSelf || !unicode.IsLetter(r) })
		if !plain || word[1:] != strings.ToLower(word[1:]) {
			before = ""
			continue
		}
		lower := strings.ToLower(word)
		if !strings.HasPrefix(field, word) {
			before = "" // something opens before it
		}
		fn(lower, before)
		if before = lower; !strings.HasSuffix(field, word) {
			before = "" // something ends behind it
		}
	}
}
