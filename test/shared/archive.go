package shared

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"testing"
)

// Archive calls fn for every file of a .tar.gz of the data set, in its order.
// Without the archive the test is left out; a damaged one fails it.
func Archive(t testing.TB, rel string, fn func(name string, data []byte)) {
	t.Helper()
	if err := Unpack(Path(t, rel), fn); err != nil {
		t.Fatal(err)
	}
}

// Unpack is Archive for a file anywhere, outside of tests too. It reads whole
// files and bounds nothing: only for archives that we chose ourselves.
func Unpack(file string, fn func(name string, data []byte)) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		fn(h.Name, data)
	}
}
