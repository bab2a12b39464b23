package csaf

import (
	"bytes"
	"strings"
	"testing"
)

func TestLevelWords(t *testing.T) {
	for word, want := range map[string]Level{"mandatory": Mandatory, "basic": Mandatory, "optional": Optional, "recommended": Optional,
		"extended": Optional, "informative": Informative, "full": Informative} {
		if got, ok := ParseLevel(word); !ok || got != want {
			t.Errorf("%s: got %v %t", word, got, ok)
		}
	}
	for _, word := range []string{"", "Mandatory", "all", "6.1"} {
		if _, ok := ParseLevel(word); ok {
			t.Errorf("%q was read", word)
		}
	}
	for _, l := range []Level{Mandatory, Optional, Informative} {
		if got, ok := ParseLevel(l.Word()); !ok || got != l {
			t.Errorf("%v does not come back: %v", l, got)
		}
	}
}

// TestClauses: every test leads to a place of its edition's text; one that is
// not listed to the chapter around it.
func TestClauses(t *testing.T) {
	for _, tc := range []struct{ edition, section, want string }{
		{"2.0", "6.1.1", "v2.0/os/csaf-v2.0-os.html#611-missing-definition-of-product-id"},
		{"2.0", "6.1.27.2", "#61272-document-references"},
		{"2.0", "6.2.13", "#6213-sorting"},
		{"2.1", "6.1.11", "v2.1/csaf-v2.1.html#mandatory-tests--cwe"},
		{"2.1", "6.1.61", "#mandatory-tests"},
		{"2.1", "6.3.19.2", "#informative-tests"},
		{"2.0", "schema", "csaf-v2.0-os.html"},
	} {
		if got := Clause(tc.edition, tc.section); !strings.HasSuffix(got, tc.want) {
			t.Errorf("%s %s: got %s", tc.edition, tc.section, got)
		}
	}
	for _, test := range Tests() {
		for _, edition := range []string{"2.0", "2.1"} {
			if test.Edition != "" && test.Edition != edition {
				continue
			}
			if got := Clause(edition, test.ID); !strings.Contains(got, "#") {
				t.Errorf("%s %s leads nowhere: %s", edition, test.ID, got)
			}
			if _, ok := TestOf(edition, test.ID); !ok {
				t.Errorf("%s %s is not found", edition, test.ID)
			}
		}
	}
}

// TestReportCounts: a higher level finds more and makes nothing less valid.
func TestReportCounts(t *testing.T) {
	data := faulty(edition20, "csaf_base", "")
	for _, l := range []Level{Mandatory, Optional, Informative} {
		r := Examine(data, l, current)
		if !r.Valid() || r.Edition != "2.0" || r.Level != l {
			t.Errorf("%v: got %+v", l, r)
		}
		if got := r.Count(Optional) > 0; got != (l >= Optional) {
			t.Errorf("%v: optional findings %t: %v", l, got, r.Findings)
		}
	}
	broken := Examine(bytes.Replace(data, []byte(`"final"`), []byte(`"finished"`), 1), Mandatory, current)
	if broken.Valid() || broken.Count(Mandatory) == 0 {
		t.Errorf("a broken document is valid: %+v", broken)
	}
	if r := Examine([]byte("{"), Informative, current); r.Valid() {
		t.Error("a cut-off document is valid")
	}
	if Ran("2.0", Mandatory) != 43 || Ran("2.1", Informative) != 177 {
		t.Errorf("got %d and %d tests, docs/conformance.md has 43 and 177", Ran("2.0", Mandatory), Ran("2.1", Informative))
	}
}
