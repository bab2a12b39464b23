package sigma

import (
	"fmt"
	"strings"
	"testing"
)

const head = "title: T\nlogsource: {product: windows}\ndetection:\n"

// TestRefused: what cannot be used is named with a reason and a line.
func TestRefused(t *testing.T) {
	deep := strings.Repeat("not (", 80) + "s" + strings.Repeat(")", 80)
	for _, c := range []struct {
		name, text, reason string
		line               int
	}{
		{"not YAML", "title: [\n", NotYAML, 1},
		{"key twice", head + "  s: {User: a, User: b}\n  condition: s\n", NotYAML, 4},
		{"list", "- a\n", NotRule, 1},
		{"no detection", "title: T\nlogsource: {product: x}\n", NotRule, 1},
		{"no logsource", "title: T\ndetection:\n  s: {a: b}\n  condition: s\n", NotRule, 1},
		{"no condition", head + "  s: {a: b}\n", NotRule, 4},
		{"empty search", head + "  s:\n  condition: s\n", BadDetection, 4},
		{"map as value", head + "  s:\n    a: {b: c}\n  condition: s\n", BadDetection, 5},
		{"unknown modifier", head + "  s:\n    a|near: c\n  condition: s\n", UnknownModifier, 5},
		{"unknown search", head + "  s: {a: b}\n  condition: s and t\n", BadCondition, 1},
		{"selector of nothing", head + "  s: {a: b}\n  condition: 1 of t*\n", BadCondition, 1},
		{"open bracket", head + "  s: {a: b}\n  condition: (s\n", BadCondition, 1},
		{"deep condition", head + "  s: {a: b}\n  condition: " + deep + "\n", TooLarge, 1},
		{"aggregation", head + "  s: {a: b}\n  condition: s | count() > 3\n", Aggregation, 1},
		{"looking ahead", head + "  s:\n    a|re: 'a(?!b)'\n  condition: s\n", BadRegex, 5},
		{"huge repetition", head + "  s:\n    a|re: '((a{100}){100}){100}'\n  condition: s\n", BadRegex, 5},
		{"no network", head + "  s:\n    a|cidr: 10.0.0.0/99\n  condition: s\n", BadValue, 5},
		{"no number", head + "  s:\n    a|gt: many\n  condition: s\n", BadValue, 5},
		{"wildcard in base64", head + "  s:\n    a|base64: 'a*'\n  condition: s\n", BadValue, 5},
		{"exists without truth", head + "  s:\n    a|exists: maybe\n  condition: s\n", BadValue, 5},
		{"deep", "a: " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "\n", TooLarge, 1},
		{"wide", "a: [" + strings.Repeat("1,", 60_000) + "]\n", TooLarge, 1},
		{"laughs", laughs(12), TooLarge, 2},
		{"correlation of nothing", "title: C\ncorrelation: {type: event_count, rules: [x], timespan: 1m, group-by: [a], condition: {gte: 2}}\n", UnknownRule, 1},
		{"timespan", "title: C\ncorrelation: {type: event_count, rules: [x], timespan: 1M, condition: {gte: 2}}\n", BadCorrelation, 2},
		{"percentile of nothing", "title: C\ncorrelation: {type: value_percentile, rules: [x], timespan: 1m, condition: {field: a, gte: 2}}\n", BadCorrelation, 2},
		{"sum of nothing", "title: C\ncorrelation: {type: value_sum, rules: [x], timespan: 1m, condition: {gte: 2}}\n", BadCorrelation, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules, refused := Parse(strings.NewReader(c.text), "f.yml")
			_, more := Compile(rules, Options{})
			refused = append(refused, more...)
			if len(refused) != 1 || refused[0].Reason != c.reason || refused[0].Line != c.line || refused[0].File != "f.yml" || refused[0].Detail == "" {
				t.Errorf("refused %v, want %s in line %d", refused, c.reason, c.line)
			}
		})
	}
}

// TestBombsOfManyParts: what is small by itself is bounded as a whole, and the rules beside
// it are used.
func TestBombsOfManyParts(t *testing.T) {
	var list, regexes strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&list, "v%d,", i)
	}
	for i := range 300 {
		fmt.Fprintf(&regexes, "'%da{900}b{900}c{900}d{900}e{900}',", i)
	}
	good := head + "  s: {a: b}\n  condition: s\n"
	for name, bomb := range map[string]string{
		"a search named again and again": head + "  s: {a: [" + list.String() + "]}\n  condition: s" + strings.Repeat(" or not s", 500) + "\n",
		"regular expressions":            head + "  s: {'a|re': [" + regexes.String() + "]}\n  condition: s\n",
	} {
		rules, refused := Parse(strings.NewReader(bomb+"---\n"+good), "f.yml")
		e, more := Compile(rules, Options{})
		if len(refused) > 0 || len(more) != 1 || more[0].Reason != TooLarge || len(e.Rules()) != 1 {
			t.Errorf("%s: %v %v, %d rules", name, refused, more, len(e.Rules()))
		}
	}
}

// laughs is a document whose aliases stand for a number of values that grows
// tenfold with each line.
func laughs(lines int) string {
	var b strings.Builder
	b.WriteString("l0: &l0 [lol]\n")
	for i := 1; i < lines; i++ {
		fmt.Fprintf(&b, "l%d: &l%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*l%d,", i-1), 10), ","))
	}
	return b.String()
}

// TestOneBrokenRuleLeavesTheOthers: documents of one file stand for themselves.
func TestOneBrokenRuleLeavesTheOthers(t *testing.T) {
	good := "title: A\nlogsource: {product: windows}\ndetection:\n  s: {a: b}\n  condition: s\n"
	rules, refused := Parse(strings.NewReader(good+"---\ntitle: [\n---\n"+strings.Replace(good, "A", "B", 1)), "f.yml")
	if len(rules) != 2 || len(refused) != 1 || rules[1].Line != 9 || refused[0].Reason != NotYAML {
		t.Errorf("%d rules, refused %v", len(rules), refused)
	}
}

// TestGlobal: the first document of "action: global" is laid under the others.
func TestGlobal(t *testing.T) {
	rules, refused := Parse(strings.NewReader("action: global\ntitle: G\nlevel: high\ndetection:\n  condition: s\n---\n"+
		"logsource: {product: windows, service: system}\ndetection:\n  s: {a: 1}\n---\nlogsource: {product: linux}\ndetection:\n  s: {a: 2}\n"), "f.yml")
	if len(refused) > 0 || len(rules) != 2 || rules[0].Title != "G" || rules[1].Level != High || rules[1].Source.Product != "linux" {
		t.Fatalf("%v, refused %v", rules, refused)
	}
	if e, bad := Compile(rules, Options{}); len(bad) > 0 || len(e.Rules()) != 2 {
		t.Error(bad)
	}
}
