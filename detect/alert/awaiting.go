package alert

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"ward"
	"ward/kit/live"
)

// changeTopic is the live topic of all changes of alerts, for those who wait.
const changeTopic = "alerts.changed"

const (
	// longestWait keeps an answer before the time at which proxies give up: 60
	// seconds is what most of them have.
	longestWait = 55 * time.Second
	// mostWaiting readers wait in one process; others are answered at once and ask again.
	mostWaiting = 2000
	// settle is how long after a change the waiting read: what is written in
	// batches is read once, and not by all of them in the same moment.
	settle = 200 * time.Millisecond
)

// AwaitChanges is Changes for a reader who waits for the next change: when there
// is none, it answers as soon as one comes, after wait (at most 55 s) without any,
// or when stop is closed. Nothing of the database is held while it waits.
func (s *Service) AwaitChanges(ctx context.Context, a ward.Actor, after string, limit int, wait time.Duration, stop <-chan struct{}) (Changes, error) {
	if wait <= 0 || !s.waiting.enter() {
		return s.Changes(ctx, a, after, limit)
	}
	defer s.waiting.leave()
	heard, end := s.cfg.Live.Listen(changeTopic) // before the first look, so that nothing comes between
	defer end()
	over := time.NewTimer(min(wait, longestWait))
	defer over.Stop()
	for {
		out, err := s.Changes(ctx, a, after, limit)
		if err != nil || len(out.Changes) > 0 || !hears(ctx, heard, over.C, stop) {
			return out, err
		}
	}
}

// hears waits for a signal and for those that follow at once; false when the
// waiting is over.
func hears(ctx context.Context, heard <-chan live.Signal, over <-chan time.Time, stop <-chan struct{}) bool {
	select {
	case _, open := <-heard:
		if !open {
			return false
		}
	case <-over:
		return false
	case <-stop:
		return false
	case <-ctx.Done():
		return false
	}
	calm := time.NewTimer(settle + rand.N(settle))
	defer calm.Stop()
	for {
		select {
		case _, open := <-heard:
			if !open {
				return true // a last look
			}
		case <-calm.C:
			return true
		case <-stop:
			return true
		case <-ctx.Done():
			return false
		}
	}
}

// waiters counts who waits. Safe for concurrent use.
type waiters struct{ n atomic.Int64 }

func (w *waiters) enter() bool {
	if w.n.Add(1) > mostWaiting {
		w.n.Add(-1)
		return false
	}
	return true
}

func (w *waiters) leave() { w.n.Add(-1) }
