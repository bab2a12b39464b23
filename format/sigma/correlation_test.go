package sigma

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const correlated = `title: failed
name: failed
logsource: {product: windows, service: security}
detection: {s: {EventID: 4625}, condition: s}
---
title: success
name: success
logsource: {product: windows, service: security}
detection: {s: {EventID: 4624}, condition: s}
---
title: cleared
name: cleared
logsource: {product: windows, service: security}
detection: {s: {EventID: 1102}, condition: s}
---
`

// story tells events, one a line: seconds, event id, user, computer. It gives
// what was told, as "seconds title count".
func story(t *testing.T, correlation, events string) []string {
	t.Helper()
	rules, refused := Parse(strings.NewReader(correlated+correlation), "c.yml")
	e, more := Compile(rules, Options{})
	if refused = append(refused, more...); len(refused) > 0 {
		t.Fatal(refused)
	}
	m, c := e.NewMatcher(), e.NewCorrelator()
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var out []string
	note := func(at int, list []Match) {
		for _, x := range list {
			if x.Correlated != nil {
				out = append(out, fmt.Sprintf("%d %s %d", at, x.Rule.Title, x.Correlated.Count))
			} else {
				out = append(out, fmt.Sprintf("%d %s", at, x.Rule.Title))
			}
		}
	}
	for _, l := range strings.Split(strings.TrimSpace(events), "\n") {
		var at, id int
		var user, computer string
		if _, err := fmt.Sscan(l, &at, &id, &user, &computer); err != nil {
			t.Fatal(l, err)
		}
		matches, err := m.JSON(fmt.Appendf(nil, `{"Channel":"Security","EventID":%d,"TargetUserName":%q,"Computer":%q}`, id, user, computer))
		if err != nil {
			t.Fatal(err)
		}
		note(at, c.Add(m, matches, start.Add(time.Duration(at)*time.Second)))
	}
	note(-1, c.Flush(start.Add(time.Hour*24*40)))
	return out
}

func TestCorrelation(t *testing.T) {
	kind := func(kind, rules, by, condition string) string {
		return "title: C\nname: C\ncorrelation: {type: " + kind + ", rules: [" + rules + "], group-by: [" + by + "], timespan: 10s" + condition + "}\n"
	}
	for _, c := range []struct{ name, correlation, events, want string }{
		{"count reached within the span", kind("event_count", "failed", "TargetUserName", ", condition: {gte: 3}"),
			"0 4625 a h\n5 4625 a h\n10 4625 a h\n11 4625 a h", "10 C 3"},
		{"count not reached within the span", kind("event_count", "failed", "TargetUserName", ", condition: {gte: 3}"), "0 4625 a h\n5 4625 a h\n11 4625 a h", ""},
		{"groups stand apart", kind("event_count", "failed", "TargetUserName", ", condition: {gt: 1}"), "0 4625 a h\n1 4625 b h\n2 4625 a h", "2 C 2"},
		{"late events find their place", kind("event_count", "failed", "TargetUserName", ", condition: {gte: 3}"), "10 4625 a h\n5 4625 a h\n3 4625 a h", "3 C 3"},
		{"range, decided when the window has passed", kind("event_count", "failed", "TargetUserName", ", condition: {gt: 1, lte: 3}"),
			"0 4625 a h\n1 4625 a h\n2 4625 a h\n3 4625 a h\n20 4625 a h\n21 4625 a h\n40 4625 a h", "40 C 2"},
		{"few events", kind("event_count", "failed", "TargetUserName", ", condition: {lt: 2}"), "0 4625 a h\n1 4625 a h\n30 4625 a h", "-1 C 1"},
		{"different values", kind("value_count", "failed", "Computer", ", condition: {field: TargetUserName, gte: 3}"),
			"0 4625 a h\n1 4625 a h\n2 4625 b h\n3 4625 c x\n4 4625 c h", "4 C 3"},
		{"all rules", kind("temporal", "\"failed\", success, cleared", "Computer", ""), "0 1102 a h\n1 4624 a h\n2 4624 a x\n5 4625 a h", "5 C 3"},
		{"rules in order", kind("temporal_ordered", "failed, success", "TargetUserName", ""), "0 4624 a h\n1 4625 a h\n2 4624 a h\n3 4624 b h", "2 C 2"},
		{"rules not in order", kind("temporal_ordered", "failed, success", "TargetUserName", ""), "0 4624 a h\n1 4625 a h", ""},
		{"too long after", kind("temporal_ordered", "failed, success", "TargetUserName", ""), "0 4625 a h\n11 4624 a h", ""},
		{"condition over rules", kind("temporal", "failed, success, cleared", "Computer", ", condition: failed and (success or cleared)"), "0 4625 a h\n3 1102 a h", "3 C 2"},
		{"rule that must be absent", kind("temporal", "failed, cleared", "Computer", ", condition: failed and not cleared"),
			"0 4625 a h\n3 1102 a h\n30 4625 a h\n50 4625 a x", "50 C 1;-1 C 1"},
		{"rules told too", kind("event_count", "failed", "TargetUserName", ", condition: {gte: 2}, generate: true"), "0 4625 a h\n1 4625 a h", "0 failed;1 failed;1 C 2"},
		{"others told", kind("event_count", "failed", "TargetUserName", ", condition: {gte: 2}"), "0 4624 a h", "0 success"},
		{"aliases", "title: C\ncorrelation:\n  type: temporal\n  rules: [failed, success]\n  timespan: 10s\n  group-by: [who]\n  aliases: {who: {failed: TargetUserName, success: Computer}}\n",
			"0 4625 a h\n1 4624 x a", "1 C 2"},
		{"correlation of a correlation", kind("event_count", "failed", "TargetUserName", ", condition: {gte: 2}") +
			"---\ntitle: D\ncorrelation: {type: temporal_ordered, rules: [C, success], group-by: [TargetUserName], timespan: 10s}\n",
			"0 4625 a h\n1 4625 a h\n2 4624 a h", "2 D 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(story(t, c.correlation, c.events), ";"); got != c.want {
				t.Errorf("told %q, want %q", got, c.want)
			}
		})
	}
}

// TestJumpedClockBlindsNothing: one event from a far future makes those after it late, but
// not for ever; and a window may be closed at any time that can be written.
func TestJumpedClockBlindsNothing(t *testing.T) {
	rules, _ := Parse(strings.NewReader(correlated+"title: C\ncorrelation: {type: event_count, rules: [failed], group-by: [TargetUserName], timespan: 10s, condition: {gte: 3}}\n---\n"+
		"title: D\ncorrelation: {type: event_count, rules: [failed], group-by: [TargetUserName], timespan: 10s, condition: {eq: 1}}\n"), "c.yml")
	e, _ := Compile(rules, Options{})
	m, c := e.NewMatcher(), e.NewCorrelator()
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	told := map[string]int{}
	add := func(at time.Time) {
		matches, _ := m.JSON([]byte(`{"Channel":"Security","EventID":4625,"TargetUserName":"a"}`))
		for _, x := range c.Add(m, matches, at) {
			told[x.Rule.Title]++
		}
	}
	add(start)
	add(start.AddDate(100, 0, 0))
	add(start.AddDate(7000, 0, 0)) // no time that can be counted
	for i := range 100 {
		add(start.Add(time.Duration(i) * time.Second))
	}
	if told["C"] == 0 || c.Late == 0 || c.Untimed == 0 {
		t.Errorf("told %v, %d late, %d without time", told, c.Late, c.Untimed)
	}
	add(start.Add(time.Hour))
	told = map[string]int{}
	for _, x := range c.Flush(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)) {
		told[x.Rule.Title]++
	}
	if told["D"] != 1 {
		t.Errorf("at the end: %v", told)
	}
}

// TestCorrelatorIsBounded: groups without end do not fill the memory.
func TestCorrelatorIsBounded(t *testing.T) {
	rules, _ := Parse(strings.NewReader(correlated+"title: C\ncorrelation: {type: event_count, rules: [failed], group-by: [TargetUserName], timespan: 30d, condition: {gte: 3}}\n"), "c.yml")
	e, _ := Compile(rules, Options{})
	m, c := e.NewMatcher(), e.NewCorrelator()
	for i := range maxGroups + 500 {
		matches, _ := m.JSON(fmt.Appendf(nil, `{"Channel":"Security","EventID":4625,"TargetUserName":"u%d"}`, i))
		c.Add(m, matches, time.Unix(int64(i), 0))
	}
	if n := len(c.states[0].groups); n > maxGroups || c.Forgotten == 0 {
		t.Errorf("%d groups, %d forgotten", n, c.Forgotten)
	}
}

func TestFilters(t *testing.T) {
	rule := "title: R\nid: r1\nlogsource: {product: windows, service: security}\ndetection: {s: {EventID: 4625}, condition: s}\n---\n"
	event := func(user string) []byte {
		return []byte(`{"Channel":"Security","EventID":4625,"User":"` + user + `"}`)
	}
	for _, c := range []struct {
		name, filter string
		adm, other   int
	}{
		{"what is suppressed", "{rules: [r1], selection: {User|startswith: adm_}, condition: selection}", 0, 1},
		{"what may remain", "{rules: [r1], selection: {User|startswith: adm_}, condition: not selection}", 0, 1},
		{"any rule", "{rules: any, selection: {User|startswith: adm_}, condition: selection}", 0, 1},
		{"another rule", "{rules: [r2], selection: {User|startswith: adm_}, condition: selection}", 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules, bad := Parse(strings.NewReader(rule+"title: F\nlogsource: {product: windows}\nfilter: "+c.filter+"\n"), "f.yml")
			e, more := Compile(rules, Options{})
			if len(bad)+len(more) > 0 {
				t.Fatal(bad, more)
			}
			for user, want := range map[string]int{"adm_x": c.adm, "x": c.other} {
				if got, _ := e.NewMatcher().JSON(event(user)); len(got) != want {
					t.Errorf("%s: %d matches, want %d", user, len(got), want)
				}
			}
		})
	}
}

// TestGenerate: "generate" stands beside the correlation, as the specification has it, or
// in it; a word that is no truth value is refused, as it would silence the rules.
func TestGenerate(t *testing.T) {
	const body = "title: C\ncorrelation: {type: event_count, rules: [failed], group-by: [TargetUserName], timespan: 1w, condition: {gte: 2}%s}\n%s"
	for _, row := range []struct{ in, beside, want string }{
		{"", "", "1 C 2"}, {"", "generate: true\n", "0 failed,1 failed,1 C 2"}, {", generate: True", "", "0 failed,1 failed,1 C 2"}, {", generate: yes", "", "0 failed,1 failed,1 C 2"},
		{", generate: false", "", "1 C 2"}, {"", "generate: no\n", "1 C 2"},
	} {
		if got := strings.Join(story(t, fmt.Sprintf(body, row.in, row.beside), "0 4625 a h\n1 4625 a h"), ","); got != row.want {
			t.Errorf("%q %q: %s", row.in, row.beside, got)
		}
	}
	if _, refused := Parse(strings.NewReader(fmt.Sprintf(body, "", "generate: maybe\n")), "c.yml"); len(refused) != 1 || refused[0].Reason != BadCorrelation {
		t.Error(refused)
	}
}

// TestExtendedCondition: a condition over names says by itself which rules are meant.
func TestExtendedCondition(t *testing.T) {
	got := story(t, "title: C\ncorrelation: {type: temporal, group-by: [TargetUserName], timespan: 10s, condition: (failed or cleared) and success}\n", "0 4625 a h\n1 4624 a h")
	if strings.Join(got, ",") != "1 C 2" {
		t.Error(got)
	}
}

// TestGroupBearsItsFieldsName: who hands a match on must know that the value names a
// person, which an alias would not say.
func TestGroupBearsItsFieldsName(t *testing.T) {
	rules, _ := Parse(strings.NewReader(correlated+"title: C\ncorrelation:\n  type: event_count\n  rules: [failed]\n  timespan: 10s\n  group-by: [who]\n"+
		"  aliases: {who: {failed: TargetUserName}}\n  condition: {gte: 1}\n"), "c.yml")
	e, _ := Compile(rules, Options{})
	m, c := e.NewMatcher(), e.NewCorrelator()
	matches, err := m.JSON([]byte(`{"Channel":"Security","EventID":4625,"TargetUserName":"anna"}`))
	if err != nil {
		t.Fatal(err)
	}
	got := c.Add(m, matches, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	if len(got) != 1 || len(got[0].Correlated.Group) != 1 || got[0].Correlated.Group[0].Name != "TargetUserName" {
		t.Errorf("%+v", got)
	}
}
