package texts

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"ward"
	"ward/format/xliff"
	"ward/kit/i18n"
)

// Sheet is what one translator gets: all texts of all rooms in one language.
type Sheet struct {
	Lang    ward.Lang
	Entries []Entry
}

// Entry is one text: a message, or one plural form of it.
type Entry struct {
	Room        string // "detect.alert"; for the reader only
	Key         i18n.Key
	Form        string // plural form; "" for a message that counts nothing
	English     string
	Translation string // "" while there is none
	Help        []string
	Limit       int // letters that fit in the place of the text; 0 for a paragraph
	State       xliff.State
}

// Only narrows an export.
type Only string

// What can be exported.
const (
	Everything Only = ""
	Missing    Only = "missing"    // without a translation, or with one of an English text that changed since
	Unreviewed Only = "unreviewed" // translated, and not approved by a person
)

// Export gathers the texts of lang with what a translator needs to know.
func (t *Tree) Export(lang ward.Lang, only Only) (Sheet, error) {
	review, err := t.review(lang)
	if err != nil {
		return Sheet{}, err
	}
	terms, err := Glossary()
	if err != nil {
		return Sheet{}, err
	}
	s, examples := Sheet{Lang: lang}, i18n.Examples(lang, 5)
	for _, r := range t.rooms {
		have, err := t.translated(r, lang)
		if err != nil {
			return Sheet{}, err
		}
		for _, english := range r.english {
			state := stateOf(lang, english, have[english.Key], review)
			if !only.wants(state) {
				continue
			}
			for _, e := range entries(lang, english, have[english.Key], examples) {
				e.Room, e.State = strings.ReplaceAll(r.folder, "/", "."), state
				if review.Stale(english) {
					e.Help = append(e.Help, "The English text changed since this was translated.")
				}
				e.Help = append(e.Help, terms.help(lang, e.English)...)
				s.Entries = append(s.Entries, e)
			}
		}
	}
	return s, nil
}

func (o Only) wants(s xliff.State) bool {
	switch o {
	case Missing:
		return s == xliff.Initial
	case Unreviewed:
		return s == xliff.Translated
	}
	return true
}

// stateOf is the state of a whole message.
func stateOf(lang ward.Lang, english, have i18n.Message, r i18n.Review) xliff.State {
	switch {
	case len(have.Forms) == 0, r.Stale(english), len(i18n.Faults(lang, english, have)) > 0:
		return xliff.Initial
	case r.Approved(english, have):
		return xliff.Reviewed
	}
	return xliff.Translated
}

// entries cuts a message into its texts: one for each plural form of lang.
func entries(lang ward.Lang, english, have i18n.Message, examples map[string][]int) []Entry {
	base := Entry{Key: english.Key}
	if english.Description != "" {
		base.Help = []string{english.Description}
	}
	if !english.Plural() {
		e := base
		e.English, e.Translation = english.Forms["other"], have.Forms["other"]
		e.Limit = limit(english.Description, e.English)
		return []Entry{e}
	}
	var out []Entry
	for _, form := range i18n.Forms(lang) {
		e := base
		e.Form, e.English, e.Translation = form, english.Forms["other"], have.Forms[form]
		if form == "one" {
			e.English = english.Forms["one"]
		}
		e.Limit = limit(english.Description, e.English)
		e.Help = append(slices.Clone(base.Help), formHelp(form, examples[form]))
		out = append(out, e)
	}
	return out
}

func formHelp(form string, numbers []int) string {
	if len(numbers) == 0 {
		return "Plural form \"" + form + "\": for fractions and where no other form fits."
	}
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return fmt.Sprintf("Plural form %q: for %s and the like.", form, strings.Join(words, ", "))
}

// stated is how a description bounds a text: "max 24".
var stated = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\bmax (\d{1,4})\b`) })

// labelLength is up to where a text is a label: a button, a column, a menu entry.
const labelLength = 30

// limit is how many letters fit: what the description says, or for a label twice
// the English and eight, as languages lengthen short words most (W3C, "Text size
// in translation"). A paragraph has room.
func limit(description, english string) int {
	if m := stated().FindStringSubmatch(description); m != nil {
		n, _ := strconv.Atoi(m[1]) //nolint:errcheck // digits, four at most
		return n
	}
	if n := letters(english); n <= labelLength {
		return 2*n + 8
	}
	return 0
}

// letters counts what a text brings itself, without what it is filled with.
func letters(s string) int {
	n := 0
	for i, part := range strings.Split(s, "{{") {
		if i > 0 {
			_, part, _ = strings.Cut(part, "}}")
		}
		n += utf8.RuneCountInString(part)
	}
	return n
}

// ID is the entry's id in a file: the key, and for a plural form ":" and its name.
func (e Entry) ID() string {
	if e.Form == "" {
		return string(e.Key)
	}
	return string(e.Key) + ":" + e.Form
}

// XLIFF is the sheet as a document, one file for each room.
func (s Sheet) XLIFF() *xliff.Document {
	d := &xliff.Document{Source: string(ward.English), Target: string(s.Lang)}
	for _, e := range s.Entries {
		if n := len(d.Files); n == 0 || d.Files[n-1].ID != e.Room {
			d.Files = append(d.Files, xliff.File{ID: e.Room})
		}
		u := xliff.Unit{ID: e.ID(), State: e.State, Source: e.English, Target: e.Translation}
		for _, h := range e.Help {
			u.Notes = append(u.Notes, xliff.Note{Category: "help", Text: h})
		}
		if e.Limit > 0 {
			u.Notes = append(u.Notes, xliff.Note{Category: "length", Text: fmt.Sprintf("%d letters at most", e.Limit)})
		}
		f := &d.Files[len(d.Files)-1]
		f.Units = append(f.Units, u)
	}
	return d
}

// FromXLIFF takes a document back. Notes are not needed again.
func FromXLIFF(d *xliff.Document) (Sheet, error) {
	lang, ok := ward.ParseLang(d.Target)
	if !ok || lang == ward.English {
		return Sheet{}, fmt.Errorf("trgLang is %.20q: want one of the 23 languages into which we translate", d.Target)
	}
	if source, ok := ward.ParseLang(d.Source); !ok || source != ward.English {
		return Sheet{}, fmt.Errorf("srcLang is %.20q: want en", d.Source)
	}
	s := Sheet{Lang: lang}
	for _, f := range d.Files {
		for _, u := range f.Units {
			key, form, _ := strings.Cut(u.ID, ":")
			s.Entries = append(s.Entries, Entry{Room: f.ID, Key: i18n.Key(key), Form: form, English: u.Source, Translation: u.Target, State: u.State})
		}
	}
	return s, nil
}
