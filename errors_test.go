package ward_test

import (
	"errors"
	"fmt"
	"testing"

	"ward"
	"ward/test/expect"
)

// A check of a whole form names every fault, however deep it was joined and
// wrapped; the first gives the code.
func TestAll(t *testing.T) {
	name, size := ward.Fail(ward.Invalid, "a.name").At("name"), ward.Fail(ward.Conflict, "a.size").At("size")
	err := ward.Wrap("save", errors.Join(nil, fmt.Errorf("check: %w", name), errors.Join(errors.New("not ours"), ward.Wrap("deep", size))))
	expect.Fields(t, "joined", err, "name size")
	expect.Code(t, "joined", err, ward.Invalid)
	expect.Fields(t, "none", nil, "")
	expect.Fields(t, "foreign", errors.New("x"), "")
	if err := errors.Join(ward.When(false, name), ward.When(false, size)); err != nil {
		t.Errorf("nothing is wrong: %v", err)
	}
}
