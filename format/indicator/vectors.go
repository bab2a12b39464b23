//go:build goexperiment.simd && amd64

package indicator

import (
	"encoding/binary"
	"simd/archsimd"
)

// Built with GOEXPERIMENT=simd, classes of 64 or 32 bytes are found at once where
// the processor has the vectors for it. The experiment is outside of the promise
// of Go 1, so the plain way stays the default; vectors_test.go holds all ways
// equal.
var classify = func() func(*marks, []byte) {
	switch {
	case archsimd.X86.AVX512VBMI():
		return classify512
	case archsimd.X86.AVX2():
		return classify256
	}
	return classifyPlain
}()

// classify512 looks 64 bytes up in the table of classes by one instruction,
// which takes the lower seven bits of each as its place.
func classify512(m *marks, text []byte) {
	low, high := archsimd.LoadUint8x64((*[64]byte)(classes[:])), archsimd.LoadUint8x64((*[64]byte)(classes[64:]))
	none, top := archsimd.BroadcastUint8x64(0), archsimd.BroadcastUint8x64(0x80)
	inName, isAlpha, isDot := archsimd.BroadcastUint8x64(inName), archsimd.BroadcastUint8x64(isAlpha), archsimd.BroadcastUint8x64(isDot)
	isColon, isHex := archsimd.BroadcastUint8x64(isColon), archsimd.BroadcastUint8x64(isHex)
	for at := 0; at+64 <= len(text); at += 64 {
		x := archsimd.LoadUint8x64((*[64]byte)(text[at:]))
		c := low.ConcatPermute(high, x).Masked(x.Less(top))
		n := at / 8
		binary.LittleEndian.PutUint64(m.name[n:], c.And(inName).NotEqual(none).ToBits())
		binary.LittleEndian.PutUint64(m.alpha[n:], c.And(isAlpha).NotEqual(none).ToBits())
		binary.LittleEndian.PutUint64(m.dot[n:], c.And(isDot).NotEqual(none).ToBits())
		binary.LittleEndian.PutUint64(m.colon[n:], c.And(isColon).NotEqual(none).ToBits())
		binary.LittleEndian.PutUint64(m.hex[n:], c.And(isHex).NotEqual(none).ToBits())
	}
}

// Bytes of a group share the upper half and a span of the lower: what a byte is
// in is what both its halves are in. Bytes from 0x80 on are in none, as the
// shuffle gives zero for them.
const (
	digits     = 1 << iota // 3, 0 to 9
	colons                 // 3, 10
	dots                   // 2, 14
	dashes                 // 2, 13
	hexLetters             // 4 and 6, 1 to 6
	toO                    // 4 and 6, 7 to 15
	toZ                    // 5 and 7, 0 to 10
	underlines             // 5, 15
)

var (
	upperHalf = [32]byte{0, 0, dots | dashes, digits | colons, hexLetters | toO, toZ | underlines, hexLetters | toO, toZ, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, dots | dashes, digits | colons, hexLetters | toO, toZ | underlines, hexLetters | toO, toZ}
	lowerHalf = func() (t [32]byte) {
		for n := range t {
			switch n := n & 15; {
			case n == 0:
				t[n] = digits | toZ
			case n <= 6:
				t[n] = digits | hexLetters | toZ
			case n <= 9:
				t[n] = digits | toO | toZ
			case n == 10:
				t[n] = colons | toO | toZ
			case n == 13:
				t[n] = dashes | toO
			case n == 14:
				t[n] = dots | toO
			case n == 15:
				t[n] = underlines | toO
			default:
				t[n] = toO
			}
		}
		copy(t[16:], t[:16])
		return t
	}()
)

// classify256 looks both halves of 32 bytes up by shuffles.
func classify256(m *marks, text []byte) {
	upper, lower := archsimd.LoadUint8x32(&upperHalf), archsimd.LoadUint8x32(&lowerHalf)
	none, half := archsimd.BroadcastUint8x32(0), archsimd.BroadcastUint8x32(15)
	inNames, isAlpha, isDot := archsimd.BroadcastUint8x32(0xff-colons), archsimd.BroadcastUint8x32(dashes|hexLetters|toO|toZ|underlines), archsimd.BroadcastUint8x32(dots)
	isColon, isHex := archsimd.BroadcastUint8x32(colons), archsimd.BroadcastUint8x32(digits|hexLetters)
	by4 := archsimd.BroadcastUint16x16(1 << 12) // the upper half of a product with it: a shift by four, whose count would be loaded for each block
	for at := 0; at+32 <= len(text); at += 32 {
		x := archsimd.LoadUint8x32((*[32]byte)(text[at:]))
		up := x.AsUint16x16().MulHigh(by4).AsUint8x32().And(half)
		c := lower.PermuteOrZeroGrouped(x.AsInt8x32()).And(upper.PermuteOrZeroGrouped(up.AsInt8x32()))
		n := at / 8
		binary.LittleEndian.PutUint32(m.name[n:], ^c.And(inNames).Equal(none).ToBits())
		binary.LittleEndian.PutUint32(m.alpha[n:], ^c.And(isAlpha).Equal(none).ToBits())
		binary.LittleEndian.PutUint32(m.dot[n:], ^c.And(isDot).Equal(none).ToBits())
		binary.LittleEndian.PutUint32(m.colon[n:], ^c.And(isColon).Equal(none).ToBits())
		binary.LittleEndian.PutUint32(m.hex[n:], ^c.And(isHex).Equal(none).ToBits())
	}
	archsimd.ClearAVXUpperBits()
}
