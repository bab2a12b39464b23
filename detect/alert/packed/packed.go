// Package packed reads the forms in which many rows of alerts are stored as one
// value. They are hostile until read: no count is believed that the bytes left
// cannot hold.
package packed

import "encoding/binary"

// Reader reads what binary.AppendUvarint and Text wrote; after the first fault it
// gives zeros.
type Reader struct {
	b   []byte
	bad bool
}

// Read begins at the start of b.
func Read(b []byte) *Reader { return &Reader{b: b} }

// Bad reports whether there was a fault.
func (r *Reader) Bad() bool { return r.bad }

// Byte reads one.
func (r *Reader) Byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

// Uvarint reads a number.
func (r *Reader) Uvarint() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

// Count is a number of things of at least one byte each.
func (r *Reader) Count() int {
	n := r.Uvarint()
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return 0
	}
	return int(n)
}

// Text reads a length and as many bytes.
func (r *Reader) Text() string {
	n := r.Count()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

// Pick reads the place of one of texts.
func (r *Reader) Pick(texts []string) string {
	n := r.Uvarint()
	if n >= uint64(len(texts)) {
		r.bad = true
		return ""
	}
	return texts[n]
}
