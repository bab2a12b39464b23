// Package shared finds the public data set that tests and demos use at run
// time. It lies beside the repository and is no part of it.
package shared

import (
	"os"
	"path/filepath"
	"testing"

	"ward/test/leave"
)

// Dir is the folder of the data set, whether or not it is there.
func Dir() string { return filepath.Join(Root(), "..", "shared", "data") }

// Root is the folder of the repository, the nearest above that holds go.mod: a
// test runs in its package's folder, a command where it was started.
func Root() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

// Path returns the path of rel inside the data set. Without the data set the
// test is left out.
func Path(t testing.TB, rel string) string {
	t.Helper()
	p := filepath.Join(Dir(), filepath.FromSlash(rel))
	if _, err := os.Stat(p); err == nil {
		return p
	}
	leave.Out(t, "shared data %s is absent", rel)
	return ""
}
