package ransom

import (
	"bytes"
	"encoding/hex"
	"fmt"
)

// SampleEdge is how much of either end of an encrypted file is looked at, in bytes.
const SampleEdge = 4096

const edge = SampleEdge

// bytes decodes the marker and checks its bounds.
func (m Marker) bytes() ([]byte, error) {
	b, err := hex.DecodeString(m.Hex)
	switch {
	case err != nil:
		return nil, fmt.Errorf("hex: %w", err)
	case len(b) < 4 || len(b) > 64:
		return nil, fmt.Errorf("hex: %d bytes, 4 to 64 are allowed", len(b))
	case m.At != "start" && m.At != "end":
		return nil, fmt.Errorf("at: %q is neither start nor end", m.At)
	}
	return b, nil
}

// in reports whether a file shows the marker.
func (m Marker) in(head, tail []byte) bool {
	b, err := m.bytes()
	if err != nil {
		return false
	}
	if m.At == "start" {
		return bytes.HasPrefix(head, b)
	}
	return bytes.Contains(tail, b)
}

// isBinary tells an encrypted or otherwise binary file from a text by its control
// signs. Zero bytes behind a letter are the other half of UTF-16, also where its
// mark is missing or only a part of the note is written so; zero bytes behind the
// end are what is left of a buffer that was written out whole.
func isBinary(data []byte) bool {
	if end := bytes.TrimRight(data, "\r\n"); bytes.HasSuffix(end, []byte{0}) {
		data = end // somebody's editor ended the last line behind the zeros
	}
	if data = bytes.TrimRight(data, "\x00"); len(data) == 0 {
		return true
	}
	if len(data) > edge {
		data = data[:edge]
	}
	if len(data) >= 2 && (data[0] == 0xFF && data[1] == 0xFE || data[0] == 0xFE && data[1] == 0xFF) {
		return false
	}
	control := 0
	for i, c := range data {
		switch {
		case c >= 32 || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0x1B:
		case c == 0 && (i > 0 && inText(data[i-1]) || i+1 < len(data) && inText(data[i+1])):
		default:
			control++
		}
	}
	return control*50 > len(data)
}

func inText(c byte) bool { return c >= 32 && c < 127 || c == '\n' || c == '\r' || c == '\t' }

// whole are beginnings of files that open as they are: a file that still has
// its own header was not encrypted from its start.
var whole = [][]byte{[]byte("%PDF-"), []byte("PK\x03\x04"), []byte("\xFF\xD8\xFF"), []byte("\x89PNG"), []byte("GIF8"), []byte("\xD0\xCF\x11\xE0"), []byte("MZ"), []byte("\x7FELF"),
	[]byte("7z\xBC\xAF"), []byte("Rar!"), []byte("\x1F\x8B"), []byte("SQLite format 3"), []byte("II*\x00"), []byte("MM\x00*"), []byte("RIFF"), []byte("BM"), []byte("OggS"), []byte("ID3")}

func ownHeader(head []byte) bool {
	for _, w := range whole {
		if bytes.HasPrefix(head, w) {
			return true
		}
	}
	return len(head) > 132 && string(head[128:132]) == "DICM" // DICOM part 10
}
