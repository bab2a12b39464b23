package subscription

import (
	"testing"

	"ward/test/expect"
)

// A form is answered once: with every fault that it has.
func TestEveryFaultOfAForm(t *testing.T) {
	_, err := Request{}.tidy()
	expect.Fields(t, "a feed", err, "kind name clearance lang")
}
