package account

import (
	"context"
	"embed"
	"errors"
	"runtime"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"ward"
)

//go:embed data
var data embed.FS

// Rules of passwords, after NIST SP 800-63B section 5.1.1.2: length and no known
// patterns; no demands on kinds of characters, no expiry.
const (
	minPassword = 12  // characters
	maxPassword = 128 // characters; a long sentence fits
)

// hashing holds the cost of password hashes: argon2id with 7 MiB and 5 passes on
// one lane. OWASP's list (Password Storage Cheat Sheet) calls it as strong as 19
// MiB and 2 passes; it takes a third less time, as more of it stays in the
// cores' caches, and a third of the memory. At most one hash a core is computed at a
// time: 20 people who sign in together wait their turn instead of taking 140 MiB.
type hashing struct {
	params *argon2id.Params
	turns  turns
	decoy  string   // a hash that nothing matches: the work for accounts that do not exist
	common []string // folded patterns that people choose
}

// patience is how long a sign-in waits for its turn before it is told to come
// back: ten times what 20 at once need.
const patience = 5 * time.Second

// newHashing makes the decoy at the real cost, so that its work is the same.
func newHashing() (*hashing, error) {
	text, err := data.ReadFile("data/common.txt")
	if err != nil {
		return nil, err
	}
	h := &hashing{params: &argon2id.Params{Memory: 7 * 1024, Iterations: 5, Parallelism: 1, SaltLength: 16, KeyLength: 32},
		turns: make(turns, max(1, runtime.GOMAXPROCS(0)))}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			h.common = append(h.common, line)
		}
	}
	if len(h.common) == 0 {
		return nil, errors.New("common.txt is empty")
	}
	h.decoy, err = argon2id.CreateHash(string(newSecret()), h.params)
	return h, err
}

// turns are as many as may do something at the same time; the others queue.
type turns chan struct{}

// take waits until one is free.
func (t turns) take(ctx context.Context) (done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case t <- struct{}{}:
		return func() { <-t }, nil
	case <-ctx.Done():
		return nil, ward.Fail(ward.Unavailable, "account.error.busy").Because(ctx.Err())
	}
}

// make gives the hash to store of a password that passed check.
func (h *hashing) make(ctx context.Context, password string) (string, error) {
	done, err := h.turns.take(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return argon2id.CreateHash(clean(password), h.params)
}

// match compares a password with a stored hash; an empty hash costs the same
// and never matches.
func (h *hashing) match(ctx context.Context, password, hash string) (bool, error) {
	done, err := h.turns.take(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	if utf8.RuneCountInString(password) > maxPassword {
		password = password[:0]
	}
	known := hash != ""
	if !known {
		hash = h.decoy
	}
	ok, err := argon2id.ComparePasswordAndHash(clean(password), hash)
	return ok && known, err
}

// renew gives the hash to store of a right password that was hashed with other
// parameters than today's; "" when there is nothing to do, or no turn for it: then
// the next sign-in does it.
func (h *hashing) renew(ctx context.Context, password, hash string) string {
	p, _, _, err := argon2id.DecodeHash(hash)
	if err != nil || p.Memory == h.params.Memory && p.Iterations == h.params.Iterations && p.Parallelism == h.params.Parallelism {
		return ""
	}
	fresh, err := h.make(ctx, password)
	if err != nil {
		return ""
	}
	return fresh
}

// clean makes one form of what different keyboards send for the same text.
func clean(password string) string { return norm.NFKC.String(password) }

// check reports why a password will not do, as an Invalid error at field
// "password". about are words that belong to the person: name, address.
func (h *hashing) check(password string, about ...string) error {
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
func (h *hashing) isCommon(f string) bool {
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
