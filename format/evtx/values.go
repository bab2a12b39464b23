package evtx

import (
	"encoding/binary"
	"math"
	"strconv"
	"time"
)

// Kinds of values ([MS-EVEN6] 2.2.18); kindArray is a bit.
const (
	kindNull       = 0x00
	kindString     = 0x01
	kindAnsi       = 0x02
	kindInt8       = 0x03
	kindUint8      = 0x04
	kindInt16      = 0x05
	kindUint16     = 0x06
	kindInt32      = 0x07
	kindUint32     = 0x08
	kindInt64      = 0x09
	kindUint64     = 0x0a
	kindFloat      = 0x0b
	kindDouble     = 0x0c
	kindBool       = 0x0d
	kindBinary     = 0x0e
	kindGUID       = 0x0f
	kindSize       = 0x10
	kindFiletime   = 0x11
	kindSystemtime = 0x12
	kindSID        = 0x13
	kindHex32      = 0x14
	kindHex64      = 0x15
	kindBinXML     = 0x21
	kindArray      = 0x80
)

// widths holds bytes of the kinds that have a fixed size.
var widths = [256]int{kindInt8: 1, kindUint8: 1, kindInt16: 2, kindUint16: 2, kindInt32: 4, kindUint32: 4, kindInt64: 8, kindUint64: 8,
	kindFloat: 4, kindDouble: 8, kindBool: 4, kindGUID: 16, kindFiletime: 8, kindSystemtime: 16, kindHex32: 4, kindHex64: 8}

// eachElement calls fn for each element of an array; strings end with NUL.
func eachElement(kind byte, b []byte, fn func(kind byte, b []byte) bool) bool {
	kind &^= kindArray
	if kind == kindString || kind == kindAnsi {
		return eachString(kind, b, fn)
	}
	n := widths[kind]
	if n == 0 {
		return fn(kind, b)
	}
	for ; len(b) >= n; b = b[n:] {
		if !fn(kind, b[:n]) {
			return false
		}
	}
	return true
}

func eachString(kind byte, b []byte, fn func(kind byte, b []byte) bool) bool {
	wide := 2
	if kind == kindAnsi {
		wide = 1
	}
	from := 0
	for i := 0; i+wide <= len(b); i += wide {
		if b[i] == 0 && (wide == 1 || b[i+1] == 0) {
			if !fn(kind, b[from:i]) {
				return false
			}
			from = i + wide
		}
	}
	return from+wide > len(b) || fn(kind, b[from:])
}

// appendValue writes a value as Windows renders it in XML. Bytes that are too
// few for their kind are written in hexadecimal, as are unknown kinds.
func appendValue(to []byte, kind byte, b []byte) []byte {
	if kind&kindArray != 0 {
		first := true
		eachElement(kind, b, func(kind byte, b []byte) bool {
			if !first {
				to = append(to, ", "...)
			}
			first = false
			to = appendValue(to, kind, b)
			return true
		})
		return to
	}
	if n := widths[kind]; n > 0 && len(b) < n {
		return appendHex(to, b)
	}
	switch kind {
	case kindNull:
		return to
	case kindString:
		return appendUTF16(to, b)
	case kindAnsi:
		for i, c := range b {
			if c == 0 {
				return append(to, b[:i]...)
			}
		}
		return append(to, b...)
	case kindGUID:
		return appendGUID(to, b)
	case kindFiletime:
		return appendTime(to, filetime(binary.LittleEndian.Uint64(b)))
	case kindSystemtime:
		return appendSystemtime(to, b)
	case kindSID:
		return appendSID(to, b)
	case kindSize:
		return appendSize(to, b)
	}
	return appendNumber(to, kind, b)
}

func appendNumber(to []byte, kind byte, b []byte) []byte {
	le := binary.LittleEndian
	switch kind {
	case kindInt8:
		return strconv.AppendInt(to, int64(int8(b[0])), 10)
	case kindUint8:
		return strconv.AppendUint(to, uint64(b[0]), 10)
	case kindInt16:
		return strconv.AppendInt(to, int64(int16(le.Uint16(b))), 10)
	case kindUint16:
		return strconv.AppendUint(to, uint64(le.Uint16(b)), 10)
	case kindInt32:
		return strconv.AppendInt(to, int64(int32(le.Uint32(b))), 10)
	case kindUint32:
		return strconv.AppendUint(to, uint64(le.Uint32(b)), 10)
	case kindInt64:
		return strconv.AppendInt(to, int64(le.Uint64(b)), 10)
	case kindUint64:
		return strconv.AppendUint(to, le.Uint64(b), 10)
	case kindFloat:
		return strconv.AppendFloat(to, float64(math.Float32frombits(le.Uint32(b))), 'g', -1, 32)
	case kindDouble:
		return strconv.AppendFloat(to, math.Float64frombits(le.Uint64(b)), 'g', -1, 64)
	case kindBool:
		return strconv.AppendBool(to, le.Uint32(b) != 0)
	case kindHex32:
		return strconv.AppendUint(append(to, "0x"...), uint64(le.Uint32(b)), 16)
	case kindHex64:
		return strconv.AppendUint(append(to, "0x"...), le.Uint64(b), 16)
	}
	return appendHex(to, b)
}

// appendSize writes a pointer, whose width is that of the machine.
func appendSize(to, b []byte) []byte {
	switch len(b) {
	case 4:
		return appendNumber(to, kindHex32, b)
	case 8:
		return appendNumber(to, kindHex64, b)
	}
	return appendHex(to, b)
}

const upperHex = "0123456789ABCDEF"

func appendHex(to, b []byte) []byte {
	for _, c := range b {
		to = append(to, upperHex[c>>4], upperHex[c&15])
	}
	return to
}

// appendGUID writes {54849625-5478-4994-A5BA-3E3B0328C30D}; the first three
// parts are little-endian numbers.
func appendGUID(to, b []byte) []byte {
	to = append(to, '{')
	for i, at := range [...]int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15} {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			to = append(to, '-')
		}
		to = appendHex(to, b[at:at+1])
	}
	return append(to, '}')
}

// appendSID writes S-1-5-18 ([MS-DTYP] 2.4.2.2).
func appendSID(to, b []byte) []byte {
	if len(b) < 8 || len(b) < 8+4*int(b[1]) {
		return appendHex(to, b)
	}
	authority := uint64(0)
	for _, c := range b[2:8] {
		authority = authority<<8 | uint64(c)
	}
	to = strconv.AppendUint(append(to, "S-"...), uint64(b[0]), 10)
	to = strconv.AppendUint(append(to, '-'), authority, 10)
	for i := range int(b[1]) {
		to = strconv.AppendUint(append(to, '-'), uint64(binary.LittleEndian.Uint32(b[8+4*i:])), 10)
	}
	return to
}

// appendTime writes the seven digits of a FILETIME, as Windows does.
func appendTime(to []byte, t time.Time) []byte {
	if t.IsZero() {
		return to
	}
	return t.AppendFormat(to, "2006-01-02T15:04:05.0000000Z")
}

// appendSystemtime reads year, month, weekday, day, hour, minute, second,
// milliseconds ([MS-DTYP] 2.3.13).
func appendSystemtime(to, b []byte) []byte {
	v := func(i int) int { return int(binary.LittleEndian.Uint16(b[2*i:])) }
	if v(0) < 1601 || v(0) > 9999 {
		return to
	}
	t := time.Date(v(0), time.Month(v(1)), v(3), v(4), v(5), v(6), v(7)*1e6, time.UTC)
	return t.AppendFormat(to, "2006-01-02T15:04:05.000Z")
}
