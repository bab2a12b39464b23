package pack

import (
	"bufio"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Walk opens a seekable file of size bytes and calls fn for each regular file
// in it, in archive order, with its cleaned name; names inside an inner archive
// begin with that archive's name. A file that is not packed is handed on
// itself, under its own base name. The reader is valid during the call only
// and gives *Error for a damaged, unsupported or too large entry: fn decides
// whether that ends the walk. An error that fn returns ends it and is returned
// as it is; else errors are *Error.
func Walk(name string, r io.ReaderAt, size int64, lim Limits, fn func(entry string, r io.Reader) error) error {
	w := &walker{lim: lim.withDefaults(), fn: fn, in: size}
	return w.top(name, source{Reader: io.NewSectionReader(r, 0, size), at: r, size: size})
}

// Stream is Walk for what can be read only once; a zip is held in memory up to
// Limits.Buffer.
func Stream(name string, r io.Reader, lim Limits, fn func(entry string, r io.Reader) error) error {
	w := &walker{lim: lim.withDefaults(), fn: fn}
	return w.top(name, source{Reader: &counter{r: r, n: &w.in}})
}

// walker is one walk with what it has spent.
type walker struct {
	lim     Limits
	fn      func(string, io.Reader) error
	entries int
	in, out int64  // packed bytes read, bytes unpacked
	fatal   *Error // a broken bound of the whole walk, which fn may not pass over
}

// source is one file, seekable where at is set.
type source struct {
	io.Reader
	at   io.ReaderAt
	size int64
}

// stopped carries an error of fn through the layers.
type stopped struct{ error }

func (w *walker) top(name string, src source) error {
	err := w.open(path.Base(cleanName(name)), src, place{})
	var stop stopped
	if errors.As(err, &stop) {
		return stop.error
	}
	return err
}

// place is how deep in archives a file lies.
type place struct {
	archives int
	layers   int  // compressions directly around it
	inner    bool // its name came from an archive
}

// maxLayers bounds a file that was compressed again and again.
const maxLayers = 2

// open hands on one file: unpacked if it is packed.
func (w *walker) open(name string, src source, at place) error {
	size := 4096
	if at == (place{}) { // of an archive many files may be opened
		size = 16 << 10
	}
	buffered := bufio.NewReaderSize(src.Reader, size)
	head, err := buffered.Peek(HeadSize)
	if len(head) == 0 && err != nil && err != io.EOF {
		return damaged(name, err)
	}
	kind := Sniff(head)
	if kind == Office && w.lim.Office {
		kind = Zip
	}
	switch kind {
	case Plain, Office:
		return w.leaf(name, buffered)
	case Gzip, Bzip2, Zstd, XZ:
		if at.layers >= maxLayers {
			return &Error{Kind: ErrTooDeep, Entry: name, Detail: "compressed again and again"}
		}
		return w.decompress(kind, name, buffered, at)
	case Tar, Zip:
		if at.archives >= w.lim.Depth {
			return &Error{Kind: ErrTooDeep, Entry: name, Detail: fmt.Sprintf("more than %d", w.lim.Depth)}
		}
		inside := place{archives: at.archives + 1, inner: true}
		prefix := ""
		if at.inner {
			prefix = name + "/"
		}
		if kind == Tar {
			return w.tar(name, prefix, buffered, inside)
		}
		src.Reader = buffered
		return w.zip(name, prefix, src, inside)
	}
	return &Error{Kind: ErrUnsupported, Entry: name, Detail: string(kind)}
}

// leaf calls fn with a bounded reader.
func (w *walker) leaf(name string, r io.Reader) error {
	err := w.fn(name, &bounded{r: r, name: name, left: w.lim.File})
	if w.fatal != nil {
		return w.fatal
	}
	if err != nil {
		return stopped{err}
	}
	return nil
}

// entry opens a file of an archive; what is wrong with it alone is given to fn
// as a reader that fails, and the walk goes on.
func (w *walker) entry(name string, r io.Reader, at place) error {
	err := w.open(name, source{Reader: r}, at)
	var ours *Error
	if errors.As(err, &ours) && ours.local() {
		return w.leaf(name, failing{ours})
	}
	return err
}

// count admits one more entry.
func (w *walker) count(name string) error {
	if w.entries++; w.entries > w.lim.Entries {
		return &Error{Kind: ErrTooMany, Entry: name, Detail: fmt.Sprintf("more than %d", w.lim.Entries)}
	}
	return nil
}

// spend admits n more unpacked bytes.
func (w *walker) spend(name string, n int64) error {
	w.out += n
	switch {
	case w.out > w.lim.Total:
		w.fatal = &Error{Kind: ErrTooLarge, Entry: name, Detail: fmt.Sprintf("more than %d bytes in all", w.lim.Total)}
	case w.out > slack+w.lim.Ratio*w.in:
		w.fatal = &Error{Kind: ErrBomb, Entry: name, Detail: fmt.Sprintf("%d bytes from %d", w.out, w.in)}
	default:
		return nil
	}
	return w.fatal
}

// decompress opens one compression and looks again at what is in it.
func (w *walker) decompress(kind Kind, name string, r io.Reader, at place) error {
	unpacked, closing, err := decoder(kind, r)
	if err != nil {
		return damaged(name, err)
	}
	defer closing()
	at.layers++
	return w.open(trimPacked(name), source{Reader: &spender{w: w, name: name, r: unpacked}}, at)
}

// decoder makes the reader of a compression; windows are bounded, because a
// frame may ask for gigabytes.
func decoder(kind Kind, r io.Reader) (io.Reader, func(), error) {
	switch kind {
	case Gzip:
		z, err := newGzip(r)
		return z, func() {}, err
	case Bzip2:
		return bzip2.NewReader(r), func() {}, nil
	case XZ:
		z, err := newXZ(r)
		return z, func() {}, err
	}
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(32<<20))
	if err != nil {
		return nil, nil, err
	}
	return z, z.Close, nil
}

// trimPacked takes away the ending of a compression: a.json.gz, a.tgz.
func trimPacked(name string) string {
	lower := strings.ToLower(name)
	for _, end := range [...]string{".gz", ".bz2", ".zst", ".zstd", ".xz"} {
		if strings.HasSuffix(lower, end) && len(name) > len(end) {
			return name[:len(name)-len(end)]
		}
	}
	for _, end := range [...]string{".tgz", ".tbz2", ".tbz", ".tzst", ".txz"} {
		if strings.HasSuffix(lower, end) {
			return name[:len(name)-len(end)] + ".tar"
		}
	}
	return name
}

// damaged wraps a decoder's error, and leaves ours alone.
func damaged(name string, err error) error {
	var ours *Error
	if errors.As(err, &ours) {
		return ours
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{Kind: ErrFormat, Entry: name, Detail: "it ends too early"}
	}
	return &Error{Kind: ErrFormat, Entry: name, Detail: err.Error()}
}
