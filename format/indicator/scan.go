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
	names [batch]candidate
	count int
	hits  []Hit
	parts []part
	seen  map[uint64]int    // the line that told of a record last
	text  [maxName + 3]byte // of a name, in lower case
	url   []byte
	buf   []byte
	from  int
	to    int
}

// batch is how many names are gathered before the filter is asked, so that the
// misses of its cache lines overlap.
const batch = 256

type candidate struct {
	key     uint64
	s, e    int32
	address uint32 // of an IPv4 address
	isName  bool
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
	s.buf, s.from, s.to, s.hits, s.parts, s.count = buf, from, to, s.hits[:0], s.parts[:0], 0
	s.scanNames()
	s.scanHashes()
	s.scanIPv6()
	return s.finish()
}

// scanNames looks at every run that holds a dot.
func (s *Scanner) scanNames() {
	b, to := s.buf, s.to
	for i := s.from; i < to; {
		d := equal(load(b, i), '.')
		if d == 0 {
			i += 8
			continue
		}
		dot := i + bits.TrailingZeros64(d)>>3
		st, e := nameStart(b, dot), nameEnd(b, dot+1)
		if i = e; odd[b[st-1]] || b[e] >= 0x80 {
			i = s.oddName(st, e)
			continue
		}
		s.one(st, e)
	}
	s.flush()
}

// oddName takes a run that an escape or letters of another script touch, and
// returns where to go on.
func (s *Scanner) oddName(st, e int) int {
	if s.buf[st-1] >= 0x80 || s.buf[e] >= 0x80 {
		return s.wide(st, e)
	}
	s.one(st, e)
	if n := s.escapeBefore(st, e); n > 0 {
		s.one(st+n, e)
	}
	return e
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
	if e-st < 3 || e-st > maxName { // a.b is the shortest
		return
	}
	if isDigit(b[st]) && isDigit(b[e-1]) && e-st <= 15 {
		if a, ok := octets(b, st, e); ok {
			s.gather(candidate{key: hashIPv4(a), s: int32(st), e: int32(e), address: a})
			return
		}
		if isNumber(b[st:e]) {
			return
		}
	}
	s.gather(candidate{key: tailKey((*[32]byte)(b[e-32:e]), lastLabels(b, st, e)), s: int32(st), e: int32(e), isName: true})
}

// isNumber reports whether a name is made of digits and dots, as decimals and
// times are: no domain or file name is.
func isNumber(b []byte) bool {
	for _, c := range b {
		if c > '9' || c == '-' {
			return false
		}
	}
	return true
}

func (s *Scanner) gather(c candidate) {
	s.names[s.count] = c
	if s.count++; s.count == batch {
		s.flush()
	}
}

func isEdge(c byte) bool  { return c == '.' || c == '-' || c == '_' }
func isDigit(c byte) bool { return c-'0' <= 9 }

// flush asks the filter for all gathered names, and the table for the few that
// pass.
func (s *Scanner) flush() {
	filter, words, nets := s.x.filter, s.x.words, s.x.nets
	for i := range s.names[:s.count] {
		c := &s.names[i]
		m := bloomBits(c.key)
		passed := binary.LittleEndian.Uint64(filter[8*slotOf(c.key, words):])&m == m
		if passed && c.isName {
			s.verifyName(int(c.s), int(c.e))
		}
		if !c.isName && (passed || len(nets) > 0) {
			s.address(c, passed)
		}
	}
	s.count = 0
}

// address looks an IPv4 address up: itself, the networks around it, URLs of it.
func (s *Scanner) address(c *candidate, passed bool) {
	st, e, a := int(c.s), int(c.e), c.address
	if n := s.x.nets; len(n) > 0 && n[a>>11]&(1<<(a>>8&7)) != 0 {
		s.networks(mapped(a), st, e)
	}
	if passed {
		var key [4]byte
		binary.BigEndian.PutUint32(key[:], a)
		s.look(kindIPv4, key[:], c.key, st, e)
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
