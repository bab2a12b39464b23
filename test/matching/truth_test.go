package matching

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"ward"
)

// The truth about versions is worked out here by arithmetic on plain numbers,
// apart from format/version, so that a fault there cannot hide itself.

var (
	plainBelow = regexp.MustCompile(`^(?:vers:all/|vers:generic/|[Aa]ll [Vv]ersions )?(<=?) ?[vV]?(\d+(?:\.\d+){1,3})$`)
	plainSpan  = regexp.MustCompile(`^>= ?[vV]?(\d+(?:\.\d+){1,3})(?: \| | and | |\|)(<=?) ?[vV]?(\d+(?:\.\d+){1,3})$`)
	plainOne   = regexp.MustCompile(`^[vV]?(\d+(?:\.\d+){1,3})$`)
)

// sample is what is known of a leaf's versions: some inside, some outside.
type sample struct {
	inside, outside []string
	every           bool
}

// sampleOf reads a leaf of a plain shape; ok is false for any other.
func sampleOf(c ward.Claim) (s sample, ok bool) {
	text := strings.TrimSpace(c.Range + c.Version)
	if text == "" || text == "vers:all/*" {
		return sample{every: true, inside: []string{"1.4.2", "3.0"}}, true
	}
	if m := plainBelow.FindStringSubmatch(text); m != nil {
		s.inside, s.outside = around(m[1], m[2])
		return s, len(s.inside) > 0
	}
	if m := plainSpan.FindStringSubmatch(text); m != nil {
		in, out := around(m[2], m[3])
		s.outside = out
		s.inside = append(s.inside, m[1])
		for _, v := range in {
			if numbers(v).compare(numbers(m[1])) >= 0 {
				s.inside = append(s.inside, v)
			}
		}
		return s, true
	}
	if m := plainOne.FindStringSubmatch(text); m != nil {
		return sample{inside: []string{m[1]}, outside: []string{bump(m[1], 0, 1)}}, true
	}
	return s, false
}

// around gives versions inside and outside of "< v" or "<= v".
func around(op, v string) (in, out []string) {
	n := numbers(v)
	last := len(n) - 1
	if n[last] > 0 {
		in = append(in, bump(v, last, -1))
	}
	if n[0] > 1 {
		in = append(in, bump(v, 0, -1))
	}
	if op == "<" {
		return in, []string{v, bump(v, 0, 1), bump(v, last, 1)}
	}
	return append(in, v), []string{bump(v, last, 1), bump(v, 0, 1)}
}

type nums []int

func numbers(v string) nums {
	var n nums
	for _, p := range strings.Split(v, ".") {
		x, _ := strconv.Atoi(p)
		n = append(n, x)
	}
	return n
}

func (a nums) compare(b nums) int {
	for i := range max(len(a), len(b)) {
		x, y := 0, 0
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return x - y
		}
	}
	return 0
}

// bump changes one part by d and keeps the width of its digits.
func bump(v string, part, d int) string {
	p := strings.Split(v, ".")
	x, _ := strconv.Atoi(p[part])
	p[part] = fmt.Sprintf("%0*d", len(p[part]), x+d)
	return strings.Join(p, ".")
}
