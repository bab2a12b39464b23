package indicator

import (
	"encoding/binary"
	"math/bits"
)

// batch is how many pieces of text are gathered before the filter is asked, so
// that the misses of its cache lines overlap.
const batch = 256

// candidate is a piece of text that the filter is asked for.
type candidate struct {
	key     uint64
	s, e    int32
	address uint32 // of an IPv4 address; 0 of all else, and of 0.0.0.0
}

// hash tells a hash from an address, which is shorter.
func (c *candidate) hash() bool { return c.e-c.s >= 32 }

// gathered are candidates of like kind: what is done with each is the same, and no
// branch depends on the text.
type gathered struct {
	all    [batch]candidate
	words  [batch]uint64 // of the filter
	passed [batch]uint8
	count  int
}

// add reports whether the batch is full and must be flushed.
func (g *gathered) add(key uint64, st, e int, address uint32) bool {
	c := &g.all[g.count&(batch-1)]
	c.key, c.s, c.e, c.address = key, int32(st), int32(e), address
	g.count++
	return g.count == batch
}

// pass asks a filter of so many words for all, and returns how many pass. The first
// loop only loads.
func (g *gathered) pass(filter []byte, words int) (n int) {
	for i := range g.all[:g.count] {
		g.words[i] = binary.LittleEndian.Uint64(filter[8*slotOf(g.all[i].key, words):])
	}
	for i := range g.all[:g.count] {
		g.passed[n&(batch-1)] = uint8(i)
		n += known(g.words[i], g.all[i].key)
	}
	return n
}

func (s *Scanner) gather(key uint64, st, e int, address uint32) {
	if s.rest.add(key, st, e, address) {
		s.flushRest()
	}
}

// flushNames looks closer at the names of which the first filter knows the last two
// labels, and the other one the last three, or that two are all.
func (s *Scanner) flushNames() {
	g, filter, words, kept := &s.names, s.x.filter, s.x.words, 0
	for _, i := range g.passed[:g.pass(s.x.first, s.x.leading)] {
		c := &g.all[i]
		g.passed[kept] = i
		kept += asked(filter, s.threeLabels(int(c.s), int(c.e)), words) | asked(filter, wholeKey(c.key), words)
	}
	for _, i := range g.passed[:kept] {
		s.verifyName(int(g.all[i].s), int(g.all[i].e))
	}
	g.count = 0
}

// flushRest looks closer at the addresses and hashes that both filters know, an
// address also as the host of a URL.
func (s *Scanner) flushRest() {
	g, filter, words, nets, kept := &s.rest, s.x.filter, s.x.words, s.x.nets, 0
	for _, i := range g.passed[:g.pass(s.x.first, s.x.leading)] {
		c := &g.all[i]
		g.passed[kept] = i
		kept += asked(filter, c.key, words) | asked(filter, hostKey(c.address), words)
	}
	for _, i := range g.passed[:kept] {
		if c := &g.all[i]; c.hash() {
			s.verifyHash(int(c.s), int(c.e), c.key)
		} else {
			s.verifyIPv4(c)
		}
	}
	for i := 0; i < g.count && len(nets) > 0; i++ {
		if c := &g.all[i]; nets[c.address>>11]&(1<<(c.address>>8&7)) != 0 && !c.hash() {
			s.networks(mapped(c.address), int(c.s), int(c.e))
		}
	}
	g.count = 0
}

// asked is one if a filter of so many words knows the key.
func asked(filter []byte, key uint64, words int) int {
	return known(binary.LittleEndian.Uint64(filter[8*slotOf(key, words):]), key)
}

// known is one if the word of a filter has all bits of the key.
func known(word, key uint64) int {
	absent := bloomBits(key) &^ word
	return int((^absent & (absent - 1)) >> 63) // nothing is absent
}

// threeLabels is the key of the last three labels of a name.
func (s *Scanner) threeLabels(st, e int) uint64 {
	dots := s.marks.dot.before(e - s.marks.begin)
	dots &^= 1 << 63 >> bits.LeadingZeros64(dots|1)
	dots &^= 1 << 63 >> bits.LeadingZeros64(dots|1)
	return tailKey((*[32]byte)(s.buf[e-32:e]), min(bits.LeadingZeros64(dots), e-st, 32))
}
