package follow

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// candidate is a file that was met by one of its names.
type candidate struct {
	path   string
	wanted bool // a pattern names it; else it lies beside one that was
	node   node
	info   fs.FileInfo
}

// seal is a file as it was when its content was compared.
type seal struct {
	size, mod int64
	of        uint64 // the log whose content it holds
	offset    int64  // to which that was read then
}

// seal is how a candidate is now.
func (c *candidate) seal() seal {
	return seal{size: c.info.Size(), mod: c.info.ModTime().UnixNano()}
}

// candidates are the files that patterns name, and those beside logs of which the
// rest is looked for.
func (f *Follower) candidates() []candidate {
	var out []candidate
	seen := map[string]bool{}
	take := func(path string, wanted bool) {
		if seen[path] {
			return
		}
		seen[path] = true
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			return
		}
		out = append(out, candidate{path, wanted, nodeOf(path, info), info})
	}
	for _, p := range f.cfg.Patterns {
		for _, path := range f.matches(p.Path) {
			take(path, true)
		}
	}
	dirs := map[string]bool{}
	for _, x := range f.files {
		dirs[filepath.Dir(x.pos.Path)] = true
	}
	for dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue // that of the pattern is told
		}
		for _, e := range entries {
			if path := filepath.Join(dir, e.Name()); f.rotationOf(path) != "" {
				take(path, false)
			}
		}
	}
	return out
}

// matches are the paths of a pattern; of a folder all files below it.
func (f *Follower) matches(pattern string) []string {
	return Pattern{Path: pattern}.Paths(f.fault)
}

// Paths are the files that a pattern names now; of a folder all files below it. fault
// is told what cannot be read.
func (p Pattern) Paths(fault func(path string, err error)) []string {
	info, err := os.Stat(p.Path)
	if err != nil || !info.IsDir() {
		paths, err := filepath.Glob(p.Path)
		if err != nil {
			fault(p.Path, err)
		}
		return paths
	}
	var out []string
	err = filepath.WalkDir(p.Path, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && path == p.Path:
			return err
		case err != nil:
			fault(path, err)
		case d.Type().IsRegular() && !strings.HasPrefix(d.Name(), "."):
			out = append(out, path)
		}
		return nil
	})
	if err != nil {
		fault(p.Path, err)
	}
	return out
}

// pattern is the one that names a path.
func (f *Follower) pattern(path string) Pattern {
	for _, p := range f.cfg.Patterns {
		if ok, _ := filepath.Match(p.Path, path); ok || p.Path == path || strings.HasPrefix(path, strings.TrimSuffix(p.Path, "/")+"/") {
			return p
		}
	}
	return Pattern{Path: path}
}

// endings of rotated logs without a number.
var endings = []string{".gz", ".xz", ".zst", ".bz2", ".old", ".prev", ".bak"}

// rotationOf gives the followed path of which another looks like a rotation:
// app.log.1, app.log-20261129.gz, app-20261129.log, app.1.log of app.log.
func (f *Follower) rotationOf(path string) string {
	for _, x := range f.files {
		p := x.pos.Path
		if p == path || filepath.Dir(p) != filepath.Dir(path) {
			continue
		}
		if rest, ok := strings.CutPrefix(path, p); ok && strings.ContainsAny(rest[:1], ".-_") && (strings.ContainsAny(rest, "0123456789") || slices.Contains(endings, rest)) {
			return p
		}
		stem := strings.TrimSuffix(p, filepath.Ext(p))
		if rest, ok := strings.CutPrefix(path, stem); ok && len(rest) > 1 && strings.ContainsAny(rest[:1], ".-_") && rest[1] >= '0' && rest[1] <= '9' {
			return p
		}
	}
	return ""
}
