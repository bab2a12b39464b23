package problem

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestListStopsAtTheLimit(t *testing.T) {
	var l List
	for range Limit + 5 {
		l.Add("/", "x", "")
	}
	if l.Len() != Limit || !l.Full() {
		t.Errorf("got %d problems, want %d", l.Len(), Limit)
	}
}

func TestOf(t *testing.T) {
	p := Problem{Place: "/a", Rule: "enum"}
	if got := Of(fmt.Errorf("read: %w", p)); len(got) != 1 || got[0] != p {
		t.Errorf("got %v, want the wrapped problem", got)
	}
	if got := Of(errors.New("x")); got[0].Rule != "internal" {
		t.Errorf("got %v, want an internal one", got)
	}
}

func TestClip(t *testing.T) {
	if got := Clip(strings.Repeat("ä", 200)); got != strings.Repeat("ä", 80)+"…" {
		t.Errorf("got %q, want 80 letters", got)
	}
}

func ExampleProblem_Error() {
	fmt.Println(Problem{Place: "/components/3/type", Rule: "enum", Detail: `"soft" is not allowed`})
	// Output: /components/3/type: enum: "soft" is not allowed
}
