package sheet

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// charset is an encoding that a text file was found to be in.
type charset struct {
	name string // "utf-8", "utf-16le", "utf-16be", "windows-1252" or another code page
	enc  encoding.Encoding
	skip int64 // bytes of the byte order mark
}

var utf8Set = charset{name: "utf-8"}

// sniffCharset decides how the bytes of r are to be read. Without a byte order
// mark, a file that is valid UTF-8 is UTF-8; zero bytes in every second place
// mean UTF-16; the rest is the code page in which the column names are words,
// else Windows-1252: spreadsheet programs write that of their country. A file that is mostly UTF-8 and breaks in places is refused:
// reading it as Windows-1252 would spoil every good letter in silence.
func sniffCharset(r io.ReaderAt, size int64) (charset, error) {
	head := make([]byte, min(size, 4096))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return charset{}, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		c := charset{name: "utf-8", skip: 3}
		return c, strictUTF8(r, size)
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return charset{"utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), 2}, nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return charset{"utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), 2}, nil
	}
	even, odd := zeros(head)
	switch half := len(head) / 2; {
	case half >= 2 && odd > half*2/3 && even < half/10+1:
		return charset{"utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), 0}, nil
	case half >= 2 && even > half*2/3 && odd < half/10+1:
		return charset{"utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), 0}, nil
	}
	return eightBit(r, size)
}

// zeros counts zero bytes in even and odd places: Latin text in UTF-16 has one
// in every pair, always on the same side.
func zeros(b []byte) (even, odd int) {
	for i, c := range b {
		switch {
		case c != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	return even, odd
}

// eightBit chooses between UTF-8 and the code pages.
func eightBit(r io.ReaderAt, size int64) (charset, error) {
	s, err := surveyUTF8(r, size)
	switch {
	case err != nil:
		return charset{}, err
	case s.zero >= 0:
		return charset{}, &Error{Kind: ErrFormat, Detail: "binary content"}
	case s.firstBad < 0:
		return utf8Set, nil
	case s.good > s.bad:
		return charset{}, &Error{Kind: ErrEncoding, Byte: s.firstBad, Detail: "UTF-8 is mixed with another encoding"}
	}
	head := make([]byte, min(size, 16<<10))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return charset{}, err
	}
	switch c := codePage(head); {
	case c.name != "windows-1252":
		return c, nil
	case s.undefined >= 0:
		return charset{}, &Error{Kind: ErrEncoding, Byte: s.undefined, Detail: "neither UTF-8 nor Windows-1252"}
	}
	return charset{name: "windows-1252", enc: charmap.Windows1252}, nil
}

// strictUTF8 refuses a file that breaks the promise of its byte order mark.
func strictUTF8(r io.ReaderAt, size int64) error {
	s, err := surveyUTF8(r, size)
	if err == nil && s.firstBad >= 0 {
		err = &Error{Kind: ErrEncoding, Byte: s.firstBad, Detail: "the byte order mark says UTF-8"}
	}
	return err
}

// survey counts what a file would be as UTF-8. Offsets are -1 for "none".
type survey struct {
	good, bad int   // letters of several bytes, and bytes that fit nowhere
	firstBad  int64 // first of the bad
	undefined int64 // first byte that Windows-1252 leaves undefined, among the bad
	zero      int64 // first zero byte
}

// surveyUTF8 looks at every byte once, in pieces: the file is not kept.
func surveyUTF8(r io.ReaderAt, size int64) (survey, error) {
	s := survey{firstBad: -1, undefined: -1, zero: -1}
	in := io.NewSectionReader(r, 0, size)
	buf := make([]byte, 0, 64<<10)
	for at := int64(0); ; {
		n, err := in.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		done := errors.Is(err, io.EOF)
		if err != nil && !done {
			return s, err
		}
		used := s.take(buf, at, done)
		at += int64(used)
		buf = buf[:copy(buf, buf[used:])]
		if done {
			return s, nil
		}
	}
}

// take surveys b, which lies at offset at, and returns how much of it was
// used; an incomplete letter at the end is left unless last.
func (s *survey) take(b []byte, at int64, last bool) int {
	i := 0
	for i < len(b) {
		if b[i] < utf8.RuneSelf {
			if b[i] == 0 && s.zero < 0 {
				s.zero = at + int64(i)
			}
			i++
			continue
		}
		if !last && !utf8.FullRune(b[i:]) {
			break
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			s.reject(b[i], at+int64(i))
		} else {
			s.good++
		}
		i += n
	}
	return i
}

// reject notes a byte that is no UTF-8.
func (s *survey) reject(c byte, at int64) {
	s.bad++
	if s.firstBad < 0 {
		s.firstBad = at
	}
	if bytes.IndexByte([]byte{0x81, 0x8d, 0x8f, 0x90, 0x9d}, c) >= 0 && s.undefined < 0 {
		s.undefined = at
	}
}

// decoded gives the text of r as UTF-8, from the start.
func (c charset) decoded(r io.ReaderAt, size int64) io.Reader {
	in := io.NewSectionReader(r, c.skip, size-c.skip)
	if c.enc == nil {
		return in
	}
	return transform.NewReader(in, c.enc.NewDecoder())
}
