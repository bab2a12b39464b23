package sensor

import (
	"testing"

	"ward/test/expect"
)

// A form is answered once: with every fault that it has.
func TestEveryFaultOfAForm(t *testing.T) {
	expect.Fields(t, "a collection", Head{}.check(), "title lang tlp severity")
}
