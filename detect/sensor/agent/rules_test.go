package agent

import (
	"io"
	"os"
	"strings"
	"testing"

	"ward/format/pack"
	"ward/format/sigma"
	"ward/test/shared"
)

// sharedRules compiles the public rule set.
func sharedRules(t *testing.T) *sigma.Engine {
	t.Helper()
	path := shared.Path(t, "sigma/sigma-rules.tar.gz")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rules []*sigma.Rule
	err = pack.Stream(path, f, pack.Limits{}, func(name string, r io.Reader) error {
		if !strings.HasSuffix(name, ".yml") {
			return nil
		}
		more, _ := sigma.Parse(r, name)
		rules = append(rules, more...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	engine, _ := sigma.Compile(rules, sigma.Options{})
	return engine
}
