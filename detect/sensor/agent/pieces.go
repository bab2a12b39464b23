package agent

import (
	"bytes"
	"errors"
	"io"
	"sort"

	"ward/format/indicator"
)

// piece is a part of a log, of whole lines wherever lines fit.
type piece struct {
	buf      []byte // with indicator.Pad before and behind
	from, to int
	offset   int64 // of buf[from] in the log
	// inside says that the piece begins in the middle of a line.
	inside bool

	head     *head // of the log
	headings []heading
	lines    int64 // line feeds in it
	hits     []*Hit
	rel      []int64 // line feeds in the piece before each hit
	done     chan struct{}
}

// heading is one of a table that comes anew within a piece, and where its lines begin.
type heading struct {
	from, at int // of the heading itself, and behind it
	head     *head
}

// maxHeadings bounds those of a piece.
const maxHeadings = 4096

// learn finds the headings in a piece of a table: Zeek and IIS write them again when they
// are started anew, at times with other columns.
func (p *piece) learn() {
	p.headings = p.headings[:0]
	if p.head == nil || !p.head.table {
		return
	}
	at, text := p.from, p.buf[:p.to]
	if p.inside {
		at = behind(text, at)
	}
	for at < p.to && len(p.headings) < maxHeadings {
		if text[at] != '#' {
			i := bytes.Index(text[at:], []byte("\n#"))
			if i < 0 {
				return
			}
			at += i + 1
		}
		from := at
		at = comments(text, at)
		if block := text[from:at]; bytes.Contains(block, []byte("#fields\t")) || bytes.Contains(block, []byte("#Fields:")) {
			p.headings = append(p.headings, heading{from, at, headOf(block, p.head.named, p.head.options)})
		}
	}
}

// comments is where the lines that begin with "#" end.
func comments(text []byte, at int) int {
	for at < len(text) && text[at] == '#' {
		at = behind(text, at)
	}
	return at
}

// behind is where the line after that at a place begins.
func behind(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// headAt is what the line at a place is read by.
func (p *piece) headAt(at int) *head {
	if i := sort.Search(len(p.headings), func(i int) bool { return p.headings[i].at > at }); i > 0 {
		return p.headings[i-1].head
	}
	return p.head
}

// lastHead is what the next piece is read by.
func (p *piece) lastHead() *head { return p.headAt(p.to) }

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
