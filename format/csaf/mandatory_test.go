package csaf

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward/format/problem"
	"ward/test/shared"
)

// suite is the index of the standard's own test documents.
type suite struct {
	Tests []struct {
		ID              string
		Group           string
		Failures, Valid []struct{ Name string }
	}
}

// TestMandatoryOnTheSuite proves every test on the documents of the standard's
// authors: those that must fail it fail it, those that are valid fail none.
func TestMandatoryOnTheSuite(t *testing.T) {
	root := shared.Path(t, "advisories/oasis-testsuite/csaf-2.0/validator/data")
	data, err := os.ReadFile(filepath.Join(root, "testcases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var index suite
	if err := json.Unmarshal(data, &index); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, test := range Tests() {
		known[test.ID] = true
	}
	failing, valid, absent := 0, 0, 0
	for _, test := range index.Tests {
		if test.Group == "mandatory" && !known[test.ID] {
			t.Logf("%s is not implemented", test.ID)
			continue
		}
		for _, f := range test.Failures {
			doc, err := os.ReadFile(filepath.Join(root, f.Name))
			if err != nil {
				absent++ // the index names documents that are not in the set
				continue
			}
			if test.Group != "mandatory" {
				continue
			}
			failing++
			if got := Run(doc, test.ID); !hasRule(t, got, test.ID) {
				t.Errorf("%s: got %v, want a problem of %s", f.Name, got, test.ID)
			}
		}
		for _, f := range test.Valid {
			doc, err := os.ReadFile(filepath.Join(root, f.Name))
			if err != nil {
				absent++
				continue
			}
			valid++
			if got := append(Validate(doc), Run(doc)...); len(got) > 0 {
				t.Errorf("%s: got %v, want none", f.Name, got)
			}
		}
	}
	t.Logf("%d documents fail as they must, %d are valid, %d are absent", failing, valid, absent)
	if failing < 40 || valid < 30 {
		t.Errorf("only %d failing and %d valid documents were there", failing, valid)
	}
}

func hasRule(t *testing.T, problems []problem.Problem, id string) bool {
	t.Helper()
	for _, p := range problems {
		if p.Rule == id {
			if p.Place == "" || !strings.HasPrefix(p.Place, "/") {
				t.Errorf("%s: no place: %v", id, p)
			}
			return true
		}
	}
	return false
}

// TestMandatoryOnTheCorpus holds that no real document of CISA fails a test:
// what we report of others must be their fault and not ours.
func TestMandatoryOnTheCorpus(t *testing.T) {
	corpus(t, func(name string, data []byte) {
		if got := Run(data); len(got) > 0 {
			t.Errorf("%s: %v", name, got[0])
		}
	})
}
