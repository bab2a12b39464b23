package alert

import (
	"testing"
	"time"

	"ward/test/expect"
)

// A form is answered once: with every fault that it has.
func TestEveryFaultOfAForm(t *testing.T) {
	_, err := checkMute(time.Time{}, "", time.Unix(1, 0))
	expect.Fields(t, "a muting", err, "until reason")
	expect.Fields(t, "a ladder", Ladder{"now": {"management": -1, "x": 1}, "x": nil}.check(), "now_management now_x x")
}
