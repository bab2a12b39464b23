package match

import (
	"slices"
	"strings"
	"sync"
)

// maker numbers the distinct makers.
func (x *lookup) maker(v *vendor) int32 {
	key := v.key()
	n, ok := x.byMaker[key]
	if !ok {
		n = int32(len(x.vendors))
		x.vendors = append(x.vendors, *v)
		x.byMaker[key] = n
	}
	return n
}

// prefixText is what agree reads of the product's name; nothing where a maker
// is given.
func (v *vendor) prefixText() string {
	if v.core != "" {
		return ""
	}
	return v.text
}

// key is all that agree reads of a maker.
func (v *vendor) key() string {
	if len(v.ids) > 0 || v.core == "" { // of an empty column agree reads the product's name
		return v.raw + "\x00" + strings.Join(v.ids, " ") + "\x00" + v.prefixText()
	}
	return v.raw
}

// company is how the makers of a lookup of claims agree with one maker.
type company struct {
	of   []int8  // of each maker, its agreement and one more
	near []int32 // the makers that do not differ
}

// companies keeps them, as a hospital's products are of few makers.
type companies struct {
	mu   sync.RWMutex
	list map[string]*company
}

// mostCompanies bounds what is kept: makers are texts that anybody writes.
const mostCompanies = 4096

// company compares a maker with all, once.
func (x *lookup) company(v *vendor) *company {
	key := v.key()
	x.known.mu.RLock()
	c, ok := x.known.list[key]
	x.known.mu.RUnlock()
	if ok {
		return c
	}
	c = &company{of: make([]int8, len(x.vendors))}
	for i := range x.vendors {
		a := agree(&x.vendors[i], v)
		c.of[i] = int8(a) + 1
		if a != vendorOther {
			c.near = append(c.near, int32(i))
		}
	}
	x.known.mu.Lock()
	defer x.known.mu.Unlock()
	if x.known.list == nil || len(x.known.list) >= mostCompanies {
		x.known.list = map[string]*company{}
	}
	x.known.list[key] = c
	return c
}

// narrow tells how a product can be looked up among the claims of its own maker: the
// company of that maker, and a list that has every claim of another maker whose name
// is all the same. There is no company where the maker is not given, where its column may
// hold a brand of another maker, or where no word of the name has such a list.
func (x *lookup) narrow(q *profile) (c *company, strangers []int32) {
	if !x.claims || q.vendor.core == "" || q.gate.brand && x.mayBrand(q) {
		return nil, nil
	}
	found := false
	for i := range q.units {
		u := &q.units[i]
		if !u.class.counts() || u.family != nil || len(u.alts) != 1 {
			continue
		}
		for _, a := range u.alts[0] {
			n, known := x.byWord[a]
			if known && x.words[n].plain || !known && (generic[a] || legal[a] || x.silent[a]) {
				continue
			}
			list := []int32(nil)
			if known {
				list = x.words[n].list
			}
			if !found || len(list) < len(strangers) {
				strangers, found = list, true
			}
		}
	}
	if !found {
		return nil, nil
	}
	return x.company(&q.vendor), strangers
}

// mayBrand reports whether the words of a maker's column may stand in a claim's name.
func (x *lookup) mayBrand(q *profile) bool {
	for i := range q.maker {
		for _, a := range firstAlt(&q.maker[i]) {
			if generic[a] || legal[a] {
				continue
			}
			n, known := x.byWord[a]
			if !known {
				return false
			}
			return slices.ContainsFunc(x.words[n].list, func(pos int32) bool { return q.gate.maker&^x.gates[pos].has == 0 })
		}
	}
	return true
}
