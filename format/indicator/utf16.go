package indicator

import (
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Reader turns UTF-16 into UTF-8 while it is read.
type utf16Reader struct {
	r    io.Reader
	big  bool
	left []byte // decoded and not yet given
	odd  []byte // bytes of a unit or pair that is not complete
	err  error
}

// Read implements io.Reader.
func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.left) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		var buf [4096]byte
		n := copy(buf[:], u.odd)
		var m int
		m, u.err = u.r.Read(buf[n:])
		u.decode(buf[:n+m])
	}
	n := copy(p, u.left)
	u.left = u.left[n:]
	return n, nil
}

func (u *utf16Reader) decode(b []byte) {
	u.left, u.odd = u.left[:0], nil
	for len(b) >= 2 {
		r, n := rune(u.unit(b)), 2
		if utf16.IsSurrogate(r) {
			if len(b) < 4 && u.err == nil {
				break
			}
			if len(b) >= 4 {
				r, n = utf16.DecodeRune(r, rune(u.unit(b[2:]))), 4
			} else {
				r = utf8.RuneError
			}
		}
		u.left, b = utf8.AppendRune(u.left, r), b[n:]
	}
	u.odd = append(u.odd, b...)
}

func (u *utf16Reader) unit(b []byte) uint16 {
	if u.big {
		return uint16(b[0])<<8 | uint16(b[1])
	}
	return uint16(b[1])<<8 | uint16(b[0])
}
