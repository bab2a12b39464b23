package recognise

import (
	"os"
	"path/filepath"
	"testing"

	"ward/test/shared"
)

// TestParties: what OASIS gives as examples of feeds, provider-metadata.json and
// aggregator.json of both editions is valid.
func TestParties(t *testing.T) {
	found, err := filepath.Glob(shared.Path(t, "advisories/oasis-examples") + "/csaf_2.*/examples/[Rap]*/*.json")
	if err != nil || len(found) < 18 {
		t.Fatalf("found %d examples, %v", len(found), err)
	}
	for _, path := range found {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if r := Check(path, data); r.Bad() || r.Kind != CSAFProvider && r.Kind != CSAFAggregator && r.Kind != ROLIE {
			t.Errorf("%s: %s, %v", path, r.Kind, r.Problems)
		}
	}
}
