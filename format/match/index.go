package match

import (
	"cmp"
	"slices"

	"ward"
)

// Index holds distinct product identities, so that one new advisory finds its
// candidates without touching the rest. Versions are not part of an identity.
// It is safe for concurrent readers; Add and Remove need it alone.
type Index struct {
	find    *lookup
	items   []item
	byID    map[uint32]int32
	byAlias map[[2]string][]int32
}

type item struct {
	*profile
	id    uint32
	gone  bool
	model string
	alias [2]string // maker and name as AliasKey folds them
}

// NewIndex makes an empty index.
func NewIndex() *Index {
	return &Index{find: newLookup(false), byID: map[uint32]int32{}, byAlias: map[[2]string][]int32{}}
}

// Add puts the identity of ref (all fields but Version and Serial) under id;
// an id added again is replaced.
func (x *Index) Add(id uint32, ref ward.ProductRef) {
	x.Remove(id)
	p := profileRef(ref)
	pos := x.find.add(p)
	k := refKey(ref)
	x.items = append(x.items, item{profile: p, id: id, model: compactCode(ref.Model), alias: k})
	x.byID[id] = pos
	x.byAlias[k] = append(x.byAlias[k], pos)
}

// Remove takes id out; an unknown id is ignored. Its room is freed when the
// index is built anew.
func (x *Index) Remove(id uint32) {
	if pos, ok := x.byID[id]; ok {
		x.items[pos].gone = true
		delete(x.byID, id)
	}
}

// Len is the number of identities.
func (x *Index) Len() int { return len(x.byID) }

// joined is an item that is joined with a product of some claims.
type joined struct {
	item, product int32
	tie           tie
}

// Candidates returns the identities that claims may concern, ordered by id.
func (x *Index) Candidates(c *Claims, d *Decisions) []Candidate {
	w := x.find.borrow()
	defer x.find.giveBack(w)
	var found []joined
	for i := range c.products {
		q := &c.products[i]
		var known settled
		if d.hasAliases() {
			known = d.index().byClaim[c.aliasKey(q)]
		}
		list := x.candidates(q, w, known)
		maker := x.find.agreements(w)
		for _, pos := range list {
			it := &x.items[pos]
			same, decided := known[it.alias]
			if it.gone || !decided && x.find.apart(pos, q.profile, maker) {
				continue
			}
			if t, ok := c.tie(q, it.profile, x.find.of(pos, &q.vendor, maker), same, decided); ok {
				found = append(found, joined{pos, int32(i), t})
			}
		}
	}
	return x.gather(found, c, d)
}

// candidates are the items that may be joined with q, and those that an
// analyst has joined with it.
func (x *Index) candidates(q *product, w *workspace, known settled) []int32 {
	list := x.find.candidates(q.profile, w)
	if len(known) == 0 {
		return list
	}
	for k, same := range known {
		if same {
			list = append(list, x.byAlias[k]...)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// gather puts what was found for each item together.
func (x *Index) gather(found []joined, c *Claims, d *Decisions) []Candidate {
	slices.SortFunc(found, func(a, b joined) int {
		if n := cmp.Compare(x.items[a.item].id, x.items[b.item].id); n != 0 {
			return n
		}
		return cmp.Compare(a.product, b.product)
	})
	texts := newReadings(c.reaches)
	out := make([]Candidate, 0, len(found))
	for len(found) > 0 {
		n := 1
		for n < len(found) && found[n].item == found[0].item {
			n++
		}
		it := &x.items[found[0].item]
		out = append(out, Candidate{ID: it.id, claims: c, item: it, ties: found[:n:n], d: d, texts: texts})
		found = found[n:]
	}
	return out
}
