package password

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ward"
)

// Rules of passwords, after NIST SP 800-63B section 5.1.1.2: length and no known
// patterns; no demands on kinds of characters, no expiry.
const (
	minPassword = 12  // characters
	maxPassword = 128 // characters; a long sentence fits
)

// Check reports why a password will not do, as an Invalid error at field
// "password". about are words that belong to the person: name, address.
func (h *Hashing) Check(password string, about ...string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < minPassword:
		return weak("account.error.short")
	case n > maxPassword || !utf8.ValidString(password):
		return weak("account.error.long")
	}
	f := flat(password)
	if varied(f) < 5 || h.isCommon(f) || isRun(strings.ToLower(clean(password))) {
		return weak("account.error.common")
	}
	for _, a := range about {
		if names(f, a) {
			return weak("account.error.personal")
		}
	}
	return nil
}

// weak is a password that will not do.
func weak(key string) error { return ward.Fail(ward.Invalid, key).At("password") }

// flat undoes the usual disguises: case, and digits and signs for letters.
func flat(s string) string {
	s = strings.ToLower(clean(s))
	return strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(s)
}

// isCommon: a pattern makes up most of the password, so that what is left is
// guessed in no time ("passwort2026!").
func (h *Hashing) isCommon(f string) bool {
	rest := f
	for _, p := range h.common {
		rest = strings.ReplaceAll(rest, p, "")
	}
	return rest != f && letters(rest) < fewLetters
}

// fewLetters beside a known pattern are guessed along with it.
const fewLetters = 6

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// letters counts what a guesser has to find beside the pattern.
func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// varied counts the different characters.
func varied(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// isRun: most characters follow their neighbour in the alphabet or repeat it.
func isRun(s string) bool {
	var last rune
	steps := 0
	for _, r := range s {
		if d := r - last; d >= -1 && d <= 1 {
			steps++
		}
		last = r
	}
	return steps*3 > utf8.RuneCountInString(s)*2
}

// names reports whether a word of the person makes up most of the password.
func names(f, about string) bool {
	rest := f
	for _, w := range strings.FieldsFunc(flat(about), notLetter) {
		if utf8.RuneCountInString(w) >= 3 {
			rest = strings.ReplaceAll(rest, w, "")
		}
	}
	return rest != f && letters(rest) < fewLetters
}
