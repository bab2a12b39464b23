package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"ward/format/pack"
)

// files walks over what a person named: files, folders, archives. "-" is not a
// file here.
type files struct {
	limits pack.Limits // zero fields mean the defaults
	// each gets every file: itself, those of a folder, those inside of archives.
	// An error ends the walk.
	each func(name string, r io.Reader) error
	// broken gets a file or archive that cannot be read, or not to its end; the
	// walk goes on with the next.
	broken func(name string, err error) error
}

// walk visits everything below the paths, until ctx ends.
func (f files) walk(ctx context.Context, paths []string) error {
	for _, path := range paths {
		err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil && p == path:
				return err // what a person named must be there
			case err != nil:
				return f.broken(p, err)
			case !d.Type().IsRegular() && p != path || d.IsDir():
				return ctx.Err()
			}
			return f.open(ctx, p)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (f files) open(ctx context.Context, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return f.broken(path, err)
	}
	defer file.Close() //nolint:errcheck // read only
	st, err := file.Stat()
	if err != nil {
		return f.broken(path, err)
	}
	var own error   // of each, as opposed to one of the archive
	var read noting // each tells its own file's fault, which may end the archive too
	err = pack.Walk(path, file, st.Size(), f.limits, func(entry string, r io.Reader) error {
		if own = ctx.Err(); own == nil {
			read = noting{Reader: r}
			own = f.each(nameOf(path, entry), &read)
		}
		return own
	})
	if err == nil || own != nil || read.err != nil && read.err.Error() == err.Error() {
		return own
	}
	return f.broken(path, err)
}

// noting remembers the fault of a reader.
type noting struct {
	io.Reader
	err error
}

// Read implements io.Reader.
func (n *noting) Read(p []byte) (int, error) {
	read, err := n.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		n.err = err
	}
	return read, err
}

// nameOf is the path of a file, with the place inside for one of an archive.
func nameOf(path, entry string) string {
	if entry == filepath.Base(path) {
		return path
	}
	return path + "/" + entry
}
