package indicator

import (
	"encoding/binary"
	"math/bits"
)

// Eight bytes at once in a plain register: the result of each of these has the
// top bit of every byte that belongs to the class, in the order of the bytes.
const (
	ones = 0x0101010101010101
	tops = 0x8080808080808080
	low7 = 0x7f7f7f7f7f7f7f7f
)

func load(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i : i+8 : i+8]) }

// equal marks the bytes that are c; it is exact, without the borrow of the
// shorter formula.
func equal(x uint64, c byte) uint64 {
	y := x ^ ones*uint64(c)
	return ^((y&low7 + low7) | y) & tops
}

// from marks the bytes of x7 (all below 0x80) that are c or more.
func from(x7 uint64, c byte) uint64 { return x7 + ones*uint64(0x80-c) }

// nameMask marks ASCII letters, digits and "._-".
func nameMask(x uint64) uint64 {
	x7 := x & low7
	folded := x7 | fold
	letter := from(folded, 'a') &^ from(folded, 'z'+1)
	digit := from(x7, '-') &^ from(x7, '9'+1)         // - . / 0-9
	slash := ^((x7 ^ ones*'/') + low7)                // marks '/'
	line := ^((x7 ^ ones*'_') + low7)                 // marks '_'
	return (letter | digit&^slash | line) &^ x & tops // nothing above 0x7f
}

// hexMask marks hexadecimal digits.
func hexMask(x uint64) uint64 {
	x7 := x & low7
	folded := x7 | fold
	letter := from(folded, 'a') &^ from(folded, 'f'+1)
	digit := from(x7, '0') &^ from(x7, '9'+1)
	return (letter | digit) &^ x & tops
}

// addressMask marks what an IPv6 address is written with.
func addressMask(x uint64) uint64 {
	x7 := x & low7
	folded := x7 | fold
	letter := from(folded, 'a') &^ from(folded, 'f'+1)
	digit := from(x7, '0') &^ from(x7, ':'+1)
	dot := ^((x7 ^ ones*'.') + low7)
	return (letter | digit | dot) &^ x & tops
}

// nameEnd is the first place at or after i that is no byte of a name.
func nameEnd(b []byte, i int) int {
	for {
		if m := nameMask(load(b, i)) ^ tops; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
}

// nameStart is the place after the last one before i that is no byte of a name.
func nameStart(b []byte, i int) int {
	for {
		if m := nameMask(load(b, i-8)) ^ tops; m != 0 {
			return i - bits.LeadingZeros64(m)>>3
		}
		i -= 8
	}
}

// octets reads b[s:e) as an IPv4 address in dotted decimals.
func octets(b []byte, s, e int) (a uint32, ok bool) {
	v, digits, dots := uint32(0), 0, 0
	for _, c := range b[s:e] {
		switch d := uint32(c - '0'); {
		case d <= 9 && digits < 3 && (digits == 0 || v != 0):
			v, digits = v*10+d, digits+1
		case c == '.' && digits > 0 && v < 256 && dots < 3:
			a, v, digits, dots = a<<8|v, 0, 0, dots+1
		default:
			return 0, false
		}
	}
	return a<<8 | v, dots == 3 && digits > 0 && v < 256
}

// lastLabels is the length of the last two labels of the name b[s:e), with the
// dot between them, at most 32; b has 32 bytes before e.
func lastLabels(b []byte, s, e int) int {
	m := dotBits(load(b, e-8))<<24 | dotBits(load(b, e-16))<<16 | dotBits(load(b, e-24))<<8 | dotBits(load(b, e-32))
	n := min(e-s, 32)
	m = m >> (32 - n) << (32 - n)             // the lowest bits lie before the name
	m &^= 1 << 31 >> bits.LeadingZeros32(m|1) // without the last dot
	if m == 0 {
		return n
	}
	return bits.LeadingZeros32(m)
}

// dotBits has a bit for each dot of eight bytes, the first byte's lowest.
func dotBits(x uint64) uint32 {
	return uint32((equal(x, '.') >> 7) * 0x0102040810204080 >> 56 & 0xff)
}
