package openvex

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openvex/go-vex/pkg/vex"

	"ward"
	"ward/format/problem"
	"ward/test/shared"
)

const sample = `{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://maker.example/vex/1","author":"Maker","timestamp":"2024-05-01T10:00:00Z","version":1,
"statements":[{"vulnerability":{"name":"CVE-2024-12345","aliases":["GHSA-x"]},"products":[{"@id":"pkg:generic/pump@2.1","subcomponents":[{"@id":"pkg:generic/zlib@1.2.11"}]}],
"status":"not_affected","justification":"vulnerable_code_not_present"},
{"vulnerability":{"name":"CVE-2024-12346"},"products":[{"@id":"urn:x","identifiers":{"cpe23":"cpe:2.3:a:b:c:1:*:*:*:*:*:*:*"}}],"status":"affected","action_statement":"update"}]}`

func TestParse(t *testing.T) {
	doc, err := Parse([]byte(sample), Limits{})
	if err != nil || len(doc.Statements) != 2 {
		t.Fatalf("got %+v, %v, want two statements", doc, err)
	}
	a, b := doc.Statements[0], doc.Statements[1]
	if a.Status != ward.StatusNotAffected || a.Products[0].PURL != "pkg:generic/pump@2.1" || a.Products[0].Subcomponents[0].PURL != "pkg:generic/zlib@1.2.11" || a.Aliases[0] != "GHSA-x" || a.At.IsZero() {
		t.Errorf("got %+v, want not_affected with product, part, alias and the document's time", a)
	}
	if b.Status != ward.StatusAffected || b.Action != "update" || b.Products[0].CPE == "" {
		t.Errorf("got %+v, want affected with action and CPE", b)
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct{ name, old, new, place, rule string }{
		{"good", "", "", "", ""},
		{"no reason", `,"justification":"vulnerable_code_not_present"`, "", "/statements/0", "required"},
		{"no action", `,"action_statement":"update"`, "", "/statements/1", "required"},
		{"status", `"not_affected"`, `"safe"`, "/statements/0/status", "enum"},
		{"justification", `vulnerable_code_not_present`, `because`, "/statements/0/justification", "enum"},
		{"no author", `"author":"Maker",`, "", "/", "required"},
		{"time", "2024-05-01T10:00:00Z", "yesterday", "/timestamp", "format"},
		{"no products", `"products":[{"@id":"urn:x","identifiers":{"cpe23":"cpe:2.3:a:b:c:1:*:*:*:*:*:*:*"}}],`, "", "/statements/1", "required"},
		{"unknown member", `"version":1`, `"version":1,"x":1`, "/x", "unknown"},
		{"not VEX", `"@context":"https://openvex.dev/ns/v0.2.0",`, "", "/@context", "not-vex"},
		{"cut off", `"version":1`, `"version":`, "byte", "json"},
	} {
		found := Validate([]byte(strings.Replace(sample, c.old, c.new, 1)))
		ok := c.rule == "" && len(found) == 0
		for _, p := range found {
			ok = ok || strings.HasPrefix(p.Place, c.place) && p.Rule == c.rule && c.rule != ""
		}
		if !ok {
			t.Errorf("%s: got %v, want %s at %s", c.name, found, c.rule, c.place)
		}
	}
}

func TestParseLimits(t *testing.T) {
	_, err := Parse([]byte(sample), Limits{Statements: 1})
	var p problem.Problem
	if !errors.As(err, &p) || p.Rule != "count" {
		t.Errorf("got %v, want too many statements", err)
	}
}

// TestSharedDocuments reads real ones: those with statements are valid and as
// long as the OpenVEX project's library says; indexes are told from them.
func TestSharedDocuments(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(shared.Path(t, "vex"), "*", "*"))
	documents, others := 0, 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(name) == ".gz" {
			z, err := gzip.NewReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if data, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		doc, err := Parse(data, Limits{})
		if err != nil {
			var p problem.Problem
			if !errors.As(err, &p) || p.Rule != "not-vex" || strings.Contains(name, "openvex") {
				t.Errorf("%s: got %v, want a document or not-vex", filepath.Base(name), err)
			}
			others++
			continue
		}
		documents++
		if found := Validate(data); len(found) > 0 {
			t.Errorf("%s: got %v, want nothing wrong", filepath.Base(name), found[:1])
		}
		if want, err := vex.Parse(data); err == nil && len(want.Statements) != len(doc.Statements) {
			t.Errorf("%s: got %d statements, want %d", filepath.Base(name), len(doc.Statements), len(want.Statements))
		}
	}
	if documents < 20 || others < 20 {
		t.Errorf("got %d documents and %d others, want 20 of each at least", documents, others)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Parse(data, Limits{Statements: 20})
		if err == nil && len(doc.Statements) > 20 {
			t.Fatalf("got %d statements, want 20 at most", len(doc.Statements))
		}
		_ = Validate(data)
	})
}

func ExampleParse() {
	doc, err := Parse([]byte(sample), Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range doc.Statements {
		fmt.Println(s.Vulnerability, s.Status)
	}
	// Output:
	// CVE-2024-12345 not_affected
	// CVE-2024-12346 affected
}
