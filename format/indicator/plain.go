//go:build !goexperiment.simd || !amd64

package indicator

// classify is what notes the classes of whole blocks of 64 bytes.
func classify(m *marks, text []byte) { classifyPlain(m, text) }
