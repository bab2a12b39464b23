package retro

import (
	"encoding/binary"
	"math/bits"
)

// salt keys the hashes: 128 bits, chosen once.
type salt [2]uint64

// sum is SipHash-2-4 (Aumasson, Bernstein 2012) of a kind and a value: fast, and
// without the key nobody can try values out or make them collide.
func (k salt) sum(kind byte, value []byte) uint64 {
	v0, v1, v2, v3 := k[0]^0x736f6d6570736575, k[1]^0x646f72616e646f6d, k[0]^0x6c7967656e657261, k[1]^0x7465646279746573
	round := func() {
		v0 += v1
		v1 = bits.RotateLeft64(v1, 13) ^ v0
		v0 = bits.RotateLeft64(v0, 32)
		v2 += v3
		v3 = bits.RotateLeft64(v3, 16) ^ v2
		v0 += v3
		v3 = bits.RotateLeft64(v3, 21) ^ v0
		v2 += v1
		v1 = bits.RotateLeft64(v1, 17) ^ v2
		v2 = bits.RotateLeft64(v2, 32)
	}
	length := uint64(len(value) + 1)
	word, n := uint64(kind), uint(8)
	block := func(m uint64) {
		v3 ^= m
		round()
		round()
		v0 ^= m
	}
	if len(value) >= 7 { // fill the first word, then go by eight
		for _, c := range value[:7] {
			word |= uint64(c) << n
			n += 8
		}
		block(word)
		value, word, n = value[7:], 0, 0
		for len(value) >= 8 {
			block(binary.LittleEndian.Uint64(value))
			value = value[8:]
		}
	}
	for _, c := range value {
		word |= uint64(c) << n
		n += 8
	}
	block(word | length<<56)
	v2 ^= 0xff
	for range 4 {
		round()
	}
	return v0 ^ v1 ^ v2 ^ v3
}
