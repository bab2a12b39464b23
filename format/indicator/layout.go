package indicator

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
)

// An index is one sequence of bytes, little-endian, version 4:
//
//	  0  magic "WARDIDX\n", version u32, CRC-32C of the header with this field zero u32
//	 16  size of the whole u64
//	 24  six sections: offset u64, length u64, CRC-32C u32, 4 bytes zero
//	168  patterns, then indicators by type, 11 times u64; those given twice u64
//	264  prefix lengths of networks in use, as bits of IPv6 lengths, 2 times u64
//	280  zero
//	320  sections: filter of what begins a search and filter of keys (u64 words), /24s that networks touch (2^24
//	     bits or nothing), table (tag u32, place u32; place 0 is empty), records, names of sources (uvarint length, bytes)
//
// Sections begin at multiples of 64. Opening checks the header, that all sections
// lie inside, and the sums of filters and /24s; Verify checks all sums. Whatever
// else is wrong, reading checks each length and the text of each hit, so that a
// damaged or hostile index can miss, and never crash or tell of what is not there.
const (
	magic        = "WARDIDX\n"
	version      = 4
	headerSize   = 320
	atSections   = 24
	sectionSize  = 24
	atCounts     = 168
	atPrefixes   = 264
	sectionCount = 6
)

const (
	secFirst = iota
	secFilter
	secNets
	secTable
	secRecords
	secSources
)

func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// Bytes is the finished index.
func (b *Builder) Bytes() []byte {
	if len(b.records) == 0 {
		b.records = append(b.records, 0)
	}
	sections := [sectionCount][]byte{secFirst: b.firstSection(), secFilter: b.filterSection(), secNets: b.netSection(), secTable: b.tableSection(), secRecords: b.records}
	for _, s := range b.sources {
		sections[secSources] = append(binary.AppendUvarint(sections[secSources], uint64(len(s))), s...)
	}
	size := headerSize
	for _, s := range sections {
		size = align(size) + len(s)
	}
	out := make([]byte, headerSize, size)
	for i, s := range sections {
		out = out[:align(len(out))]
		at := out[atSections+i*sectionSize:]
		binary.LittleEndian.PutUint64(at, uint64(len(out)))
		binary.LittleEndian.PutUint64(at[8:], uint64(len(s)))
		binary.LittleEndian.PutUint32(at[16:], checksum(s))
		out = append(out, s...)
	}
	b.header(out)
	return out
}

func (b *Builder) header(out []byte) {
	copy(out, magic)
	binary.LittleEndian.PutUint32(out[8:], version)
	binary.LittleEndian.PutUint64(out[16:], uint64(len(out)))
	for i, n := range b.counts {
		binary.LittleEndian.PutUint64(out[atCounts+8*i:], n)
	}
	binary.LittleEndian.PutUint64(out[atCounts+8*len(b.counts):], b.again)
	binary.LittleEndian.PutUint64(out[atPrefixes:], b.nets[0])
	binary.LittleEndian.PutUint64(out[atPrefixes+8:], b.nets[1])
	binary.LittleEndian.PutUint32(out[12:], checksum(out[:headerSize]))
}

func align(n int) int { return (n + 63) &^ 63 }

// firstSection is the filter that every name, address and hash of a log asks. It
// is small above all, so that it stays in the second cache of a core with a
// million indicators: what it lets pass by mistake the other one stops.
func (b *Builder) firstSection() []byte {
	slices.Sort(b.first)
	b.first = slices.Compact(b.first)
	if len(b.first) < 1<<18 {
		return filterOf(b.first, 16)
	}
	return filterOf(b.first, 8)
}

// filterSection is asked by the few that pass the first.
func (b *Builder) filterSection() []byte {
	if len(b.filter) > 4<<20 {
		return filterOf(b.filter, 8)
	}
	return filterOf(b.filter, 10)
}

// filterOf is a Bloom filter of 64-bit words with so many bits a key.
func filterOf(keys []uint64, bits int) []byte {
	words := len(keys)*bits/64 + 1
	out := make([]byte, 8*words)
	for _, k := range keys {
		at := out[8*slotOf(k, words):]
		binary.LittleEndian.PutUint64(at, binary.LittleEndian.Uint64(at)|bloomBits(k))
	}
	return out
}

// netSection has a bit for each /24 that an IPv4 network touches.
func (b *Builder) netSection() []byte {
	if len(b.wide24) == 0 {
		return nil
	}
	out := make([]byte, 1<<24/8)
	for _, p := range b.wide24 {
		a := p.Addr().As4()
		first := binary.BigEndian.Uint32(a[:]) >> 8
		for n := range uint32(1) << max(24-p.Bits(), 0) {
			out[(first+n)/8] |= 1 << ((first + n) % 8)
		}
	}
	return out
}

// tableSection is the exact table, three slots for two records.
func (b *Builder) tableSection() []byte {
	n := len(b.places)*3/2 + 8
	out := make([]byte, 8*n)
	for k, h := range b.hashes {
		i := slotOf(h, n)
		for binary.LittleEndian.Uint32(out[8*i+4:]) != 0 {
			i = (i + 1) % n
		}
		binary.LittleEndian.PutUint32(out[8*i:], uint32(h))
		binary.LittleEndian.PutUint32(out[8*i+4:], b.places[k])
	}
	return out
}

// damaged names the part that is.
func damaged(part string) error { return fmt.Errorf("%w: %s", errDamaged, part) }
