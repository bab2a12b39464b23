package sensor

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ward"
)

// What one organisation may send: bursts of 120 batches, and then two each
// second. A sensor sends one every few minutes; a hospital with a hundred
// sensors never meets this, a sensor that runs wild does.
const (
	gateBurst = 120
	gateEvery = 500 * time.Millisecond
	// gateMinute is what comes through such a gate in a minute at most. All replicas
	// together take no more: they count what is kept.
	gateMinute = gateBurst + int(time.Minute/gateEvery)
	// gateRest is what a sensor waits that is let in nowhere.
	gateRest = 10 * time.Second
)

// gate counts by organisation, in memory, before a body is read: each replica has
// its own. The number of organisations that may send is that of the register, so
// it needs no bound.
type gate struct {
	mu  sync.Mutex
	per map[ward.OrgID]*rate.Limiter
}

func newGate() *gate { return &gate{per: map[ward.OrgID]*rate.Limiter{}} }

// take lets a batch through, or is Throttled with the wait until it would be.
func (g *gate) take(org ward.OrgID, now time.Time) error {
	g.mu.Lock()
	l, ok := g.per[org]
	if !ok {
		l = rate.NewLimiter(rate.Every(gateEvery), gateBurst)
		g.per[org] = l
	}
	g.mu.Unlock()
	r := l.ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return throttled(wait)
	}
	return nil
}

func throttled(wait time.Duration) error {
	return ward.Fail(ward.Throttled, "sensor.error.throttled").After(wait)
}
