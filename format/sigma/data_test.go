package sigma

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"ward/test/shared"
)

// archive calls fn for every file of a tar.gz of the shared data.
func archive(t testing.TB, rel string, fn func(name string, text []byte)) {
	t.Helper()
	f, err := os.Open(shared.Path(t, rel))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		fn(h.Name, text)
	}
}

// ruleSet reads all rules of an archive.
func ruleSet(t testing.TB, rel string) ([]*Rule, []Refused) {
	t.Helper()
	var rules []*Rule
	var refused []Refused
	archive(t, rel, func(name string, text []byte) {
		if path.Ext(name) == ".yml" {
			r, bad := Parse(bytes.NewReader(text), name)
			rules, refused = append(rules, r...), append(refused, bad...)
		}
	})
	return rules, refused
}

// regression is one case of SigmaHQ's regression data: events that must
// trigger one rule.
type regression struct {
	rule   string
	events [][]byte
}

func regressions(t testing.TB) []regression {
	t.Helper()
	rules, events := map[string]string{}, map[string][][]byte{}
	archive(t, "logs/sigma-regression.tar.gz", func(name string, text []byte) {
		dir := path.Dir(name)
		switch path.Ext(name) {
		case ".yml":
			_, after, _ := strings.Cut(string(text), "rule_metadata:")
			_, after, _ = strings.Cut(after, "- id: ")
			id, _, _ := strings.Cut(after, "\n")
			rules[dir] = strings.TrimSpace(id)
		case ".json":
			events[dir] = append(events[dir], values(text)...)
		}
	})
	var out []regression
	for dir, list := range events {
		out = append(out, regression{rules[dir], list})
	}
	return out
}

// values splits JSON values that follow one another.
func values(text []byte) [][]byte {
	var out [][]byte
	for d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); ; {
		v, err := d.ReadValue()
		if err != nil {
			return out
		}
		out = append(out, bytes.Clone(v))
	}
}
