package validator

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ward"
)

// What one network may ask: 30 tests at once and then one every two seconds. A
// test costs one, and one more for each megabyte of the document, so that large
// documents do not buy more time than small ones. A person who mends a document
// and tests again never meets it.
const (
	gateBurst = 30
	gateEvery = 2 * time.Second
)

// gateNetworks bounds the memory of the gate. When it is full, networks that
// have their whole allowance back are forgotten; they lose nothing by it.
const gateNetworks = 10_000

// gate counts by network, in memory: each replica has its own, so the bound of
// a house is that of one replica times their number. It guards processor time,
// no secret, and needs no memory over a restart.
type gate struct {
	mu  sync.Mutex
	per map[string]*rate.Limiter
	// rest is for those who come when the memory is full of busy networks.
	rest *rate.Limiter
}

func newGate() *gate {
	return &gate{per: map[string]*rate.Limiter{}, rest: rate.NewLimiter(rate.Every(gateEvery), gateBurst)}
}

// take lets a test of some cost through, or is Throttled with the wait until it
// would be.
func (g *gate) take(from string, cost int, now time.Time) error {
	r := g.of(from, now).ReserveN(now, min(cost, gateBurst))
	wait := r.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	r.CancelAt(now)
	return ward.Fail(ward.Throttled, "validator.error.throttled").After(wait)
}

func (g *gate) of(from string, now time.Time) *rate.Limiter {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l, ok := g.per[from]; ok {
		return l
	}
	if len(g.per) >= gateNetworks {
		for name, l := range g.per {
			if l.TokensAt(now) >= gateBurst {
				delete(g.per, name)
			}
		}
		if len(g.per) >= gateNetworks {
			return g.rest
		}
	}
	l := rate.NewLimiter(rate.Every(gateEvery), gateBurst)
	g.per[from] = l
	return l
}
