package entry

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ward"
)

// MaxText is the longest text of a field, in characters; longer ones are cut and
// the cut is noted. No product name of the trade comes near it.
const MaxText = 500

// Tidy brings a text into the form that is kept: valid UTF-8, no control
// characters, blanks of all kinds single, at most MaxText characters. cut tells
// that something was taken off the end.
func Tidy(s string) (out string, cut bool) {
	if plain(s) {
		return s, false
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= MaxText {
		return s, false
	}
	return strings.TrimRight(string([]rune(s)[:MaxText]), " "), true
}

// plain reports whether s is short printable ASCII with single blanks inside:
// nearly every cell is, and needs no work.
func plain(s string) bool {
	if len(s) > MaxText {
		return false
	}
	last := byte(' ')
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && last == ' ' {
			return false
		}
		last = s[i]
	}
	return last != ' ' || s == ""
}

// TidyRef brings all texts of a description into the form that is kept.
func TidyRef(r ward.ProductRef) ward.ProductRef {
	for _, s := range []*string{&r.Vendor, &r.Name, &r.Model, &r.Version, &r.UDI, &r.PURL, &r.CPE, &r.Serial} {
		*s, _ = Tidy(*s)
	}
	return r
}

// Title is how a row is called in one line: maker and product, the maker once
// where the product's name begins with it.
func Title(r ward.ProductRef) string {
	name := r.Name
	for _, other := range []string{r.Model, r.UDI, r.PURL, r.CPE} {
		if name == "" {
			name = other
		}
	}
	if n := len(r.Vendor); n == 0 || strings.EqualFold(name, r.Vendor) || len(name) > n && name[n] == ' ' && strings.EqualFold(name[:n], r.Vendor) {
		return name
	}
	return r.Vendor + " " + name
}
