package match

import (
	"cmp"
	"slices"
	"strings"
)

// workspace is what one search needs; it is kept for the next one.
type workspace struct {
	got     []uint16 // by position, what is shared so far; all zero between searches
	touched []int32
	found   []int32
	near    []int32
	atoms   []string
	makers  []int8
	within  *company // whose claims are looked for; nil for all
}

func (x *lookup) borrow() *workspace {
	w, _ := x.scratch.Get().(*workspace)
	if w == nil {
		w = &workspace{}
	}
	if n := len(x.gates); len(w.got) < n {
		w.got = make([]uint16, n+n/4)
	}
	return w
}

func (x *lookup) giveBack(w *workspace) { x.scratch.Put(w) }

// agreements are those with all makers, or room for what agree finds out.
func (x *lookup) agreements(w *workspace) []int8 {
	if w.within != nil {
		return w.within.of
	}
	n := len(x.vendors)
	if cap(w.makers) < n {
		w.makers = make([]int8, n+n/4)
	}
	w.makers = w.makers[:n]
	clear(w.makers)
	return w.makers
}

// minShare is the part of a product's weight that must be shared before two
// names are compared in full, in per cent; well below shareContained, since counting
// by atoms is coarser than comparing. A claim of one word is compared with all that bear
// it: a brand counts for little, and may be all the name there is ("SpaceCom").
const minShare = 18

// candidates gives the positions that may be joined with q, ascending; the
// list is valid until the next search with w.
func (x *lookup) candidates(q *profile, w *workspace) []int32 {
	w.touched, w.found = w.touched[:0], w.found[:0]
	within, strangers := x.narrow(q)
	w.within = within
	x.count(q, w)
	for _, pos := range w.touched {
		weight := int(x.weights[pos])
		if x.claims {
			weight = q.weight
		}
		// Number gates come before sorting: most of what shares a word ends here.
		claim, ref := x.sides(pos, q)
		if int(w.got[pos])*100 >= minShare*weight || claim.alone {
			if !claim.partsNumbers(ref) || !claim.byName(ref) {
				w.found = append(w.found, pos)
			}
		}
		w.got[pos] = 0
	}
	if w.within != nil {
		x.strangers(q, w, strangers)
	}
	x.identified(q, w)
	slices.Sort(w.found)
	w.found = slices.Compact(w.found)
	return w.found
}

// count adds the length of every shared atom to its positions.
func (x *lookup) count(q *profile, w *workspace) {
	w.atoms = q.collectAtoms(w.atoms[:0], x.claims)
	if !x.claims {
		for _, a := range q.optional {
			if !generic[a] && !legal[a] {
				w.atoms = append(w.atoms, a)
			}
		}
		slices.Sort(w.atoms)
		w.atoms = slices.Compact(w.atoms)
	}
	for _, a := range w.atoms {
		n, known := x.byWord[a]
		if known {
			w.credit(&x.words[n], x.words[n].worth)
		}
		for _, n := range x.misspeltBy(a, n, known, w) {
			w.credit(&x.words[n], x.words[n].worth)
		}
	}
	for i := range q.units {
		u := &q.units[i]
		if u.family == nil {
			continue
		}
		if n, ok := x.byWord[u.family.key()]; ok {
			w.credit(&x.words[n], 12)
		}
	}
	// The other way round: a model of the query may be of a family inside.
	if len(x.families) == 0 {
		return
	}
	for i := range q.units {
		for _, a := range firstAlt(&q.units[i]) {
			w.add(x.families[a], 12)
		}
	}
}

// misspeltBy gives the words that a, the n-th word if it is known, may misspell.
func (x *lookup) misspeltBy(a string, n int32, known bool, w *workspace) []int32 {
	if known && x.claims {
		return x.words[n].near
	}
	w.near = x.misspelt(a, w.near[:0])
	return w.near
}

// misspelt adds to list the words that a may misspell.
func (x *lookup) misspelt(a string, list []int32) []int32 {
	if len(a) < 5 || isNumber(a) {
		return list
	}
	from := len(list)
	spellings(a, func(h uint64) {
		for i := x.typos[h]; i > 0; i = x.spelling[i-1].next {
			n := x.spelling[i-1].word
			if o := &x.words[n]; o.text != a && !slices.Contains(list[from:], n) && near(a, o.text) {
				list = append(list, n)
			}
		}
	})
	return list
}

// credit adds n to the positions of a word, or to those of the makers at hand.
func (w *workspace) credit(o *word, n uint8) {
	if w.within == nil {
		w.add(o.list, n)
		return
	}
	runs := o.runs
	for _, m := range w.within.near {
		at, ok := slices.BinarySearchFunc(runs, m, func(r run, m int32) int { return cmp.Compare(r.maker, m) })
		if ok {
			end := int32(len(o.list))
			if at+1 < len(runs) {
				end = runs[at+1].from
			}
			w.add(o.list[runs[at].from:end], n)
		}
		runs = runs[at:]
	}
}

func (w *workspace) add(list []int32, n uint8) {
	for _, pos := range list {
		if w.got[pos] == 0 {
			w.touched = append(w.touched, pos)
		}
		w.got[pos] += uint16(n)
	}
}

// strangers adds the claims of other makers whose names may be all the same: nothing
// less joins them.
func (x *lookup) strangers(q *profile, w *workspace, list []int32) {
	w.foreign(x, q, list)
	w.foreign(x, q, x.open)
	if len(x.families) == 0 {
		return
	}
	for i := range q.units {
		for _, a := range firstAlt(&q.units[i]) {
			w.foreign(x, q, x.families[a])
		}
	}
}

func (w *workspace) foreign(x *lookup, q *profile, list []int32) {
	for _, pos := range list {
		if w.within.of[x.makers[pos]]-1 == int8(vendorOther) && !x.gates[pos].partsMakers(&q.gate) && !x.gates[pos].partsNumbers(&q.gate) {
			w.found = append(w.found, pos)
		}
	}
}

// identified adds what identifiers, models and run-together names find.
func (x *lookup) identified(q *profile, w *workspace) {
	for _, id := range q.identifiers() {
		w.found = append(w.found, x.ids[id]...)
	}
	for _, m := range q.models {
		w.found = append(w.found, x.models[m]...)
		w.found = append(w.found, x.prefixes[m[:4]]...)
		if isPattern(m) {
			w.wild(x, m)
		}
	}
	if len(q.flat) >= 5 {
		if pos, ok := x.flats[hash(q.flat)]; ok {
			for ; pos >= 0; pos = x.sameFlat[pos] {
				w.found = append(w.found, pos)
			}
		}
	}
}

// wild adds the positions whose model number may be of a query's number with
// wildcards. Few advisories have one, so that the models need no order for it.
func (w *workspace) wild(x *lookup, m string) {
	head := m[:strings.IndexAny(m, "*?")]
	for model, list := range x.models {
		if strings.HasPrefix(model, head) && glob(m, model) {
			w.found = append(w.found, list...)
		}
	}
}
