package sigma

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
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
	s := plain.source()
	if s == nil && m.assumed != nil {
		s = &m.assumed.of
	}
	if s != nil {
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

// TestDifferentialMutated: engine and interpreter agree about every rule of
// SigmaHQ on events made of the rule's own values, whole, changed and cut.
func TestDifferentialMutated(t *testing.T) {
	rules, _ := ruleSet(t, "sigma/sigma-rules.tar.gz")
	random := rand.New(rand.NewPCG(1, 2))
	matches := 0
	for chunk := range slices.Chunk(rules, 16) {
		e, _ := Compile(chunk, Options{})
		m := e.NewMatcher()
		for _, r := range e.rules {
			m.Assume(e.Source(r.Source))
			for range 3 {
				matches += compare(t, e, m, eventOf(r, random))
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d matches in both", matches)
	if matches < len(rules)/2 {
		t.Errorf("only %d matches of %d rules: the events are too far from the rules", matches, len(rules))
	}
}

// eventOf makes an event of values that a rule looks for.
func eventOf(r *Rule, random *rand.Rand) []byte {
	event := map[string]any{}
	for _, s := range r.searches {
		if strings.HasPrefix(s.name, "filter") && random.IntN(3) > 0 {
			continue
		}
		fill(s.body, event, random)
	}
	text, err := json.Marshal(event)
	if err != nil {
		panic(err) // maps of texts cannot fail
	}
	return text
}

func fill(b *body, event map[string]any, random *rand.Rand) {
	if b.item == nil {
		kids := b.kids
		if !b.all {
			kids = kids[random.IntN(len(kids)):][:1]
		}
		for _, k := range kids {
			fill(k, event, random)
		}
		return
	}
	it := b.item
	v := likely(it, it.values[random.IntN(len(it.values))], random)
	if slices.Contains(it.modifiers, "all") {
		v = ""
		for _, x := range it.values {
			v += likely(it, x, random) + " "
		}
	}
	name := it.field
	if name == "" {
		name = "Message"
	}
	switch old := event[name].(type) {
	case string:
		if v = old + v; random.IntN(2) == 0 {
			event[name] = []any{old, v}
			return
		}
	case []any:
		event[name] = append(old, v)
		return
	}
	event[name] = v
}

// likely gives a text that a value is likely to match, or nearly.
func likely(it *item, v scalar, random *rand.Rand) string {
	s := v.text
	if !slices.Contains(it.modifiers, "re") {
		s = ""
		for _, c := range plainParse(v.text) {
			switch c {
			case anyText:
				s += "zz"
			case anyOne:
				s += "q"
			default:
				s += string(c)
			}
		}
	}
	if slices.Contains(it.modifiers, "cidr") {
		s, _, _ = strings.Cut(s, "/")
	}
	if slices.Contains(it.modifiers, "base64offset") || slices.Contains(it.modifiers, "base64") {
		s = strings.ToValidUTF8(string(plainVariants(it, v)[0]), "")
	}
	has := func(m string) bool {
		return slices.Contains(it.modifiers, m) || slices.Contains(it.modifiers, "contains")
	}
	if has("endswith") && random.IntN(2) == 0 {
		s = "Ab" + s
	}
	if has("startswith") && random.IntN(2) == 0 {
		s += "yZ"
	}
	switch random.IntN(12) {
	case 0:
		s = strings.ToUpper(s)
	case 1:
		s = s[:len(s)/2] + "é" + s[len(s)/2:]
	case 2:
		s = s[:max(0, len(s)-1)]
	}
	return strings.ToValidUTF8(s, "x")
}
