package csaf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward"
	"ward/test/shared"
)

// corpus calls fn for every JSON file of the big archive of CISA documents.
func corpus(t testing.TB, fn func(name string, data []byte)) {
	t.Helper()
	shared.Archive(t, "advisories/cisa-csaf/icsa-bulk.tar.gz", func(name string, data []byte) {
		if strings.HasSuffix(name, ".json") {
			fn(name, data)
		}
	})
}

// loose calls fn for every document below a folder of the shared data.
func loose(t testing.TB, dir string, fn func(name string, data []byte)) {
	t.Helper()
	root := shared.Path(t, dir)
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".json") {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil {
			fn(path, data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCorpusParses reads every real document of CISA: each parses, each claim
// can be matched, and what is odd is counted, not lost.
func TestCorpusParses(t *testing.T) {
	docs, claims, odd, silent, anonymous, nameless, unversioned := 0, 0, 0, 0, 0, 0, 0
	corpus(t, func(name string, data []byte) {
		doc, err := Parse(data, Limits{})
		if err != nil {
			t.Errorf("Parse(%s): %v", name, err)
			return
		}
		docs++
		odd += len(doc.Oddities)
		for _, c := range doc.Claims() {
			claims++
			count(&silent, c.Status == ward.StatusNone)
			count(&anonymous, c.Vendor == "")
			count(&nameless, len(c.Names) == 0)
			count(&unversioned, c.Version == "" && c.Range == "")
			if c.Path == "" || c.Leaf == "" {
				t.Errorf("%s: claim without evidence: %+v", name, c)
			}
			if c.Status != ward.StatusNone && len(c.CVEs) == 0 {
				t.Errorf("%s: %s has a state and no vulnerability", name, c.Leaf)
			}
			if strings.TrimSpace(c.Vendor) != c.Vendor || strings.Contains(c.Vendor, "Ã") {
				t.Errorf("%s: vendor not cleaned: %q", name, c.Vendor)
			}
		}
	})
	t.Logf("%d documents, %d claims, %d oddities; claims without state %d, vendor %d, name %d, version %d", docs, claims, odd, silent, anonymous, nameless, unversioned)
	if docs < 1000 || claims < 10*docs/2 {
		t.Errorf("got %d documents with %d claims", docs, claims)
	}
	if anonymous > 0 || nameless > 0 {
		t.Errorf("claims without vendor: %d, without name: %d, want none", anonymous, nameless)
	}
}

func count(n *int, yes bool) {
	if yes {
		*n++
	}
}
