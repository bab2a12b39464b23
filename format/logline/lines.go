package logline

import (
	"bytes"
	"io"
)

// lines cuts a stream into pieces without copying: a piece lies in the buffer
// until the next call.
type lines struct {
	r      io.Reader
	buf    []byte
	at     int   // start of what is not given out
	end    int   // end of what was read
	offset int64 // of buf[at] in the stream
	line   int   // lines passed before buf[at]
	max    int   // bytes of a piece
	err    error // of the reader, told when the buffer is used up
}

const startBuffer = 256 << 10

func newLines(r io.Reader, max int) *lines {
	return &lines{r: r, buf: make([]byte, min(startBuffer, max+2)), max: max}
}

// fill reads more behind what is there. It reports whether there is more.
func (l *lines) fill() bool {
	if l.err != nil {
		return false
	}
	if l.at > 0 {
		copy(l.buf, l.buf[l.at:l.end])
		l.at, l.end = 0, l.end-l.at
	}
	if l.end == len(l.buf) {
		if len(l.buf) > l.max {
			return false
		}
		l.buf = append(l.buf, make([]byte, min(len(l.buf), l.max+2-len(l.buf)))...)
	}
	for range 100 { // a reader that gives nothing and no error is broken
		n, err := l.r.Read(l.buf[l.end:])
		l.end += n
		if err != nil {
			l.err = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	l.err = io.ErrNoProgress
	return false
}

// rest is what lies in the buffer.
func (l *lines) rest() []byte { return l.buf[l.at:l.end] }

// advance passes over n bytes of the buffer.
func (l *lines) advance(n int) {
	l.line += bytes.Count(l.buf[l.at:l.at+n], newline)
	l.at += n
	l.offset += int64(n)
}

var newline = []byte{'\n'}

// next gives the next line without its end (LF or CRLF). A line beyond the
// bound is cut and the rest of it passed over. The error is that of the reader.
func (l *lines) next() (text []byte, cut bool, err error) {
	seen := 0
	for {
		i := bytes.IndexByte(l.buf[l.at+seen:l.end], '\n')
		if i >= 0 {
			return l.give(seen+i, seen+i+1, false)
		}
		seen = l.end - l.at
		if seen > l.max {
			return l.cut()
		}
		if l.fill() {
			continue
		}
		if seen = l.end - l.at; seen > l.max {
			return l.cut()
		}
		if seen == 0 {
			return nil, false, l.err
		}
		text, _, _ = l.give(seen, seen, false)
		return text, l.err != io.EOF, nil // a line that a damaged archive breaks off is cut
	}
}

func (l *lines) give(n, pass int, cut bool) ([]byte, bool, error) {
	text := l.buf[l.at : l.at+min(n, l.max)]
	l.at += pass
	l.offset += int64(pass)
	l.line++
	return bytes.TrimSuffix(text, []byte{'\r'}), cut || n > l.max, nil
}

// cut gives the head of a line that is too long. The head is copied: the rest
// is read into the same buffer.
func (l *lines) cut() ([]byte, bool, error) {
	head := bytes.Clone(l.buf[l.at : l.at+l.max])
	for {
		if i := bytes.IndexByte(l.buf[l.at:l.end], '\n'); i >= 0 {
			l.at += i + 1
			l.offset += int64(i + 1)
			break
		}
		l.offset += int64(l.end - l.at)
		l.at = l.end
		if !l.fill() {
			break
		}
	}
	l.line++
	return head, true, nil
}

// take gives the next n bytes whole, for framed streams. Too few are given with
// ok false.
func (l *lines) take(n int) (piece []byte, ok bool) {
	if n > l.max {
		return nil, false
	}
	for l.end-l.at < n && l.fill() {
	}
	ok = l.end-l.at >= n
	n = min(n, l.end-l.at)
	piece = l.buf[l.at : l.at+n]
	l.advance(n)
	return piece, ok
}

// skip passes over the next n bytes, or what there is of them.
func (l *lines) skip(n int64) {
	for n > 0 {
		if len(l.rest()) == 0 && !l.fill() {
			return
		}
		step := min(n, int64(len(l.rest())))
		l.advance(int(step))
		n -= step
	}
}

// find gives what lies from the first open to the first close behind it, both
// included, and passes over what stands before. Found is false at the end of
// the stream; a piece beyond the bound is passed over and named.
func (l *lines) find(open, close []byte) (piece []byte, line int, offset int64, why Reason, found bool) {
	for {
		i := bytes.Index(l.rest(), open)
		if i >= 0 {
			l.advance(i)
			break
		}
		if keep := len(open) - 1; len(l.rest()) > keep {
			l.advance(len(l.rest()) - keep)
		}
		if !l.fill() {
			return nil, 0, 0, "", false
		}
	}
	line, offset = l.line+1, l.offset
	for seen := len(open); ; {
		if i := bytes.Index(l.rest()[seen:], close); i >= 0 {
			n := seen + i + len(close)
			piece = l.rest()[:n]
			l.advance(n)
			return piece, line, offset, "", true
		}
		seen = max(len(open), len(l.rest())-len(close)+1)
		if l.fill() {
			continue
		}
		if n := len(l.rest()); n > l.max { // all of it: looking again from each opening would never end
			l.advance(n - len(open))
			return nil, line, offset, TooLong, true
		}
		l.advance(len(l.rest())) // cut off by the end of the file
		return nil, line, offset, BrokenXML, true
	}
}
