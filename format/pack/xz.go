package pack

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// xzReader reads the container of the .xz file format 1.2.1: streams of
// blocks of LZMA2, each with its check. The container is ours because a block
// header may ask for a dictionary of 4 GB, and the library gives it before
// anybody can look.
type xzReader struct {
	r     *xzBytes
	block io.Reader // the LZMA2 reader of the open block, nil between blocks
	check hash.Hash // nil where the stream has none that we know
	size  int       // bytes of a check
	err   error
}

// maxDictionary bounds a block's dictionary; xz -9 asks for 64 MB.
const maxDictionary = 64 << 20

var errXZ = errors.New("xz: damaged")

// xzCheckSize holds bytes of a check by its id (section 2.1.1.2).
var xzCheckSize = [16]int{0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64}

func newXZ(r io.Reader) (*xzReader, error) {
	x := &xzReader{r: &xzBytes{r: bufio.NewReader(r)}}
	return x, x.streamHeader()
}

func (x *xzReader) Read(p []byte) (int, error) {
	for x.err == nil {
		if x.block == nil {
			x.err = x.nextBlock()
			continue
		}
		n, err := x.block.Read(p)
		if x.check != nil {
			x.check.Write(p[:n])
		}
		if err == io.EOF {
			x.block, err = nil, x.endBlock()
		}
		x.err = noEOF(err)
		if n > 0 {
			return n, nil
		}
	}
	return 0, x.err
}

// noEOF: a container that ends inside a part is cut off, not finished.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// streamHeader reads magic, flags and their CRC (section 2.1.1).
func (x *xzReader) streamHeader() error {
	head, err := x.r.take(12)
	if err != nil {
		return err
	}
	if string(head[:6]) != "\xfd7zXZ\x00" || head[6] != 0 || head[7] > 15 || !crcFits(head[6:8], head[8:12]) {
		return errXZ
	}
	x.size, x.check = xzCheckSize[head[7]], nil
	switch head[7] {
	case 1:
		x.check = crc32.NewIEEE()
	case 4:
		x.check = crc64.New(crc64.MakeTable(crc64.ECMA))
	case 10:
		x.check = sha256.New()
	}
	return nil
}

// nextBlock opens the next block, past indexes, padding and further streams;
// io.EOF is the good end.
func (x *xzReader) nextBlock() error {
	size, err := x.r.ReadByte()
	if err != nil {
		return noEOF(err)
	}
	if size == 0 { // section 4: the index indicator
		if err := x.index(); err != nil {
			return noEOF(err)
		}
		return x.nextStream()
	}
	x.r.n = 0 // a block's padding counts from its header, which is a multiple of four
	head, err := x.r.take(int(size)*4 + 3)
	if err != nil {
		return noEOF(err)
	}
	whole := append([]byte{size}, head...)
	body, sum := whole[:len(whole)-4], whole[len(whole)-4:]
	if !crcFits(body, sum) {
		return errXZ
	}
	dict, err := xzDictionary(body[1:])
	if err != nil {
		return err
	}
	if x.check != nil {
		x.check.Reset()
	}
	x.r.n = 0
	x.block, err = lzma.Reader2Config{DictCap: dict}.NewReader2(x.r)
	return err
}

// xzDictionary reads flags and filters of a block header (section 3.1) for the
// size of the dictionary in bytes.
func xzDictionary(head []byte) (int, error) {
	flags, rest := head[0], head[1:]
	for _, bit := range [...]byte{0x40, 0x80} { // optional sizes
		if flags&bit != 0 {
			_, n := binary.Uvarint(rest)
			if n <= 0 {
				return 0, errXZ
			}
			rest = rest[n:]
		}
	}
	if flags&3 != 0 || len(rest) < 3 || rest[0] != 0x21 || rest[1] != 1 {
		return 0, errors.New("xz: a filter other than LZMA2")
	}
	size, err := lzma.DecodeDictCap(rest[2])
	if err != nil {
		return 0, err
	}
	if size > maxDictionary {
		return 0, fmt.Errorf("xz: a dictionary of %d bytes", size)
	}
	return int(max(size, lzma.MinDictCap)), nil
}

// endBlock reads padding and check of a block (sections 3.3 and 3.4).
func (x *xzReader) endBlock() error {
	if err := x.r.padding(); err != nil {
		return err
	}
	stated, err := x.r.take(x.size)
	if err != nil || x.check == nil {
		return noEOF(err)
	}
	sum := x.check.Sum(nil)
	if x.size != sha256.Size { // the CRCs stand with their least byte first
		for i, j := 0, len(sum)-1; i < j; i, j = i+1, j-1 {
			sum[i], sum[j] = sum[j], sum[i]
		}
	}
	if string(sum) != string(stated) {
		return errors.New("xz: wrong checksum")
	}
	return nil
}

// index passes over an index and the stream's footer; blocks were checked
// themselves.
func (x *xzReader) index() error {
	x.r.n = 1
	records, err := binary.ReadUvarint(x.r)
	for ; err == nil && records > 0; records-- {
		if _, err = binary.ReadUvarint(x.r); err == nil {
			_, err = binary.ReadUvarint(x.r)
		}
	}
	if err == nil {
		err = x.r.padding()
	}
	if err != nil {
		return err
	}
	foot, err := x.r.take(16) // CRC of the index, footer
	if err == nil && string(foot[14:]) != "YZ" {
		err = errXZ
	}
	return err
}

// nextStream passes over stream padding and opens the stream behind it.
func (x *xzReader) nextStream() error {
	for {
		lead, err := x.r.r.Peek(4)
		if len(lead) == 0 && err == io.EOF {
			return io.EOF
		}
		if err != nil {
			return noEOF(err)
		}
		if string(lead) != "\x00\x00\x00\x00" {
			return noEOF(x.streamHeader())
		}
		if _, err := x.r.take(4); err != nil {
			return err
		}
	}
}

func crcFits(data, sum []byte) bool {
	return crc32.ChecksumIEEE(data) == binary.LittleEndian.Uint32(sum)
}

// xzBytes counts what was read, for paddings to multiples of four.
type xzBytes struct {
	r *bufio.Reader
	n int64
}

func (b *xzBytes) ReadByte() (byte, error) {
	c, err := b.r.ReadByte()
	if err == nil {
		b.n++
	}
	return c, err
}

func (b *xzBytes) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += int64(n)
	return n, err
}

func (b *xzBytes) take(n int) ([]byte, error) {
	p := make([]byte, n)
	_, err := io.ReadFull(b, p)
	return p, err
}

// padding reads zeros up to a multiple of four.
func (b *xzBytes) padding() error {
	for b.n%4 != 0 {
		c, err := b.ReadByte()
		if err != nil {
			return noEOF(err)
		}
		if c != 0 {
			return errXZ
		}
	}
	return nil
}
