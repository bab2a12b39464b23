package version

import (
	"cmp"
	"strings"
)

// Compare orders a and b: negative if a is earlier. comparable is false if the
// two cannot be ordered honestly: different schemes, different leading words,
// a letter against a number, or a version so rough that the order depends on
// what is not written ("2.1" against "2.1.3"). Trailing zeros do not matter.
func Compare(a, b Version) (order int, comparable bool) {
	o := compare(&a, &b)
	return o.sign, o.ok && o.rough == 0
}

// order is a comparison with its doubts.
type order struct {
	sign  int
	ok    bool
	rough int8 // -1: a says less than b where they part; +1: b says less than a
}

func compare(a, b *Version) order {
	if a.scheme != b.scheme || a.scheme == None || a.label != b.label {
		return order{}
	}
	if a.scheme == Ecosystem {
		return compareEcosystem(a, b)
	}
	o := compareParts(a, b)
	if !o.ok || o.sign != 0 || o.rough != 0 {
		return o
	}
	return compareQuals(a, b)
}

func compareEcosystem(a, b *Version) order {
	if a.eco != b.eco {
		return order{}
	}
	c, err := a.sem.CompareStr(b.text)
	if err != nil {
		return order{}
	}
	return order{sign: c, ok: true}
}

func compareParts(a, b *Version) order {
	if (len(a.parts) == 0) != (len(b.parts) == 0) {
		return order{} // "SP2" alone is of any release
	}
	if ambiguousDecimal(a.parts, b.parts) || anotherCount(a.parts, b.parts) || anotherCount(b.parts, a.parts) && !isYear(int(b.parts[0].num)) {
		return order{}
	}
	n := min(len(a.parts), len(b.parts))
	if n > 0 && branchLetters(&a.parts[0], &b.parts[0]) {
		return order{}
	}
	for i := range n {
		o := comparePart(&a.parts[i], &b.parts[i])
		if !o.ok || o.sign != 0 || o.rough != 0 {
			return o
		}
	}
	switch {
	case len(a.parts) > n && n > 0 && b.parts[n-1].kind == wild:
		return order{ok: true} // "8.x" is 8.00.01 as well
	case significant(a.parts[n:], a.scheme):
		return order{sign: 1, ok: true, rough: +1}
	case significant(b.parts[n:], b.scheme):
		return order{sign: -1, ok: true, rough: -1}
	}
	return order{ok: true}
}

// anotherCount reports whether one side is a lone number in the thousands, as of a
// model, a year or a day in a spreadsheet's count, and the other begins small:
// "8100" is not later than "12.1".
func anotherCount(a, b []part) bool {
	return len(a) == 1 && len(b) > 0 && a[0].kind == number && a[0].num >= 1000 && b[0].kind == number && b[0].num < 100
}

// branchLetters reports whether two releases begin with different letters glued
// to their numbers: "U61" and "L81" are two lines of releases, while "B.06" is
// before "C.02".
func branchLetters(a, b *part) bool {
	return a.kind == letter && b.kind == letter && a.text != b.text && a.width+b.width > 0
}

// significant reports whether parts that the other side does not have make a
// difference: zeros of numbers and wildcards do not; a day of a month does.
func significant(rest []part, s Scheme) bool {
	for _, p := range rest {
		if p.kind != wild && (p.kind != number || p.num != 0) || s == Date {
			return true
		}
	}
	return false
}

func comparePart(a, b *part) order {
	switch {
	case b.kind == wild:
		return order{ok: true}
	case a.kind == wild:
		return order{ok: true, rough: -1} // "5.x" against "5.7": any of them
	case a.kind == opaque || b.kind == opaque:
		return order{ok: a.kind == b.kind && a.text == b.text}
	case a.kind == span || b.kind == span:
		return compareSpan(a, b)
	case a.kind != b.kind:
		return order{}
	case a.kind == number:
		return order{sign: cmp.Compare(a.num, b.num), ok: true}
	case len(a.text) == 1 && len(b.text) == 1 || a.text == b.text:
		return order{sign: strings.Compare(a.text, b.text), ok: true}
	}
	return order{}
}

// compareSpan compares "3x", which stands for 3 and for 30 to 39.
func compareSpan(a, b *part) order {
	if a.kind == letter || b.kind == letter {
		return order{}
	}
	alo, ahi := limits(a)
	blo, bhi := limits(b)
	switch {
	case ahi < blo:
		return order{sign: -1, ok: true}
	case alo > bhi:
		return order{sign: 1, ok: true}
	}
	return order{}
}

func limits(p *part) (lo, hi uint64) {
	if p.kind == span {
		return p.num, p.num*10 + 9
	}
	return p.num, p.num
}

// ambiguousDecimal finds two-part numbers that count as "major.minor" or as a
// decimal fraction with different outcome: makers that write 1.04 count in
// fixed width, and hospitals write 1.4 for 1.04 and for 1.40.
func ambiguousDecimal(a, b []part) bool {
	if len(a) != 2 || len(b) != 2 || a[0].num != b[0].num || leadingZero(a[0]) || leadingZero(b[0]) {
		return false // "02.01" pads its parts with zeros and is no decimal
	}
	x, y := a[1], b[1]
	if x.kind != number || y.kind != number || x.width == y.width || x.num == 0 || y.num == 0 {
		return false
	}
	zeros := leadingZero(x) || leadingZero(y)
	dotted := cmp.Compare(x.num, y.num)
	for x.width < y.width {
		x.num, x.width = x.num*10, x.width+1
	}
	for y.width < x.width {
		y.num, y.width = y.num*10, y.width+1
	}
	decimal := cmp.Compare(x.num, y.num)
	return decimal != dotted && (zeros || decimal == 0)
}

func leadingZero(p part) bool {
	limit := uint64(1)
	for range min(p.width, 19) - 1 {
		limit *= 10
	}
	return p.width > 1 && p.num < limit
}

func compareQuals(a, b *Version) order {
	if a.pre != b.pre {
		// No stage means released: later than every stage.
		return order{sign: cmp.Compare(a.pre-1, b.pre-1), ok: true}
	}
	for i := range a.quals {
		x, y := a.quals[i], b.quals[i]
		switch {
		case x == y:
		case x == 0 && y == 1 || y == 0 && x == 1: // "SP0" is no service pack
		case x == 0:
			return order{sign: -1, ok: true, rough: -1}
		case y == 0:
			return order{sign: 1, ok: true, rough: +1}
		default:
			return order{sign: cmp.Compare(x, y), ok: true}
		}
	}
	return order{ok: true}
}

// Within tells whether v belongs to the release line of w: "13.3.0.5" is within
// "V13.3". It is Unknown where v says less than w and agrees so far, or where
// the two are not comparable.
func (v Version) Within(w Version) Tri {
	o := compare(&v, &w)
	switch {
	case !o.ok || o.rough < 0:
		return Unknown
	case o.sign == 0 || o.rough > 0:
		return Yes
	}
	return No
}
