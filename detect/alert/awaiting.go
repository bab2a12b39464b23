package alert

import (
	"context"
	"time"

	"ward"
	"ward/detect/alert/board"
)

// changeTopic is the live topic of all changes of alerts, for those who wait.
const changeTopic = "alerts.changed"

// longestWait keeps an answer before the time at which proxies give up: 60
// seconds is what most of them have.
const longestWait = 55 * time.Second

// AwaitChanges is Changes for a reader who waits for the next change: when there
// is none, it answers as soon as one comes, after wait (at most 55 s) without any,
// or when stop is closed. Nothing of the database is held while it waits.
func (s *Service) AwaitChanges(ctx context.Context, a ward.Actor, after string, limit int, wait time.Duration, stop <-chan struct{}) (Changes, error) {
	if wait <= 0 || !s.waiting.Enter() {
		return s.Changes(ctx, a, after, limit)
	}
	defer s.waiting.Leave()
	heard, end := s.cfg.Live.Listen(changeTopic) // before the first look, so that nothing comes between
	defer end()
	over := time.NewTimer(min(wait, longestWait))
	defer over.Stop()
	for {
		out, err := s.Changes(ctx, a, after, limit)
		if err != nil || len(out.Changes) > 0 || !board.Hears(ctx, heard, over.C, stop) {
			return out, err
		}
	}
}
