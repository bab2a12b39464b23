package shape

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ward/format/problem"
	"ward/format/problem/jsontree"
)

const sample = `
# a comment
bom = { bomFormat: enum(CycloneDX "x y") version?: int(1..) parts?: [part](1..3 unique) note?: str(2..4)
	share?: num(0..1) mail?: @email first?: [int, str](1..) }
[1.0-1.1] part = { name: str }
[1.2] part = { name: str hash?: /^[0-9a-f]{4}$/ kind?: one either?: [part] ^ part free?: { a?: str * } typed?: { *: int } }
[1.2-] one = { id?: str name?: str } & (has(id) ^ has(name)) & !has(bad)
`

func TestCheck(t *testing.T) {
	set, err := Compile(sample, "1.2")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ in, want string }{
		{`{"bomFormat":"CycloneDX","version":1,"parts":[{"name":"a"}],"note":"äöü"}`, ""},
		{`{"bomFormat":"x y"}`, ""},
		{`{}`, "/ required"},
		{`[]`, "/ type"},
		{`{"bomFormat":"other"}`, "/bomFormat enum"},
		{`{"bomFormat":"CycloneDX","version":0}`, "/version bounds"},
		{`{"bomFormat":"CycloneDX","version":1.5}`, "/version type"},
		{`{"bomFormat":"CycloneDX","share":1.5}`, "/share bounds"},
		{`{"bomFormat":"CycloneDX","note":"x"}`, "/note bounds"},
		{`{"bomFormat":"CycloneDX","mail":"x"}`, "/mail format"},
		{`{"bomFormat":"CycloneDX","first":[1,"a","b"]}`, ""},
		{`{"bomFormat":"CycloneDX","first":["a","b"]}`, "/first/0 type"},
		{`{"bomFormat":"CycloneDX","first":[1,2]}`, "/first/1 type"},
		{`{"bomFormat":"CycloneDX","more":1}`, "/more unknown"},
		{`{"bomFormat":"CycloneDX","parts":[]}`, "/parts bounds"},
		{`{"bomFormat":"CycloneDX","parts":[{"name":"a","hash":"0g"}]}`, "/parts/0/hash pattern"},
		{`{"bomFormat":"CycloneDX","parts":[{"name":"a","hash":"00ff"},{"hash":"00ff","name":"a"}]}`, "/parts/1 unique"},
		{`{"bomFormat":"CycloneDX","parts":[{"name":"a","kind":{"id":"x","name":"y"}}]}`, "/parts/0/kind one-of"},
		{`{"bomFormat":"CycloneDX","parts":[{"name":"a","either":[{"name":"b"}]},{"name":"b","either":{"name":"c"}}]}`, ""},
		{`{"bomFormat":"CycloneDX","parts":[{"name":"a","either":[{"name":7}]}]}`, "/parts/0/either/0/name type"},
		{`{"bomFormat":"CycloneDX","parts":[{"name":"a","free":{"zzz":1},"typed":{"x":1}}]}`, ""},
		{`{"bomFormat":"CycloneDX","parts":[{"name":"a","typed":{"x/y":"1"}}]}`, "/parts/0/typed/x~1y type"},
	} {
		n, err := jsontree.Parse([]byte(c.in), jsontree.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var out problem.List
		set.Check("bom", n, &out)
		var got []string
		for _, p := range out.Problems() {
			got = append(got, p.Place+" "+p.Rule)
		}
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.in, got, c.want)
		}
	}
}

func TestEditions(t *testing.T) {
	old, err := Compile(strings.ReplaceAll(sample, "kind?: one", ""), "1.1")
	if err != nil {
		t.Fatal(err)
	}
	n, _ := jsontree.Parse([]byte(`{"bomFormat":"CycloneDX","parts":[{"name":"a","hash":"00ff"}]}`), jsontree.Limits{})
	var out problem.List
	old.Check("bom", n, &out)
	if got := out.Problems(); len(got) != 1 || got[0].Rule != "unknown" {
		t.Errorf("got %v, want hash unknown in edition 1.1", got)
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, text := range []string{"a = ", "a = b", "a = { x }", "a = [str", "a = str\na = str", "a = /x", "a = @nothing",
		"a = str(1)", "a = /(/", "a = (str | int", "a", "a = str | int & bool"} {
		if _, err := Compile(text, ""); err == nil {
			t.Errorf("Compile(%q): got no error, want one", text)
		}
	}
}

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		format, s string
		want      bool
	}{
		{"date-time", "2024-02-29T23:59:60Z", true}, {"date-time", "2024-01-01T00:00:00.123+02:00", true},
		{"date-time", "2023-02-29T00:00:00Z", false}, {"date-time", "2024-01-01", false}, {"date-time", "2024-01-01T00:00:00", false},
		{"date-time", "2024-01-01T12:59:60Z", false}, {"date-time", "2017-01-01T00:59:60+01:00", true}, {"date-time", "2024-01-01t00:00:00z", true},
		{"date-time", "2024-01-01T00:00:00,5Z", false}, {"date-time", "2024-01-01T0:00:00Z", false}, {"date-time", "2024-01-01T00:00:00+24:00", false},
		{"date-time", "2024-01-01T00:00:00+10:60", false}, {"date-time", "2024-01-01T00:00:00-00:00", true}, {"date-time", "2024-01-01T24:00:00Z", false},
		{"uri", "https://exämple.org/", false}, {"uri", "https://example.org/ü", false}, {"uri", "https://example.org/%C3%BC?a=%20#b", true},
		{"uri", "https://example.org/?a=%zz", false}, {"uri", "https://example.org/#a#b", false}, {"uri", "https://example.org/?a[]=1", false},
		{"uri", "https://[::1]:8443/a", true}, {"uri", "https:", false}, {"uri", "urn:isbn:1", true}, {"uri", "mailto:a@b.example", true},
		{"iri", "https://exämple.org/", true},
		{"iri-reference", "https://exämple.org/a?b#c", true}, {"iri-reference", "", true}, {"iri-reference", "a b", false},
		{"iri-reference", "http://[::1", false}, {"uri", "pkg:deb/a@1", true}, {"uri", "a/b", false},
		{"email", "a@b.example", true}, {"email", "A <a@b.example>", false},
		{"uuid", "3e671687-395b-41f5-a30f-a58921a69b79", true}, {"uuid", "3e671687", false},
	} {
		if got := formats[c.format](c.s); got != c.want {
			t.Errorf("%s %q: got %v, want %v", c.format, c.s, got, c.want)
		}
	}
}

func FuzzCompile(f *testing.F) {
	f.Add(sample)
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := Compile(text, "1.2"); err == nil && s == nil {
			t.Fatal("got neither rules nor an error")
		}
	})
}

func ExampleSet_Check() {
	set, err := Compile(`device = { name: str(1..) serial?: /^[A-Z0-9]+$/ }`, "")
	if err != nil {
		fmt.Println(err)
		return
	}
	n, _ := jsontree.Parse([]byte(`{"serial":"a-1"}`), jsontree.Limits{})
	var out problem.List
	set.Check("device", n, &out)
	for _, p := range out.Problems() {
		fmt.Println(p)
	}
	// Output:
	// /: required: "name" is missing
	// /serial: pattern: "a-1" does not fit ^[A-Z0-9]+$
}
