package csaf

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"testing"

	"ward/test/shared"
)

// suite is the index of the standard's own test documents. Valid says of each
// whether the whole document is.
type suite struct {
	Tests []struct {
		ID              string
		Group           string
		Failures, Valid []struct {
			Name   string
			Valid  *bool // the index of 2.0 does not say
			Result string
		}
	}
}

// undecided are the tests that this package cannot run: they ask the network.
var undecided = map[string]bool{"6.3.6": true, "6.3.7": true}

// quarrels are documents that the index calls valid and that fail another
// mandatory test by its words; they are named in docs/conformance.md.
var quarrels = map[string]string{
	"optional/oasis_csaf_tc-csaf_2_0-2021-6-2-09-02.json":       "6.1.25",    // SHA-1 twice in one file
	"recommended/oasis_csaf_tc-csaf_2_1-2024-6-2-09-02.json":    "6.1.25",    // the same
	"mandatory/oasis_csaf_tc-csaf_2_1-2024-6-1-10-13.json":      "6.1.9",     // the temporal score stands as base score
	"recommended/oasis_csaf_tc-csaf_2_1-2024-6-2-39-02-01.json": "6.1.27.14", // the only note is no description
	"recommended/oasis_csaf_tc-csaf_2_1-2024-6-2-39-03-01.json": "6.1.27.14", // the same
	"recommended/oasis_csaf_tc-csaf_2_1-2024-6-2-39-04-01.json": "6.1.27.2",  // the only reference is not external
}

// packed reads an archive of test documents, by path inside of validator/data.
func packed(t testing.TB, name string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	shared.Archive(t, name, func(name string, data []byte) {
		if _, inside, ok := strings.Cut(path.Clean(name), "validator/data/"); ok {
			out[inside] = data
		}
	})
	return out
}

func index(t testing.TB, files map[string][]byte) suite {
	t.Helper()
	var s suite
	if err := json.Unmarshal(files["testcases.json"], &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSuite proves every test of both editions on the documents of the
// standard's authors: those that must fail it fail it, those that are valid do
// not, and the document as a whole is as valid as they say.
func TestSuite(t *testing.T) {
	for _, edition := range []string{edition20, edition21} {
		t.Run(edition, func(t *testing.T) {
			files := packed(t, "advisories/oasis-testsuite/csaf-"+edition+"-tests.tar.gz")
			known := map[string]bool{}
			for _, test := range Tests() {
				known[test.ID] = known[test.ID] || test.Edition == "" || test.Edition == edition
			}
			failing, valid, absent := 0, 0, 0
			for _, test := range index(t, files).Tests {
				if !known[test.ID] {
					t.Errorf("%s is not implemented", test.ID)
				}
				for _, f := range test.Failures {
					data, ok := files[f.Name]
					if !ok {
						absent++ // the index names documents that are not in the set
						continue
					}
					failing++
					found := Check(data, Informative)
					if !hasTest(found, test.ID, undecided[test.ID]) {
						t.Errorf("%s: got %v, want a finding of %s", f.Name, briefly(found), test.ID)
					}
					asValid(t, f.Name, found, f.Valid, test.Group)
					samePlaces(t, f.Name, found, files[f.Result])
				}
				for _, f := range test.Valid {
					data, ok := files[f.Name]
					if !ok {
						absent++
						continue
					}
					valid++
					found := Check(data, Informative)
					if hasTest(found, test.ID, false) {
						t.Errorf("%s: got %v, want none of %s", f.Name, briefly(found), test.ID)
					}
					asValid(t, f.Name, found, f.Valid, "")
					samePlaces(t, f.Name, found, files[f.Result])
				}
			}
			t.Logf("%d documents fail as they must, %d are valid, %d are absent", failing, valid, absent)
			if failing < 100 || valid < 60 {
				t.Errorf("only %d failing and %d valid documents were there", failing, valid)
			}
		})
	}
}

// hasTest looks for a finding of a test, or, where it cannot be run, for that note.
func hasTest(found []Finding, id string, notRun bool) bool {
	return slices.ContainsFunc(found, func(f Finding) bool {
		return f.Test == id && f.NotRun == notRun && strings.HasPrefix(f.Place, "/") && f.Rule == id
	})
}

// asValid compares what the whole check says with the index; that of 2.0 says
// it by the group of the test alone.
func asValid(t *testing.T, name string, found []Finding, want *bool, failed string) {
	t.Helper()
	expected := failed != "mandatory"
	if want != nil {
		expected = *want
	}
	broken := slices.ContainsFunc(found, func(f Finding) bool { return f.Level == Mandatory && !f.NotRun && f.Test != quarrels[name] })
	if broken == expected {
		t.Errorf("%s: got valid %v, want %v: %v", name, !broken, expected, briefly(found))
	}
}

// samePlaces compares with the results that the suite gives for some documents.
func samePlaces(t *testing.T, name string, found []Finding, result []byte) {
	t.Helper()
	if result == nil {
		return
	}
	var want struct {
		Primary struct {
			ID                      string
			Errors, Warnings, Infos []struct {
				Path string `json:"instance_path"`
			}
		} `json:"primary_result"`
	}
	if err := json.Unmarshal(result, &want); err != nil {
		t.Fatal(err)
	}
	var places, got []string
	for _, e := range slices.Concat(want.Primary.Errors, want.Primary.Warnings, want.Primary.Infos) {
		places = append(places, e.Path)
	}
	for _, f := range found {
		if f.Test == want.Primary.ID {
			got = append(got, f.Place)
		}
	}
	slices.Sort(places)
	slices.Sort(got)
	if !slices.Equal(got, places) {
		t.Errorf("%s: got places %v, want %v", name, got, places)
	}
}

// briefly lists the tests that found something.
func briefly(found []Finding) []string {
	var out []string
	for _, f := range found {
		if !f.NotRun && f.Level == Mandatory || len(found) < 6 {
			out = append(out, f.Test+" "+f.Place+" "+f.Detail)
		}
	}
	return out
}

// TestCorpusPasses holds which mandatory tests the real documents of CISA fail:
// what we report of others must be their fault and not ours. It changes no byte
// of them (section 9.1.14).
func TestCorpusPasses(t *testing.T) {
	failed, documents := map[string]int{}, 0
	corpus(t, func(name string, data []byte) {
		documents++
		seen, before := map[string]bool{}, bytes.Clone(data)
		found := Check(data, Informative)
		if !bytes.Equal(data, before) {
			t.Errorf("%s: the document has changed", name)
		}
		for _, f := range found {
			if f.Level == Mandatory && !f.NotRun && !seen[f.Test] {
				seen[f.Test] = true
				failed[f.Test]++
				t.Errorf("%s: %v", name, f)
			}
		}
	})
	t.Logf("%d documents, failed tests: %v", documents, failed)
}
