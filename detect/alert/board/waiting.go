package board

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"ward/kit/live"
)

const (
	// mostWaiting readers wait in one process; others are answered at once and ask again.
	mostWaiting = 2000
	// settle is how long after a change the waiting read: what is written in
	// batches is read once, and not by all of them in the same moment.
	settle = 200 * time.Millisecond
)

// Hears waits for a signal and for those that follow at once; false when the
// waiting is over.
func Hears(ctx context.Context, heard <-chan live.Signal, over <-chan time.Time, stop <-chan struct{}) bool {
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

// Waiters counts who waits. Safe for concurrent use.
type Waiters struct{ n atomic.Int64 }

// Enter reports whether one more may wait; whoever may not asks again.
func (w *Waiters) Enter() bool {
	if w.n.Add(1) > mostWaiting {
		w.n.Add(-1)
		return false
	}
	return true
}

// Leave ends a wait.
func (w *Waiters) Leave() { w.n.Add(-1) }
