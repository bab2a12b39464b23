package fetch

import (
	"context"
	"net/url"
	"strings"
	"sync"
)

// hosts bounds the requests to each host. A host that nobody asks is forgotten.
type hosts struct {
	limit int
	mu    sync.Mutex
	gates map[string]*gate
}

// gate is the door of one host.
type gate struct {
	slots chan struct{}
	users int // within and waiting
}

// enter waits for a slot of host; leave gives it back and may be called once.
func (h *hosts) enter(ctx context.Context, host string) (leave func(), err error) {
	g := h.gate(host)
	select {
	case g.slots <- struct{}{}:
		return func() { <-g.slots; h.forget(host, g) }, nil
	case <-ctx.Done():
		h.forget(host, g)
		return nil, ctx.Err()
	}
}

// crowd is how many may wait at a host's door, beside those within, before Crowded says so.
const crowd = 16

// Crowded reports whether so many requests to address's host are under way or
// waiting that a further one would wait long: who can come later should.
func (c *Client) Crowded(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false // the request itself says so
	}
	h := &c.hosts
	h.mu.Lock()
	defer h.mu.Unlock()
	g := h.gates[strings.ToLower(u.Host)]
	return g != nil && g.users >= h.limit+crowd
}

// gate counts its user before the lock is given up, so that forget cannot take
// the gate away in between.
func (h *hosts) gate(host string) *gate {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.gates == nil {
		h.gates = map[string]*gate{}
	}
	g := h.gates[host]
	if g == nil {
		g = &gate{slots: make(chan struct{}, h.limit)}
		h.gates[host] = g
	}
	g.users++
	return g
}

// forget lets a gate go with its last user: hosts are named by others and would
// grow without end.
func (h *hosts) forget(host string, g *gate) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if g.users--; g.users == 0 {
		delete(h.gates, host)
	}
}
