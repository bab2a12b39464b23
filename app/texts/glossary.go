package texts

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"

	"github.com/BurntSushi/toml"

	"ward"
)

//go:embed glossary.toml
var glossary string

// exceptions are texts that do without the term for a reason: a pronoun stands
// for it, or the sentence is better without. "language key: reason" a line.
//
//go:embed glossary_free.txt
var exceptions string

// Free reports which texts of lang do without their terms.
func Free(lang ward.Lang) map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(exceptions) {
		entry, _, _ := strings.Cut(line, ": ")
		if l, id, ok := strings.Cut(strings.TrimSpace(entry), " "); ok && l == string(lang) {
			out[id] = true
		}
	}
	return out
}

// Terms are the words that must come out alike in all texts of a language.
type Terms []Term

// Term has for each language its forms, lower case, the preferred one first.
type Term struct {
	Note  string
	forms map[ward.Lang][]pattern
}

// pattern is a form as a row of words, each with "*" for any beginning or end.
type pattern []string

func (p pattern) String() string { return strings.ReplaceAll(strings.Join(p, " "), "*", "…") }

// Glossary reads the terms that are built in. It fails where a language lacks a
// form.
func Glossary() (Terms, error) {
	var file struct {
		Term []map[string]string `toml:"term"`
	}
	if _, err := toml.Decode(glossary, &file); err != nil {
		return nil, fmt.Errorf("glossary.toml: %w", err)
	}
	var out Terms
	for _, row := range file.Term {
		t := Term{Note: row["note"], forms: map[ward.Lang][]pattern{}}
		for _, lang := range ward.Languages() {
			for form := range strings.SplitSeq(row[string(lang)], "|") {
				if words := strings.FieldsFunc(strings.ToLower(form), func(r rune) bool { return r != '*' && between(r) }); len(words) > 0 {
					t.forms[lang] = append(t.forms[lang], words)
				}
			}
			if len(t.forms[lang]) == 0 {
				return nil, fmt.Errorf("glossary.toml: %q has no form in %s", row["en"], lang.Name())
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// in finds the terms of an English text, the more exact ones first: whoever says
// "significant incident" does not say "incident" besides.
func (all Terms) in(english string) (found Terms) {
	words := wordsOf(english)
	for i := len(all) - 1; i >= 0; i-- {
		used := false
		for _, p := range all[i].forms[ward.English] {
			for at := p.find(words); at >= 0; at = p.find(words) {
				used = true
				for n := range p {
					words[at+n] = ""
				}
			}
		}
		if used {
			found = append(found, all[i])
		}
	}
	return found
}

// Faults compares a translation with the terms of its English text.
func (all Terms) Faults(lang ward.Lang, english, translation string) (out []string) {
	if translation == "" {
		return nil
	}
	words := wordsOf(translation)
	for _, t := range all.in(english) {
		if !t.anyOf(lang, words) {
			out = append(out, fmt.Sprintf("glossary: %q is %q in %s", t.forms[ward.English][0], t.forms[lang][0], lang.Name()))
		}
	}
	return out
}

func (t Term) anyOf(lang ward.Lang, words []string) bool {
	for _, p := range t.forms[lang] {
		if p.find(words) >= 0 {
			return true
		}
	}
	return false
}

// help tells the translator which words a text asks for.
func (all Terms) help(lang ward.Lang, english string) (out []string) {
	for _, t := range all.in(english) {
		line := fmt.Sprintf("Glossary: %q is %q.", t.forms[ward.English][0], t.forms[lang][0])
		if t.Note != "" {
			line += " " + t.Note
		}
		out = append(out, line)
	}
	return out
}

// wordsOf cuts a text, in lower case, outside of placeholders.
func wordsOf(s string) []string {
	var out []string
	for i, part := range strings.Split(s, "{{") {
		if i > 0 {
			_, part, _ = strings.Cut(part, "}}")
		}
		for _, word := range strings.Fields(strings.ToLower(part)) {
			if !strings.Contains(word, ".example") { // a made-up domain is no term
				out = append(out, strings.FieldsFunc(word, between)...)
			}
		}
		out = append(out, "") // a term does not go on over a placeholder
	}
	return out
}

// between stands between two words. An apostrophe does, as French and Italian put
// their articles before it, and a hyphen: VEX-Schwachstelle, n-ospidéal.
func between(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// find gives the place where p stands in words, -1 for nowhere.
func (p pattern) find(words []string) int {
	for at := 0; at+len(p) <= len(words); at++ {
		hit := true
		for n, form := range p {
			hit = hit && matches(form, words[at+n])
		}
		if hit {
			return at
		}
	}
	return -1
}

func matches(form, word string) bool {
	head, tail := strings.HasPrefix(form, "*"), strings.HasSuffix(form, "*")
	stem := strings.Trim(form, "*")
	switch {
	case word == "":
		return false
	case head && tail:
		return strings.Contains(word, stem)
	case head:
		return strings.HasSuffix(word, stem)
	case tail:
		return strings.HasPrefix(word, stem)
	}
	return word == stem
}
