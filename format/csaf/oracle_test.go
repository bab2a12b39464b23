package csaf

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"ward/format/problem/jsontree"
	"ward/test/mutant"
	"ward/test/shared"
)

// ahead is a regular expression with the negative look-ahead that one schema
// uses and Go's expressions have not.
type ahead struct{ not, then *regexp.Regexp }

func (a ahead) MatchString(s string) bool { return !a.not.MatchString(s) && a.then.MatchString(s) }
func (a ahead) String() string            { return a.then.String() }

func engine(text string) (jsonschema.Regexp, error) {
	rest, ok := strings.CutPrefix(text, "^(?!")
	if !ok {
		return regexp.Compile(text)
	}
	not, then, _ := strings.Cut(rest, "json)(")
	return ahead{regexp.MustCompile("^" + not + "json"), regexp.MustCompile("^(" + then)}, nil
}

// oracle compiles the standard's own JSON schema of an edition with a general
// validator, formats asserted.
func oracle(t *testing.T, edition string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.UseRegexpEngine(engine)
	root := shared.Path(t, "schemas/csaf-"+edition)
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".json") || strings.Contains(path, "strict") || strings.Contains(path, "meta.json") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var doc map[string]any
		if err := json.Unmarshal(data, &doc); err != nil {
			return err
		}
		if s, _ := doc["$schema"].(string); strings.Contains(s, "meta.json") {
			doc["$schema"] = "https://json-schema.org/draft/2020-12/schema" // its own adds the assertion of formats only
		}
		id, _ := doc["$id"].(string)
		if id == "" {
			id, _ = doc["id"].(string)
		}
		id, _, _ = strings.Cut(id, "?")
		delete(doc, "$id")
		delete(doc, "id")
		return c.AddResource(id, doc)
	})
	if err != nil {
		t.Fatal(err)
	}
	address := map[string]string{edition20: "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json", edition21: "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json"}[edition]
	s, err := c.Compile(address)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestAgainstSchemas changes documents in every place, one change at a time,
// and asks our rules and the standard's schema: both must agree whether the
// changed document still fits. One difference is meant: CVSS 4.0 objects with
// a member more, see rules/metrics.txt.
func TestAgainstSchemas(t *testing.T) {
	for _, edition := range []string{edition20, edition21} {
		schema := oracle(t, edition)
		files := packed(t, "advisories/oasis-testsuite/csaf-"+edition+"-tests.tar.gz")
		var names []string
		for name := range files {
			if strings.HasSuffix(name, ".json") && name != "testcases.json" && !strings.Contains(name, "result") {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		tried, differ := 0, 0
		for i, name := range names {
			var doc any
			if err := json.Unmarshal(files[name], &doc); err != nil {
				t.Fatal(err)
			}
			try := func(what string) {
				tried++
				got, want := fitsOurs(t, edition, doc), schema.Validate(doc)
				if got != (want == nil) && differ < 20 && !extraFour(doc) {
					differ++
					t.Errorf("%s, %s: got %v, the schema says %v", name, what, got, want)
				}
			}
			try("unchanged")
			if i%7 == 0 || strings.Contains(name, "6-1-60") || strings.Contains(name, "6-1-46-12") || strings.Contains(name, "6-1-01-13") {
				mutant.Each(doc, []any{"", "a b", "x-y", 1.5, true, map[string]any{}, []any{}}, try)
			}
		}
		t.Logf("CSAF %s: %d changed documents, %d answers differ", edition, tried, differ)
		if tried < 1000 {
			t.Errorf("got %d changed documents, want 1000 at least", tried)
		}
	}
}

// fitsOurs asks our own rules of the edition, whatever Parse says of the document.
func fitsOurs(t *testing.T, edition string, doc any) bool {
	t.Helper()
	data, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	n, err := jsontree.Parse(data, jsontree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s := newSubject(n, current)
	s.edition = edition
	return len(checkSchema(s)) == 0
}

// extraFour reports a CVSS 4.0 object with a member that nobody knows.
func extraFour(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		if four, ok := v["cvss_v4"].(map[string]any); ok && (four["unheardOf"] != nil || four["custom_property"] != nil) {
			return true
		}
		for _, child := range v {
			if extraFour(child) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, extraFour)
	}
	return false
}
