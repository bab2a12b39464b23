package cyclonedx

import (
	"path"
	"strings"
	"testing"

	"ward/test/shared"
)

// suite gives the documents of the standard's own test suite, by path.
func suite(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	shared.Archive(t, "sbom/cyclonedx-valid-invalid.tar.gz", func(name string, data []byte) { out[name] = data })
	return out
}

// expected says whether a document of the suite must be found wrong; ok is
// false for those that the suite itself leaves open and for other encodings.
func expected(name string) (wrong, ok bool) {
	base := path.Base(name)
	ext := path.Ext(base)
	if ext != ".json" && ext != ".xml" {
		return false, false
	}
	return strings.HasPrefix(base, "invalid-"), strings.HasPrefix(base, "valid-") || strings.HasPrefix(base, "invalid-")
}

func TestSuite(t *testing.T) {
	right, wrong := map[string]int{}, map[string]int{}
	for name, data := range suite(t) {
		want, ok := expected(name)
		if !ok {
			continue
		}
		kind := path.Ext(name)
		found := Validate(data)
		if got := len(found) > 0; got != want {
			wrong[kind]++
			t.Errorf("%s: got %v, want problems: %v", name, found, want)
		} else {
			right[kind]++
		}
	}
	t.Logf("right: %v, wrong: %v", right, wrong)
}
