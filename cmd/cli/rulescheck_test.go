package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	goodRule = "title: Shell\nid: a\nlogsource: {product: windows, category: process_creation}\ndetection:\n  s: {Image|endswith: '\\cmd.exe'}\n  condition: s\n"
	slowText = "title: Long\nid: b\nlogsource: {product: windows, category: process_creation}\ndetection:\n  s:\n    CommandLine|re: '.{20}'\n  condition: s\n"
	badRule  = "title: Ahead\nid: c\nlogsource: {product: windows}\ndetection:\n  s:\n    CommandLine|re: 'a(?=b)'\n  condition: s\n"
	openRule = "title: Ours\nid: d\nlogsource: {product: windows}\ndetection:\n  s: {Computer|expand: '%ours%'}\n  condition: s\n"
)

func TestRulesCheck(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good, slow, bad, open := write("good.yml", goodRule), write("slow.yml", slowText), write("bad.yml", badRule), write("open.yml", openRule)
	ours := write("ours.toml", "ours = [\"WS-*\", \"SRV-*\"]\n")
	for _, c := range []struct {
		name string
		code int
		want string // in stdout or stderr
		args []string
	}{
		{"good", exitOK, "1 rules compiled, 0 refused, 0 slow", []string{good}},
		{"slow", exitOK, "slow.yml:6: slow: evaluated for every event of windows/process_creation/* that has CommandLine", []string{slow}},
		{"refused", exitFailed, "bad.yml:6: refused (regex): CommandLine|re: looking ahead cannot be had in linear time", []string{good, bad}},
		{"placeholder", exitFailed, "refused (placeholder)", []string{open}},
		{"placeholder with values", exitOK, "1 rules compiled", []string{"--placeholders", ours, open}},
		{"placeholders of nonsense", exitUsage, "--placeholders", []string{"--placeholders", good, open}},
		{"no rule", exitFailed, "no rule was found", []string{ours}},
		{"nothing named", exitUsage, "nothing is named: give a rule", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errOut := run(append([]string{"rules", "check"}, c.args...)...)
			if code != c.code || !strings.Contains(out+errOut, c.want) {
				t.Errorf("code %d, want %d; %q is not in\n%s%s", code, c.code, c.want, out, errOut)
			}
		})
	}
	code, out, _ := run("rules", "check", "--json", good, slow, bad)
	var got ruleCheck
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitFailed || got.Compiled != 2 || len(got.Refused) != 1 || len(got.Slow) != 1 || got.Refused[0].Line != 6 {
		t.Errorf("code %d, %v: %s", code, err, out)
	}
}

// TestScanWithRules: a rule finds its event in a log, and says by which field.
func TestScanWithRules(t *testing.T) {
	dir := t.TempDir()
	rule, log := filepath.Join(dir, "r.yml"), filepath.Join(dir, "events.json")
	event := `{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"UtcTime":"2026-11-01 08:00:00.000","Image":"C:\\Windows\\System32\\cmd.exe"}` + "\n"
	for path, text := range map[string]string{rule: goodRule, log: strings.Replace(event, "cmd.exe", "x.exe", 1) + event} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errOut := run("scan", "--exit-code", "--format", "json", "--rules", rule, log)
	var hit struct {
		Line   int               `json:"line"`
		RuleID string            `json:"rule_id"`
		Time   string            `json:"time"`
		Fields map[string]string `json:"fields"`
	}
	if err := json.Unmarshal([]byte(out), &hit); err != nil || code != exitFindings {
		t.Fatalf("code %d, %v: %s%s", code, err, out, errOut)
	}
	if hit.Line != 2 || hit.RuleID != "a" || hit.Time != "2026-11-01T08:00:00Z" || hit.Fields["Image"] != `C:\Windows\System32\cmd.exe` {
		t.Errorf("hit %+v", hit)
	}
}
