package match

import (
	"cmp"
	"slices"
	"sync"
)

// lookup finds, among many profiles, those that may be joined with one: by
// identifiers, by model numbers, and by words. It serves both directions and
// never misses a pair that join would accept, misspellings of two letters in a
// single-word name apart.
type lookup struct {
	claims   bool // the profiles inside are claims, and queries are products
	gates    []gate
	makers   []int32          // of each position, its maker in vendors
	vendors  []vendor         // distinct makers
	byMaker  map[string]int32 // to vendors
	weights  []uint16         // of the products, where those are what is looked up
	byWord   map[string]int32 // atom to words
	words    []word
	typos    map[uint64]int32 // hash of a word less one letter to the first of spellings
	spelling []chain
	flats    map[uint64]int32   // hash of a name run together to the last position that has it
	sameFlat []int32            // of each position, the one before it with that hash
	families map[string][]int32 // prefix of a family to positions
	models   map[string][]int32
	prefixes map[string][]int32 // first four signs of a model with wildcards
	ids      map[string][]int32 // "udi:", "purl:", "cpe:" and identifier
	silent   map[string]bool    // words of claims' makers, which are not among byWord
	open     []int32            // positions of a family of models without leading letters
	known    companies
	scratch  sync.Pool
}

// word is one atom and the positions that have it.
type word struct {
	text  string
	list  []int32 // of a settled lookup of claims by maker, else ascending
	runs  []run   // of list by maker
	near  []int32 // words that it may misspell, once a lookup of claims is settled
	worth uint8   // see worth
	plain bool    // it tells no product apart, once a lookup is settled
}

// run is where the positions of a maker begin in a list.
type run struct{ maker, from int32 }

// chain lists words by index; next is one more than the place of the next, 0 at the end.
type chain struct{ word, next int32 }

func newLookup(claims bool) *lookup {
	return &lookup{claims: claims, byMaker: map[string]int32{}, byWord: map[string]int32{}, families: map[string][]int32{}, flats: map[uint64]int32{},
		typos: map[uint64]int32{}, silent: map[string]bool{}, models: map[string][]int32{}, prefixes: map[string][]int32{}, ids: map[string][]int32{}}
}

// add puts p at the next position.
func (x *lookup) add(p *profile) int32 {
	pos := int32(len(x.gates))
	x.gates = append(x.gates, p.gate)
	x.weights = append(x.weights, uint16(min(p.weight, 60000)))
	x.makers = append(x.makers, x.maker(&p.vendor))
	atoms := p.collectAtoms(nil, !x.claims)
	for _, a := range atoms {
		w := x.word(a, true)
		w.list = append(w.list, pos)
	}
	for _, a := range p.optional {
		if !x.claims || generic[a] || legal[a] {
			continue
		}
		if w := x.word(a, false); len(w.list) == 0 || w.list[len(w.list)-1] != pos {
			w.list = append(w.list, pos)
		}
	}
	for i := range p.units {
		if f := p.units[i].family; f != nil {
			x.families[f.key()] = append(x.families[f.key()], pos)
			if f.prefix == "" {
				x.open = append(x.open, pos)
			}
		}
	}
	for _, a := range p.silent {
		x.silent[a] = true
	}
	x.addFlat(p.flat, pos)
	for _, m := range p.models {
		if isPattern(m) {
			x.prefixes[m[:4]] = append(x.prefixes[m[:4]], pos)
		} else {
			x.models[m] = append(x.models[m], pos)
		}
	}
	for _, id := range p.identifiers() {
		x.ids[id] = append(x.ids[id], pos)
	}
	return pos
}

// word gives the entry of an atom. One that names a product can be found
// under its misspellings as well.
func (x *lookup) word(a string, names bool) *word {
	n, known := x.byWord[a]
	if !known {
		n = int32(len(x.words))
		x.byWord[a] = n
		x.words = append(x.words, word{text: a, worth: uint8(min(worth(a), 12))})
		if names && len(a) >= 5 && !isNumber(a) {
			spellings(a, func(h uint64) {
				x.spelling = append(x.spelling, chain{n, x.typos[h]})
				x.typos[h] = int32(len(x.spelling))
			})
		}
	}
	return &x.words[n]
}

func (x *lookup) addFlat(flat string, pos int32) {
	before := int32(-1)
	if len(flat) >= 5 {
		h := hash(flat)
		if n, ok := x.flats[h]; ok {
			before = n
		}
		x.flats[h] = pos
	}
	x.sameFlat = append(x.sameFlat, before)
}

// settle packs the lists once nothing is added any more.
func (x *lookup) settle() {
	n := 0
	for i := range x.words {
		n += len(x.words[i].list)
	}
	all := make([]int32, 0, n)
	for i := range x.words {
		w := &x.words[i]
		from := len(all)
		all = append(all, w.list...)
		w.list = all[from:len(all):len(all)]
		w.plain = generic[w.text] || legal[w.text] || x.silent[w.text]
		if x.claims {
			x.byMakers(w)
		}
	}
	x.gates, x.makers, x.weights, x.sameFlat = slices.Clip(x.gates), slices.Clip(x.makers), slices.Clip(x.weights), slices.Clip(x.sameFlat)
	x.words, x.spelling = slices.Clip(x.words), slices.Clip(x.spelling)
	if x.claims {
		x.settleMisspelt()
	}
}

// settleMisspelt keeps for each word those that it may misspell: most words of a
// query are known, and a tenth of its time went into looking up their spellings.
func (x *lookup) settleMisspelt() {
	var all []int32
	for i := range x.words {
		from := len(all)
		all = x.misspelt(x.words[i].text, all)
		x.words[i].near = all[from:len(all):len(all)]
	}
}

// byMakers puts the positions of each maker together.
func (x *lookup) byMakers(w *word) {
	slices.SortStableFunc(w.list, func(a, b int32) int { return cmp.Compare(x.makers[a], x.makers[b]) })
	for i, pos := range w.list {
		if m := x.makers[pos]; i == 0 || m != w.runs[len(w.runs)-1].maker {
			w.runs = append(w.runs, run{m, int32(i)})
		}
	}
	w.runs = slices.Clip(w.runs)
}

// of gives the agreement of the query's maker with that of a position; known
// keeps what was found.
func (x *lookup) of(pos int32, q *vendor, known []int8) agreement {
	n := x.makers[pos]
	if known[n] == 0 {
		if x.claims {
			known[n] = int8(agree(&x.vendors[n], q)) + 1
		} else {
			known[n] = int8(agree(q, &x.vendors[n])) + 1
		}
	}
	return agreement(known[n] - 1)
}

// apart reports by the gates alone that a position cannot be joined with q.
func (x *lookup) apart(pos int32, q *profile, known []int8) bool {
	claim, ref := x.sides(pos, q)
	switch {
	case !claim.byName(ref):
		return false
	case x.of(pos, &q.vendor, known) == vendorOther:
		return claim.partsMakers(ref)
	}
	return x.claims && claim.unlike(q)
}

// sides gives the gates of a position and of a query as claim and product.
func (x *lookup) sides(pos int32, q *profile) (claim, ref *gate) {
	if x.claims {
		return &x.gates[pos], &q.gate
	}
	return &q.gate, &x.gates[pos]
}

func (p *profile) identifiers() []string {
	if !p.gate.ids {
		return nil
	}
	var out []string
	if p.udi != "" {
		out = append(out, "udi:"+p.udi)
	}
	if p.purl.key != "" {
		out = append(out, "purl:"+p.purl.key)
	}
	if !p.cpe.isZero() {
		out = append(out, "cpe:"+p.cpe.product)
	}
	return out
}

// collectAtoms adds to out the atoms of all units that count, each once. thin
// leaves out the single signs of longer words: half of all products have an "a"
// or a "2" somewhere, but "T1" has nothing else. Only the product's side is
// thinned, whichever side is looked up, so that both directions find the same.
func (p *profile) collectAtoms(out []string, thin bool) []string {
	for _, units := range [2][]unit{p.units, p.maker} {
		for i := range units {
			u := &units[i]
			if !u.class.counts() {
				continue
			}
			for _, alt := range u.alts {
				long := thin && slices.ContainsFunc(alt, func(a string) bool { return len(a) > 1 })
				for _, a := range alt {
					if !long || len(a) > 1 {
						out = append(out, a)
					}
				}
			}
			if u.family != nil {
				out = append(out, u.family.key())
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// spellings calls f with the hashes of w and of w less one letter each.
func spellings(w string, f func(uint64)) {
	f(hash(w))
	for i := range len(w) {
		if i == 0 || w[i] != w[i-1] {
			f(hash2(w[:i], w[i+1:]))
		}
	}
}

// worth is what a shared atom counts: its length, less for a brand, which many
// products of one maker bear.
func worth(a string) int {
	for _, b := range vendorTable().brands[a] {
		if len(b.words) == 1 {
			return 3
		}
	}
	return len(a)
}
