package client

import (
	"errors"
	"math/rand/v2"
	"time"

	"ward/kit/fetch"
)

// Wait says how long to wait after failures: longer each time, by chance within
// the last half so that the sensors of a country do not come back together, and as
// long as the Centre asks for.
type Wait struct {
	Least, Most time.Duration // zero means 5 seconds and 15 minutes
	failed      int
}

// OK forgets the failures.
func (w *Wait) OK() { w.failed = 0 }

// Failed gives the time until the next try.
func (w *Wait) Failed(err error) time.Duration {
	least, most := w.Least, w.Most
	if least == 0 {
		least = 5 * time.Second
	}
	if most == 0 {
		most = 15 * time.Minute
	}
	d := min(most, least<<min(w.failed, 20))
	w.failed++
	d = d/2 + rand.N(d/2+1)
	var s *fetch.StatusError
	if errors.As(err, &s) && s.RetryAfter > d {
		return min(s.RetryAfter, 4*most)
	}
	return d
}
