package reach

import (
	"testing"

	"ward/test/expect"
)

// A form is answered once: with every fault that it has.
func TestEveryFaultOfAForm(t *testing.T) {
	_, err := Wishes{Phone: "x"}.tidy()
	expect.Fields(t, "wishes", err, "every urgent sms phone")
}
