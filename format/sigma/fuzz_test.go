package sigma

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzRules: whatever a rule file holds, reading, compiling and matching end
// without a fault, and engine and interpreter agree.
func FuzzRules(f *testing.F) {
	for _, c := range language {
		event, _, _ := strings.Cut(c.yes, "\n")
		f.Add("title: T\nlogsource: {product: windows}\ndetection:\n"+c.detection, event)
	}
	f.Add(correlated+"title: C\ncorrelation: {type: event_count, rules: [failed], group-by: [User], timespan: 1m, condition: {gte: 2}}\n", `{"EventID":4625,"User":"a"}`)
	f.Add(laughs(5), `{}`)
	f.Fuzz(func(t *testing.T, text, event string) {
		rules, _ := Parse(strings.NewReader(text), "f")
		e, _ := Compile(rules, Options{Placeholders: map[string][]string{"a": {"b*", "c"}}})
		m, c := e.NewMatcher(), e.NewCorrelator()
		full := []byte(strings.Replace(event, "{", `{"Channel":"Security","EventID":4625,`, 1))
		if plainEnough(text) && utf8.Valid(full) && json.Valid(full) {
			compare(t, e, m, full)
		}
		for i := range 3 {
			if matches, err := m.JSON(full); err == nil {
				for _, x := range c.Add(m, matches, time.Unix(int64(i), 0)) {
					m.Evidence(x)
				}
			}
		}
		c.Flush(time.Unix(1e6, 0))
	})
}

// plainEnough leaves out what the interpreter cannot do or does otherwise:
// filters, times, placeholders, UTF-16 beyond the common, and names that the
// standard library's decoder joins when they repeat.
func plainEnough(text string) bool {
	for _, w := range []string{"filter:", "minute", "hour", "day", "week", "month", "year", "expand", "utf16", "wide", "re", "0x", "cidr", "lt", "gt", "exists", "fieldref", "&", "*:", "<<"} {
		if strings.Contains(text, w) {
			return false
		}
	}
	return utf8.ValidString(text) && !strings.ContainsRune(text, utf8.RuneError)
}

// FuzzWildcard: the matcher of patterns agrees with trying every way.
func FuzzWildcard(f *testing.F) {
	f.Add("a*b?c", "aXXbYc", false)
	f.Add(`\*\\*`, `*\x`, false)
	f.Add("*é?", "xÉy", false)
	f.Add("??*??", "日本", true)
	f.Fuzz(func(t *testing.T, pattern, text string, cased bool) {
		if len(pattern) > 200 || len(text) > 200 || !utf8.ValidString(pattern) || !utf8.ValidString(text) {
			return
		}
		p := parsePattern(pattern)
		in := []byte(text)
		if !cased {
			p, in = p.fold(), appendFold(nil, in)
		}
		w := p.compile()
		if got, want := w.match(in), plainParse(pattern).match(text, cased); got != want {
			t.Errorf("%q on %q: %v, want %v", pattern, text, got, want)
		}
	})
}

// FuzzRequired: a value that a regular expression matches has the literals and
// the run that are said to be needed.
func FuzzRequired(f *testing.F) {
	f.Add(`(?i)cmd.{0,5}(/c|/r).+clip`, "cmd.exe /c x clip")
	f.Add(`\s[a-f0-9]{64}\s`, " "+strings.Repeat("a0", 32)+" ")
	f.Add(`[Kk]ey|(x+y)?z`, "KEY z")
	f.Add(`(.){9,}`, "日本日本日本日本日")
	f.Fuzz(func(t *testing.T, expr, text string) {
		if len(expr) > 100 || len(text) > 1000 {
			return
		}
		re, err := regexp.Compile(expr)
		if err != nil || !re.MatchString(text) {
			return
		}
		if r := runOf(expr); r != nil && !r.may([]byte(text)) {
			t.Errorf("%q matches %q without the run of %d", expr, text, r.least)
		}
		folded, list := foldString(text), required(expr)
		for _, lit := range list {
			if strings.Contains(folded, lit) {
				return
			}
		}
		if list != nil {
			t.Errorf("%q matches %q without any of %q", expr, text, list)
		}
	})
}

// FuzzScanner: what the standard library can read, the scanner reads, with the
// same values; what it cannot, gives an error or values but no fault.
func FuzzScanner(f *testing.F) {
	f.Add(`{"a":"x\u00e9\ud83d\ude00\\","b":[1,null,{"c":true}],"d":{}}`)
	f.Add(`{"Event":{"EventData":{"Data":[{"@Name":"N","#text":"v"}]}}}`)
	f.Add(`{"a":`)
	e, _ := Compile(nil, Options{})
	f.Fuzz(func(t *testing.T, text string) {
		m := e.NewMatcher()
		_, err := m.JSON([]byte(text))
		var v map[string]any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if d.Decode(&v) != nil || d.InputOffset() != int64(len(text)) || !utf8.ValidString(text) {
			return
		}
		if err != nil {
			if err.(*EventError).Detail != "nested too deep" {
				t.Fatalf("cannot read %q: %v", text, err)
			}
			return
		}
		have := map[string]bool{}
		for i := range m.scanner.spans {
			have[string(m.text(&m.scanner.spans[i]))] = true
		}
		for _, s := range leaves(v, nil) {
			if !have[s] {
				t.Errorf("%q: the value %q is missing", text, s)
			}
		}
	})
}

func leaves(v any, out []string) []string {
	switch x := v.(type) {
	case string:
		return append(out, x)
	case json.Number:
		return append(out, x.String())
	case []any:
		for _, y := range x {
			out = leaves(y, out)
		}
	case map[string]any:
		for _, y := range x {
			out = leaves(y, out)
		}
	}
	return out
}
