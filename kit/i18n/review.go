package i18n

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"ward"
)

//go:embed review/*
var reviews embed.FS

// Review is what people said of one language's texts: for each key the mark of
// the English text that was translated, and the mark of the translation that a
// person read and approved, or "". A text is reviewed while both marks are still
// those of the messages: who changes either makes it a draft again.
type Review map[Key]Mark

// Mark is one line of the state file.
type Mark struct {
	English  string // MarkOf the English message at the time of translation
	Approved string // MarkOf the translation that was approved; "" for a draft
}

// MarkOf is a short mark of a message's words. A change of the description or
// of the order is none.
func MarkOf(m Message) string {
	h := sha256.New()
	for _, form := range allForms() {
		fmt.Fprintf(h, "%s=%s\x00", form, m.Forms[form])
	}
	return hex.EncodeToString(h.Sum(nil))[:8]
}

// ReadReview reads a state file: "key english [approved]" a line, # for comments.
func ReadReview(text string) (Review, error) {
	out := Review{}
	for n, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if len(f) > 3 || len(f) < 2 {
			return nil, fmt.Errorf("line %d: want a key and one or two marks", n+1)
		}
		out[Key(f[0])] = Mark{English: f[1], Approved: strings.Join(f[2:], "")}
	}
	return out, nil
}

// String writes the state file, sorted, so that two people's work can be merged.
func (r Review) String() string {
	var b strings.Builder
	b.WriteString("# Written by \"ward texts import\": key, mark of the English text, mark of the translation that a person approved.\n")
	keys := make([]Key, 0, len(r))
	for k := range r {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		b.WriteString(strings.TrimSpace(fmt.Sprintf("%s %s %s", k, r[k].English, r[k].Approved)) + "\n")
	}
	return b.String()
}

// Approved reports whether a person approved have as the translation of english,
// and neither changed since.
func (r Review) Approved(english, have Message) bool {
	m, ok := r[have.Key]
	return ok && m.Approved != "" && m.English == MarkOf(english) && m.Approved == MarkOf(have)
}

// Stale reports whether the English text changed since it was translated.
func (r Review) Stale(english Message) bool {
	m, ok := r[english.Key]
	return ok && m.English != MarkOf(english)
}

// ReviewFile is the state file of a language in the source tree.
func ReviewFile(lang ward.Lang) string { return "kit/i18n/review/" + string(lang) + ".txt" }

// reviewOf is the state that was built in; a language without a file is a draft.
func reviewOf(lang ward.Lang) (Review, error) {
	text, err := reviews.ReadFile("review/" + string(lang) + ".txt")
	if err != nil {
		return Review{}, nil
	}
	return ReadReview(string(text))
}

// Status says how far a language is.
type Status struct {
	Lang       ward.Lang
	Total      int // messages in English
	Translated int
	Reviewed   int // approved by a person, and not changed since
}

// Draft reports whether a reader must be told that no person has read all of it.
func (s Status) Draft() bool { return s.Lang != ward.English && s.Reviewed < s.Total }

// Status counts a language's texts; English is the source, and all of it counts as reviewed.
func (c *Catalogue) Status(lang ward.Lang) Status {
	source, own := c.table(ward.English), c.table(lang)
	s := Status{Lang: lang, Total: len(source.messages), Translated: len(own.messages), Reviewed: own.approved}
	if lang == ward.English {
		s.Reviewed = s.Total
	}
	return s
}

// countApproved is done once, when a language is first read.
func (c *Catalogue) countApproved(lang ward.Lang, own *table) (n int, err error) {
	if lang == ward.English || lang == Pseudo {
		return 0, nil
	}
	r, err := reviewOf(lang)
	if err != nil || len(r) == 0 {
		return 0, err
	}
	for key, english := range c.table(ward.English).messages {
		if have := own.messages[key]; have != nil && r.Approved(messageOf(english), messageOf(have)) {
			n++
		}
	}
	return n, nil
}
