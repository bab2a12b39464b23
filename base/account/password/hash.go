package password

import (
	"context"
	_ "embed"
	"errors"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"ward"
	"ward/kit/id"
)

//go:embed data/common.txt
var common string

// Cost is that of a hash: argon2id with 7 MiB and 5 passes on one lane. OWASP's
// list (Password Storage Cheat Sheet) calls it as strong as 19 MiB and 2 passes;
// it takes a third less time, as more of it stays in the cores' caches, and a
// third of the memory.
func Cost() *argon2id.Params {
	return &argon2id.Params{Memory: 7 * 1024, Iterations: 5, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// Hashing makes and compares hashes. At most one hash a core is computed at a
// time: 20 people who sign in together wait their turn instead of taking 140 MiB.
// It is safe for concurrent use.
type Hashing struct {
	cost   *argon2id.Params
	turns  Turns
	decoy  string   // a hash that nothing matches: the work for accounts that do not exist
	common []string // folded patterns that people choose
}

// patience is how long a sign-in waits for its turn before it is told to come
// back: ten times what 20 at once need.
const patience = 5 * time.Second

// New makes the decoy at the real cost, so that its work is the same.
func New(cost *argon2id.Params) (*Hashing, error) {
	h := &Hashing{cost: cost, turns: make(Turns, max(1, runtime.GOMAXPROCS(0)))}
	for line := range strings.Lines(common) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			h.common = append(h.common, line)
		}
	}
	if len(h.common) == 0 {
		return nil, errors.New("common.txt is empty")
	}
	var err error
	h.decoy, err = argon2id.CreateHash(id.Secret(256), cost)
	return h, err
}

// Turns are as many as may do something at the same time; the others queue.
type Turns chan struct{}

// Take waits until one is free.
func (t Turns) Take(ctx context.Context) (done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case t <- struct{}{}:
		return func() { <-t }, nil
	case <-ctx.Done():
		return nil, ward.Fail(ward.Unavailable, "account.error.busy").Because(ctx.Err())
	}
}

// Make gives the hash to store of a password that passed Check.
func (h *Hashing) Make(ctx context.Context, password string) (string, error) {
	done, err := h.turns.Take(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return argon2id.CreateHash(clean(password), h.cost)
}

// Match compares a password with a stored hash; an empty hash costs the same
// and never matches.
func (h *Hashing) Match(ctx context.Context, password, hash string) (bool, error) {
	done, err := h.turns.Take(ctx)
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

// Renew gives the hash to store of a right password that was hashed with other
// parameters than today's; "" when there is nothing to do, or no turn for it: then
// the next sign-in does it.
func (h *Hashing) Renew(ctx context.Context, password, hash string) string {
	p, _, _, err := argon2id.DecodeHash(hash)
	if err != nil || p.Memory == h.cost.Memory && p.Iterations == h.cost.Iterations && p.Parallelism == h.cost.Parallelism {
		return ""
	}
	fresh, err := h.Make(ctx, password)
	if err != nil {
		return ""
	}
	return fresh
}

// clean makes one form of what different keyboards send for the same text.
func clean(password string) string { return norm.NFKC.String(password) }
