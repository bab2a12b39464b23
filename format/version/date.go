package version

import (
	"strconv"
	"strings"
)

// parseDate reads the dates that stand where versions stand: "2017-11",
// "April/17/2023", "november 29 2017", "29 Nov. 2017", "17.04.2023". The value
// has one part each for year, month and day as far as they are written. A date
// such as 04/05/2023, which two continents read differently, is not read.
func parseDate(s string) ([]part, bool) {
	if len(s) < len("2017-11") {
		return nil, false
	}
	f := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" /,-.", r) })
	if len(f) < 2 || len(f) > 3 || strings.ContainsAny(s, "()<>|") {
		return nil, false
	}
	for i, w := range f {
		if m, ok := months[w]; ok {
			rest := append(append([]string{}, f[:i]...), f[i+1:]...)
			return namedMonth(m, rest)
		}
	}
	return numericDate(s, f)
}

func namedMonth(m int, rest []string) ([]part, bool) {
	year, day := 0, 0
	for _, w := range rest {
		n, err := strconv.Atoi(strings.TrimRight(w, "stndrh"))
		switch {
		case err != nil:
			return nil, false
		case isYear(n) && year == 0:
			year = n
		case n >= 1 && n <= 31 && day == 0:
			day = n
		default:
			return nil, false
		}
	}
	if year == 0 {
		return nil, false
	}
	return dateParts(year, m, day), true
}

func numericDate(s string, f []string) ([]part, bool) {
	n := make([]int, len(f))
	for i, w := range f {
		x, err := strconv.Atoi(w)
		if err != nil {
			return nil, false
		}
		n[i] = x
	}
	iso := isYear(n[0]) && len(f[0]) == 4 && len(f[1]) == 2 && isMonth(n[1]) && !strings.Contains(s, ".")
	switch {
	case iso && len(n) == 2:
		return dateParts(n[0], n[1], 0), true
	case iso && isDay(n[2]):
		return dateParts(n[0], n[1], n[2]), true
	case len(n) == 3 && isYear(n[2]) && len(f[0]) == 2 && len(f[1]) == 2 && strings.Count(s, ".") == 2:
		if isDay(n[0]) && isMonth(n[1]) {
			return dateParts(n[2], n[1], n[0]), true
		}
	case len(n) == 3 && isYear(n[2]) && strings.Count(s, "/") == 2:
		if n[0] > 12 && isDay(n[0]) && isMonth(n[1]) {
			return dateParts(n[2], n[1], n[0]), true
		}
		if n[1] > 12 && isDay(n[1]) && isMonth(n[0]) {
			return dateParts(n[2], n[0], n[1]), true
		}
	}
	return nil, false
}

// ambiguousDate reports whether s is a date of which nobody can say what is the
// month: "04/05/2023".
func ambiguousDate(s string) bool {
	f := strings.Split(s, "/")
	if len(f) != 3 || len(f[2]) != 4 {
		return false
	}
	y, err := strconv.Atoi(f[2])
	return err == nil && isYear(y)
}

// cutDay takes off the day that stands behind a version and says when it was
// released or read: "2.1 (12.03.2019)", "6.01.00/29.03.2007". Read as a part of
// the number it would make 2.1 later than 2.1.5.
func cutDay(s string) string {
	head := strings.TrimSuffix(s, ")")
	from := len(head)
	for from > 0 && strings.IndexByte("0123456789.-", head[from-1]) >= 0 {
		from--
	}
	day := head[from:]
	if from < 2 || len(day) < len("1.1.2019") || strings.IndexByte(" (/", head[from-1]) < 0 || !strings.ContainsAny(head[:from], "0123456789") {
		return s
	}
	f := strings.FieldsFunc(day, func(r rune) bool { return r == '.' || r == '-' })
	if len(f) != 3 {
		return s
	}
	year, month, last := atoi(f[0]), atoi(f[1]), atoi(f[2])
	if len(f[0]) <= 2 {
		year, last = last, year
	}
	if !isYear(year) || !isMonth(month) || !isDay(last) {
		return s
	}
	return strings.TrimRight(head[:from], " (/")
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

func isYear(n int) bool  { return n >= 1980 && n <= 2099 }
func isMonth(n int) bool { return n >= 1 && n <= 12 }
func isDay(n int) bool   { return n >= 1 && n <= 31 }

func dateParts(y, m, d int) []part {
	p := []part{{num: uint64(y)}, {num: uint64(m)}}
	if d > 0 {
		p = append(p, part{num: uint64(d)})
	}
	return p
}
