package jsontree

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"ward/format/problem"
)

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, in, rule string }{
		{"empty", "", "json"},
		{"cut off", `{"a":[1,`, "json"},
		{"duplicate name", `{"a":1,"a":2}`, "json"},
		{"invalid UTF-8", "{\"a\":\"\xff\"}", "json"},
		{"two values", `{} {}`, "trailing"},
		{"deep", strings.Repeat("[", 20) + strings.Repeat("]", 20), "depth"},
		{"many", `[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30]`, "count"},
		{"large", `"` + strings.Repeat("x", 300) + `"`, "size"},
		{"comment", `{"a":1 /* no */}`, "json"},
	} {
		_, err := Parse([]byte(c.in), Limits{Bytes: 200, Depth: 10, Nodes: 20})
		var p problem.Problem
		if !errors.As(err, &p) {
			t.Errorf("%s: got %v, want a problem", c.name, err)
			continue
		}
		if p.Rule != c.rule || p.Place == "" {
			t.Errorf("%s: got %v, want rule %q with a place", c.name, p, c.rule)
		}
	}
}

func TestEqual(t *testing.T) {
	parse := func(s string) *Node {
		n, err := Parse([]byte(s), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":[2]}`, `{"b":[2],"a":1}`, true},
		{`{"a":1}`, `{"a":2}`, false},
		{`{"a":1}`, `{"b":1}`, false},
		{`[1,2]`, `[2,1]`, false},
		{`"1"`, `1`, false},
	} {
		if got := Equal(parse(c.a), parse(c.b)); got != c.want {
			t.Errorf("Equal(%s, %s): got %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"a":[1,"x",null,true,{"b":{}}]}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Parse(data, Limits{Bytes: 1 << 16, Depth: 16, Nodes: 1000})
		if (n == nil) == (err == nil) {
			t.Fatalf("got node %v with error %v, want exactly one of them", n, err)
		}
		if n != nil && !Equal(n, n) {
			t.Fatal("a tree is not equal to itself")
		}
	})
}

func ExampleParse() {
	n, err := Parse([]byte(`{"bomFormat":"CycloneDX","components":[{"name":"zlib"}]}`), Limits{})
	fmt.Println(n.List("components")[0].Str("name"), err)
	_, err = Parse([]byte(`{"components":[{"name":`), Limits{})
	fmt.Println(err)
	// Output:
	// zlib <nil>
	// byte 22 (/components/0/name): json: the document ends in the middle
}
