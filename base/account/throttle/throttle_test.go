package throttle

import (
	"testing"
	"time"
)

func TestGateWait(t *testing.T) {
	g := Gate{Free: 5, Most: 15 * time.Minute}
	for n, want := range map[int64]time.Duration{1: 0, 4: 0, 5: time.Second, 6: 2 * time.Second, 10: 32 * time.Second, 15: 15 * time.Minute, 1 << 40: 15 * time.Minute} {
		if got := g.wait(n); got != want {
			t.Errorf("after %d attempts: got %v, want %v", n, got, want)
		}
	}
}
