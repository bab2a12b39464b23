package secret

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"ward"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/web"
)

// Guesses slows down whoever tries secrets of links and feeds that do not exist.
// The secrets themselves cannot be guessed (256 bits); this keeps the database
// from the trying. The count is in the database, for all replicas and over
// restarts; whom it has shut out, this memory keeps away without asking it again.
// Safe for concurrent use.
type Guesses struct {
	cfg  Config
	mu   sync.Mutex
	shut map[string]time.Time // networks, until when
}

// Config of Watch. All fields are needed.
type Config struct {
	DB    *db.DB
	Clock clock.Clock
	Log   *slog.Logger
}

// Watch begins to count.
func Watch(cfg Config) *Guesses { return &Guesses{cfg: cfg} }

const (
	guessLimit   = 30 // wrong secrets from one network
	guessWindow  = 10 * time.Minute
	guessMembers = 10_000 // networks remembered; beyond them the memory begins again
)

// guessing is a network as it is counted.
func guessing(address string) string { return Digest("network " + web.Network(address)) }

// May is Forbidden while too many wrong secrets came from the network of address.
func (g *Guesses) May(ctx context.Context, address string) error {
	now, network := g.cfg.Clock(), guessing(address)
	if g.away(network, now) {
		return ward.Fail(ward.Forbidden, "alert.error.ack_throttled")
	}
	var wrong int64
	var until time.Time
	err := g.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		wrong, until, err = guessesOf(ctx, tx, network)
		return err
	})
	if err == nil && wrong >= guessLimit && now.Before(until) {
		g.keepAway(network, until)
		err = ward.Fail(ward.Forbidden, "alert.error.ack_throttled")
	}
	return err
}

// Missed counts a secret that does not exist. Where that cannot be written (a full
// disk) the answer is the same.
func (g *Guesses) Missed(ctx context.Context, address string) {
	now := g.cfg.Clock()
	err := g.cfg.DB.Write(ctx, func(tx *db.Tx) error { return countGuess(ctx, tx, guessing(address), now, now.Add(guessWindow)) })
	if err != nil {
		g.cfg.Log.WarnContext(ctx, "wrong secret not counted", slog.Any("error", err))
	}
}

func (g *Guesses) away(network string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return now.Before(g.shut[network])
}

func (g *Guesses) keepAway(network string, until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == nil || len(g.shut) >= guessMembers {
		g.shut = map[string]time.Time{}
	}
	g.shut[network] = until
}
