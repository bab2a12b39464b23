package entry

import (
	"testing"

	"ward/test/expect"
)

// A form is answered once: with every fault that it has.
func TestEveryFaultOfAForm(t *testing.T) {
	expect.Fields(t, "a device", (&Entry{EndOfSupport: "soon"}).Validate(), "product quantity end_of_support")
}
