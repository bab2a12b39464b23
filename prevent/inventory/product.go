package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"ward"
)

// MaxText is the longest text of a field, in characters; longer ones are cut and
// the cut is noted. No product name of the trade comes near it.
const MaxText = 500

// tidy brings a text into the form that is kept: valid UTF-8, no control
// characters, blanks of all kinds single, at most MaxText characters. cut tells
// that something was taken off the end.
func tidy(s string) (out string, cut bool) {
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

// identity is the part of a description that does not change with a release.
func identity(ref ward.ProductRef) ward.ProductRef {
	ref.Version, ref.Serial = "", ""
	return ref
}

// identityHash names an identity in the dictionary: two descriptions are one
// when all six texts agree letter by letter, as which of them mean the same
// product is for the matching to say.
func identityHash(ref ward.ProductRef) string {
	text := strings.Join([]string{ref.Vendor, ref.Name, ref.Model, ref.UDI, ref.PURL, ref.CPE}, "\x1f")
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// searchText is what the list's text filter looks through.
func searchText(ref ward.ProductRef) string {
	return strings.ToLower(strings.Join([]string{ref.Vendor, ref.Name, ref.Model, ref.UDI}, " "))
}
