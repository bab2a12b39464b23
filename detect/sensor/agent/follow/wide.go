package follow

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"ward/detect/sensor/agent"
	"ward/format/evtx"
)

// wide says how the characters of a log are written: many logs of Windows are UTF-16
// and begin with a byte order mark. Places in a log are those of its bytes as they lie
// there; what is looked at is UTF-8.
type wide uint8

const (
	narrow wide = iota // bytes, whatever they mean
	littleEndian
	bigEndian
)

// wideOf tells by the first bytes of a log; sure is false where more must be seen.
func wideOf(head []byte) (w wide, sure bool) {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return littleEndian, true
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return bigEndian, true
	}
	return narrow, len(head) > 1 || len(head) == 1 && head[0] < 0xfe
}

// binaryLog reports whether a file is, or begins to be, a binary event log of Windows.
func binaryLog(r io.ReaderAt) bool {
	head := make([]byte, len(evtx.Magic))
	n, _ := r.ReadAt(head, 0) // what is not there is no magic
	return n > 1 && bytes.HasPrefix([]byte(evtx.Magic), head[:n])
}

// EventLog reports whether a name is that of a binary event log, which package eventlog
// follows.
func EventLog(path string) bool { return strings.EqualFold(filepath.Ext(path), ".evtx") }

// sniff looks at how a log is written before its first line is read. False says that
// there is nothing to read yet, or nothing for this package.
func (f *Follower) sniff(x *file) bool {
	if binaryLog(x.f) {
		f.forget(x)
		return false
	}
	head := make([]byte, 2)
	n, err := x.f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		f.fault(x.pos.Path, err)
		return false
	}
	w, sure := wideOf(head[:n])
	x.pos.Wide = w
	return sure
}

// unit is the number of bytes of which characters are made.
func (w wide) unit() int64 {
	if w == narrow {
		return 1
	}
	return 2
}

// room is how much is read at once: as UTF-8 it fits into what is looked at.
func (w wide) room() int {
	if w == narrow {
		return agent.Room
	}
	return agent.Room * 2 / 3 &^ 1 // two bytes become three at most
}

// char gives a unit at an even place, and 0 for half a one.
func (w wide) char(b []byte, at int) uint16 {
	switch {
	case at+1 >= len(b):
		return 0
	case w == bigEndian:
		return uint16(b[at])<<8 | uint16(b[at+1])
	}
	return uint16(b[at]) | uint16(b[at+1])<<8
}

// firstLine is where the first line ends, behind its line feed; 0 if none does.
func (w wide) firstLine(b []byte) int {
	if w == narrow {
		return bytes.IndexByte(b, '\n') + 1
	}
	for at := 0; at+1 < len(b); at += 2 {
		if w.char(b, at) == '\n' {
			return at + 2
		}
	}
	return 0
}

// lastLine is where the last line ends, behind its line feed; 0 if none does.
func (w wide) lastLine(b []byte) int {
	if w == narrow {
		return bytes.LastIndexByte(b, '\n') + 1
	}
	for at := len(b)&^1 - 2; at >= 0; at -= 2 {
		if w.char(b, at) == '\n' {
			return at + 2
		}
	}
	return 0
}

// cut is where a line that does not fit is cut: where no name is torn, if there is
// such a place.
func (w wide) cut(b []byte) int {
	if w == narrow {
		return agent.Cut(b)
	}
	end := len(b) &^ 1
	for at := end - 2; at > max(0, end-16<<10); at -= 2 {
		switch w.char(b, at) {
		case ' ', '\t', '"', '<', '>':
			return at
		}
	}
	if end > 2 && w.char(b, end-2)&0xfc00 == 0xd800 { // half a pair
		end -= 2
	}
	return end
}

// whole is where a full buffer is cut: behind its last line, or within one that does
// not fit.
func (w wide) whole(b []byte) int {
	if to := w.lastLine(b); to > 0 && w != narrow {
		return to
	}
	return w.cut(b)
}

// text is what is looked at. first says that it begins the log, with its mark.
func (w wide) text(b []byte, first bool) []byte {
	if w == narrow {
		return b
	}
	if first && len(b) > 1 {
		b = b[2:]
	}
	out := make([]byte, 0, len(b)/2+len(b)/8)
	for at := 0; at < len(b); at += 2 {
		r := rune(w.char(b, at))
		if at+1 == len(b) {
			r = utf8.RuneError
		}
		if utf16.IsSurrogate(r) {
			pair := utf16.DecodeRune(r, rune(w.char(b, at+2)))
			if pair != utf8.RuneError {
				at += 2
			}
			r = pair // a lone half becomes U+FFFD
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}
