package indicator

import (
	"encoding/hex"
	"math/bits"
	"net/netip"
)

// scanHashes looks at runs of hexadecimal digits. One of 32 or more covers one
// of the words tried, as they are 24 bytes apart: of three bytes two are never
// looked at.
func (s *Scanner) scanHashes() {
	if c := s.x.counts; c[MD5]+c[SHA1]+c[SHA256]+c[0] == 0 {
		return
	}
	b, done := s.buf, s.from
	for i := s.from; i < s.to; i += 24 {
		if hexMask(load(b, i)) != tops || i < done {
			continue
		}
		st, e := i, i+8
		for isWord(b[st-1]) && i-st < 64 {
			st--
		}
		for isWord(b[e]) && e-st < 66 {
			e++
		}
		done = e
		s.hash(st, e)
	}
}

// hash looks a run of letters and digits up.
func (s *Scanner) hash(st, e int) {
	n := e - st
	if n != 32 && n != 40 && n != 64 || st < s.from || isWord(s.buf[st-1]) || isWord(s.buf[e]) {
		return
	}
	var raw [32]byte
	if _, err := hex.Decode(raw[:], s.buf[st:e]); err != nil {
		return
	}
	d := raw[:n/2]
	s.look(kindHash, d, hashDigest(d), st, e)
}

// scanIPv6 looks at what may be an IPv6 address: two colons together, or, as
// the full form has a colon in every five bytes and is 15 long at least, a word
// all of whose bytes belong to an address.
func (s *Scanner) scanIPv6() {
	if c := s.x.counts; c[IPv4]+c[IPv6]+c[CIDR]+c[0] == 0 {
		return
	}
	b, done := s.buf, s.from
	for i := s.from; i < s.to; i += 8 {
		x := load(b, i)
		colon := equal(x, ':')
		if colon == 0 {
			continue
		}
		double := colon & (colon << 8)
		if b[i-1] == ':' {
			double |= colon & 0x80
		}
		for ; double != 0; double &= double - 1 {
			if at := i + bits.TrailingZeros64(double)>>3; at >= done {
				done = s.ipv6(at)
			}
		}
		if i >= done && addressMask(x) == tops {
			done = s.ipv6(i)
		}
	}
}

// ipv6 takes the run around a place and returns its end.
func (s *Scanner) ipv6(at int) (end int) {
	b := s.buf
	st, e := at, at
	for isAddress(b[st-1]) && at-st < 64 {
		st--
	}
	for isAddress(b[e]) && e-at < 64 {
		e++
	}
	end = max(e, at+1)
	if isAddress(b[st-1]) || isAddress(b[e]) {
		return end
	}
	st, e = trimAddress(b, st, e)
	if e-st < 2 || e-st > 45 || joined(b, st-1) || joined(b, e) || !mayBeIPv6(b[st:e]) {
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

// mayBeIPv6 passes over times and hardware addresses: an address has two
// colons together, or six or seven.
func mayBeIPv6(b []byte) bool {
	n := 0
	for i, c := range b {
		if c == ':' {
			if n++; i > 0 && b[i-1] == ':' {
				return true
			}
		}
	}
	return n == 7 || n == 6
}

func isAddress(c byte) bool {
	return isDigit(c) || lowerByte(c)-'a' < 6 || c == ':' || c == '.'
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
