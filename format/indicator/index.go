package indicator

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Index is an opened index. It is safe for concurrent use; it reads the bytes
// that it was opened from, which must not change.
type Index struct {
	sections [sectionCount][]byte
	sums     [sectionCount]uint32
	first    []byte
	leading  int // words of first
	filter   []byte
	words    int
	nets     []byte // empty or 2 MiB
	table    []byte
	slots    int
	records  []byte
	sources  []string
	prefixes []int // IPv6 lengths in use, longest first
	counts   map[Type]int
	again    int
}

// ErrNoIndex says that the bytes are no index at all; ErrVersion that another
// release wrote it.
var (
	ErrNoIndex = errors.New("not an index of ward")
	ErrVersion = errors.New("an index of another version; compile it again")
)

// IsIndex reports whether the bytes begin like an index.
func IsIndex(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }

// Open reads an index (layout.go). Its errors are ErrNoIndex, ErrVersion and
// such that name the damaged part.
func Open(data []byte) (*Index, error) {
	if !IsIndex(data) || len(data) < headerSize {
		return nil, ErrNoIndex
	}
	if binary.LittleEndian.Uint32(data[8:]) != version {
		return nil, ErrVersion
	}
	header := bytes.Clone(data[:headerSize])
	binary.LittleEndian.PutUint32(header[12:], 0)
	if checksum(header) != binary.LittleEndian.Uint32(data[12:]) {
		return nil, damaged("header")
	}
	if size := binary.LittleEndian.Uint64(data[16:]); size != uint64(len(data)) {
		return nil, damaged(fmt.Sprintf("it should have %d bytes and has %d", size, len(data)))
	}
	x := &Index{counts: map[Type]int{}}
	if err := x.cut(data); err != nil {
		return nil, err
	}
	for t := range Type(len(typeNames)) {
		x.counts[t] = int(binary.LittleEndian.Uint64(data[atCounts+8*int(t):]) & (1<<40 - 1))
	}
	x.again = int(binary.LittleEndian.Uint64(data[atCounts+8*len(typeNames):]) & (1<<40 - 1))
	for bit := 127; bit >= 0; bit-- {
		if binary.LittleEndian.Uint64(data[atPrefixes+8*(bit/64):])&(1<<(bit%64)) != 0 {
			x.prefixes = append(x.prefixes, bit)
		}
	}
	return x, nil
}

// cut finds the sections and checks those that steer the scan.
func (x *Index) cut(data []byte) error {
	for i := range sectionCount {
		at := data[atSections+i*sectionSize:]
		off, n := binary.LittleEndian.Uint64(at), binary.LittleEndian.Uint64(at[8:])
		if off < headerSize || off > uint64(len(data)) || n > uint64(len(data))-off {
			return damaged("a section lies outside")
		}
		x.sections[i], x.sums[i] = data[off:off+n:off+n], binary.LittleEndian.Uint32(at[16:])
	}
	x.first, x.filter, x.nets, x.table, x.records = x.sections[secFirst], x.sections[secFilter], x.sections[secNets], x.sections[secTable], x.sections[secRecords]
	x.leading, x.words, x.slots = len(x.first)/8, len(x.filter)/8, len(x.table)/8
	if x.leading == 0 || x.words == 0 || x.slots == 0 || max(x.leading, x.words, x.slots) > 1<<31 || len(x.first)%8 != 0 || len(x.filter)%8 != 0 || len(x.nets) != 0 && len(x.nets) != 1<<21 {
		return damaged("a section has the wrong size")
	}
	for _, i := range []int{secFirst, secFilter, secNets, secSources} {
		if checksum(x.sections[i]) != x.sums[i] {
			return damaged("a checksum differs")
		}
	}
	return x.readSources()
}

// Keep copies what is asked for every name and address into memory of the
// caller's, so that it may lie on large pages: of the time of a scan of a million
// indicators an eighth went into translating addresses. It comes before the first
// Scanner.
func (x *Index) Keep(memory func(size int) []byte) {
	for _, part := range []*[]byte{&x.first, &x.filter, &x.nets} {
		if len(*part) == 0 {
			continue
		}
		if to := memory(len(*part)); len(to) >= len(*part) {
			*part = to[:copy(to, *part)]
		}
	}
}

func (x *Index) readSources() error {
	for b := x.sections[secSources]; len(b) > 0; {
		n, w := binary.Uvarint(b)
		if w <= 0 || n > uint64(len(b)-w) || len(x.sources) > 1<<20 {
			return damaged("names of sources")
		}
		x.sources, b = append(x.sources, string(b[w:w+int(n)])), b[w+int(n):]
	}
	return nil
}

// Verify checks the sums of all sections; Open has read only the small ones.
func (x *Index) Verify() error {
	for i, s := range x.sections {
		if checksum(s) != x.sums[i] {
			return damaged("a checksum differs")
		}
	}
	return nil
}

// Counts are the indicators by type; under 0 stand the patterns of several
// parts.
func (x *Index) Counts() map[Type]int { return x.counts }

// Len is the number of indicators.
func (x *Index) Len() (n int) {
	for _, c := range x.counts {
		n += c
	}
	return n
}

// Again is the number of indicators that their source had given before.
func (x *Index) Again() int { return x.again }

// Sources are the names of lists that indicators and marks came from.
func (x *Index) Sources() []string { return x.sources }

// maybe asks the filter of keys: false is certain.
func (x *Index) maybe(key uint64) bool {
	m := bloomBits(key)
	return binary.LittleEndian.Uint64(x.filter[8*slotOf(key, x.words):])&m == m
}

// maxProbes ends a search in a table that is full by malice; ours leave a third
// of the slots empty.
const maxProbes = 1 << 16

// find calls each for every record of that key. The text is compared, whatever
// the hash says.
func (x *Index) find(kind byte, key []byte, h uint64, each func(at uint32, r *record)) {
	if !x.maybe(h) {
		return
	}
	i := slotOf(h, x.slots)
	for range min(maxProbes, x.slots) {
		tag, place := binary.LittleEndian.Uint32(x.table[8*i:]), binary.LittleEndian.Uint32(x.table[8*i+4:])
		if place == 0 {
			return
		}
		if tag == uint32(h) {
			if r, ok := readRecord(x.records, uint64(place)); ok && r.kind == kind && bytes.Equal(r.key, key) {
				each(place, &r)
			}
		}
		if i++; i == x.slots {
			i = 0
		}
	}
}

func (x *Index) sourceName(n uint64) string {
	if n < uint64(len(x.sources)) {
		return x.sources[n]
	}
	return ""
}

// indicator is what a record says.
func (x *Index) indicator(r *record) Indicator {
	in := Indicator{Type: r.typ, Value: r.text(), Exact: r.flags&flagExact != 0, Source: x.sourceName(r.source), Ref: string(r.ref), Note: string(r.note)}
	if r.benign > 0 {
		in.Benign = x.sourceName(r.benign - 1)
	}
	return in
}
