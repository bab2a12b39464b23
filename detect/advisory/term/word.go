package term

import (
	"strings"
	"unicode"

	"ward/format/csaf"
)

// Bounds of the search words of one advisory, and of one search.
const (
	maxWords = 600
	maxWord  = 48 // bytes; longer words are cut
	maxAsked = 8
)

// Words are the search words of a document: title, tracking id and aliases,
// publisher, CVEs, CWEs, vendors, products and models, then the other required
// fields of /document, in lower case. A word
// with marks inside counts as a whole and in its parts: "icsma-22-006-01" is
// found by "icsma-22" and by "icsma".
func Words(d *csaf.Document, s *csaf.Summary) []string {
	seen := map[string]bool{}
	var out []string
	add := func(text string) {
		for _, w := range split(text) {
			if len(out) < maxWords && !seen[w] {
				seen[w] = true
				out = append(out, w)
			}
		}
	}
	for _, list := range [][]string{{s.ID, s.Title, s.Publisher}, d.Tracking.Aliases, s.CVEs, s.Vendors, s.Products, s.CWEs} {
		for _, text := range list {
			add(text)
		}
	}
	for i := range d.Products {
		for _, m := range d.Products[i].Helper.Models {
			add(m)
		}
	}
	for _, text := range []string{d.Category, d.CSAFVersion, s.Status, s.Version, d.Publisher.Category, s.Namespace, s.SeverityText} {
		add(text)
	}
	for _, r := range d.Tracking.Revisions {
		add(r.Summary)
	}
	return out
}

// split cuts a text at blanks, and each piece at its marks.
func split(text string) []string {
	var out []string
	for _, piece := range strings.Fields(strings.ToLower(text)) {
		piece = strings.TrimFunc(piece, isMark)
		parts := strings.FieldsFunc(piece, isMark)
		if len(parts) > 1 {
			out = append(out, clip(piece))
		}
		for _, p := range parts {
			out = append(out, clip(p))
		}
	}
	return out
}

func isMark(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func clip(w string) string {
	if len(w) > maxWord {
		w = strings.ToValidUTF8(w[:maxWord], "")
	}
	return w
}

// Asked are the words that all must be found; each may be the beginning of
// a longer one.
func Asked(query string) []string {
	var out []string
	for _, piece := range strings.Fields(strings.ToLower(query)) {
		if w := clip(strings.TrimFunc(piece, isMark)); w != "" && len(out) < maxAsked {
			out = append(out, w)
		}
	}
	return out
}

// Span is the range of bytes that begin with prefix: 0xff stands in no UTF-8 text.
func Span(prefix string) (from, to []byte) { return []byte(prefix), append([]byte(prefix), 0xff) }
