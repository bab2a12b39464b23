//go:build goexperiment.simd && amd64

package indicator

import (
	"math/rand/v2"
	"simd/archsimd"
	"testing"
)

// TestVectorsEqualPlain holds what the vectors note to what the table says, for
// every byte in every place of a block and its neighbours at random.
func TestVectorsEqualPlain(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	text := make([]byte, 64*256*64)
	for i := range text {
		text[i] = byte(r.UintN(256))
	}
	for c := range 256 {
		for at := range 64 {
			text[(c*64+at)*64+at] = byte(c)
		}
	}
	noted := func(by func(*marks, []byte)) (m marks) {
		for _, k := range []*mark{&m.name, &m.alpha, &m.dot, &m.colon, &m.hex} {
			*k = make(mark, len(text)/8)
		}
		by(&m, text)
		return m
	}
	want := noted(classifyPlain)
	for name, way := range map[string]struct {
		here bool
		by   func(*marks, []byte)
	}{"AVX-512": {archsimd.X86.AVX512VBMI(), classify512}, "AVX2": {archsimd.X86.AVX2(), classify256}} {
		if !way.here {
			t.Logf("%s: this processor has it not", name)
			continue
		}
		got := noted(way.by)
		for class, pair := range map[string][2]mark{"name": {want.name, got.name}, "alpha": {want.alpha, got.alpha}, "dot": {want.dot, got.dot},
			"colon": {want.colon, got.colon}, "hex": {want.hex, got.hex}} {
			for i := range pair[0] {
				if pair[0][i] != pair[1][i] {
					t.Fatalf("%s: %s of %q is %08b, not %08b", name, class, text[8*i:8*i+8], pair[1][i], pair[0][i])
				}
			}
		}
	}
}
