package csaf_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocsaf "github.com/gocsaf/csaf/v3/csaf"

	"ward/format/csaf"
	"ward/format/problem"
	"ward/test/mutant"
	"ward/test/shared"
)

const provider21 = `{"$schema":"https://docs.oasis-open.org/csaf/csaf/v2.1/schema/provider.json",
"canonical_url":"https://a.example/.well-known/csaf/provider-metadata.json","distributions":[{"directory":{"tlp_label":"CLEAR","url":"https://a.example/csaf/"}}],
"last_updated":"2026-01-24T20:20:56Z","list_on_CSAF_aggregators":true,"mirror_on_CSAF_aggregators":true,"metadata_version":"2.1",
"maintained_from":"2026-01-01T00:00:00Z","public_openpgp_keys":[{"fingerprint":"8F5F267907B2C4559DB360DB2294BA7D2B2298B1","url":"https://a.example/key.asc"}],
"publisher":{"category":"vendor","name":"A","namespace":"https://a.example"},"role":"csaf_trusted_provider"}`

const aggregator21 = `{"$schema":"https://docs.oasis-open.org/csaf/csaf/v2.1/schema/aggregator.json",
"aggregator":{"category":"lister","name":"A","namespace":"https://a.example"},"aggregator_version":"2.1","canonical_url":"https://a.example/.well-known/csaf-aggregator/aggregator.json",
"csaf_providers":[{"metadata":{"last_updated":"2026-01-24T20:20:56Z","publisher":{"category":"vendor","name":"B","namespace":"https://b.example"},"role":"csaf_provider",
"url":"https://b.example/.well-known/csaf/provider-metadata.json"}}],"last_updated":"2026-01-24T20:20:56Z"}`

// TestParties21: what issuing parties say of themselves in edition 2.1, sound
// and with one thing wrong each.
func TestParties21(t *testing.T) {
	for _, c := range []struct{ old, new, place string }{
		{"", "", ""},
		{`"metadata_version":"2.1",`, "", "/"},
		{"provider-metadata.json", "metadata.json", "/canonical_url"},
		{`"CLEAR"`, `"WHITE"`, "/distributions/0/directory/tlp_label"},
		{`{"directory":{"tlp_label":"CLEAR","url":"https://a.example/csaf/"}}`, `{}`, "/distributions/0"},
		{"8F5F", "xyz", "/public_openpgp_keys/0/fingerprint"},
		{`"role":`, `"rule":"x","role":`, "/rule"},
		{"csaf_trusted_provider", "csaf_lister", "/role"},
	} {
		checked(t, csaf.CheckProvider([]byte(strings.Replace(provider21, c.old, c.new, 1)), "2.1"), c.place)
	}
	for _, c := range []struct{ old, new, place string }{
		{"", "", ""},
		{"aggregator.json\",\n\"csaf", "list.json\",\n\"csaf", "/canonical_url"},
		{"lister", "mirror", "/aggregator/category"},
		{"csaf_providers", "csaf_publishers", "/"},
		{`"role":"csaf_provider",`, "", "/csaf_providers/0/metadata"},
	} {
		checked(t, csaf.CheckAggregator([]byte(strings.Replace(aggregator21, c.old, c.new, 1)), "2.1"), c.place)
	}
	if got := csaf.CheckProvider([]byte("{"), "2.1"); len(got) == 0 {
		t.Error("half a document passes")
	}
}

func checked(t *testing.T, got []problem.Problem, place string) {
	t.Helper()
	if place == "" {
		if len(got) > 0 {
			t.Errorf("a sound document: %v", got)
		}
		return
	}
	if !slices.ContainsFunc(got, func(p problem.Problem) bool { return p.Place == place }) {
		t.Errorf("nothing is wrong at %s: %v", place, got)
	}
}

// TestParties20 changes the standard's examples of edition 2.0 in every place, one
// change at a time, and asks our rules and the schema as the CSAF project's own
// library holds it: both must agree whether the changed document still fits. One
// difference is meant: that library closes publisher, which the standard's schema
// leaves open.
func TestParties20(t *testing.T) {
	for _, c := range []struct {
		member string // that tells the kind
		ours   func([]byte) []problem.Problem
		oracle func(any) ([]string, error)
	}{
		{"metadata_version", func(b []byte) []problem.Problem { return csaf.CheckProvider(b, "2.0") }, gocsaf.ValidateProviderMetadata},
		{"aggregator_version", func(b []byte) []problem.Problem { return csaf.CheckAggregator(b, "2.0") }, gocsaf.ValidateAggregator},
		{"feed", csaf.CheckFeed, gocsaf.ValidateROLIE},
	} {
		tried := 0
		for _, doc := range examples20(t, c.member) {
			mutant.Each(doc, []any{"", "a b", "x-y", 1.5, true, map[string]any{}, []any{}}, func(what string) {
				data, err := json.Marshal(doc)
				if err != nil {
					t.Fatal(err)
				}
				want, err := c.oracle(doc)
				closed := what == "one more member" && len(want) == 1 && strings.HasSuffix(want[0], "/publisher: validation failed")
				if got := c.ours(data); (len(got) > 0) != (len(want) > 0 || err != nil) && !closed {
					t.Errorf("%s, %s: got %v, the schema says %v", c.member, what, got, want)
				}
				tried++
			})
		}
		if tried < 150 {
			t.Errorf("%s: got %d changed documents, want 150 at least", c.member, tried)
		}
	}
}

// examples20 are the standard's examples with such a member.
func examples20(t *testing.T, member string) (out []map[string]any) {
	t.Helper()
	found, err := filepath.Glob(shared.Path(t, "advisories/oasis-examples") + "/csaf_2.0/examples/[Rap]*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		if doc[member] != nil {
			out = append(out, doc)
		}
	}
	return out
}
