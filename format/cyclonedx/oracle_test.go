package cyclonedx

import (
	"bytes"
	"encoding/json"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"ward/format/problem"
	"ward/format/problem/jsontree"
	"ward/test/mutant"
	"ward/test/shared"
)

// oracle compiles the standard's own JSON schema of one edition with a general
// validator, formats asserted; it does not know iri-reference and idn-email.
func oracle(t *testing.T, edition string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	c.AssertFormat()
	for _, name := range []string{"bom-" + edition, "spdx", "jsf-0.82", "cryptography-defs"} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(unpacked(t, filepath.Join(shared.Path(t, "schemas/cyclonedx"), name+".schema.json"))))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource("http://cyclonedx.org/schema/"+name+".schema.json", doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile("http://cyclonedx.org/schema/bom-" + edition + ".schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// typeless are the places where the schema of 1.4 forgets to ask for an object.
var typeless = regexp.MustCompile(`^/vulnerabilities/[0-9]+/(affects|references)/[0-9]+$`)

// TestAgainstSchemas changes valid documents in every place, one change at a
// time, and asks our rules and the standard's schema: both must agree whether
// the changed document still fits, but for the two formats that only we check.
func TestAgainstSchemas(t *testing.T) {
	sets, err := jsonShapes()
	if err != nil {
		t.Fatal(err)
	}
	documents := suite(t)
	var names []string
	for name := range documents {
		if path.Ext(name) == ".json" && strings.HasPrefix(path.Base(name), "valid-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	tried, differ := 0, 0
	for _, edition := range editions {
		schema := oracle(t, edition)
		for i, name := range names {
			if path.Base(path.Dir(name)) != edition || i%2 == 1 { // every other document keeps the test short
				continue
			}
			var doc any
			if err := json.Unmarshal(documents[name], &doc); err != nil {
				t.Fatal(err)
			}
			mutant.Each(doc, []any{"", "a b", 1.5, true, map[string]any{}}, func(what string) {
				tried++
				data, err := json.Marshal(doc)
				if err != nil {
					t.Fatal(err)
				}
				n, err := jsontree.Parse(data, jsontree.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				var out problem.List
				sets[edition].Check("bom", n, &out)
				want := schema.Validate(doc)
				ours := slices.DeleteFunc(out.Problems(), func(p problem.Problem) bool {
					forgotten := edition == "1.4" && p.Rule == "type" && typeless.MatchString(p.Place)
					return forgotten || p.Rule == "format" && (strings.HasSuffix(p.Detail, "iri-reference") || strings.HasSuffix(p.Detail, "email"))
				})
				if (len(ours) > 0) != (want != nil) && differ < 20 {
					differ++
					t.Errorf("%s, %s: got %v, the schema says %v", name, what, ours, want)
				}
			})
		}
	}
	t.Logf("%d changed documents, %d answers differ", tried, differ)
	if tried < 1000 {
		t.Errorf("got %d changed documents, want 1000 at least", tried)
	}
}
