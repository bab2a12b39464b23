package follow

import (
	"errors"
	"io"
	"os"

	"ward/format/pack"
)

// limits bound what a rotated log may unfold to.
var limits = pack.Limits{Entries: 1000, File: 1 << 40, Total: 1 << 40, Ratio: 2000, Depth: 2}

// kindOf tells how a file is packed; only what packs a single log is followed.
func kindOf(r io.ReaderAt) (pack.Kind, bool) {
	head := make([]byte, pack.HeadSize)
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return "", false
	}
	switch k := pack.Sniff(head[:n]); k {
	case pack.Plain, pack.Gzip, pack.Bzip2, pack.Zstd, pack.XZ:
		return k, true
	default:
		return k, false
	}
}

// unpack gives the content of a packed log; end lets it go.
func unpack(f *os.File) (io.Reader, func()) {
	r, w := io.Pipe()
	go func() {
		err := pack.Stream(f.Name(), io.NewSectionReader(f, 0, 1<<62), limits, func(_ string, in io.Reader) error {
			_, err := io.Copy(w, in)
			return err
		})
		w.CloseWithError(err)
	}()
	return r, func() { _ = r.Close() } // a pipe does not fail
}

// same reports whether a file holds what was read of a log. A packed one is unpacked
// as far as the log was read.
func (p *Position) same(f *os.File, kind pack.Kind) (same bool, err error) {
	if kind == pack.Plain {
		return p.holds(f), nil
	}
	r, end := unpack(f)
	defer end()
	head := make([]byte, p.Head.N)
	if _, err := io.ReadFull(r, head); err != nil || mark(head) != p.Head {
		return false, unlessShort(err)
	}
	tail := &lastBytes{head[:min(int64(len(head)), p.Offset)]}
	if _, err := io.CopyN(tail, r, max(0, p.Offset-int64(len(head)))); err != nil {
		return false, unlessShort(err)
	}
	n := min(p.Tail.N, len(tail.b))
	return mark(tail.b[len(tail.b)-n:]) == p.Tail, nil
}

// begins reports whether a packed file begins as a log did.
func (p *Position) begins(f *os.File) (bool, error) {
	r, end := unpack(f)
	defer end()
	head := make([]byte, p.Head.N)
	_, err := io.ReadFull(r, head)
	return err == nil && mark(head) == p.Head, unlessShort(err)
}

func unlessShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// lastBytes keeps the last bytes that were written to it.
type lastBytes struct{ b []byte }

// Write implements io.Writer.
func (l *lastBytes) Write(p []byte) (int, error) {
	l.b = append(l.b, p[max(0, len(p)-markSize):]...)
	if over := len(l.b) - markSize; over > 0 {
		l.b = append(l.b[:0], l.b[over:]...)
	}
	return len(p), nil
}
