package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestPurge(t *testing.T) {
	used := usedClasses(`A = "ecl-a ecl-a--big w-a"`)
	for _, row := range []struct{ name, css, want string }{
		{"used", `.ecl-a{x:1}`, `.ecl-a{x:1}`},
		{"unused", `.ecl-b{x:1}`, ``},
		{"list of selectors", `.ecl-a,.ecl-b .ecl-a{x:1}`, `.ecl-a{x:1}`},
		{"used inside unused", `.ecl-b .ecl-a{x:1}`, ``},
		{"not() does not count", `.ecl-a:not(.ecl-b){x:1}`, `.ecl-a:not(.ecl-b){x:1}`},
		{"comma inside is()", `:is(.ecl-a,.ecl-a--big){x:1}`, `:is(.ecl-a,.ecl-a--big){x:1}`},
		{"media kept", `@media (a){.ecl-a{x:1}.ecl-b{x:2}}`, `@media (a){.ecl-a{x:1}}`},
		{"empty media", `@media (a){.ecl-b{x:2}}.ecl-a{y:1}`, `.ecl-a{y:1}`},
		{"print of the system", `@media print{.ecl-a{x:1}}`, ``},
		{"animation", `@keyframes spin{0%{x:1}}.ecl-a{y:1}`, `.ecl-a{y:1}`},
		{"charset and comment", `@charset "UTF-8";/* c{ */:root{--a:1}`, `:root{--a:1}`},
		{"broken end", `.ecl-a{x:1`, `.ecl-a{x:1}`},
	} {
		if got := purge(row.css, used); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestDropProperties(t *testing.T) {
	css := `:root{--a:1;--b:var(--c);--c:2;--d:3}.x--y:hover{color:var(--a)}`
	if got, want := dropProperties(css), `:root{--a:1;;;}.x--y:hover{color:var(--a)}`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOnceEach(t *testing.T) {
	if got, want := onceEach(`<path d="M1" fill-rule="a" d="M2"/>`), `<path d="M1" fill-rule="a"/>`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// tarball writes an archive with one file of the given path.
func tarball(t *testing.T, file, path string) {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	if err := w.WriteHeader(&tar.Header{Name: path, Typeflag: tar.TypeReg, Mode: 0o644, Size: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), z.Close(), os.WriteFile(file, b.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func TestUnpack(t *testing.T) {
	dir := t.TempDir()
	for path, ok := range map[string]bool{"package/a/b.css": true, "package/../../evil": false, "package//etc/x": false, "package": false} {
		file := filepath.Join(dir, "t.tgz")
		tarball(t, file, path)
		if err := unpack(file, filepath.Join(dir, "out")); (err == nil) != ok {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestWrongHashStops(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("ASSETS_TARBALLS", dir)
	tarball(t, filepath.Join(dir, "x-y-1.0.tgz"), "package/a")
	_, err := locked{Name: "@x/y", Version: "1.0", SHA512: "wrong"}.ready(t.TempDir())
	if err == nil || errors.Is(err, errNoPackages) {
		t.Errorf("got %v, want a fault that is not passed over", err)
	}
	if _, err := (locked{Name: "absent", Version: "1"}).ready(t.TempDir()); !errors.Is(err, errNoPackages) {
		t.Errorf("got %v, want errNoPackages", err)
	}
}
