package evtx

import (
	"encoding/binary"
	"hash/crc32"
	"unicode/utf16"
)

// builder writes one chunk of a log from the description of the format, so that
// each rule and each lie can stand in a test of its own.
type builder struct {
	b     []byte // the chunk
	start int    // of the open record
	id    uint64
}

func newBuilder() *builder { return &builder{b: make([]byte, chunkHead)} }

func (w *builder) raw(b ...byte) *builder { w.b = append(w.b, b...); return w }
func (w *builder) u16(v int) *builder {
	w.b = binary.LittleEndian.AppendUint16(w.b, uint16(v))
	return w
}
func (w *builder) u32(v int) *builder {
	w.b = binary.LittleEndian.AppendUint32(w.b, uint32(v))
	return w
}
func (w *builder) u64(v uint64) *builder { w.b = binary.LittleEndian.AppendUint64(w.b, v); return w }

func wide(s string) (out []byte) {
	for _, c := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, c)
	}
	return out
}

// record begins a record, written at 2026-11-29T10:00:00Z.
func (w *builder) record() *builder {
	w.start = len(w.b)
	w.id++
	return w.raw([]byte(recordMagic)...).u32(0).u64(w.id).u64(134246160000000000).raw(tokenFragment, 1, 1, 0)
}

// done ends it and writes its size at both ends.
func (w *builder) done() *builder {
	w.raw(tokenEnd).u32(0)
	return w.size(len(w.b) - w.start)
}

func (w *builder) size(n int) *builder {
	binary.LittleEndian.PutUint32(w.b[w.start+4:], uint32(n))
	binary.LittleEndian.PutUint32(w.b[len(w.b)-4:], uint32(n))
	return w
}

// name writes an offset and, as it is that of the bytes behind it, the name.
func (w *builder) name(s string) *builder {
	return w.u32(len(w.b) + 4).u32(0).u16(0).u16(len(utf16.Encode([]rune(s)))).raw(wide(s)...).u16(0)
}

func (w *builder) open(name string) *builder {
	return w.raw(tokenOpen).u16(0xffff).u32(0).name(name).raw(tokenCloseStart)
}

func (w *builder) openWith(name string) *builder {
	return w.raw(tokenOpen | tokenMore).u16(0xffff).u32(0).name(name).u32(0)
}

func (w *builder) attr(name string) *builder { return w.raw(tokenAttribute).name(name) }
func (w *builder) text(s string) *builder {
	return w.raw(tokenValue, kindString).u16(len(utf16.Encode([]rune(s)))).raw(wide(s)...)
}
func (w *builder) value(id int, kind byte) *builder {
	return w.raw(tokenSubstitution).u16(id).raw(kind)
}
func (w *builder) maybe(id int, kind byte) *builder { return w.raw(tokenOptional).u16(id).raw(kind) }
func (w *builder) close() *builder                  { return w.raw(tokenCloseElement) }

// template writes an instance with its definition and the values.
func (w *builder) template(body func(), values ...value2) *builder {
	w.raw(tokenTemplate, 1).u32(7)
	w.u32(len(w.b) + 4).u32(0).raw(make([]byte, 16)...)
	at := len(w.b)
	w.u32(0).raw(tokenFragment, 1, 1, 0)
	body()
	w.raw(tokenEnd)
	binary.LittleEndian.PutUint32(w.b[at:], uint32(len(w.b)-at-4))
	return w.values(values...)
}

type value2 struct {
	kind byte
	b    []byte
}

func (w *builder) values(values ...value2) *builder {
	w.u32(len(values))
	for _, v := range values {
		w.u16(len(v.b)).raw(v.kind, 0)
	}
	for _, v := range values {
		w.raw(v.b...)
	}
	return w
}

// file closes the chunk and puts a file header before it.
func (w *builder) file() []byte {
	le := binary.LittleEndian
	free := len(w.b)
	chunk := append(w.b, make([]byte, chunkSize-free)...)
	copy(chunk, chunkMagic)
	le.PutUint32(chunk[40:], 128)
	le.PutUint32(chunk[48:], uint32(free))
	le.PutUint32(chunk[52:], crc32.ChecksumIEEE(chunk[chunkHead:free]))
	sum := crc32.Update(crc32.ChecksumIEEE(chunk[:120]), crc32.IEEETable, chunk[128:chunkHead])
	le.PutUint32(chunk[124:], sum)
	head := make([]byte, 4096)
	copy(head, Magic)
	le.PutUint16(head[40:], 4096)
	le.PutUint32(head[124:], crc32.ChecksumIEEE(head[:120]))
	return append(head, chunk...)
}
