package agent

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward/format/indicator"
	"ward/format/sigma"
	"ward/test/shared"
)

// scanFiles writes logs into a folder, scans it, and gives the hits as text.
func scanFiles(t *testing.T, cfg Config, logs map[string]string) ([]string, Summary) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range logs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		changed := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
		if err := os.Chtimes(filepath.Join(dir, name), changed, changed); err != nil {
			t.Fatal(err)
		}
	}
	var out []string
	cfg.Hit = func(h *Hit) error {
		at := "unknown"
		if h.Time != nil {
			at = h.Time.Format(time.RFC3339)
		}
		out = append(out, fmt.Sprintf("%s:%d@%d %s %s %s%s %v", filepath.Base(h.File), h.Line, h.Offset, at, h.Host, h.Indicator, h.RuleTitle, h.Fields))
		return nil
	}
	if cfg.Detector != nil {
		cfg.Detector.(*Rules).Config = &cfg
	}
	sum, _, err := Scan(context.Background(), cfg, []string{dir})
	if err != nil {
		t.Fatal(err)
	}
	return out, sum
}

func index(t *testing.T, list string) *indicator.Index {
	t.Helper()
	var b indicator.Builder
	if _, err := indicator.Read("list.txt", strings.NewReader(list), indicator.Options{}, b.Add); err != nil {
		t.Fatal(err)
	}
	x, err := indicator.Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestHitsAreDescribed: a hit of the search has its line's time, the computer
// that it is about and the field that holds it, in logs of each make.
func TestHitsAreDescribed(t *testing.T) {
	x := index(t, "evil.example\n203.0.113.66\nhttp://other.example/x?id=5\n")
	for _, row := range []struct{ name, log, want string }{
		{"squid", "1795946400.075 180 10.0.0.24 TCP_MISS/200 411 GET http://evil.example/a - DIRECT/192.0.2.9 text/plain\n",
			"squid:1@0 2026-11-29T10:00:00Z 10.0.0.24 evil.example map[c-uri:http://evil.example/a cs-host:evil.example]"},
		{"dnsmasq", "Nov 29 10:00:00 gw dnsmasq[1]: query[A] evil.example from 10.0.0.7\n",
			"dnsmasq:1@0 2026-11-29T10:00:00Z 10.0.0.7 evil.example map[query:evil.example]"},
		{"dns", "11/29/2026 10:00:00 AM 0FC8 PACKET  00A1B2C3D4E0 UDP Rcv 10.0.0.5        a1b2   Q [0001   D   NOERROR] A      (3)www(4)evil(7)example(0)\r\n",
			"dns:1@0 2026-11-29T10:00:00Z 10.0.0.5 evil.example map[query:www.evil.example]"},
		{"dns-details", "11/29/2026 10:00:00 AM 0FC8 PACKET  00A1B2C3D4E0 UDP Rcv 10.0.0.5        a1b2   Q [0001   D   NOERROR] A      (7)notevil(7)example(0)\r\n" +
			"    Name      \"(4)EVIL(7)example(0)\"\r\n", "dns-details:2@135 unknown  evil.example map[]"},
		{"cef", `CEF:0|V|P|1|1|n|1|rt=1795946400000 src=10.0.0.8 request=http://other.example/x?id\=5 act=blocked` + "\n",
			"cef:1@0 2026-11-29T10:00:00Z 10.0.0.8 http://other.example/x?id=5 map[request:http://other.example/x?id=5]"},
		{"fortigate", `<189>date=2026-11-29 time=10:00:00 devname="fw1" logid="0000000013" type="traffic" srcip=10.0.0.9 dstip=203.0.113.66` + "\n",
			"fortigate:1@0 2026-11-29T10:00:00Z 10.0.0.9 203.0.113.66 map[dstip:203.0.113.66]"},
		{"table", "Datum;Source IP;Destination IP\n29.11.2026 10:00:00;10.0.0.9;203.0.113.66\n", "table:2@31 2026-11-29T10:00:00Z 10.0.0.9 203.0.113.66 map[Destination IP:203.0.113.66]"},
		{"netfilter", "Nov 29 11:00:00 fw kernel: IN=eth0 OUT= SRC=203.0.113.66 DST=10.0.0.9 PROTO=TCP SPT=1 DPT=22\n",
			"netfilter:1@0 2026-11-29T11:00:00Z 10.0.0.9 203.0.113.66 map[SRC:203.0.113.66]"},
		{"zeek", "#separator \\x09\n#fields\tts\tuid\tid.orig_h\tid.resp_h\n1795946400.5\tC1\t10.0.0.1\t203.0.113.66\n",
			"zeek:3@51 2026-11-29T10:00:00Z 10.0.0.1 203.0.113.66 map[id.resp_h:203.0.113.66]"},
		{"sshd", "Dec 31 23:59:59 srv1 sshd[9]: Accepted password for anna from 203.0.113.66 port 4\n",
			"sshd:1@0 2025-12-31T23:59:59Z srv1 203.0.113.66 map[]"},
		{"plain", "nothing known but evil.example\n", "plain:1@0 unknown  evil.example map[]"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, _ := scanFiles(t, Config{Index: x}, map[string]string{row.name: row.log})
			if strings.Join(got, "\n") != row.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "\n"), row.want)
			}
		})
	}
}

// TestSinceByTime: what a line says of its time decides, not the file alone.
func TestSinceByTime(t *testing.T) {
	log := "Nov 28 10:00:00 gw x: evil.example\nNov 29 10:00:00 gw x: evil.example\nno time: evil.example\n"
	got, sum := scanFiles(t, Config{Index: index(t, "evil.example\n"), Since: time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)}, map[string]string{"log": log})
	if len(got) != 2 || sum.Older != 1 || sum.NoTime != 1 {
		t.Errorf("got %q, %d older, %d without time", got, sum.Older, sum.NoTime)
	}
}

const rule = `title: Listener on the shell
id: 11111111-1111-4111-8111-111111111111
level: high
tags: [attack.t1059.004]
logsource: {product: linux, service: auditd}
detection:
  s:
    type: EXECVE
    a0: nc
    a1|startswith: '-l'
  condition: s
`

// TestRules: the lines of one audit event are one record to a rule.
func TestRules(t *testing.T) {
	rules, refused := sigma.Parse(strings.NewReader(rule), "r.yml")
	engine, more := sigma.Compile(rules, sigma.Options{})
	if len(refused)+len(more) > 0 {
		t.Fatal(refused, more)
	}
	log := "type=SYSCALL msg=audit(1795946400.000:1): syscall=59 comm=\"nc\" exe=\"/bin/nc\"\n" +
		"type=EXECVE msg=audit(1795946400.000:1): argc=2 a0=\"nc\" a1=\"-lvp\"\ngarbage\n" +
		"type=EXECVE msg=audit(1795946401.000:2): argc=1 a0=\"ls\"\n"
	got, sum := scanFiles(t, Config{Detector: &Rules{Engine: engine}}, map[string]string{"audit.log": log})
	want := "audit.log:1@0 2026-11-29T10:00:00Z  Listener on the shell map[a0:nc a1:-lvp type:EXECVE]"
	if strings.Join(got, "\n") != want || sum.Counts["records"] != 2 || sum.Counts["refused: not of the format"] != 1 {
		t.Errorf("got  %s, counts %v\nwant %s", strings.Join(got, "\n"), sum.Counts, want)
	}
}

// TestRegressionEVTX: each rule of SigmaHQ finds its own event in the binary log.
func TestRegressionEVTX(t *testing.T) {
	dir := shared.Path(t, "logs/sigma-regression-evtx")
	engine := sharedRules(t)
	cfg := Config{Detector: &Rules{Engine: engine}}
	cfg.Detector.(*Rules).Config = &cfg
	found := map[string]bool{}
	cfg.Hit = func(h *Hit) error {
		if h.Time == nil || h.Host == "" {
			t.Errorf("%s: no time or host", h.File)
		}
		if strings.HasPrefix(filepath.Base(h.File), h.RuleID) {
			found[filepath.Base(h.File)] = true
		}
		return nil
	}
	sum, _, err := Scan(context.Background(), cfg, []string{dir})
	if err != nil || sum.Files == 0 || len(found) != sum.Files {
		t.Errorf("%d of %d files were found by their rule, %v", len(found), sum.Files, err)
	}
}

// TestConvertedLogs: UTF-16 text and binary event logs are searched as people
// read them, and going on after an interruption finds nothing twice.
func TestConvertedLogs(t *testing.T) {
	line := "Nov 29 10:00:00 gw x: evil.example\n"
	wide := []byte("\xff\xfe")
	for _, c := range []byte(line + line) {
		wide = append(wide, c, 0)
	}
	got, _ := scanFiles(t, Config{Index: index(t, "evil.example\n")}, map[string]string{"wide.log": string(wide)})
	if len(got) != 2 || !strings.HasPrefix(got[1], "wide.log:2@35 2026-11-29T10:00:00Z gw evil.example") {
		t.Errorf("UTF-16: got %q", got)
	}
	var hits []*Hit
	cfg := Config{Index: index(t, "12.34.56.78\n"), Hit: func(h *Hit) error { hits = append(hits, h); return nil }}
	dir := shared.Path(t, "logs/sigma-regression-evtx")
	if _, _, err := Scan(context.Background(), cfg, []string{dir}); err != nil || len(hits) != 1 || hits[0].Time == nil || hits[0].Host != "swachchhanda" || !strings.Contains(hits[0].Fields["CommandLine"], "curl") {
		t.Errorf("EVTX: %d hits, %v", len(hits), err)
	}
}

// TestEscapedFieldsAreNamed: what JSON writes with a backslash stands in its field without.
func TestEscapedFieldsAreNamed(t *testing.T) {
	got, _ := scanFiles(t, Config{Index: index(t, "http://evil.example/a\nC:\\x\\evil.exe\n")}, map[string]string{
		"a.json": `{"time":"2026-11-29T10:00:00Z","url":"http:\/\/evil.example\/a","Image":"C:\\x\\evil.exe"}` + "\n"})
	for _, want := range []string{"map[url:http://evil.example/a]", `map[Image:C:\x\evil.exe]`} {
		if !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("%s is not in %q", want, got)
		}
	}
}

// TestCorrelationAtTheEnd: what only the end of a log decides is told, with its time.
func TestCorrelationAtTheEnd(t *testing.T) {
	engine := engineOf(t, "title: Failed\nname: failed\nlogsource: {product: windows, service: security}\ndetection: {s: {EventID: 4625}, condition: s}\n---\n"+
		"title: Once\ncorrelation: {type: event_count, rules: [failed], group-by: [TargetUserName], timespan: 1m, condition: {eq: 1}}\n")
	got, _ := scanFiles(t, Config{Detector: &Rules{Engine: engine}}, map[string]string{
		"a.json": `{"Channel":"Security","EventID":4625,"TargetUserName":"a","TimeCreated":"2026-11-29T10:00:00Z"}` + "\n"})
	if len(got) != 1 || !strings.HasPrefix(got[0], "a.json:1@0 2026-11-29T10:00:00Z  Once map[TargetUserName:a]") {
		t.Errorf("got %q", got)
	}
}
