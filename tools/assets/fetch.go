package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// locked is a line of assets.lock.json. SHA512 is of the tarball, base64, as
// npm writes it after "sha512-".
type locked struct{ Name, Version, SHA512 string }

// packages maps a package's name to the folder it is unpacked in.
type packages map[string]string

func (p packages) file(name string, parts ...string) string {
	return filepath.Join(append([]string{p[name]}, parts...)...)
}

// tarball is the name that npm pack gives: @ecl/preset-eu becomes ecl-preset-eu.
func (l locked) tarball() string {
	name := strings.ReplaceAll(strings.TrimPrefix(l.Name, "@"), "/", "-")
	return name + "-" + l.Version + ".tgz"
}

// fetch makes every locked package available below build/npm, unpacked.
func fetch(root string) (packages, error) {
	b, err := os.ReadFile(filepath.Join(root, "assets.lock.json"))
	if err != nil {
		return nil, err
	}
	var list []locked
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, fmt.Errorf("assets.lock.json: %w", err)
	}
	cache := filepath.Join(root, "build", "npm")
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return nil, err
	}
	pkgs := packages{}
	for _, l := range list {
		dir, err := l.ready(cache)
		if err != nil {
			return nil, fmt.Errorf("%s@%s: %w", l.Name, l.Version, err)
		}
		pkgs[l.Name] = dir
	}
	return pkgs, nil
}

// ready gets, checks and unpacks one package. A tarball whose hash differs is
// removed from the cache and ends the build, strict or not.
func (l locked) ready(cache string) (string, error) {
	file := filepath.Join(cache, l.tarball())
	if given := os.Getenv("ASSETS_TARBALLS"); given != "" {
		file = filepath.Join(given, l.tarball())
	} else if err := l.pack(cache, file); err != nil {
		return "", err
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%w: %v", errNoPackages, err)
	}
	sum := sha512.Sum512(b)
	if got := base64.StdEncoding.EncodeToString(sum[:]); got != l.SHA512 {
		if filepath.Dir(file) == cache {
			os.Remove(file)
		}
		return "", fmt.Errorf("sha512 is %s, the lock file says %s", got, l.SHA512)
	}
	dir := strings.TrimSuffix(filepath.Join(cache, l.tarball()), ".tgz")
	return dir, unpack(file, dir)
}

// pack asks the machine's npm for the tarball, with its own registry setting.
func (l locked) pack(cache, file string) error {
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return fmt.Errorf("%w: npm is not installed", errNoPackages)
	}
	cmd := exec.Command(npm, "pack", "--silent", "--pack-destination", cache, l.Name+"@"+l.Version)
	cmd.Dir = cache
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: npm pack: %v %s", errNoPackages, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// maxUnpacked bounds a package; the largest of ours has 4.7 MB.
const maxUnpacked = 64 << 20

// unpack writes the regular files of a tarball below dir, without the leading
// "package/". A path that leaves dir is an error.
func unpack(file, dir string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	zipped, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	r := tar.NewReader(io.LimitReader(zipped, maxUnpacked))
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := write(dir, h.Name, r); err != nil {
			return err
		}
	}
}

func write(dir, name string, r io.Reader) error {
	_, rel, _ := strings.Cut(filepath.ToSlash(name), "/")
	if !filepath.IsLocal(filepath.FromSlash(rel)) {
		return fmt.Errorf("path %q leaves the package", name)
	}
	target := filepath.Join(dir, filepath.FromSlash(rel))
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return os.WriteFile(target, b, 0o644)
}
