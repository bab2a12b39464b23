// Package keycheck holds the test that every service runs over its own texts:
// no key is used that English lacks, none is kept that nothing uses, and the
// required languages are complete.
package keycheck

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ward/kit/i18n"
)

var (
	// call finds keys where they must exist: T("…"), N("…"), Key("…"),
	// Fail(code, "…"), See(path, "…"), and Text: "…", which can only be a key
	// since an i18n.Text cannot be written as a string.
	call = regexp.MustCompile(`(?:\.T|\.N|\bKey)\("([a-z0-9_.]+)"[,)]|\b(?:Fail|See)\([^\n]*?, "([a-z0-9_]+\.[a-z0-9_.]+)"|\bText:\s*"([a-z0-9_.]+)"`)
	// seen finds those of See alone.
	seen = regexp.MustCompile(`\bSee\([^\n]*?, "([a-z0-9_]+\.[a-z0-9_.]+)"`)
	// literal finds every string that looks like a key, in tables and fields.
	literal = regexp.MustCompile(`"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*\.?)"`)
)

// Service checks the folder of a service: the Go and templ sources below dir
// against its own texts. also are texts of others whose keys it may use, such
// as ui.Texts(). A key made at run time counts as used when a literal ends with
// a dot before it: "match.reason." + r uses all keys of that beginning. Keys
// that another room uses are named in elsewhere, as keys or beginnings.
func Service(t *testing.T, dir string, own fs.FS, also []fs.FS, elsewhere ...string) {
	t.Helper()
	all, err := i18n.New(i18n.Config{Texts: append([]fs.FS{own}, also...)})
	if err != nil {
		t.Fatal(err)
	}
	mine, err := i18n.New(i18n.Config{Texts: []fs.FS{own}})
	if err != nil {
		t.Fatal(err)
	}
	called, literals := scan(t, dir)
	for _, key := range told(t, dir) {
		t.Errorf("key %q is told after a form and not shown there: see i18n.Key.Done", key)
	}
	known := all.Keys()
	for _, key := range called {
		if !slices.Contains(known, i18n.Key(key)) && !strings.HasSuffix(key, ".") {
			t.Errorf("key %q is used and has no English text", key)
		}
	}
	for _, key := range mine.Keys() {
		if !uses(append(literals, elsewhere...), string(key)) {
			t.Errorf("key %q has a text and nothing uses it", key)
		}
	}
	for _, lang := range i18n.Required() {
		if r := mine.Complete(lang); !r.OK() {
			t.Errorf("%v\nmissing %v\nunknown %v\nfaults %v", r, r.Missing, r.Unknown, r.Faults)
		}
	}
}

// uses reports whether a literal is the key or its beginning up to a dot.
func uses(literals []string, key string) bool {
	return slices.ContainsFunc(literals, func(s string) bool {
		return s == key || (strings.HasSuffix(s, ".") && strings.HasPrefix(key, s))
	})
}

// scan reads all sources below dir that people write: no tests, no generated files.
func scan(t *testing.T, dir string) (called, literals []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !source(path) {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range call.FindAllStringSubmatch(string(b), -1) {
			called = append(called, m[1]+m[2]+m[3])
		}
		for _, m := range literal.FindAllStringSubmatch(string(b), -1) {
			literals = append(literals, m[1])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return called, literals
}

// told are the keys of See below dir that the next page would not show.
func told(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !source(path) {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range seen.FindAllStringSubmatch(string(b), -1) {
			if !i18n.Key(m[1]).Done() {
				out = append(out, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func source(path string) bool {
	if strings.HasSuffix(path, ".templ") {
		return true
	}
	return strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_templ.go")
}
