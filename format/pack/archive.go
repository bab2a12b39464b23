package pack

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/flate"
)

// tar walks a tar; it ends at the first damage, since nothing says where the
// next entry begins.
func (w *walker) tar(name, prefix string, r io.Reader, at place) error {
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return damaged(name, err)
		}
		if err := w.count(name); err != nil {
			return err
		}
		entry := cleanName(h.Name)
		if h.Typeflag != tar.TypeReg && h.Typeflag != tar.TypeGNUSparse || ignored(entry) {
			continue
		}
		entry = prefix + entry
		if isSparse(h) { // it may claim any size and is never how documents are packed
			if err := w.leaf(entry, failing{&Error{Kind: ErrUnsupported, Entry: entry, Detail: "sparse file"}}); err != nil {
				return err
			}
			continue
		}
		if err := w.entry(entry, t, at); err != nil {
			return err
		}
	}
}

func isSparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// zip walks a zip by its directory.
func (w *walker) zip(name, prefix string, src source, at place) error {
	if src.at == nil {
		held, err := w.hold(name, src.Reader)
		if err != nil {
			return err
		}
		src.at, src.size = bytes.NewReader(held), int64(len(held))
	}
	gate := &directoryGate{r: src.at, left: int64(w.lim.Entries)*160 + 1<<20, shut: true}
	z, err := zip.NewReader(gate, src.size)
	if gate.broken {
		return &Error{Kind: ErrTooMany, Entry: name, Detail: "its directory is too long"}
	}
	if err != nil && err != zip.ErrInsecurePath {
		return damaged(name, err)
	}
	gate.shut = false
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	for _, f := range z.File {
		if err := w.count(name); err != nil {
			return err
		}
		entry := cleanName(f.Name)
		if !f.Mode().IsRegular() || ignored(entry) {
			continue
		}
		if err := w.zipEntry(prefix+entry, f, at); err != nil {
			return err
		}
	}
	return nil
}

// zipEntry opens one entry of a zip.
func (w *walker) zipEntry(name string, f *zip.File, at place) error {
	const encrypted = 1 // bit 0 of the general purpose flags
	if f.Flags&encrypted != 0 {
		return w.leaf(name, failing{&Error{Kind: ErrUnsupported, Entry: name, Detail: "encrypted"}})
	}
	r, err := f.Open()
	if err != nil {
		kind := ErrFormat
		if err == zip.ErrAlgorithm {
			kind = ErrUnsupported
		}
		return w.leaf(name, failing{&Error{Kind: kind, Entry: name, Detail: err.Error()}})
	}
	defer r.Close()
	return w.entry(name, &spender{w: w, name: name, r: r}, at)
}

// hold reads a zip that has no seekable file under it.
func (w *walker) hold(name string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, w.lim.Buffer+1))
	if err != nil {
		return nil, damaged(name, err)
	}
	if int64(len(data)) > w.lim.Buffer {
		return nil, &Error{Kind: ErrTooLarge, Entry: name, Detail: fmt.Sprintf("a zip of more than %d bytes in a stream", w.lim.Buffer)}
	}
	return data, nil
}

// directoryGate bounds what is read of a zip while its directory is read: each
// entry costs memory before one can be counted. A real entry has some 130 bytes.
type directoryGate struct {
	r      io.ReaderAt
	left   int64
	shut   bool
	broken bool
}

func (g *directoryGate) ReadAt(p []byte, off int64) (int, error) {
	if g.shut {
		if g.left -= int64(len(p)); g.left < 0 {
			g.broken = true
			return 0, io.ErrUnexpectedEOF
		}
	}
	return g.r.ReadAt(p, off)
}
