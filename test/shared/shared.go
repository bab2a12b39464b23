// Package shared finds the public data set that tests and demos use at run
// time. It lies beside the repository and is no part of it.
package shared

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Dir is the folder of the data set, whether or not it is there.
func Dir() string {
	_, file, _, _ := runtime.Caller(0)
	root := filepath.Dir(filepath.Dir(filepath.Dir(file)))
	return filepath.Join(root, "..", "shared", "data")
}

// Path returns the path of rel inside the data set. Without the data set the
// test is skipped and says so; where WARD_SHARED_REQUIRED=1 (CI) it fails.
func Path(t testing.TB, rel string) string {
	t.Helper()
	p := filepath.Join(Dir(), filepath.FromSlash(rel))
	if _, err := os.Stat(p); err == nil {
		return p
	}
	if os.Getenv("WARD_SHARED_REQUIRED") == "1" {
		t.Fatalf("shared data is required here and %s is absent", rel)
	}
	t.Skipf("left out: shared data %s is absent", rel)
	return ""
}
