package harvest

import (
	"testing"

	"ward/test/expect"
)

// A form is answered once: with every fault that it has.
func TestEveryFaultOfAForm(t *testing.T) {
	expect.Fields(t, "a source", (&Source{URL: "ftp://x", Unmarked: -1, Every: -1}).Check(), "kind unmarked url every")
}
