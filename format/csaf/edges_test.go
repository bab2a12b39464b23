package csaf

import (
	"slices"
	"strings"
	"testing"
)

// TestEdges holds documents at the edge of a test or of the schema: each is a
// small valid one with one text replaced.
func TestEdges(t *testing.T) {
	score := `,"product_tree":{"full_product_names":[{"name":"n","product_id":"P"}]},"vulnerabilities":[{"cve":"CVE-2024-1000","scores":[{"products":["P"],
		"cvss_v3":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":9.8,"baseSeverity":"CRITICAL"}}]}]`
	const history = `[{"date":"2024-01-21T10:00:00Z","number":"1","summary":"s"}]`
	for _, row := range []struct{ name, old, new, want string }{
		{"as it is", "", "", ""},
		{"a leap second is later than what was before", history, `[{"date":"2015-01-01T00:00:00Z","number":"1","summary":"s"},{"date":"2016-12-31T23:59:60Z","number":"2","summary":"s"}]`, "6.1.16"},
		{"a leap second in a minute without one", "2024-01-21T10:00:00Z", "2024-01-21T10:00:60Z", "schema"},
		{"a number beyond all bounds", history, `[{"date":"2015-01-01T00:00:00Z","number":"1","summary":"s"},{"date":"2016-12-31T23:59:59Z","number":"99999999999999999999","summary":"s"}]`, "6.1.16 6.1.21"},
		{"a comma in a time", `"current_release_date":"2024-01-21T10:00:00Z"`, `"current_release_date":"2024-01-21T10:00:00,5Z"`, "schema"},
		{"a zone of 24 hours", `"current_release_date":"2024-01-21T10:00:00Z"`, `"current_release_date":"2024-01-21T10:00:00+24:00"`, "schema"},
		{"letters in an address", "https://example.com", "https://example.com/ü", "schema"},
		{"a space that is none of ASCII behind the id", `"EX-1"`, `"EX-1\u00a0"`, "schema"},
		{"an id of two lines", `"EX-1"`, `"EX\u2028-1"`, "schema"},
		{"a region that is only usual", `"lang":"en"`, `"lang":"en-UK"`, "6.1.12"},
		{"a language in another's dress", `"lang":"en"`, `"lang":"de-cmn"`, "6.1.12"},
		{"a score between two", `"baseScore":9.8`, `"baseScore":9.82`, "6.1.9"},
	} {
		data := strings.Replace(string(faulty(edition20, "csaf_base", score)), row.old, row.new, 1)
		var got []string
		for _, f := range Check([]byte(data), Mandatory) {
			if !slices.Contains(got, f.Test) {
				got = append(got, f.Test)
			}
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: got %v, want %q", row.name, got, row.want)
		}
	}
}
