package pack

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

// members reads gzip members one after the other. What follows the last one has a
// reason of its own: read as a further member it would be told as a log that ends
// too early. Zeros, with which tapes and blocks are filled up, end nothing.
type members struct {
	in *bufio.Reader
	z  *gzip.Reader
}

var errBehind = errors.New("all was read, and what follows its end is no gzip")

func newGzip(r io.Reader) (*members, error) {
	in, ok := r.(*bufio.Reader)
	if !ok {
		in = bufio.NewReader(r)
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &members{in, z}, nil
}

// Read implements io.Reader.
func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.z.Read(p)
		if !errors.Is(err, io.EOF) || n > 0 {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return n, err
		}
		if err := m.next(); err != nil {
			return 0, err
		}
	}
}

// next begins the next member; io.EOF when there is none.
func (m *members) next() error {
	for {
		c, err := m.in.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 {
			break
		}
	}
	if err := m.in.UnreadByte(); err != nil {
		return err
	}
	if head, err := m.in.Peek(2); string(head) != "\x1f\x8b" {
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		return errBehind
	}
	err := m.z.Reset(m.in)
	m.z.Multistream(false)
	return err
}
