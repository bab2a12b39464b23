package alert

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/web"
)

// guesses slows down whoever tries secrets of links and feeds that do not exist.
// The secrets themselves cannot be guessed (256 bits); this keeps the database
// from the trying. The count is in the database, for all replicas and over
// restarts; whom it has shut out, this memory keeps away without asking it again.
// Safe for concurrent use.
type guesses struct {
	mu   sync.Mutex
	shut map[string]time.Time // networks, until when
}

const (
	guessLimit   = 30 // wrong secrets from one network
	guessWindow  = 10 * time.Minute
	guessMembers = 10_000 // networks remembered; beyond them the memory begins again
)

// guessing is a network as it is counted.
func guessing(address string) string { return digestOf("network " + web.Network(address)) }

// mayGuess is Forbidden while too many wrong secrets came from the network of address.
func (s *Service) mayGuess(ctx context.Context, address string) error {
	now, network := s.cfg.Clock(), guessing(address)
	if s.guesses.away(network, now) {
		return ward.Fail(ward.Forbidden, "alert.error.ack_throttled")
	}
	var wrong int64
	var until time.Time
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		wrong, until, err = guessesOf(ctx, tx, network)
		return err
	})
	if err == nil && wrong >= guessLimit && now.Before(until) {
		s.guesses.keepAway(network, until)
		err = ward.Fail(ward.Forbidden, "alert.error.ack_throttled")
	}
	return err
}

// missed counts a secret that does not exist. Where that cannot be written (a full
// disk) the answer is the same.
func (s *Service) missed(ctx context.Context, address string) {
	now := s.cfg.Clock()
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return countGuess(ctx, tx, guessing(address), now, now.Add(guessWindow)) })
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "wrong secret not counted", slog.Any("error", err))
	}
}

func (g *guesses) away(network string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return now.Before(g.shut[network])
}

func (g *guesses) keepAway(network string, until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == nil || len(g.shut) >= guessMembers {
		g.shut = map[string]time.Time{}
	}
	g.shut[network] = until
}
