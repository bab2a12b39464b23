package room

import (
	"context"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/kit/event"
	"ward/test/expect"
)

// Ear hears what a room tells others. Give On to Furnish, and start the queue with Work.
type Ear[F ward.Fact] struct {
	mu   sync.Mutex
	told []F
}

// On is what hears.
func (e *Ear[F]) On() event.Subscription {
	return event.On("test.hears", func(_ context.Context, _ event.Meta, f F) error {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.told = append(e.told, f)
		return nil
	})
}

// Heard are the facts so far.
func (e *Ear[F]) Heard() []F {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]F(nil), e.told...)
}

// Wait waits until so many facts were heard, and a moment longer for one too many.
func (e *Ear[F]) Wait(t testing.TB, want int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); len(e.Heard()) < want && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(150 * time.Millisecond)
	if n := len(e.Heard()); n != want {
		t.Errorf("other rooms heard %d times, want %d", n, want)
	}
}

// Work starts the queue until the test ends.
func (b *Base) Work() {
	b.t.Helper()
	expect.OK(b.t, b.Queue.Start(context.Background()))
	b.t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		expect.OK(b.t, b.Queue.Stop(stop))
	})
}
