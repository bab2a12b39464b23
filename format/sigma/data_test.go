package sigma

import (
	"bytes"
	"path"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"ward/test/shared"
)

// ruleSet reads all rules of an archive.
func ruleSet(t testing.TB, rel string) ([]*Rule, []Refused) {
	t.Helper()
	var rules []*Rule
	var refused []Refused
	shared.Archive(t, rel, func(name string, text []byte) {
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
	shared.Archive(t, "logs/sigma-regression.tar.gz", func(name string, text []byte) {
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
