package matching

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"

	"ward"
	"ward/format/csaf"
	"ward/format/match"
	"ward/test/shared"
)

// TestPackages holds the engine to rows of software bills that were labelled
// by hand against Red Hat's documents, whose leaves bear purls, CPE names and
// relationships ("as a component of").
func TestPackages(t *testing.T) {
	dir := shared.Path(t, "advisories/redhat-csaf")
	f, err := os.Open("testdata/packages.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	docs := map[string]*match.Claims{}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		c := strings.Split(sc.Text(), ";")
		if strings.HasPrefix(sc.Text(), "#") || c[0] == "document" {
			continue
		}
		if len(c) != 7 {
			t.Fatalf("%q has %d columns, want 7", sc.Text(), len(c))
		}
		if docs[c[0]] == nil {
			docs[c[0]] = match.Compile(document(t, dir+"/"+c[0]).Claims())
		}
		ref := ward.ProductRef{Vendor: c[1], Name: c[2], Version: c[3], PURL: c[4], CPE: c[5]}
		got, detail := "none", ""
		if r := docs[c[0]].Match(ref, nil); len(r) > 0 {
			got, detail = r[0].Verdict.String(), string(r[0].Reason)+": "+r[0].Path+": "+r[0].Detail
		}
		if got != c[6] {
			t.Errorf("%s %+v: %s (%s), want %s", c[0], ref, got, detail, c[6])
		}
	}
}

// document reads one CSAF file, perhaps packed.
func document(t *testing.T, file string) *csaf.Document {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(file, ".gz") {
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if b, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	doc, err := csaf.Parse(b, csaf.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
