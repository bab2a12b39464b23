package sigma

import (
	"strings"
	"testing"
)

// TestNothingIsAllocated: an event without a match costs no memory, whatever
// its layout and the log source.
func TestNothingIsAllocated(t *testing.T) {
	e, _ := Compile(ruleOf(t, `  s: {Image|endswith: '\x.exe', CommandLine|re: '[0-9]{12}', DestinationIp|cidr: 10.0.0.0/8}
  k: [needle]
  condition: s or k`), Options{})
	m := e.NewMatcher()
	for _, ev := range []string{
		`{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Image":"C:\\x.exe","CommandLine":"a \u00e9 12345","DestinationIp":"11.2.3.4"}`,
		`{"Event":{"System":{"Channel":"Security","EventID":4688},"EventData":{"NewProcessName":"C:\\X.exe","CommandLine":"É"}}}`,
		`{"some":"thing","else":[1,2,{"deep":null}]}`,
	} {
		text := []byte(ev)
		if n := testing.AllocsPerRun(100, func() {
			if got, err := m.JSON(text); err != nil || len(got) > 0 {
				t.Fatal(got, err)
			}
		}); n > 0 {
			t.Errorf("%s: %v allocations", ev, n)
		}
	}
}

// TestFewRulesAreEvaluated guards the choice of announcing literals by counts
// that no load of the machine changes.
func TestFewRulesAreEvaluated(t *testing.T) {
	rules, _ := ruleSet(t, "sigma/sigma-rules.tar.gz")
	e, _ := Compile(rules, Options{})
	m := e.NewMatcher()
	for _, c := range regressions(t) {
		for _, ev := range c.events {
			if _, err := m.JSON(ev); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Log(m.Stats)
	// Attacks announce more rules than everyday events do; 1,370 rules look at a process creation.
	if n := float64(m.Stats.Evaluated) / float64(m.Stats.Events); n > 12 {
		t.Errorf("%.1f rules are evaluated per event", n)
	}
	if n := float64(m.Stats.Regexes) / float64(m.Stats.Events); n > 1 {
		t.Errorf("%.2f regular expressions are run per event", n)
	}
}

// TestEvidence: what made a rule match is told, what it excludes is not.
func TestEvidence(t *testing.T) {
	e, _ := Compile(ruleOf(t, `  s: {Image|endswith: '\cmd.exe', CommandLine|contains: [one, two]}
  filter: {User: root}
  condition: s and not filter`), Options{})
	m := e.NewMatcher()
	got, err := m.JSON([]byte(`{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Image":"C:\\CMD.exe","CommandLine":["x","say TWO"],"User":"me"}`))
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	var told []string
	for _, f := range m.Evidence(got[0]) {
		told = append(told, f.Name+"="+string(f.Value))
	}
	if s := strings.Join(told, ";"); s != `Image=C:\CMD.exe;CommandLine=say TWO` && s != `CommandLine=say TWO;Image=C:\CMD.exe` {
		t.Errorf("evidence %s", s)
	}
}

// TestMappings: the same event in the layouts of several programs.
func TestMappings(t *testing.T) {
	e, _ := Compile(ruleOf(t, `  s: {Image|endswith: '\cmd.exe', Provider_Name: Microsoft-Windows-Sysmon}
  condition: s`), Options{})
	for name, ev := range map[string]string{
		"evtx_dump":            `{"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":{"#attributes":{"Qualifiers":0},"#text":1},"Channel":"Microsoft-Windows-Sysmon/Operational"},"EventData":{"Image":"C:\\cmd.exe"}}}`,
		"attributes apart":     `{"Event":{"System":{"Provider_attributes":{"Name":"Microsoft-Windows-Sysmon"},"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational"},"EventData":{"Image":"C:\\cmd.exe"}}}`,
		"attributes with an @": `{"Event":{"System":{"Provider":{"@Name":"Microsoft-Windows-Sysmon"},"EventID":"1","Channel":"Microsoft-Windows-Sysmon/Operational"},"EventData":{"Data":[{"@Name":"User","#text":"x"},{"@Name":"Image","#text":"C:\\cmd.exe"}]}}}`,
		"Winlogbeat":           `{"winlog":{"channel":"Microsoft-Windows-Sysmon/Operational","event_id":"1","provider_name":"Microsoft-Windows-Sysmon","event_data":{"Image":"C:\\cmd.exe"}}}`,
		"dotted names":         `{"winlog.channel":"Microsoft-Windows-Sysmon/Operational","event.code":"1","winlog.provider_name":"Microsoft-Windows-Sysmon","winlog.event_data.Image":"C:\\cmd.exe"}`,
		"flat, NXLog":          `{"Channel":"microsoft-windows-sysmon/operational","EventID":1,"SourceName":"Microsoft-Windows-Sysmon","Image":"C:\\cmd.exe"}`,
		"without its channel":  `{"EventID":1,"Provider_Name":"Microsoft-Windows-Sysmon","Image":"C:\\cmd.exe"}`,
		"Security 4688":        `{"Channel":"Security","EventID":4688,"Provider_Name":"Microsoft-Windows-Sysmon","NewProcessName":"C:\\cmd.exe"}`,
	} {
		if got, err := e.NewMatcher().JSON([]byte(ev)); err != nil || len(got) != 1 {
			t.Errorf("%s: %d matches, %v", name, len(got), err)
		}
	}
}

// TestUnknownSource: an event of no known source is counted, and tested only
// where that is asked for or the caller knows better.
func TestUnknownSource(t *testing.T) {
	rules := ruleOf(t, "  s: {Weird: yes}\n  condition: s")
	event := []byte(`{"Weird":"yes"}`)
	e, _ := Compile(rules, Options{})
	m := e.NewMatcher()
	if got, _ := m.JSON(event); len(got) != 0 || m.Stats.Unassigned != 1 {
		t.Errorf("%d matches, %d unassigned", len(got), m.Stats.Unassigned)
	}
	m.Assume(e.Source(LogSource{Product: "windows", Category: "process_creation"}))
	if got, _ := m.JSON(event); len(got) != 1 {
		t.Error("assumed: no match")
	}
	if got := m.Fields(e.Source(LogSource{Product: "windows"}), []Field{{"Weird", []byte("YES")}}); len(got) != 0 {
		t.Error("a source that does not state the category matches")
	}
	e, _ = Compile(rules, Options{AnySource: true})
	if got := e.NewMatcher().Fields(nil, []Field{{"Weird", []byte("YES")}}); len(got) != 1 {
		t.Error("any source: no match")
	}
}
