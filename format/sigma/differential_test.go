package sigma

import (
	"slices"
	"testing"
)

// compare lets the engine and the plain interpreter look at one event.
func compare(t *testing.T, e *Engine, m *Matcher, event []byte) int {
	t.Helper()
	got, err := m.JSON(event)
	plain, ok := flatten(event)
	if err != nil || !ok {
		if ok {
			t.Errorf("the engine cannot read %s: %v", event, err)
		}
		return 0
	}
	var ids, want []int32
	for _, x := range got {
		ids = append(ids, x.number)
	}
	if s := plain.source(); s != nil {
		for i, r := range e.rules {
			if s.takes(r.Source) && plainMatch(r, plain, builtin().fields[s.fields]) {
				want = append(want, int32(i))
			}
		}
	}
	if !slices.Equal(ids, want) {
		src, _ := m.Source()
		t.Errorf("%s\nsource %v: engine %v, interpreter %v", event, src, titles(e, ids), titles(e, want))
	}
	return len(want)
}

func titles(e *Engine, numbers []int32) []string {
	var out []string
	for _, n := range numbers {
		out = append(out, e.rules[n].ID+" "+e.rules[n].Title)
	}
	return out
}

// TestDifferentialRegression: engine and interpreter agree about every rule of
// SigmaHQ on every event of its regression data.
func TestDifferentialRegression(t *testing.T) {
	rules, _ := ruleSet(t, "sigma/sigma-rules.tar.gz")
	e, _ := Compile(rules, Options{})
	m := e.NewMatcher()
	matches := 0
	for _, c := range regressions(t) {
		for _, ev := range c.events {
			matches += compare(t, e, m, ev)
		}
	}
	t.Logf("%d matches in both", matches)
}
