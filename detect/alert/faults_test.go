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
}
