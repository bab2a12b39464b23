// Package evtx reads Windows event logs in their binary form, version 3 (.evtx,
// Windows Vista and later). There is no specification by the maker; the source
// is J. Metz, "Windows XML Event Log (EVTX) format" (libevtx), and [MS-EVEN6]
// 2.2.12 for BinXML.
//
// A file is a header and chunks of 64 KB, each with its own tables of names and
// templates, so that chunks are read one after another in constant memory and a
// damaged one costs itself only. Every offset is checked; depth, work and
// output of a record are bounded, because templates may call themselves.
package evtx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"time"
)

// The kinds of damage. None of them ends the reading.
var (
	ErrChunk    = errors.New("evtx: damaged chunk")
	ErrRecord   = errors.New("evtx: damaged record")
	ErrChecksum = errors.New("evtx: wrong checksum")
)

// Magic begins a file.
const Magic = "ElfFile\x00"

const (
	chunkMagic  = "ElfChnk\x00"
	recordMagic = "**\x00\x00"
	chunkSize   = 64 << 10
	chunkHead   = 512
	recordHead  = 24
	recordTail  = 4
)

// Sink hears the XML of an event in its order. Values are UTF-8 and valid during
// the call only.
type Sink interface {
	Open(name []byte)
	Attr(name, value []byte)
	Text(value []byte)
	Again() // closes the open element and opens another of its name and attributes: a list
	Close()
}

// Head is what stands around an event.
type Head struct {
	ID      uint64    // number of the record in its log
	Written time.Time // when the service wrote it, UTC
	Offset  int64     // bytes from the start of the file
}

// Reader reads one file; it is not safe for concurrent use.
type Reader struct {
	r      io.Reader
	buf    []byte // the chunk
	n      int    // bytes of it that are there
	at     int    // next record in it; 0: a chunk must be read
	limit  int    // where its records end
	base   int64  // of the chunk in the file
	parser parser
	begun  bool
	end    error
	failed []error // damage of the chunk, told before its records
}

// NewReader begins to read a file; errors of r are told by Next.
func NewReader(r io.Reader) *Reader {
	return &Reader{r: r, buf: make([]byte, chunkSize)}
}

// Next gives the next event to out. io.EOF is the end; errors that are one of
// the kinds above tell of damage, and the next call goes on behind it: out may
// have heard a part of a damaged event. Any other error is that of the reader
// underneath.
func (r *Reader) Next(out Sink) (Head, error) {
	for {
		if len(r.failed) > 0 {
			err := r.failed[0]
			r.failed = r.failed[1:]
			return Head{Offset: r.base}, err
		}
		if r.at == 0 {
			if r.end != nil {
				return Head{}, r.end
			}
			r.chunk()
			continue
		}
		if head, err, ok := r.record(out); ok {
			return head, err
		}
		r.at = 0
	}
}

// header passes over the file header; its counts are stale in a log that was
// copied while in use, so nothing depends on them.
func (r *Reader) header() error {
	head := r.buf[:128]
	if _, err := io.ReadFull(r.r, head); err != nil {
		return err
	}
	if string(head[:8]) != Magic {
		return ErrChunk
	}
	if crc32.ChecksumIEEE(head[:120]) != binary.LittleEndian.Uint32(head[124:]) {
		r.failed = append(r.failed, ErrChecksum)
	}
	size := int64(binary.LittleEndian.Uint16(head[40:]))
	if size < 128 {
		size = 4096
	}
	r.base = size
	_, err := io.CopyN(io.Discard, r.r, size-128)
	return err
}

// chunk reads the next chunk and checks its head.
func (r *Reader) chunk() {
	if !r.begun {
		r.begun = true
		if err := r.header(); err != nil {
			r.stop(err)
			return
		}
	} else {
		r.base += int64(r.n)
	}
	n, err := io.ReadFull(r.r, r.buf)
	r.n = n
	if err != nil {
		r.stop(err)
		if n < chunkHead {
			return
		}
		clear(r.buf[n:])
	}
	r.load()
}

// load looks at the head of the chunk that was read.
func (r *Reader) load() {
	n := r.n
	switch {
	case string(r.buf[:8]) == chunkMagic:
	case allZero(r.buf[:chunkHead]): // room that the log keeps for itself
		return
	default:
		r.failed = append(r.failed, ErrChunk)
		return
	}
	r.limit = n
	if free := int(binary.LittleEndian.Uint32(r.buf[48:])); free >= chunkHead && free <= n {
		r.limit = free
	}
	if !r.sums() {
		r.failed = append(r.failed, ErrChecksum)
	}
	r.at = chunkHead
	r.parser.reset(r.buf[:n])
}

// stop remembers the end; a file that breaks off inside of a chunk is damaged.
func (r *Reader) stop(err error) {
	switch {
	case err == io.ErrUnexpectedEOF:
		r.failed = append(r.failed, ErrChunk)
		err = io.EOF
	case err == ErrChunk:
		r.failed = append(r.failed, err)
		err = io.EOF
	}
	r.end = err
}

// sums checks the CRC of the chunk's head and that of its records.
func (r *Reader) sums() bool {
	head := crc32.ChecksumIEEE(r.buf[:120])
	head = crc32.Update(head, crc32.IEEETable, r.buf[128:chunkHead])
	return head == binary.LittleEndian.Uint32(r.buf[124:]) &&
		crc32.ChecksumIEEE(r.buf[chunkHead:r.limit]) == binary.LittleEndian.Uint32(r.buf[52:])
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// record reads the record at r.at; ok is false at the end of the chunk. Behind
// a damaged one, a record of no size for example, it goes on at the next magic.
func (r *Reader) record(out Sink) (head Head, err error, ok bool) {
	b := r.buf[r.at:r.limit]
	if len(b) < recordHead+recordTail || allZero(b[:recordHead]) {
		return Head{}, nil, false
	}
	head = Head{ID: binary.LittleEndian.Uint64(b[8:]), Written: filetime(binary.LittleEndian.Uint64(b[16:])), Offset: r.base + int64(r.at)}
	size := int(binary.LittleEndian.Uint32(b[4:]))
	if string(b[:4]) != recordMagic || size < recordHead+recordTail || size > len(b) || binary.LittleEndian.Uint32(b[size-4:]) != uint32(size) {
		next := bytes.Index(b[4:], []byte(recordMagic))
		r.at += 4 + next
		if next < 0 {
			r.at = r.limit
		}
		return head, ErrRecord, true
	}
	from, to := r.at+recordHead, r.at+size-recordTail
	r.at += size
	if !r.parser.event(from, to, out) {
		return head, ErrRecord, true
	}
	return head, nil, true
}

// filetime counts 100 ns from 1601.
func filetime(v uint64) time.Time {
	const epoch = 116444736000000000
	if v < epoch || v > 1<<62 {
		return time.Time{}
	}
	v -= epoch
	return time.Unix(int64(v/1e7), int64(v%1e7)*100).UTC()
}
