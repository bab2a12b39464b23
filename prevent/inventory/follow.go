package inventory

import (
	"context"
	"log/slog"
	"time"

	"ward"
)

// Refresh brings the index of this replica up to date; the first time it loads
// everything, seconds for 30 million rows. App calls it before it says that it
// is ready.
func (s *Service) Refresh(ctx context.Context) error {
	return ward.Wrap("refresh inventory index", s.known.refresh(ctx, s.cfg.DB))
}

// followEvery is how often a replica looks for changes without a signal. No
// answer depends on it, as each looks for itself; it keeps what there is to take
// over small.
const followEvery = 30 * time.Second

// Follow keeps the index of this replica fresh until ctx ends: on each live
// signal, and now and then without. It merges what has gathered above the base.
// Nothing durable depends on it.
func (s *Service) Follow(ctx context.Context) error {
	signals, stop := s.cfg.Live.Listen(Topic)
	defer stop()
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		if err := s.Refresh(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.WarnContext(ctx, "inventory index is behind", slog.Any("error", err))
		} else if ctx.Err() == nil {
			s.known.merge()
		}
		select {
		case <-ctx.Done():
			return nil
		case _, ok := <-signals:
			if !ok {
				return nil
			}
		case <-tick.C:
		}
	}
}

// merge makes a new base when the delta has grown; nobody waits for it.
func (r *register) merge() {
	r.turn.Lock()
	holders := r.holders
	r.turn.Unlock()
	if holders != nil && holders.WantsMerge() {
		holders.Merge()
	}
}
