package throttle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"ward"
	"ward/kit/db"
)

// Gate is one counter of attempts. An attempt is counted before it is looked
// at, so that guesses that are sent at the same time are all counted, and taken
// back when it was right.
type Gate struct {
	Name string        // what is counted, see Name
	Free int64         // attempts that nothing is asked for
	Most time.Duration // longest wait
	Keep bool          // a success takes one attempt back instead of all
}

// Name hashes what a gate counts; it keeps the parts apart, so that no two gates
// share a name.
func Name(kind string, parts ...string) string {
	h := sha256.New()
	h.Write([]byte(kind))
	for _, p := range parts {
		h.Write([]byte{0})
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// ForgetAfter ends the memory of attempts.
const ForgetAfter = 24 * time.Hour

// wait is how long the next attempt has to wait after n: doubling from one second.
func (g Gate) wait(n int64) time.Duration {
	over := n - g.Free
	if over < 0 {
		return 0
	}
	if over > 20 {
		return g.Most
	}
	return min(time.Second<<over, g.Most)
}

// tally is a gate's state in the database.
type tally struct {
	attempts    int64
	last, until time.Time
}

// next counts an attempt at now. It is refused while the gate is shut; that
// counts nothing, so a person who waits is let in.
func (g Gate) next(t tally, now time.Time) (tally, error) {
	if now.Before(t.until) {
		return t, shut(t.until.Sub(now))
	}
	if now.Sub(t.last) > ForgetAfter {
		t.attempts = 0
	}
	t.attempts++
	t.last, t.until = now, now.Add(g.wait(t.attempts))
	return t, nil
}

// Key is the message of a shut gate.
const Key = "account.error.throttled"

// shut tells the seconds to wait, rounded up.
func shut(left time.Duration) error {
	seconds := int64((left + time.Second - 1) / time.Second)
	return ward.Fail(ward.Throttled, Key, "seconds", strconv.FormatInt(seconds, 10)).After(left)
}

// Attempt counts one at every gate, or none if one of them is shut.
func Attempt(ctx context.Context, d *db.DB, now time.Time, gates []Gate) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		was, err := talliesOf(ctx, tx, gates)
		if err != nil {
			return err
		}
		next := make([]tally, len(gates))
		for i, g := range gates {
			if next[i], err = g.next(was[g.Name], now); err != nil {
				return err
			}
		}
		return saveTallies(ctx, tx, gates, next)
	})
}
