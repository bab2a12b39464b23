package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func clockFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestClockPrints keeps the words and the JSON of one night: a French hospital,
// ransomware, patient data stolen, two hours later.
func TestClockPrints(t *testing.T) {
	for name, args := range map[string][]string{
		"clock.txt":  {"--incident", "testdata/clock/incident.json"},
		"clock.json": {"--incident", "testdata/clock/incident.json", "--json"},
		"open.txt":   {"--incident", "testdata/clock/unclear.json"},
		"class.txt":  {},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := run(append([]string{"clock", "--profile", "testdata/clock/profile.json", "--at", "2026-11-29T04:10:00Z"}, args...)...)
			if code != exitOK || errOut != "" {
				t.Fatalf("got code %d, stderr %s", code, errOut)
			}
			golden(t, name, out)
		})
	}
}

func TestClockBadInput(t *testing.T) {
	good := clockFile(t, "good.json", `{"country":"DE","kind":["hospital"],"headcount":300}`)
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no profile", nil, exitUsage, "--profile FILE is needed"},
		{"no such file", []string{"--profile", "nowhere.json"}, exitFailed, "nowhere.json"},
		{"broken JSON", []string{"--profile", clockFile(t, "a.json", `{"country":`)}, exitFailed, "the file ends too early"},
		{"no country", []string{"--profile", clockFile(t, "b.json", `{"headcount":5}`)}, exitFailed, "no country"},
		{"bad value", []string{"--profile", clockFile(t, "c.json", "{\n\"headcount\":\"lots\"}")}, exitFailed, "2:13: value: headcount"},
		{"no Member State", []string{"--profile", good, "--country", "US"}, exitUsage, "--country US"},
		{"bad moment", []string{"--profile", good, "--at", "now"}, exitUsage, "--at now"},
		{"unknown key, strict", []string{"--profile", clockFile(t, "d.json", `{"country":"DE","hedcount":5}`), "--strict"}, exitFailed, "is headcount meant?"},
		{"overdue", []string{"--profile", good, "--incident", clockFile(t, "e.json", `{"significant":true,"aware_at":"2026-11-01"}`), "--at", "2026-11-29T00:00:00Z", "--exit-code"}, exitFindings, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _, errOut := run(append([]string{"clock"}, c.args...)...)
			if code != c.code || !strings.Contains(errOut, c.want) {
				t.Errorf("got code %d, stderr %q; want %d, %q", code, errOut, c.code, c.want)
			}
		})
	}
}

// TestClockList: the duties as data, each with source and confidence.
func TestClockList(t *testing.T) {
	for _, args := range [][]string{{"clock", "--list", "--json"}, {"clock", "--list", "--json", "--country", "el"}} {
		code, out, errOut := run(args...)
		if code != exitOK || errOut != "" {
			t.Fatalf("got code %d, stderr %s", code, errOut)
		}
		var got struct {
			Duties []struct{ ID, Act, Article, Confidence, Verified, Source string }
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Duties) < 35 {
			t.Errorf("%v: %d duties", args, len(got.Duties))
		}
		for _, d := range got.Duties {
			if d.Act == "" || d.Article == "" || d.Confidence == "" || d.Verified == "" || d.Source == "" {
				t.Errorf("%+v lacks a source", d)
			}
		}
	}
	code, out, _ := run("clock", "--list", "--country", "DE")
	if code != exitOK || !strings.Contains(out, "72 hours") {
		t.Errorf("got code %d, %s", code, out)
	}
}
