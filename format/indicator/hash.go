package indicator

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
)

// A key is what the exact table is asked for: its kind and its bytes.
const (
	kindIPv4   = 'a' // 4 bytes
	kindIPv6   = '6' // 16 bytes
	kindNet    = 'c' // prefix length, then the masked address in 16 bytes
	kindDomain = 'd'
	kindURL    = 'u'
	kindMail   = 'm'
	kindHash   = 'h' // raw, 16, 20 or 32 bytes
	kindFile   = 'f' // the name by which it is found
	kindAll    = '&' // a pattern of several parts; in no table
)

const (
	k0 = 0x9e3779b97f4a7c15
	k1 = 0xd6e8feb86659fd93
	k2 = 0xa0761d6478bd642f
)

// mix folds the 128-bit product, so that every bit of both counts.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// hashing is a running hash, byte by byte, so that the prefixes of a URL come
// with the whole.
type hashing uint64

func start(kind byte) hashing { return hashing(k0 ^ uint64(kind)*k2) }

func (h hashing) add(c byte) hashing { return (h ^ hashing(c)) * 0x100000001b3 }

func (h hashing) sum() uint64 { return mix(uint64(h)^k1, k2) }

// hashOf is the hash of a key.
func hashOf(kind byte, key []byte) uint64 {
	switch kind {
	case kindIPv4:
		return hashIPv4(binary.BigEndian.Uint32(key))
	case kindHash:
		var text [16]byte
		hex.Encode(text[:], key[:8])
		return hashDigest(text[:], 2*len(key))
	case kindDomain, kindFile:
		b, h := append(make([]byte, 8, 8+len(key)), key...), uint64(k0)
		for e := len(b); e > 8; {
			st := labelStart(b, 8, e)
			h, e = addLabel(h, b, st, e), st
		}
		return h
	}
	h := start(kind)
	for _, c := range key {
		h = h.add(c)
	}
	return h.sum()
}

// addLabel goes on with the hash of a name from its end with the label b[st:e),
// the dot behind it included, so that the hash of each domain above comes with
// the whole. Eight bytes must lie before the name. Domains, files and hosts of
// the same name have the same hash: the filter answers for all of them at once.
func addLabel(h uint64, b []byte, st, e int) uint64 {
	for ; e-st > 8; e -= 8 {
		h = mix(h^load(b, e-8), k1)
	}
	return mix(h^load(b, e-8)>>(64-8*(e-st)), k2)
}

// labelStart is where the last label of the name b[st:e) begins; a dot at the end
// belongs to it.
func labelStart(b []byte, st, e int) int {
	for e--; e > st && b[e-1] != '.'; e-- {
	}
	return e
}

func hashIPv4(a uint32) uint64 { return mix(uint64(a)^k0, k1) }

// hostKey is the filter's key of an IPv4 address that is the host of a URL or a
// mail address; no table has it.
func hostKey(a uint32) uint64 { return mix(uint64(a)^k2, k1) }

// hashDigest takes the first 16 digits, in any case, of what is random already,
// and the number of digits.
func hashDigest(digits []byte, n int) uint64 {
	return mix((load(digits, 0)|fold)^k0^uint64(n), (load(digits, 8)|fold)^k2)
}

const fold = 0x2020202020202020

// tailMask keeps, of the four words before the end of a name, its last n bytes.
var tailMask = tailMasks()

func tailMasks() (m [33][4]uint64) {
	for n := range m {
		for w := range 4 {
			switch have := min(max(n-8*w, 0), 8); have {
			case 0:
			case 8:
				m[n][w] = ^uint64(0)
			default:
				m[n][w] = ^uint64(0) << (64 - 8*have)
			}
		}
	}
	return m
}

// tailKey is the hash of the last n bytes (0 to 32) of tail, case folded. It
// only feeds the filter: folding by |0x20 takes some bytes for others.
func tailKey(tail *[32]byte, n int) uint64 {
	m := &tailMask[n]
	a := (binary.LittleEndian.Uint64(tail[24:32]) | fold) & m[0]
	b := (binary.LittleEndian.Uint64(tail[16:24]) | fold) & m[1]
	c := (binary.LittleEndian.Uint64(tail[8:16]) | fold) & m[2]
	d := (binary.LittleEndian.Uint64(tail[0:8]) | fold) & m[3]
	return mix(mix(a^k0, b^k1)^uint64(n), mix(c^k2, d^k0)^k1)
}

// nameKey is the filters' key of a name: the hash of so many of its last labels.
func nameKey(name string, labels int) uint64 {
	n, dots := 0, 0
	for n < len(name) && n < 32 {
		if name[len(name)-1-n] == '.' {
			if dots++; dots == labels {
				break
			}
		}
		n++
	}
	var tail [32]byte
	copy(tail[32-n:], name[len(name)-n:])
	return tailKey(&tail, n)
}

// wholeKey is the key of what has no more than the last two labels that gave key.
func wholeKey(key uint64) uint64 { return mix(key^k1, k2) }

// bloomBits is the pattern of a key in its word: four bits.
func bloomBits(key uint64) uint64 {
	return 1<<(key&63) | 1<<(key>>6&63) | 1<<(key>>12&63) | 1<<(key>>18&63)
}

// slotOf spreads the upper half of a hash over n slots.
func slotOf(h uint64, n int) int { return int((h >> 32) * uint64(n) >> 32) }
