// Command assets builds the look of the portal into web/dist: style sheet,
// scripts and icon sprite under names that hold their hash, with gzip forms and
// a manifest. Its input is web/src and four packages pinned in assets.lock.json.
//
//	go -C tools run ./assets            # prints a line and exits 0 where npm is missing
//	go -C tools run ./assets -strict    # fails there; for CI and releases
//	ASSETS_TARBALLS=/dir go -C tools run ./assets   # packages from a folder, no npm
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// errNoPackages means that the packages could not be had: npm is missing or the
// registry does not answer. The portal then has the plain look.
var errNoPackages = errors.New("packages are not available")

func main() {
	root := flag.String("root", "..", "folder of the repository")
	strict := flag.Bool("strict", false, "fail where the packages are not available")
	flag.Parse()
	start := time.Now()
	sum, err := build(*root)
	switch {
	case err == nil:
		fmt.Printf("assets: %s in %v\n", sum, time.Since(start).Round(time.Millisecond))
	case errors.Is(err, errNoPackages) && !*strict:
		fmt.Printf("assets: %v; the portal keeps the plain look\n", err)
	default:
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// build runs all steps and says what it made.
func build(root string) (string, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	pkgs, err := fetch(root)
	if err != nil {
		return "", err
	}
	out := &output{dir: filepath.Join(root, "web", "dist"), manifest: map[string]string{}}
	steps := []func(string, packages, *output) error{styles, scripts, sprite}
	for _, step := range steps {
		if err := step(root, pkgs, out); err != nil {
			return "", err
		}
	}
	if err := keepAxe(root, pkgs); err != nil {
		return "", err
	}
	return out.finish()
}

// keepAxe puts the accessibility checker where browser tests find it; it is
// never served.
func keepAxe(root string, pkgs packages) error {
	b, err := os.ReadFile(pkgs.file("axe-core", "axe.min.js"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "build", "axe.min.js"), b, 0o644)
}
