package sigma

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"unsafe"
)

// number is a whole number where it is one, so that 64-bit values compare
// exactly, else a floating one.
type number struct {
	whole   int64
	real    float64
	isWhole bool
}

func (n number) String() string {
	if n.isWhole {
		return strconv.FormatInt(n.whole, 10)
	}
	return strconv.FormatFloat(n.real, 'g', -1, 64)
}

// parseNumber reads decimal, floating and 0x numbers, as logs write them.
func parseNumber(s string) (number, bool) {
	s = strings.TrimSpace(s)
	if len(s) == 0 || len(s) > 40 || s[0] != '-' && s[0] != '+' && s[0] != '.' && (s[0] < '0' || s[0] > '9') {
		return number{}, false
	}
	if len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
		u, err := strconv.ParseUint(s[2:], 16, 64)
		if err != nil || u > math.MaxInt64 {
			return number{real: float64(u)}, err == nil
		}
		return number{whole: int64(u), isWhole: true, real: float64(u)}, true
	}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return number{whole: i, isWhole: true, real: float64(i)}, true
	}
	f, err := strconv.ParseFloat(s, 64)
	return number{real: f}, err == nil && !math.IsNaN(f)
}

func (c comparison) holds(a, b number) bool {
	order := cmp.Compare(a.real, b.real)
	if a.isWhole && b.isWhole {
		order = cmp.Compare(a.whole, b.whole)
	}
	switch c {
	case less:
		return order < 0
	case lessEqual:
		return order <= 0
	case greater:
		return order > 0
	case greaterEqual:
		return order >= 0
	}
	return order == 0
}

// view gives bytes as a string without a copy, for the standard library's
// parsers of numbers, addresses and times. The string must not be kept: the
// bytes belong to an event that will be overwritten.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
