package logline

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// Decode gives a text without its byte order mark, as UTF-8 if the mark says
// UTF-16. Everything else, Latin-1 above all, stays as it is, byte for byte.
func Decode(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 4096)
	head, _ := b.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(3)
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		_, _ = b.Discard(2)
		return &utf16Reader{r: b, low: 0, high: 1}
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		_, _ = b.Discard(2)
		return &utf16Reader{r: b, low: 1, high: 0}
	}
	return b
}

// utf16Reader turns UTF-16 into UTF-8. Halves of a pair that stand alone become
// U+FFFD, as does an odd last byte.
type utf16Reader struct {
	r         io.Reader
	low, high int // place of the low and high byte in a unit
	in        [8192]byte
	held      int // bytes of in that wait for more
	store     []byte
	out       []byte // of store, not yet given
	err       error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.more()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

func (u *utf16Reader) more() {
	n, err := u.r.Read(u.in[u.held:])
	n += u.held
	u.err = err
	out, at := u.store[:0], 0
	for ; at+2 <= n; at += 2 {
		c := rune(u.in[at+u.low]) | rune(u.in[at+u.high])<<8
		if utf16.IsSurrogate(c) {
			if at+4 > n && err == nil {
				break
			}
			if at+4 <= n {
				pair := utf16.DecodeRune(c, rune(u.in[at+2+u.low])|rune(u.in[at+2+u.high])<<8)
				if pair != utf8.RuneError {
					at += 2
				}
				c = pair
			}
		}
		out = utf8.AppendRune(out, c) // a lone half becomes U+FFFD
	}
	if at < n && err != nil {
		out, at = utf8.AppendRune(out, utf8.RuneError), n
	}
	u.held = copy(u.in[:], u.in[at:n])
	u.store, u.out = out, out
}
