package agent

import (
	"bytes"
	"errors"
	"io"

	"ward/format/indicator"
)

// piece is a part of a log, of whole lines wherever lines fit.
type piece struct {
	buf      []byte // with indicator.Pad before and behind
	from, to int
	offset   int64 // of buf[from] in the log
	// inside says that the piece begins in the middle of a line.
	inside bool

	head  *head // of the log
	lines int64 // line feeds in it
	hits  []*Hit
	rel   []int64 // line feeds in the piece before each hit
	done  chan struct{}
}

// free recycles pieces, and by their number bounds the memory.
type free chan *piece

func newFree(n int) free {
	f := make(free, n)
	for range n {
		f <- &piece{buf: make([]byte, pieceSize+2*indicator.Pad), done: make(chan struct{}, 1)}
	}
	return f
}

// reader cuts a log into pieces.
type reader struct {
	r      io.Reader
	step   int    // bytes of a piece, unless a line is longer
	rest   []byte // read, and kept for the next piece
	offset int64
	inside bool
	err    error
}

// next fills a piece; false when nothing is left. The reader's error is then in
// err, io.EOF left out.
func (r *reader) next(p *piece) bool {
	n := indicator.Pad + copy(p.buf[indicator.Pad:], r.rest)
	r.rest = r.rest[:0]
	for from, end := indicator.Pad, indicator.Pad; r.err == nil && end < indicator.Pad+pieceSize; from = n {
		end += r.step
		for n < end && r.err == nil {
			var m int
			m, r.err = r.r.Read(p.buf[n:end])
			n += m
		}
		if bytes.LastIndexByte(p.buf[from:n], '\n') >= 0 {
			break
		}
	}
	p.from, p.to, p.offset, p.inside = indicator.Pad, n, r.offset, r.inside
	if n == indicator.Pad {
		return false
	}
	if r.err == nil {
		p.to = cut(p.buf[:n], indicator.Pad)
		r.rest = append(r.rest, p.buf[p.to:n]...)
	}
	r.offset += int64(p.to - p.from)
	r.inside = p.buf[p.to-1] != '\n'
	return true
}

// fault is why reading ended, nil at the end of the log.
func (r *reader) fault() error {
	if errors.Is(r.err, io.EOF) {
		return nil
	}
	return r.err
}

// longest is how far back a piece of a line that does not fit looks for a place
// to cut: longer than the longest URL that is looked for.
const longest = 8 << 10

// cut is where a full buffer is cut: behind the last line, or, in a line that
// does not fit, at what ends every indicator, or at least at what ends a name.
func cut(b []byte, from int) int {
	if i := bytes.LastIndexByte(b[from:], '\n'); i >= 0 {
		return from + i + 1
	}
	low := max(from+1, len(b)-longest)
	if i := bytes.LastIndexAny(b[low:], " \t\"<>"); i >= 0 {
		return low + i
	}
	for i := len(b) - 1; i > low; i-- {
		if c := b[i]; c < 0x80 && !name(c) && c != '/' && c != ':' && c != '@' {
			return i
		}
	}
	return len(b)
}

func name(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '.' || c == '-' || c == '_'
}
