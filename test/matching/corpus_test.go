package matching

import (
	"errors"
	"path"
	"strings"
	"sync"
	"testing"

	"ward"
	"ward/format/csaf"
	"ward/test/shared"
)

// corpus is all claims of the CISA documents of the shared data, once a run.
var corpus struct {
	once   sync.Once
	claims []ward.Claim
	err    error
}

// claims reads the corpus, or skips the test where it is absent.
func claims(t testing.TB) []ward.Claim {
	t.Helper()
	bulk := shared.Path(t, "advisories/cisa-csaf/icsa-bulk.tar.gz")
	corpus.once.Do(func() { corpus.claims, corpus.err = readBulk(bulk) })
	if corpus.err != nil {
		t.Fatal(corpus.err)
	}
	return corpus.claims
}

func readBulk(file string) (out []ward.Claim, err error) {
	failed := shared.Unpack(file, func(name string, data []byte) {
		if err != nil || !strings.HasSuffix(path.Base(name), ".json") {
			return
		}
		var doc *csaf.Document
		if doc, err = csaf.Parse(data, csaf.Limits{}); err == nil {
			out = append(out, doc.Claims()...)
		}
	})
	return out, errors.Join(failed, err)
}
