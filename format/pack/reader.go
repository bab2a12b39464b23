package pack

import (
	"fmt"
	"io"
)

// bounded is the reader that fn gets: at most left bytes, errors with the name.
type bounded struct {
	r    io.Reader
	name string
	size int64
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.size += int64(n)
	if b.size > b.left {
		return 0, &Error{Kind: ErrTooLarge, Entry: b.name, Detail: fmt.Sprintf("more than %d bytes", b.left)}
	}
	if err != nil && err != io.EOF {
		return n, damaged(b.name, err)
	}
	return n, err
}

// spender counts unpacked bytes against the walk's bounds.
type spender struct {
	w    *walker
	name string
	r    io.Reader
}

func (s *spender) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if over := s.w.spend(s.name, int64(n)); over != nil {
		return 0, over
	}
	return n, err
}

// counter counts packed bytes.
type counter struct {
	r io.Reader
	n *int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	*c.n += int64(n)
	return n, err
}

// failing gives its error instead of bytes.
type failing struct{ err *Error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
