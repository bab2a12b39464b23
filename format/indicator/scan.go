package indicator

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// Pad is how many bytes before and after its part Scan needs in the buffer.
const Pad = 64

// Hit is a place where an indicator stands.
type Hit struct {
	// Start and End bound it in the buffer; of a pattern of several parts they
	// bound the first part.
	Start, End int
	// record is the place of the indicator in the index.
	record uint64
}

// Scanner finds the indicators of an index in text. One Scanner serves one
// goroutine; many may share an Index.
type Scanner struct {
	x     *Index
	marks marks
	names gathered // names of hosts and files
	rest  gathered // IPv4 addresses and hashes
	hits  []Hit
	parts []part
	seen  map[uint64]int         // the line that told of a record last
	text  [8 + maxName + 10]byte // of a name, in lower case, from 8 on
	url   []byte
	buf   []byte
	from  int
	to    int
	// wideEnd is the end of the last run with letters of other scripts.
	wideEnd int
}

// part is a hit of one part of a pattern.
type part struct {
	Hit
	all, part uint64
	line      int
}

// NewScanner returns a Scanner of the index.
func (x *Index) NewScanner() *Scanner { return &Scanner{x: x, seen: map[uint64]int{}} }

// Indicator is the indicator of a hit of this index.
func (x *Index) Indicator(h Hit) Indicator {
	r, ok := readRecord(x.records, h.record)
	if !ok {
		return Indicator{}
	}
	return x.indicator(&r)
}

// Scan looks through buf[from:to), which should hold whole lines: each
// indicator is told once for each line, at its first place, in the order of
// places. Pad bytes must lie before from and after to; they are overwritten. The
// hits are valid until the next call.
func (s *Scanner) Scan(buf []byte, from, to int) []Hit {
	for i := range Pad {
		buf[from-1-i], buf[to+i] = '\n', '\n'
	}
	s.buf, s.from, s.to, s.hits, s.parts, s.wideEnd = buf, from, to, s.hits[:0], s.parts[:0], 0
	blocks := s.marks.mark(buf, from-Pad, to)
	s.scanNames(blocks)
	s.scanHashes(blocks)
	s.flushNames()
	s.flushRest()
	s.scanIPv6(blocks)
	return s.finish()
}

// scanNames looks at every run that holds a dot. Adding the dots of a run to the
// run carries into the bit behind it: one addition finds the ends of all.
func (s *Scanner) scanNames(blocks int) {
	carry := uint64(0)
	for k := range blocks {
		var sum uint64
		name := s.marks.name.word(k)
		sum, carry = bits.Add64(name, s.marks.dot.word(k), carry)
		for ends := sum &^ name; ends != 0; ends &= ends - 1 {
			at := 64*k + bits.TrailingZeros64(ends)
			st, e := s.marks.name.start(at)+s.marks.begin, at+s.marks.begin
			if odd[s.buf[st-1]] || s.buf[e] >= 0x80 {
				s.oddName(st, e)
				continue
			}
			s.one(st, e)
		}
	}
}

// oddName takes a run that an escape or letters of another script touch.
func (s *Scanner) oddName(st, e int) {
	if s.buf[st-1] >= 0x80 || s.buf[e] >= 0x80 {
		if e > s.wideEnd {
			s.wideEnd = s.wide(st, e)
		}
		return
	}
	s.one(st, e)
	if n := s.escapeBefore(st, e); n > 0 {
		s.one(st+n, e)
	}
}

// one takes a run as an address or a name.
func (s *Scanner) one(st, e int) {
	b := s.buf
	for e > st && isEdge(b[e-1]) {
		e--
	}
	for st < e && (b[st] == '.' || b[st] == '-') {
		st++
	}
	n := e - st
	if n < 3 || n > maxName { // a.b is the shortest
		return
	}
	own := ^uint64(0) << (64 - min(n, window))
	dots := s.marks.dot.before(e-s.marks.begin) & own
	if n < window && s.marks.alpha.before(e-s.marks.begin)&own == 0 { // no domain or file name is made of digits and dots alone
		if n <= 15 && bits.OnesCount64(dots) == 3 {
			if a, ok := octets(b, e, n, dots); ok {
				s.gather(hashIPv4(a), st, e, a)
			}
		}
		return
	}
	dots &^= 1 << 63 >> bits.LeadingZeros64(dots|1) // without the last
	if s.names.add(tailKey((*[32]byte)(b[e-32:e]), min(bits.LeadingZeros64(dots), n, 32)), st, e, 0) {
		s.flushNames()
	}
}

func isEdge(c byte) bool  { return c == '.' || c == '-' || c == '_' }
func isDigit(c byte) bool { return c-'0' <= 9 }

// verifyIPv4 looks an address up: itself, and URLs of it.
func (s *Scanner) verifyIPv4(c *candidate) {
	st, e := int(c.s), int(c.e)
	var key [4]byte
	binary.BigEndian.PutUint32(key[:], c.address)
	s.look(kindIPv4, key[:], c.key, st, e)
	if s.x.maybe(hostKey(c.address)) {
		s.verifyURL(s.buf[st:e], st, e)
	}
}

// mapped is the IPv4-mapped IPv6 address.
func mapped(a uint32) (out [16]byte) {
	out[10], out[11] = 0xff, 0xff
	binary.BigEndian.PutUint32(out[12:], a)
	return out
}

// networks looks for the networks around an address, one try for each prefix
// length in use.
func (s *Scanner) networks(a [16]byte, st, e int) {
	for _, bits := range s.x.prefixes {
		key := [17]byte{byte(bits)}
		copy(key[1:], a[:(bits+7)/8])
		if bits%8 != 0 {
			key[1+bits/8] &= 0xff << (8 - bits%8)
		}
		s.look(kindNet, key[:], hashOf(kindNet, key[:]), st, e)
	}
}

// look tells of every record with that key.
func (s *Scanner) look(kind byte, key []byte, h uint64, st, e int) {
	s.x.find(kind, key, h, func(at uint32, r *record) { s.found(at, r, st, e) })
}

func (s *Scanner) found(at uint32, r *record, st, e int) {
	h := Hit{Start: st, End: e, record: uint64(at)}
	if r.all > 0 {
		s.parts = append(s.parts, part{Hit: h, all: r.all, part: r.part})
		return
	}
	s.hits = append(s.hits, h)
}

// finish puts the hits into order and keeps one of each indicator and line.
func (s *Scanner) finish() []Hit {
	s.joinParts()
	if len(s.hits) < 2 {
		return s.hits
	}
	slices.SortFunc(s.hits, func(a, b Hit) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return int(int64(a.record) - int64(b.record))
	})
	clear(s.seen)
	out, line := s.hits[:0], 1
	for i, h := range s.hits {
		if i > 0 && slices.Contains(s.buf[s.hits[i-1].Start:h.Start], '\n') {
			line++
		}
		if s.seen[h.record] != line {
			s.seen[h.record] = line
			out = append(out, h)
		}
	}
	s.hits = out
	return out
}

// Key tells the indicators of an index apart.
func (h Hit) Key() int64 { return int64(h.record) }
