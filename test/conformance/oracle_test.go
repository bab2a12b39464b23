package conformance

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ward/format/csaf"
	"ward/test/leave"
	"ward/test/thorough"
)

// library is the validator that we compare with.
const library = "@secvisogram/csaf-validator-lib@2.0.10"

// answer is what the library says of one document.
type answer struct {
	Name          string
	Failed, Threw []string
	Tests         map[string][]string // first line only: the tests of each edition that it has
}

// install puts the library into a folder and gives it; without npm, node or
// the network the test is left out.
func install(t *testing.T) string {
	t.Helper()
	missing := func(why string) {
		leave.Out(t, "the comparison with %s cannot run: %s", library, why)
	}
	for _, tool := range []string{"npm", "node"} {
		if _, err := exec.LookPath(tool); err != nil {
			missing(tool + " is absent")
		}
	}
	dir := t.TempDir()
	patience, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	cmd := exec.CommandContext(patience, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", dir, library)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		missing("it cannot be installed: " + string(out))
	}
	return dir
}

// ask runs the library over the documents.
func ask(t *testing.T, dir string, documents []document) (tests map[string][]string, answers map[string]answer) {
	t.Helper()
	var input bytes.Buffer
	for _, d := range documents {
		line, err := json.Marshal(map[string]string{"name": d.name, "edition": d.edition, "text": string(d.data)})
		if err != nil {
			t.Fatal(err)
		}
		input.Write(append(line, '\n'))
	}
	list, script := filepath.Join(dir, "documents.jsonl"), filepath.Join(dir, "run.mjs")
	program, err := os.ReadFile(filepath.Join("testdata", "run.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	for path, data := range map[string][]byte{list: input.Bytes(), script: program} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "node", script, list)
	cmd.Dir = dir
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v: %s", err, complaint.Bytes())
	}
	answers = map[string]answer{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var a answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatalf("%s: %v", lines.Bytes(), err)
		}
		if a.Tests != nil {
			tests = a.Tests
			continue
		}
		answers[a.Name] = a
	}
	return tests, answers
}

// ours gives the tests of all levels that a document fails, the schema among them.
func ours(data []byte) []string {
	var out []string
	for _, f := range csaf.Check(data, csaf.Informative) {
		switch {
		case f.NotRun:
		case f.Test == "syntax", f.Test == "6.1.8": // the library has both in its schema
			out = append(out, "schema")
		default:
			out = append(out, f.Test)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestAgainstLibrary compares the sets of failing tests of all levels for real,
// standard and changed documents, an eighth of them a day and all in a whole run.
// Every difference has its reason in the table explained; a whole run sees that
// every reason there is still needed.
func TestAgainstLibrary(t *testing.T) {
	documents := sample(t)
	documents = thorough.Today(documents, len(documents)/8)
	tests, answers := ask(t, install(t), documents)
	used, differ, findings, kinds := make([]int, len(explained)), 0, 0, map[string]int{}
	var mine time.Duration
	for _, d := range documents {
		theirs, ok := answers[d.name]
		if !ok {
			t.Errorf("%s: no answer", d.name)
			continue
		}
		start := time.Now()
		got := ours(d.data)
		mine += time.Since(start)
		findings += len(got)
		for _, id := range difference(got, theirs, tests[d.edition]) {
			if i := reason(d, id, got, theirs); i >= 0 {
				used[i]++
				continue
			}
			differ++
			kind := fmt.Sprintf("%s %s, we %t, the library %t", id, d.edition, slices.Contains(got, id), slices.Contains(theirs.Failed, id))
			if kinds[kind]++; kinds[kind] <= 3 {
				t.Errorf("%s: %s", d.name, kind)
			}
		}
	}
	for i, e := range explained {
		t.Logf("%4d × %s %s: %s", used[i], e.test, e.edition, e.why)
		if used[i] == 0 && thorough.Whole() {
			t.Errorf("no document shows %q any more", e.why)
		}
	}
	if least := 5000; len(documents) < least/8 || findings < least/8 || thorough.Whole() && min(len(documents), findings) < least {
		t.Errorf("got %d documents with %d failed tests, want %d of both at least, on an ordinary day an eighth", len(documents), findings, least)
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		t.Logf("%4d × without a reason: %s", kinds[kind], kind)
	}
	t.Logf("%d documents, %d failed tests of ours in %v, %d differences without a reason", len(documents), findings, mine.Round(time.Millisecond), differ)
}

// difference lists the tests that the library has and that fail for one side
// only. What it could not run it did not answer.
func difference(got []string, theirs answer, known []string) []string {
	var out []string
	for _, id := range append([]string{"schema"}, known...) {
		if id == "6.1.8" || slices.Contains(theirs.Threw, id) {
			continue // part of the schema here
		}
		if slices.Contains(got, id) != slices.Contains(theirs.Failed, id) {
			out = append(out, id)
		}
	}
	return out
}

// reason finds the explanation of a difference, or -1.
func reason(d document, id string, got []string, theirs answer) int {
	who := "they"
	if slices.Contains(got, id) {
		who = "we"
	}
	return slices.IndexFunc(explained, func(e explanation) bool {
		return (e.test == id || e.test == "any") && (e.edition == "" || e.edition == d.edition) &&
			strings.Contains(e.who, who) && (e.when == nil || e.when(d, got, theirs))
	})
}
