package matching

import (
	"archive/tar"
	"compress/gzip"
	"io"
	"os"
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

func readBulk(file string) ([]ward.Claim, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	var out []ward.Claim
	for tr := tar.NewReader(z); ; {
		h, err := tr.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if !strings.HasSuffix(path.Base(h.Name), ".json") {
			continue
		}
		b, err := io.ReadAll(tr)
		if err != nil {
			return nil, err
		}
		doc, err := csaf.Parse(b, csaf.Limits{})
		if err != nil {
			return nil, err
		}
		out = append(out, doc.Claims()...)
	}
}
