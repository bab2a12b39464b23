package sigma

import (
	"strings"
	"testing"
)

// ruleOf makes a rule of a detection, indented as it stands in a file.
func ruleOf(t testing.TB, detection string) []*Rule {
	t.Helper()
	rules, refused := Parse(strings.NewReader("title: T\nid: r\nlogsource: {product: windows, category: process_creation}\ndetection:\n"+detection), "r.yml")
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	return rules
}

// language holds what the specification says, by example. "yes" lists events
// that match, "no" events that do not; all are of a process creation.
var language = []struct{ name, detection, yes, no string }{
	{"whole value without case", `  s: {Image: 'C:\a.exe'}
  condition: s`, `{"Image":"c:\\A.EXE"}`, `{"Image":"C:\\a.exe "}
{"Image":"xC:\\a.exe"}
{}`},
	{"values of a list are alternatives", `  s: {EventType: [one, two]}
  condition: s`, `{"EventType":"TWO"}
{"EventType":["x","one"]}`, `{"EventType":"three"}`},
	{"fields of a map must all fit", `  s: {User: a, Company: b}
  condition: s`, `{"User":"a","Company":"b"}`, `{"User":"a"}
{"User":"a","Company":"c"}`},
	{"maps of a list are alternatives", `  s: [{User: a}, {Company: b, Product: c}]
  condition: s`, `{"User":"a"}
{"Company":"b","Product":"c"}`, `{"Company":"b"}`},
	{"wildcards", `  s: {Image: 'C:\\*\a?.exe'}
  condition: s`, `{"Image":"c:\\x\\y\\ab.exe"}
{"Image":"C:\\\\aé.exe"}`, `{"Image":"c:\\x\\a.exe"}
{"Image":"c:\\x\\abc.exe"}`},
	{"escaped wildcards", `  s: {CommandLine: 'a\*b\?c\\*'}
  condition: s`, `{"CommandLine":"a*b?c\\"}
{"CommandLine":"A*B?C\\more"}`, `{"CommandLine":"axb?c\\"}
{"CommandLine":"a*b?c"}`},
	{"three and four backslashes are two", `  s: {CommandLine: ['a\\\b', 'c\\\\d', 'e\\\*']}
  condition: s`, `{"CommandLine":"a\\\\b"}
{"CommandLine":"c\\\\d"}
{"CommandLine":"e\\*"}`, `{"CommandLine":"a\\b"}
{"CommandLine":"e\\x"}`},
	{"contains, startswith, endswith", `  a: {CommandLine|contains: mid}
  b: {CommandLine|startswith: beg}
  c: {CommandLine|endswith: 'en?'}
  condition: all of them`, `{"CommandLine":"begMIDend"}`, `{"CommandLine":"begend"}
{"CommandLine":"xbegmidend"}
{"CommandLine":"begmidendx"}`},
	{"all", `  s: {CommandLine|contains|all: [one, two]}
  condition: s`, `{"CommandLine":"two one"}`, `{"CommandLine":"one"}`},
	{"regular expression", `  s: {CommandLine|re: 'a[0-9]{3}b'}
  condition: s`, `{"CommandLine":"xa123bx"}`, `{"CommandLine":"xA123Bx"}
{"CommandLine":"xa12bx"}`},
	{"regular expression with flags", `  s: {CommandLine|re|i|m|s: '^ab.c$'}
  condition: s`, `{"CommandLine":"x\nAB\nC\ny"}`, `{"CommandLine":"xab\ncy"}`},
	{"the end of a value may have a line feed", `  s: {CommandLine|re: 'ab$|^x(y$)'}
  condition: s`, `{"CommandLine":"ab"}
{"CommandLine":"ab\n"}
{"CommandLine":"xy\n"}`, `{"CommandLine":"ab\n\n"}
{"CommandLine":"abc"}
{"CommandLine":"ab\nc"}`},
	{"truth values of YAML 1.1", `  s: {CommandLine|exists: yes, Image|exists: no}
  condition: s`, `{"CommandLine":"ab"}`, `{"CommandLine":"ab","Image":"x"}`},
	{"network", `  s: {DestinationIp|cidr: [10.0.0.0/8, '2001:db8::/32', 'fe80::/10']}
  condition: s`, `{"DestinationIp":"10.1.2.3"}
{"DestinationIp":"2001:DB8::1"}
{"DestinationIp":"FE80::1%eth0"}`, `{"DestinationIp":"11.1.2.3"}
{"DestinationIp":"10.1.2"}
{"DestinationIp":"x"}`},
	{"base64", `  s: {CommandLine|base64|contains: 'attack'}
  condition: s`, `{"CommandLine":"x YXR0YWNr y"}`, `{"CommandLine":"attack"}`},
	{"base64 at any offset of UTF-16", `  s: {CommandLine|wide|base64offset|contains: 'ping'}
  condition: s`, `{"CommandLine":"cABpAG4AZwA="}
{"CommandLine":"YQBwAGkAbgBnAA=="}`, `{"CommandLine":"ping"}`},
	{"windash", `  s: {CommandLine|windash|contains: ' -f-x'}
  condition: s`, `{"CommandLine":"a /F-x"}
{"CommandLine":"a –f-x"}`, `{"CommandLine":"a -f/x"}
{"CommandLine":"a f-x"}`},
	{"comparison", `  s: {Size|gt: 10, Size|lte: 20.5}
  condition: s`, `{"Size":11}
{"Size":"20.5"}`, `{"Size":10}
{"Size":21}
{"Size":"many"}`},
	{"exists", `  s: {User|exists: true, Company|exists: false}
  condition: s`, `{"User":null}
{"User":""}`, `{"Company":"x"}
{"User":"x","Company":null}`},
	{"null is no value, an empty one is", `  s: {User: null}
  condition: s`, `{"User":null}
{}`, `{"User":""}
{"User":"x"}`},
	{"empty", `  s: {User: ''}
  condition: s`, `{"User":""}`, `{"User":null}
{}
{"User":" "}`},
	{"a star is any value", `  s: {User: '*'}
  condition: s`, `{"User":""}
{"User":1}`, `{"User":null}
{}`},
	{"cased", `  s: {User|cased|contains: AbC}
  condition: s`, `{"User":"xAbCx"}`, `{"User":"abc"}`},
	{"another field", `  s: {User|fieldref: TargetUser}
  condition: s`, `{"User":"A","TargetUser":"a"}`, `{"User":"a","TargetUser":"b"}
{"User":"a"}`},
	{"part of another field", `  s: {Image|fieldref|endswith: Name}
  condition: s`, `{"Image":"C:\\x.exe","Name":"X.exe"}`, `{"Image":"C:\\x.exe","Name":"C:\\x"}`},
	{"not equal", `  s: {User|neq: [a, b]}
  condition: s`, `{"User":"c"}
{}`, `{"User":"A"}
{"User":"b"}`},
	{"numbers and truth values", `  s: {Port: 445, Signed: true, Code: 0x10}
  condition: s`, `{"Port":445,"Signed":"True","Code":"0x10"}
{"Port":"445","Signed":true,"Code":16}`, `{"Port":4450,"Signed":true,"Code":16}`},
	{"keywords look at every value", `  k: [needle, 'ha?stack']
  condition: k`, `{"Deep":{"Er":"a NEEDLE b"}}
{"X":["hazstack"]}`, `{"needle":"key"}
{"X":"hastack"}`},
	{"all keywords, each where it will", `  k: {'|all': [one, two]}
  condition: k`, `{"A":"one","B":"two"}`, `{"A":"one"}`},
	{"precedence", `  a: {User: a}
  b: {User: b}
  c: {User: c}
  condition: a or b and not c`, `{"User":"a"}
{"User":"b"}
{"User":["a","c"]}`, `{"User":["b","c"]}
{"User":"c"}`},
	{"selectors", `  sel_1: {User: a}
  sel_2: {Company: b}
  filter_x: {Product: p}
  _hidden: {User: never}
  condition: all of sel_* and not 1 of filter_*`, `{"User":"a","Company":"b"}`, `{"User":"a"}
{"User":"a","Company":"b","Product":"p"}`},
	{"conditions of a list are alternatives", `  a: {User: a}
  b: {User: b}
  condition: [a, b]`, `{"User":"b"}`, `{"User":"c"}`},
	{"case folding beyond ASCII", `  s: {User|contains: 'ÄRZTIN'}
  condition: s`, `{"User":"die ärztin"}`, `{"User":"die arztin"}`},
	{"names with dots", `  s: {process.name: a}
  condition: s`, `{"process":{"name":"a"}}
{"process.name":"a"}
{"process":[{"name":"x"},{"name":"a"}]}`, `{"name":"a"}`},
}

func TestLanguage(t *testing.T) {
	for _, c := range language {
		t.Run(c.name, func(t *testing.T) {
			e, refused := Compile(ruleOf(t, c.detection), Options{})
			if len(refused) > 0 {
				t.Fatal(refused)
			}
			m := e.NewMatcher()
			for want, events := range map[int]string{1: c.yes, 0: c.no} {
				for _, ev := range strings.Split(events, "\n") {
					full := strings.Replace(ev, "{", `{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,`, 1)
					full = strings.Replace(full, ",}", "}", 1)
					if got := compare(t, e, m, []byte(full)); got != want {
						t.Errorf("%s: %d matches, want %d", ev, got, want)
					}
				}
			}
		})
	}
}

// TestTimeParts: the interpreter has no dates, so these stand alone.
func TestTimeParts(t *testing.T) {
	for _, c := range []struct {
		detection string
		want      bool
	}{
		{`{UtcTime|hour: 23, UtcTime|minute: 5}`, true}, {`{UtcTime|hour|gte: 22}`, true}, {`{UtcTime|day: 1}`, true}, {`{UtcTime|week: 1}`, true},
		{`{UtcTime|month: [11, 12]}`, false}, {`{UtcTime|year: 2024}`, true}, {`{UtcTime|hour: 22}`, false}, {`{User|hour: 23}`, false},
	} {
		e, refused := Compile(ruleOf(t, "  s: "+c.detection+"\n  condition: s"), Options{})
		if len(refused) > 0 {
			t.Fatal(refused)
		}
		got, err := e.NewMatcher().JSON([]byte(`{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"UtcTime":"2024-01-01 23:05:09.123","User":"x"}`))
		if err != nil || len(got) > 0 != c.want {
			t.Errorf("%s: %v, want %v", c.detection, len(got) > 0, c.want)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	rules := ruleOf(t, `  s: {User|contains|expand: ['x%adm%y', '100\%']}
  condition: s`)
	if _, refused := Compile(rules, Options{}); len(refused) != 1 || refused[0].Reason != NoPlaceholder {
		t.Errorf("without values: %v", refused)
	}
	e, _ := Compile(rules, Options{Placeholders: map[string][]string{"adm": {"root", "su*"}}})
	for ev, want := range map[string]int{`XrootY`: 1, `xsudoy`: 1, `xy`: 0, `at 100% now`: 1} {
		got, _ := e.NewMatcher().JSON([]byte(`{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"User":"` + ev + `"}`))
		if len(got) != want {
			t.Errorf("%s: %d matches, want %d", ev, len(got), want)
		}
	}
}

// TestEventsOfNoStatedOrigin: what a line of sources.txt knows by its fields alone.
func TestEventsOfNoStatedOrigin(t *testing.T) {
	for _, c := range []struct{ source, detection, event string }{
		{"{product: windows, category: process_creation}", "{CommandLine|contains: evil}", `{"Image":"D:\\Tools\\x.exe","CommandLine":"x evil"}`},
		{"{product: windows, category: process_creation}", "{CommandLine|contains: evil}", `{"Image":"\\\\srv\\share\\x.exe","CommandLine":"x evil"}`},
		{"{product: windows, category: process_creation}", "{Image|endswith: 'x.exe'}", `{"EventID":4688,"NewProcessName":"C:\\x.exe"}`},
		{"{product: linux, category: process_creation}", "{CommandLine|contains: evil}", `{"Image":"/tmp/x","CommandLine":"x evil"}`},
		{"{product: windows, category: file_event}", "{TargetFilename|endswith: '.lnk'}", `{"TargetFilename":"E:\\a.lnk"}`},
	} {
		rules, refused := Parse(strings.NewReader("title: x\nlogsource: "+c.source+"\ndetection:\n  s: "+c.detection+"\n  condition: s\n"), "x.yml")
		e, more := Compile(rules, Options{})
		if len(refused)+len(more) > 0 {
			t.Fatal(refused, more)
		}
		if compare(t, e, e.NewMatcher(), []byte(c.event)) != 1 {
			t.Errorf("%s is not found in %s", c.detection, c.event)
		}
	}
}

// TestPacketsAreFirewallEvents: fields of the kernel's packet log in Sigma's words.
func TestPacketsAreFirewallEvents(t *testing.T) {
	rules, _ := Parse(strings.NewReader("title: x\nlogsource: {category: firewall}\ndetection:\n  s: {src_ip|cidr: 192.0.2.0/24, dst_ip: 10.0.0.1, src_port|gt: 1023, dst_port: [23, 3389]}\n  condition: s\n"), "x.yml")
	e, _ := Compile(rules, Options{})
	fields := []Field{{"SRC", []byte("192.0.2.9")}, {"DST", []byte("10.0.0.1")}, {"SPT", []byte("40000")}, {"DPT", []byte("3389")}}
	if got := e.NewMatcher().Fields(e.Source(LogSource{Category: "firewall"}), fields); len(got) != 1 {
		t.Errorf("%d matches, want 1", len(got))
	}
}
