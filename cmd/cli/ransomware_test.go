package cli

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRansomware(t *testing.T) {
	dir := t.TempDir()
	compiled := filepath.Join(dir, "r.json")
	if code, _, errOut := run("ransomware", "import", "testdata/ransomware", "-o", compiled); code != exitOK || !strings.Contains(errOut, "1 notes learned") {
		t.Fatalf("import: code %d, %s", code, errOut)
	}
	sample := filepath.Join(dir, "scan.dcm.akira")
	empty := filepath.Join(dir, "empty.txt")
	for file, data := range map[string]string{sample: strings.Repeat("\x00\x91\x02\xfe\x07", 400), empty: ""} {
		if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	note := "testdata/ransomware/zorblax/ZORBLAX_README.txt"
	for _, row := range []struct {
		name   string
		args   []string
		code   int
		family string
	}{
		{"compiled", []string{"--catalogue", compiled, note}, exitOK, "zorblax"},
		{"folder", []string{"--catalogue", "testdata/ransomware", note}, exitOK, "zorblax"},
		{"sample, built in", []string{"--data", dir, sample}, exitOK, "Akira"},
		{"found", []string{"--exit-code", "--data", dir, sample}, exitFindings, "Akira"},
		{"told ending", []string{"--data", dir, "--extension", "lockbit", sample}, exitOK, "Akira"},
		{"ordinary", []string{"--catalogue", compiled, "testdata/devices.csv"}, exitOK, ""},
		{"some unreadable", []string{"--data", dir, sample, empty, "absent.txt", dir}, exitPartly, "Akira"},
		{"all unreadable", []string{"--data", dir, "absent.txt"}, exitFailed, ""},
		{"catalogue absent", []string{"--catalogue", "absent", sample}, exitFailed, ""},
		{"catalogue of nothing", []string{"--catalogue", "testdata/devices.csv", sample}, exitFailed, ""},
		{"no file", nil, exitUsage, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, out, errOut := run(append([]string{"ransomware", "identify", "--json"}, row.args...)...)
			if code != row.code {
				t.Fatalf("code %d, want %d: %s", code, row.code, errOut)
			}
			if row.family == "" {
				if strings.Contains(out, `"family"`) {
					t.Errorf("names a family: %s", out)
				}
				return
			}
			var got identified
			if err := json.NewDecoder(strings.NewReader(out)).Decode(&got); err != nil {
				t.Fatal(err)
			}
			if len(got.Candidates) == 0 || got.Candidates[0].Family != row.family {
				t.Errorf("got %+v, want %s first", got.Candidates, row.family)
			}
		})
	}
	code, out, _ := run("ransomware", "identify", "--catalogue", compiled, note)
	golden(t, "ransomware.txt", out)
	if code != exitOK {
		t.Errorf("code %d", code)
	}
}

func TestRansomwareImportRefuses(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "galaxy.json")
	if err := os.WriteFile(broken, []byte(`{"type":"ransomware","values":[{"value":`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{dir, "-o", filepath.Join(dir, "x")}, {"testdata/devices.csv", "-o", filepath.Join(dir, "x")}} {
		if code, _, errOut := run(append([]string{"ransomware", "import"}, args...)...); code != exitFailed {
			t.Errorf("%v: code %d, %s", args, code, errOut)
		}
	}
	if code, _, _ := run("ransomware", "import", broken, "testdata/ransomware", "-o", filepath.Join(dir, "y")); code != exitPartly {
		t.Errorf("a broken galaxy beside notes: code %d, want %d", code, exitPartly)
	}
}

// A training house learns the families of the public data set once, and leaves a
// catalogue that is there.
func TestTrainingFamilies(t *testing.T) {
	e, data := &env{err: io.Discard}, filepath.Join(t.TempDir(), "house")
	file := filepath.Join(data, compiledName)
	if err := e.trainingFamilies(t.Context(), data, "", ""); err != nil {
		t.Fatalf("without the data set: %v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Fatal("a catalogue of nothing was written")
	}
	if err := e.trainingFamilies(t.Context(), data, "", "testdata/ransomware"); err != nil {
		t.Fatal(err)
	}
	if body, err := os.ReadFile(file); err != nil || !strings.Contains(string(body), "zorblax") {
		t.Errorf("got %.80s, %v; want a catalogue with zorblax", body, err)
	}
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := e.trainingFamilies(t.Context(), data, "testdata/ransomware"); err != nil {
		t.Fatal(err)
	}
	if body, err := os.ReadFile(file); err != nil || string(body) != "mine" {
		t.Errorf("the house's own catalogue became %.80s, %v", body, err)
	}
}
