package evtx

import (
	"bytes"
	"encoding/binary"
	"io"
)

// ChunkSize is the size of a chunk, of which a log is made behind its header.
const ChunkSize = chunkSize

// InspectSize is how many first bytes of a chunk Inspect looks at.
const InspectSize = 64

// Span says which records a chunk holds; both are 0 for none.
type Span struct {
	First, Last uint64
	Free        int // where the next record will lie; before it all are whole
}

// Chunks gives the place of the first chunk, by the first 128 bytes of a file; ok is
// false for what is no log.
func Chunks(head []byte) (at int64, ok bool) {
	if len(head) < 128 || string(head[:8]) != Magic {
		return 0, false
	}
	if at = int64(binary.LittleEndian.Uint16(head[40:])); at < 128 {
		at = 4096
	}
	return at, true
}

// Inspect reads the head of a chunk. ok is false for room that the log keeps for
// itself, and for what is no chunk. A log that is written to has its newest records in
// any of its chunks: the service goes round.
func Inspect(head []byte) (s Span, ok bool) {
	if len(head) < InspectSize || string(head[:8]) != chunkMagic {
		return Span{}, false
	}
	s = Span{binary.LittleEndian.Uint64(head[24:]), binary.LittleEndian.Uint64(head[32:]), int(binary.LittleEndian.Uint32(head[48:]))}
	if s.Free < chunkHead || s.Free > chunkSize || s.First == 0 || s.Last < s.First || s.Last == ^uint64(0) {
		return Span{}, false
	}
	return s, true
}

// NewChunk begins to read one chunk, which lies at a place of its file.
func NewChunk(chunk []byte, base int64) *Reader {
	r := &Reader{buf: make([]byte, chunkSize), base: base, begun: true, end: io.EOF}
	if r.n = copy(r.buf, chunk); r.n >= chunkHead {
		r.load()
	}
	return r
}

// Find gives the bytes of a record of a chunk, as they lie there; nil for none.
func Find(chunk []byte, id uint64) []byte {
	for at := chunkHead; at+recordHead+recordTail <= len(chunk); {
		b := chunk[at:]
		size := int(binary.LittleEndian.Uint32(b[4:]))
		if string(b[:4]) != recordMagic || size < recordHead+recordTail || size > len(b) { // as the reader does
			next := bytes.Index(b[4:], []byte(recordMagic))
			if next < 0 {
				return nil
			}
			at += 4 + next
			continue
		}
		if binary.LittleEndian.Uint64(b[8:]) == id {
			return b[:size]
		}
		at += size
	}
	return nil
}
