package indicator

import (
	"encoding/hex"
	"math/bits"
	"net/netip"
)

// scanHashes looks at runs of hexadecimal digits. One of 32 or more fills one of
// the quarters of 16 that a block has.
func (s *Scanner) scanHashes(blocks int) {
	if c := s.x.counts; c[MD5]+c[SHA1]+c[SHA256]+c[0] == 0 {
		return
	}
	const low, top = 0x0001_0001_0001_0001, 0x8000_8000_8000_8000
	for k := range blocks {
		gaps := ^s.marks.hex.word(k)
		full := (gaps - low) &^ gaps & top // of the quarters without a gap the lowest is sure
		for ; full != 0; full &= full - 1 {
			s.hash(64*k + bits.TrailingZeros64(full) - 15)
		}
	}
}

// hash looks up the run that fills the 16 bytes from a place of the marks on, if
// they are the first that it fills.
func (s *Scanner) hash(at int) {
	digits := s.marks.hex
	first := bits.LeadingZeros64(^digits.before(at))
	if uint16(digits.after(at)) != 0xffff || first >= 16 {
		return
	}
	st := at - first + s.marks.begin
	n := first + bits.TrailingZeros64(^digits.after(at))
	e := st + n
	if n != 32 && n != 40 && n != 64 || isWord(s.buf[st-1]) || isWord(s.buf[e]) {
		return
	}
	s.gather(hashDigest(s.buf[st:e], n), st, e, 0)
}

// verifyHash looks up a run that the filter knows.
func (s *Scanner) verifyHash(st, e int, h uint64) {
	var raw [32]byte
	if _, err := hex.Decode(raw[:], s.buf[st:e]); err == nil {
		s.look(kindHash, raw[:(e-st)/2], h, st, e)
	}
}

// scanIPv6 looks at what may be an IPv6 address: two colons together, or, as
// the full form has six, three with one to four bytes between them. Times have
// two; hardware addresses are told by their number.
func (s *Scanner) scanIPv6(blocks int) {
	if c := s.x.counts; c[IPv4]+c[IPv6]+c[CIDR]+c[0] == 0 {
		return
	}
	var last, lastSecond uint64
	done := 0
	for k := range blocks {
		c := s.marks.colon.word(k)
		second := c & behind(c, last)
		try := c&(c<<1|last>>63) | second&behind(second, lastSecond)
		for last, lastSecond = c, second; try != 0; try &= try - 1 {
			if at := 64*k + bits.TrailingZeros64(try); at >= done {
				done = s.ipv6(at)
			}
		}
	}
}

// behind marks what lies two to five places behind a mark; last is the block before.
func behind(c, last uint64) uint64 {
	return c<<2 | last>>62 | c<<3 | last>>61 | c<<4 | last>>60 | c<<5 | last>>59
}

// ipv6 takes the run around a place of the marks and returns its end there.
func (s *Scanner) ipv6(at int) (end int) {
	m, b := &s.marks, s.buf
	st, e := m.address(at)
	end = max(e, at+1)
	if at-st > 64 || e-at > 64 {
		return end
	}
	st, e = trimAddress(b, st+m.begin, e+m.begin)
	st += literalTag(b, st, e)
	if e-st < 2 || e-st > 45 || joined(b, st-1) || joined(b, e) {
		return end
	}
	colons := m.colon.before(e-m.begin) >> (64 - (e - st)) // two together, or six or seven: times and hardware addresses have not
	if n := bits.OnesCount64(colons); colons&(colons<<1) == 0 && n != 6 && n != 7 {
		return end
	}
	a, err := netip.ParseAddr(string(b[st:e]))
	if err != nil || !a.Is6() {
		return end
	}
	key := a.As16()
	if a.Is4In6() {
		v4 := key[12:]
		s.look(kindIPv4, v4, hashOf(kindIPv4, v4), st, e)
	} else {
		s.look(kindIPv6, key[:], hashOf(kindIPv6, key[:]), st, e)
	}
	s.networks(key, st, e)
	return end
}

// literalTag is how many bytes at st belong to "IPv6:", which mail servers write
// before an address (RFC 5321 section 4.1.3): its last two look like a part of it.
func literalTag(b []byte, st, e int) int {
	if e-st > 2 && b[st] == '6' && b[st+1] == ':' && lowerByte(b[st-1]) == 'v' && lowerByte(b[st-2]) == 'p' && lowerByte(b[st-3]) == 'i' && !joined(b, st-4) {
		return 2
	}
	return 0
}

// address is the run around a place of what addresses are written with, or so
// much of it that it is too long for one.
func (m *marks) address(at int) (st, e int) {
	for st = at; at-st <= 64; {
		n := bits.LeadingZeros64(^(m.hex.before(st) | m.colon.before(st) | m.dot.before(st)))
		if st -= n; n < window {
			break
		}
	}
	for e = at; e-at <= 64; {
		n := bits.TrailingZeros64(^(m.hex.after(e) | m.colon.after(e) | m.dot.after(e)))
		if e += n; n < window {
			break
		}
	}
	return st, e
}

// joined reports whether the byte makes an address a piece of something longer.
func joined(b []byte, i int) bool { return isWord(b[i]) || b[i] == '_' || b[i] == '-' }

// trimAddress leaves out the dots and single colons around an address.
func trimAddress(b []byte, st, e int) (int, int) {
	for st < e && (b[st] == '.' || b[st] == ':' && !(st+1 < e && b[st+1] == ':')) {
		st++
	}
	for st < e && (b[e-1] == '.' || b[e-1] == ':' && !(e-2 >= st && b[e-2] == ':')) {
		e--
	}
	return st, e
}
