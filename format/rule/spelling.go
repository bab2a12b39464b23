package rule

import (
	"slices"
	"strings"
	"unicode"
)

// MaxWhole bounds numbers that come from outside, so that no sum or product of
// a condition can overflow: far above the turnover of the largest hospital group.
const MaxWhole = 1_000_000_000_000

// Plain is the spelling by which keys and words are compared: letters and
// digits in lower case, so that awareAt, "Aware at" and aware-at are one.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// Spelled finds a fact by any of its names in any spelling; nil when there is none.
func (b *Book) Spelled(key string) *Fact { return b.byFact[b.spelling[Plain(key)]] }

// Near gives the fact that a misspelt key may mean: one whose spelling is at
// most two letters away; "" when there is none.
func (b *Book) Near(key string) string {
	key = Plain(key)
	best, name := min(2, len(key)/3), ""
	for s, id := range b.spelling {
		if d := distance(key, s, best); d < best || d == best && (name == "" || id < name) {
			best, name = d, id
		}
	}
	return name
}

// distance is the number of letters to change, add or drop; something above
// bound where the lengths alone say so.
func distance(a, b string, bound int) int {
	if len(a) > 60 || len(a)-len(b) > bound || len(b)-len(a) > bound {
		return bound + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := last
			if a[i] != b[j] {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// Named finds a duty of the Union or of any country by its id or another of its
// names, in any spelling; "" when there is none.
func (b *Book) Named(name string) string {
	k := Plain(name)
	is := func(r *Record) bool {
		return Plain(r.ID) == k || slices.ContainsFunc(r.Also, func(s string) bool { return Plain(s) == k })
	}
	for _, r := range b.Duties {
		if is(r) {
			return r.ID
		}
	}
	for _, v := range b.views {
		for i := range v.pack.Duty {
			if is(&v.pack.Duty[i]) {
				return v.pack.Duty[i].ID
			}
		}
	}
	return ""
}
