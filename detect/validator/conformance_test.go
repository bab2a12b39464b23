package validator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward/detect/validator"
)

// TestClaimsHaveTheirTests: a claim whose test was renamed or removed is an
// empty promise; and the page for people says the same as the document.
func TestClaimsHaveTheirTests(t *testing.T) {
	root := filepath.Join("..", "..")
	page, err := os.ReadFile(filepath.Join(root, "docs", "conformance.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range validator.Claims() {
		if !strings.Contains(string(page), c.Clause+" ") {
			t.Errorf("docs/conformance.md does not speak of %s", c.Clause)
		}
		if !strings.Contains(c.URL(), "#") {
			t.Errorf("%s leads nowhere: %s", c.Clause, c.URL())
		}
		for _, name := range c.Tests {
			folder, fn, _ := strings.Cut(name, ".")
			if !defined(t, filepath.Join(root, filepath.FromSlash(folder)), fn) {
				t.Errorf("%s (%s) names %s, which does not exist", c.Clause, c.Asks, name)
			}
			if !strings.Contains(string(page), fn) {
				t.Errorf("docs/conformance.md does not name %s", fn)
			}
		}
	}
}

func defined(t *testing.T, dir, fn string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "func "+fn+"(") {
			return true
		}
	}
	return false
}
