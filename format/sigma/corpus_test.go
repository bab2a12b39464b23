package sigma

import (
	"testing"
)

// TestCorpusCompiles: every rule of SigmaHQ, also of those it gave up, compiles
// or is named with file, line and reason.
func TestCorpusCompiles(t *testing.T) {
	for _, c := range []struct {
		archive string
		least   float64 // share that compiles
	}{
		{"sigma/sigma-rules.tar.gz", 0.99}, {"sigma/sigma-deprecated-unsupported.tar.gz", 0.75},
	} {
		rules, refused := ruleSet(t, c.archive)
		e, more := Compile(rules, Options{})
		if got := len(e.Rules()) + len(more); got != len(rules) {
			t.Errorf("%s: %d compiled and %d refused are not %d rules", c.archive, len(e.Rules()), len(more), len(rules))
		}
		for _, r := range append(refused, more...) {
			if r.File == "" || r.Line == 0 || r.Reason == "" || r.Detail == "" {
				t.Errorf("not named: %+v", r)
			}
			t.Log(r.Error())
		}
		if share := float64(len(e.Rules())) / float64(len(rules)+len(refused)); share < c.least {
			t.Errorf("%s: only %.3f compile", c.archive, share)
		}
	}
}

// TestRegression: each rule of SigmaHQ's regression data matches its events.
func TestRegression(t *testing.T) {
	rules, _ := ruleSet(t, "sigma/sigma-rules.tar.gz")
	e, _ := Compile(rules, Options{})
	known := map[string]bool{}
	for _, r := range e.Rules() {
		known[r.ID] = true
	}
	m := e.NewMatcher()
	for _, c := range regressions(t) {
		if !known[c.rule] {
			t.Errorf("no rule %s", c.rule)
			continue
		}
		hit := false
		for _, ev := range c.events {
			matches, err := m.JSON(ev)
			if err != nil {
				t.Error(err)
			}
			for _, x := range matches {
				hit = hit || x.Rule.ID == c.rule
			}
		}
		if !hit {
			s, _ := m.Source()
			t.Errorf("%s does not match; source %v; %d events", c.rule, s, len(c.events))
		}
	}
}
