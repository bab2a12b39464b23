// Package tally counts organisations by country and tells of the counts what
// may be told without pointing at one of them. It is the one rule of small
// numbers in the house: catalogues and sightings use it alike.
package tally

import (
	"cmp"
	"slices"

	"ward"
)

// How counters of organisations are told. A count is never exact and never small:
//
//   - fewer than Threshold organisations are not told at all: ten is what peer
//     groups of the maturity framework keep to as well;
//   - more are rounded down to a Step ("at least 15"), so that one organisation
//     that comes or goes seldom shows;
//   - a country is told only if the rest of the Union, which a reader could
//     subtract, is zero or no smaller than the threshold.
//
// Whoever tells keeps two more rules: a count is made anew at most once a day, as
// who watches must not see who came yesterday at noon; and there is one counter
// for a thing and a country, none for searches, so that no two lists can be
// subtracted from each other.
const (
	Threshold = 10
	Step      = 5
)

// Tally counts organisations by country; exact, so it is never shown.
type Tally map[ward.Country]int

// All is the sum over all countries.
func (t Tally) All() int {
	n := 0
	for _, x := range t {
		n += x
	}
	return n
}

// Told is what may be shown: the Union's count under "".
func (t Tally) Told() map[ward.Country]int {
	out := map[ward.Country]int{}
	all := t.All()
	if all < Threshold {
		return out
	}
	out[""] = all / Step * Step
	var large []ward.Country
	rest := all
	for c, n := range t {
		if n >= Threshold && c != "" {
			large = append(large, c)
			rest -= n
		}
	}
	// the smallest gives way until what is left over hides itself
	slices.SortFunc(large, func(a, b ward.Country) int { return cmp.Or(cmp.Compare(t[b], t[a]), cmp.Compare(a, b)) })
	for rest > 0 && rest < Threshold && len(large) > 0 {
		last := len(large) - 1
		rest += t[large[last]]
		large = large[:last]
	}
	for _, c := range large {
		out[c] = t[c] / Step * Step
	}
	return out
}

// Few and FewCountries are the smallest numbers of which one sentence may say
// "seen elsewhere": three hospitals in two countries hide which one it was.
const (
	Few          = 3
	FewCountries = 2
)

// Several reports whether at least Few organisations in at least FewCountries
// are counted. The caller leaves out those whom the reader knows anyway, as he
// could take them off.
func (t Tally) Several() bool {
	countries := 0
	for c, n := range t {
		if c != "" && n > 0 {
			countries++
		}
	}
	return countries >= FewCountries && t.All() >= Few
}
