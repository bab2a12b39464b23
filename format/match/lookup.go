package match

import (
	"slices"
	"strings"
	"sync"
)

// lookup finds, among many profiles, those that may be joined with one: by
// identifiers, by model numbers, and by words. It serves both directions and
// never misses a pair that join would accept, misspellings of two letters in a
// single-word name apart.
type lookup struct {
	claims   bool // the profiles inside are claims, and queries are products
	n        int
	makers   []int32            // of each position, its maker in vendors
	vendors  []vendor           // distinct makers
	byMaker  map[string]int32   // to vendors
	words    map[string][]int32 // atom to positions
	weights  []uint16           // of the products, where those are what is looked up
	families map[string][]int32 // prefix of a family to positions
	flats    map[string][]int32
	typos    map[string][]string // word less one letter to words
	models   map[string][]int32
	prefixes map[string][]int32 // first four signs of a model that ends in "*"
	ids      map[string][]int32 // "udi:", "purl:", "cpe:" and identifier
	scratch  sync.Pool
}

func newLookup(claims bool) *lookup {
	return &lookup{claims: claims, byMaker: map[string]int32{}, words: map[string][]int32{}, families: map[string][]int32{}, flats: map[string][]int32{},
		typos: map[string][]string{}, models: map[string][]int32{}, prefixes: map[string][]int32{}, ids: map[string][]int32{}}
}

// add puts p at the next position.
func (x *lookup) add(p *profile) int32 {
	pos := int32(x.n)
	x.n++
	x.weights = append(x.weights, uint16(min(p.weight, 60000)))
	x.makers = append(x.makers, x.maker(p.vendor))
	atoms := p.countingAtoms()
	if !x.claims {
		atoms = p.tellingAtoms()
	}
	for _, a := range atoms {
		if _, known := x.words[a]; !known && len(a) >= 5 && !isNumber(a) {
			for _, d := range deletes(a) {
				x.typos[d] = append(x.typos[d], a)
			}
		}
		x.words[a] = append(x.words[a], pos)
	}
	for _, a := range p.optional {
		if !x.claims || generic[a] || legal[a] {
			continue
		}
		if l := x.words[a]; len(l) == 0 || l[len(l)-1] != pos {
			x.words[a] = append(l, pos)
		}
	}
	for _, u := range p.units {
		if u.family != nil {
			x.families[u.family.key()] = append(x.families[u.family.key()], pos)
		}
	}
	if len(p.flat) >= 5 {
		x.flats[p.flat] = append(x.flats[p.flat], pos)
	}
	for _, m := range p.models {
		if m[len(m)-1] == '*' && len(m) > 4 {
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

// maker numbers the distinct makers.
func (x *lookup) maker(v vendor) int32 {
	key := v.raw + "\x00" + strings.Join(v.ids, " ") + "\x00" + v.prefixText()
	n, ok := x.byMaker[key]
	if !ok {
		n = int32(len(x.vendors))
		x.vendors = append(x.vendors, v)
		x.byMaker[key] = n
	}
	return n
}

// prefixText is what agree reads of the product's name; nothing where a maker
// is given.
func (v vendor) prefixText() string {
	if v.core != "" {
		return ""
	}
	return v.text
}

// agreements keeps the outcome of agree for one query against many positions.
type agreements []int8

// of gives the agreement of the query's maker with that of a position.
func (x *lookup) of(pos int32, q vendor, known agreements) agreement {
	n := x.makers[pos]
	if known[n] == 0 {
		if x.claims {
			known[n] = int8(agree(x.vendors[n], q)) + 1
		} else {
			known[n] = int8(agree(q, x.vendors[n])) + 1
		}
	}
	return agreement(known[n] - 1)
}

func (p *profile) identifiers() []string {
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

// countingAtoms are the atoms of all units that count, each once.
func (p *profile) countingAtoms() []string { return p.collectAtoms(false) }

func (p *profile) collectAtoms(thin bool) []string {
	out := make([]string, 0, 8)
	for _, units := range [2][]unit{p.units, p.maker} {
		for _, u := range units {
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

// tellingAtoms are the counting atoms without the single signs of longer words:
// half of all products have an "a" or a "2" somewhere, but "T1" has nothing
// else. Only the product's side is thinned, whichever side is looked up, so
// that both directions find the same.
func (p *profile) tellingAtoms() []string { return p.collectAtoms(true) }

// deletes gives w and w less one letter each.
func deletes(w string) []string {
	out := make([]string, 0, len(w)+1)
	out = append(out, w)
	for i := range len(w) {
		if i > 0 && w[i] == w[i-1] {
			continue
		}
		out = append(out, w[:i]+w[i+1:])
	}
	return out
}

type counters struct {
	got     []uint16
	touched []int32
	found   []int32
}

// minShare is the part of a product's weight that must be shared before two
// names are compared in full, in per cent; well below shareContained, since counting
// by atoms is coarser than comparing.
const minShare = 18

// candidates gives the positions that may be joined with q, ascending.
func (x *lookup) candidates(q *profile) []int32 {
	c, _ := x.scratch.Get().(*counters)
	if c == nil {
		c = &counters{}
	}
	if len(c.got) < x.n {
		c.got = make([]uint16, x.n+x.n/4)
	}
	x.count(q, c)
	for _, pos := range c.touched {
		weight := int(x.weights[pos])
		if x.claims {
			weight = q.weight
		}
		if int(c.got[pos])*100 >= minShare*weight {
			c.found = append(c.found, pos)
		}
		c.got[pos] = 0
	}
	x.identified(q, c)
	slices.Sort(c.found)
	out := slices.Clone(slices.Compact(c.found))
	c.touched, c.found = c.touched[:0], c.found[:0]
	x.scratch.Put(c)
	return out
}

// count adds the length of every shared atom to its positions.
func (x *lookup) count(q *profile, c *counters) {
	atoms := q.countingAtoms()
	if x.claims {
		atoms = q.tellingAtoms()
	} else {
		for _, a := range q.optional {
			if !generic[a] && !legal[a] {
				atoms = append(atoms, a)
			}
		}
		slices.Sort(atoms)
		atoms = slices.Compact(atoms)
	}
	for _, a := range atoms {
		x.credit(x.words[a], worth(a), c)
		if len(a) < 5 || isNumber(a) {
			continue
		}
		var seen []string
		for _, d := range deletes(a) {
			for _, w := range x.typos[d] {
				if w != a && !slices.Contains(seen, w) && near(a, w) {
					seen = append(seen, w)
					x.credit(x.words[w], worth(w), c)
				}
			}
		}
	}
	for _, u := range q.units {
		if u.family != nil {
			x.credit(x.words[u.family.key()], 12, c)
		}
		for _, a := range firstAlt(u) {
			x.credit(x.families[a], 12, c)
		}
	}
}

// worth is what a shared atom counts: its length, less for a brand, which many
// products of one maker bear.
func worth(a string) int {
	for _, b := range vendorTable.brands[a] {
		if len(b.words) == 1 {
			return 3
		}
	}
	return len(a)
}

func (x *lookup) credit(list []int32, n int, c *counters) {
	for _, pos := range list {
		if c.got[pos] == 0 {
			c.touched = append(c.touched, pos)
		}
		c.got[pos] += uint16(min(n, 12))
	}
}

// identified adds what identifiers, models and run-together names find.
func (x *lookup) identified(q *profile, c *counters) {
	for _, id := range q.identifiers() {
		c.found = append(c.found, x.ids[id]...)
	}
	for _, m := range q.models {
		c.found = append(c.found, x.models[m]...)
		c.found = append(c.found, x.prefixes[m[:4]]...)
	}
	if len(q.flat) >= 5 {
		c.found = append(c.found, x.flats[q.flat]...)
	}
}
