package posting

import (
	"maps"
	"slices"

	"ward"
)

// mergeFloor is the number of entries in the delta below which a merge never
// pays: they cost some 40 bytes each and a map look-up a product.
const mergeFloor = 200_000

// WantsMerge reports whether the delta has grown beyond a thirty-second part of
// the base, where it would begin to cost as much memory as it saves.
func (x *Index) WantsMerge() bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.size > max(mergeFloor, len(x.base.holders)/32)
}

// Merge makes a new base of base and delta. Readers and Set go on meanwhile;
// organisations that change during the merge stay in the delta.
func (x *Index) Merge() {
	x.mu.RLock()
	was, lists, orgs := x.base, maps.Clone(x.lists), len(x.orgs)
	gone := slices.Clone(x.gone)
	x.mu.RUnlock()
	next := merged(was, lists, gone)
	x.mu.Lock()
	defer x.mu.Unlock()
	later := map[uint32][]Item{}
	for n, list := range x.lists {
		if before, ok := lists[n]; !ok || !same(before, list) {
			later[n] = list
		}
	}
	x.base, x.lists, x.size = next, later, 0
	x.delta = map[ward.ProductID][]entry{}
	x.gone = make([]uint64, max(len(x.orgs), orgs)/64+1)
	for n, list := range later {
		x.gone[n/64] |= 1 << (n % 64)
		x.replace(n, nil, list)
	}
}

// same reports whether two lists are one and the same.
func same(a, b []Item) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// merged places what still counts of the base, then the lists.
func merged(was *base, lists map[uint32][]Item, gone []uint64) *base {
	last := len(was.start) - 2
	for _, list := range lists {
		if len(list) > 0 {
			last = max(last, int(list[len(list)-1].Product))
		}
	}
	live := func(h holder) bool { return gone[h.org()/64]>>(h.org()%64)&1 == 0 }
	b := &base{start: make([]uint32, last+2), many: map[uint64]uint32{}}
	for p := range len(was.start) - 1 {
		for _, h := range was.of(ward.ProductID(p)) {
			if live(h) {
				b.start[p+1]++
			}
		}
	}
	for _, list := range lists {
		for _, it := range list {
			b.start[it.Product+1]++
		}
	}
	for p := range len(b.start) - 1 {
		b.start[p+1] += b.start[p]
	}
	b.holders = make([]holder, b.start[len(b.start)-1])
	for p := range len(was.start) - 1 {
		for _, h := range was.of(ward.ProductID(p)) {
			if live(h) {
				b.put(ward.ProductID(p), h.org(), was.rowsOf(ward.ProductID(p), h))
			}
		}
	}
	for _, n := range slices.Sorted(maps.Keys(lists)) {
		for _, it := range lists[n] {
			b.put(it.Product, n, it.Rows)
		}
	}
	copy(b.start[1:], b.start[:len(b.start)-1])
	b.start[0] = 0
	return b
}

// Stats tells the size of the index.
type Stats struct {
	Orgs, Entries, Delta int
}

// Stats counts organisations, entries of the base and entries above it.
func (x *Index) Stats() Stats {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return Stats{Orgs: len(x.orgs), Entries: len(x.base.holders), Delta: x.size}
}

// Sum is a check sum of a list that does not depend on the order of its items.
func Sum(items []Item) uint64 {
	sum := uint64(0)
	for _, it := range items {
		sum += mix(it.Product, it.Rows)
	}
	return sum
}

// mix spreads an item over 64 bits (the finaliser of SplitMix64).
func mix(p ward.ProductID, rows uint32) uint64 {
	z := uint64(p)<<32 | uint64(rows)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Sums gives the check sum of every organisation's list as the index holds it,
// in one walk: what is compared with the database at night.
func (x *Index) Sums() map[ward.OrgID]uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	sums := make([]uint64, len(x.orgs))
	for p := range len(x.base.start) - 1 {
		for _, h := range x.base.of(ward.ProductID(p)) {
			sums[h.org()] += mix(ward.ProductID(p), x.base.rowsOf(ward.ProductID(p), h))
		}
	}
	for n := range x.lists {
		sums[n] = 0
	}
	for p, list := range x.delta {
		for _, e := range list {
			sums[e.org] += mix(p, e.rows)
		}
	}
	out := make(map[ward.OrgID]uint64, len(sums))
	for n, sum := range sums {
		out[x.orgs[n]] = sum
	}
	return out
}
