package sigma

import (
	"slices"
	"strings"
	"testing"
)

func TestFieldNames(t *testing.T) {
	rules, refused := Parse(strings.NewReader("title: t\nlogsource: {product: windows}\ndetection:\n  a:\n    Image|endswith: x\n    CommandLine|contains|all: [y, z]\n  b:\n    - Image: q\n    - User: r\n  k: [word]\n  condition: a or b or k\n"), "t.yml")
	if len(refused) > 0 || len(rules) != 1 {
		t.Fatal(refused)
	}
	got := rules[0].FieldNames()
	slices.Sort(got)
	if want := []string{"CommandLine", "Image", "User"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
