package account

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"ward"
)

// gate is one counter of attempts. An attempt is counted before it is looked
// at, so that guesses that are sent at the same time are all counted, and taken
// back when it was right.
type gate struct {
	name string        // what is counted, hashed
	free int64         // attempts that nothing is asked for
	most time.Duration // longest wait
	keep bool          // a success takes one attempt back instead of all
}

// The three gates of a password. The pair slows a guesser down long before the
// account's own counter slows its owner, so that nobody can lock a hospital out
// by guessing from elsewhere: the owner then waits a minute at most.
func passwordGates(email, address string) []gate {
	return []gate{
		{name: gateName("pair", email, address), free: 5, most: 15 * time.Minute},
		{name: gateName("account", email), free: 30, most: time.Minute},
		{name: gateName("address", address), free: 60, most: 15 * time.Minute, keep: true},
	}
}

// codeGate: six digits with three valid at a time are guessed by 333,000
// attempts; at one in 15 minutes that takes nine years.
func codeGate(person ward.PersonID) []gate {
	return []gate{{name: gateName("code", string(person)), free: 5, most: 15 * time.Minute}}
}

// gateName keeps the parts apart, so that no two gates share a name.
func gateName(kind string, parts ...string) string {
	h := sha256.New()
	h.Write([]byte(kind))
	for _, p := range parts {
		h.Write([]byte{0})
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// forgetAfter ends the memory of attempts.
const forgetAfter = 24 * time.Hour

// wait is how long the next attempt has to wait after n: doubling from one second.
func (g gate) wait(n int64) time.Duration {
	over := n - g.free
	if over < 0 {
		return 0
	}
	if over > 20 {
		return g.most
	}
	return min(time.Second<<over, g.most)
}

// tally is a gate's state in the database.
type tally struct {
	attempts    int64
	last, until time.Time
}

// next counts an attempt at now. It is refused while the gate is shut; that
// counts nothing, so a person who waits is let in.
func (g gate) next(t tally, now time.Time) (tally, error) {
	if now.Before(t.until) {
		return t, throttled(t.until.Sub(now))
	}
	if now.Sub(t.last) > forgetAfter {
		t.attempts = 0
	}
	t.attempts++
	t.last, t.until = now, now.Add(g.wait(t.attempts))
	return t, nil
}

// throttledKey is the message of a shut gate.
const throttledKey = "account.error.throttled"

// throttled tells the seconds to wait, rounded up.
func throttled(left time.Duration) error {
	seconds := int64((left + time.Second - 1) / time.Second)
	return ward.Fail(ward.Throttled, throttledKey, "seconds", strconv.FormatInt(seconds, 10)).After(left)
}
