package csaf

import (
	"testing"
)

// TestValidateCorpus holds that every real document of CISA passes: they are
// known to be valid.
func TestValidateCorpus(t *testing.T) {
	corpus(t, func(name string, data []byte) {
		for _, p := range Validate(data) {
			t.Errorf("%s: %v", name, p)
			break
		}
	})
}

func TestValidateNamesThePlace(t *testing.T) {
	for _, row := range []struct{ name, data, place, rule string }{
		{"truncated", `{"document":{"title":"x`, "/document/title", "syntax"},
		{"other JSON", `{"a":1}`, "/", "schema"},
		{"schema", `{"document":{"csaf_version":"2.0","tracking":{"id":"T","version":"01"}}}`, "/document/tracking/version", "schema"},
	} {
		found := false
		for _, p := range Validate([]byte(row.data)) {
			found = found || p.Place == row.place && p.Rule == row.rule && p.Detail != ""
		}
		if !found {
			t.Errorf("%s: got %v, want a %s problem at %q", row.name, Validate([]byte(row.data)), row.rule, row.place)
		}
	}
}
