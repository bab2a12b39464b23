package sigma

import (
	"testing"
	"time"
)

// TestCorpusCompiles: every rule compiles or is named with its reason.
func TestCorpusCompiles(t *testing.T) {
	start := time.Now()
	rules, refused := ruleSet(t, "sigma/sigma-rules.tar.gz")
	t.Logf("%d rules parsed in %v", len(rules), time.Since(start))
	start = time.Now()
	e, more := Compile(rules, Options{})
	t.Logf("%d compiled in %v", len(e.Rules()), time.Since(start))
	for _, r := range append(refused, more...) {
		t.Log(r.Error())
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
	t.Log(m.Stats)
}
