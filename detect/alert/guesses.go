package alert

import (
	"sync"
	"time"

	"ward/kit/web"
)

// guesses slows down whoever tries secrets of links and feeds that do not exist.
// The secrets themselves cannot be guessed (256 bits); this keeps the database
// from the trying. It is of one process and forgets with it. Safe for concurrent use.
type guesses struct {
	mu sync.Mutex
	by map[string]*missed
}

type missed struct {
	count int
	until time.Time // when the count begins again
}

const (
	guessLimit   = 30 // wrong secrets from one network
	guessWindow  = 10 * time.Minute
	guessMembers = 10_000 // networks remembered; beyond them the memory begins again
)

// admit reports whether address may try.
func (g *guesses) admit(address string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.by[web.Network(address)]
	return m == nil || now.After(m.until) || m.count < guessLimit
}

// miss counts a secret that does not exist.
func (g *guesses) miss(address string, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.by == nil || len(g.by) >= guessMembers {
		g.by = map[string]*missed{}
	}
	name := web.Network(address)
	m := g.by[name]
	if m == nil || now.After(m.until) {
		m = &missed{until: now.Add(guessWindow)}
		g.by[name] = m
	}
	m.count++
}
