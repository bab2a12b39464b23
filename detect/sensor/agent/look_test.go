package agent

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ward/format/logline"
	"ward/format/sigma"
)

// aRule matches a process and one login that failed.
const aRule = `title: Shadow copies go
id: 11111111-1111-4111-8111-111111111111
logsource: {product: windows, category: process_creation}
detection: {s: {CommandLine|contains: 'delete shadows'}, condition: s}
level: high
---
title: Failed password
id: 22222222-2222-4222-8222-222222222222
logsource: {product: linux, service: sshd}
detection: {keywords: ['Failed password'], condition: keywords}
`

func engineOf(t testing.TB, text string) *sigma.Engine {
	t.Helper()
	rules, refused := sigma.Parse(strings.NewReader(text), "rules.yml")
	engine, more := sigma.Compile(rules, sigma.Options{})
	if len(refused)+len(more) > 0 {
		t.Fatal(refused, more)
	}
	return engine
}

// mixed are lines of several makes with finds in some.
func mixed(n int) (windows, auth string) {
	var w, a strings.Builder
	for i := range n {
		command, host := "notepad.exe", "www.good.example"
		if i%17 == 3 {
			command = "vssadmin delete shadows /all"
		}
		if i%11 == 5 {
			host = "evil.example"
		}
		fmt.Fprintf(&w, `{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Computer":"pc-%d","UtcTime":"2026-11-29 10:00:%02d.000","CommandLine":"%s http://%s/x"}`+"\n", i%5, i%60, command, host)
		word := "Accepted"
		if i%13 == 7 {
			word = "Failed"
		}
		fmt.Fprintf(&a, "Nov 29 10:00:%02d srv-%d sshd[77]: %s password for root from 203.0.113.%d port 22 ssh2\n", i%60, i%3, word, i%200)
	}
	return w.String(), a.String()
}

func key(h *Hit) string {
	return fmt.Sprintf("%d %s %s %s %s", h.Offset, h.Indicator, h.RuleID, h.Host, h.Text)
}

// TestLookTellsWhatAScanTells: in pieces of any length, cut at lines.
func TestLookTellsWhatAScanTells(t *testing.T) {
	windows, auth := mixed(400)
	index, engine := indexOf(t, "evil.example", "203.0.113.5"), engineOf(t, aRule)
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	for name, text := range map[string]string{"windows.json": windows, "auth.log": auth} {
		path := file(t, t.TempDir(), name, []byte(text))
		var want []string
		cfg := Config{Index: index, Workers: 1, Now: now, Hit: func(h *Hit) error { want = append(want, key(h)); return nil }}
		cfg.Detector = &Rules{Engine: engine, Config: &cfg}
		if _, _, err := Scan(context.Background(), cfg, []string{path}); err != nil {
			t.Fatal(err)
		}
		var got []string
		seen := 0
		l := NewLooker(LookConfig{Index: index, Engine: engine, Now: func() time.Time { return now }, Seen: func(*Observation) { seen++ }})
		g := NewGrowing(filepath.Join("x", name), logline.Auto, nil)
		for at := 0; at < len(text); {
			end := min(len(text), at+1+rand.IntN(4000))
			if i := strings.LastIndexByte(text[at:end], '\n'); i >= 0 {
				l.Look(g, []byte(text[at:at+i+1]), int64(at), true, func(h *Hit) { got = append(got, key(h)) })
				at += i + 1
			} else {
				end = at + strings.IndexByte(text[at:], '\n') + 1
				l.Look(g, []byte(text[at:end]), int64(at), true, func(h *Hit) { got = append(got, key(h)) })
				at = end
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if len(want) < 30 || !slices.Equal(got, want) || seen != 400 {
			t.Errorf("%s: %d hits, a scan tells %d; %d lines seen", name, len(got), len(want), seen)
		}
	}
}

// TestLookLearnsColumns: a table is read by its heading, which came long before.
func TestLookLearnsColumns(t *testing.T) {
	l := NewLooker(LookConfig{Index: indexOf(t, "evil.example"), Now: time.Now})
	g := NewGrowing("dns.log", logline.Auto, nil)
	head := "#separator \\x09\n#fields\tts\tid.orig_h\tquery\n#types\ttime\taddr\tstring\n"
	g.Learn([]byte(head), time.Now())
	var got []*Hit
	l.Look(g, []byte("1764410400.0\t192.0.2.7\twww.evil.example\n"), 5000, true, func(h *Hit) { got = append(got, h) })
	if len(got) != 1 || got[0].Host != "192.0.2.7" || got[0].Time == nil || got[0].Fields["query"] != "www.evil.example" {
		t.Errorf("got %+v", got)
	}
}

// TestLookKeepsTheYear: a stamp without a year is read by the clock of the day on which
// its line comes, not of the day on which its log was met.
func TestLookKeepsTheYear(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	l := NewLooker(LookConfig{Index: indexOf(t, "evil.example"), Now: func() time.Time { return now }})
	g := NewGrowing("auth.log", logline.Auto, nil)
	var got []string
	tell := func(h *Hit) { got = append(got, h.Time.Format(time.DateOnly)) }
	l.Look(g, []byte("Nov 29 11:59:00 srv-1 app: evil.example\n"), 0, true, tell)
	now = now.AddDate(0, 2, 0)
	l.Look(g, []byte("Jan 29 11:59:00 srv-1 app: evil.example\n"), 40, true, tell)
	if want := []string{"2026-11-29", "2027-01-29"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestLookTellsWhatDidNotFollow: a window that passes without another event of its rules
// is decided by the lines behind it.
func TestLookTellsWhatDidNotFollow(t *testing.T) {
	engine := engineOf(t, "title: Began\nname: began\nlogsource: {product: linux, service: syslog}\ndetection: {k: ['backup began'], condition: k}\n---\n"+
		"title: Ended\nname: ended\nlogsource: {product: linux, service: syslog}\ndetection: {k: ['backup ended'], condition: k}\n---\n"+
		"title: Never ended\ncorrelation: {type: temporal, rules: [began, ended], group-by: [hostname], timespan: 1h, condition: began and not ended}\n")
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	l := NewLooker(LookConfig{Engine: engine, Now: func() time.Time { return now }, Seen: func(*Observation) {}})
	g := NewGrowing("app.log", logline.Auto, nil)
	var got []string
	for _, line := range []string{"2026-11-29T08:00:00Z srv app: backup began", "2026-11-29T08:30:00Z srv app: backup ended", "2026-11-29T09:45:00Z srv app: x",
		"2026-11-29T10:00:00Z srv app: backup began", "2027-11-29T10:00:01Z srv app: a clock ahead", "2026-11-29T10:59:00Z srv app: y", "2026-11-29T11:05:00Z srv app: z"} {
		l.Look(g, []byte(line+"\n"), 0, true, func(h *Hit) {
			got = append(got, line[11:16]+" "+h.RuleTitle+" "+h.Time.Format("15:04")+" "+h.Fields["hostname"])
		})
	}
	if want := []string{"11:05 Never ended 10:00 srv"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
