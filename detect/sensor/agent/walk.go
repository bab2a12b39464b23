package agent

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
)

// target is one file that a person named, or that lies in a folder named.
type target struct {
	path string
	size int64
}

// find lists the files below the paths in their order, each once. What a person
// named must be there; what cannot be read below it is skipped and told.
func find(ctx context.Context, paths []string, s *Summary) ([]target, error) {
	var out []target
	seen := map[string]bool{}
	for _, path := range paths {
		if path == "-" {
			if !seen[path] { // it can be read once
				out = append(out, target{path: path, size: -1})
			}
			seen[path] = true
			continue
		}
		err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil && p == path:
				return err
			case err != nil:
				s.skip(p, 0, reasonOf(err))
				return nil
			case d.IsDir() || seen[filepath.Clean(p)]:
				return nil
			}
			seen[filepath.Clean(p)] = true
			t, reason := look(p, d, p == path)
			if reason != "" {
				s.skip(p, 0, reason)
				return nil
			}
			out = append(out, t)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// look decides about one entry. Links inside of a folder are not followed: they
// may lead round in circles or out of what was named.
func look(p string, d fs.DirEntry, named bool) (target, string) {
	info, err := d.Info()
	if err == nil && named && d.Type()&fs.ModeSymlink != 0 {
		info, err = os.Stat(p)
	}
	switch {
	case err != nil:
		return target{}, reasonOf(err)
	case info.Mode()&fs.ModeNamedPipe != 0 && named:
		return target{path: p, size: -1}, ""
	case info.Mode()&fs.ModeSymlink != 0:
		return target{}, "a link; name its target to have it read"
	case !info.Mode().IsRegular():
		return target{}, "not a file"
	}
	return target{path: p, size: info.Size()}, ""
}
