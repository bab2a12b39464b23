// Package clock is the only place that reads the machine's time. A clock is a
// field of whoever needs one, so tests give their own.
package clock

import (
	"sync"
	"time"
)

// A Clock tells the present in UTC, cut to microseconds: the precision that
// both databases keep.
type Clock func() time.Time

// System is the machine's clock.
func System() Clock {
	return func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
}

// Deadline is d from now for a socket. Sockets measure by the machine's clock and
// none other: a deadline by a house's clock that stands still is over before it began.
func Deadline(d time.Duration) time.Time { return time.Now().Add(d) }

// Fake is a clock for tests that moves only when told. Safe for concurrent use.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake starts a Fake at t.
func NewFake(t time.Time) *Fake { return &Fake{now: t.UTC().Truncate(time.Microsecond)} }

// Now is the Clock of f.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Advance moves f by d.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}
