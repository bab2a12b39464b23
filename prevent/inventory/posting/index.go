package posting

import (
	"cmp"
	"slices"
	"sync"

	"ward"
)

// Index answers who holds a product: an immutable base, and above it the lists
// of organisations that changed since, whose entries in the base count no more.
// Safe for concurrent use; Merge must not run twice at the same time.
type Index struct {
	mu      sync.RWMutex
	orgs    []ward.OrgID // by ordinal
	ordinal map[ward.OrgID]uint32
	sorted  bool // orgs ascend
	base    *base
	gone    []uint64          // bitmap over ordinals: the base's entries are void
	lists   map[uint32][]Item // the present lists of changed organisations; a list is never written again
	delta   map[ward.ProductID][]entry
	size    int // entries in delta

	tallies sync.Pool
}

// entry is a holder in the delta, where space does not matter.
type entry struct{ org, rows uint32 }

// New makes an empty index.
func New() *Index {
	x, err := Build(nil, 0, func(func(int, []byte) error) error { return nil })
	if err != nil { // nothing was read, so nothing can be damaged
		return &Index{}
	}
	return x
}

// Build makes the index of orgs, ascending, from their encoded lists. products
// is the highest product id in use. Errors wrap ErrDamaged or are the source's.
func Build(orgs []ward.OrgID, products ward.ProductID, read Source) (*Index, error) {
	b, err := build(products, read)
	if err != nil {
		return nil, ward.Wrap("build index", err)
	}
	x := &Index{orgs: orgs, ordinal: make(map[ward.OrgID]uint32, len(orgs)), sorted: slices.IsSorted(orgs), base: b,
		gone: make([]uint64, len(orgs)/64+1), lists: map[uint32][]Item{}, delta: map[ward.ProductID][]entry{}}
	for i, o := range orgs {
		x.ordinal[o] = uint32(i)
	}
	return x, nil
}

// Set replaces the list of org; items ascend by product and belong to the index from now on.
func (x *Index) Set(org ward.OrgID, items []Item) {
	x.mu.Lock()
	defer x.mu.Unlock()
	n := x.number(org)
	old, changed := x.lists[n]
	if !changed {
		x.gone[n/64] |= 1 << (n % 64)
	}
	x.lists[n] = items
	x.replace(n, old, items)
}

// number gives the ordinal of org, a new one if it is new.
func (x *Index) number(org ward.OrgID) uint32 {
	n, ok := x.ordinal[org]
	if ok {
		return n
	}
	n = uint32(len(x.orgs))
	x.sorted = x.sorted && (n == 0 || x.orgs[n-1] < org)
	x.orgs = append(x.orgs, org)
	x.ordinal[org] = n
	for int(n/64) >= len(x.gone) {
		x.gone = append(x.gone, 0)
	}
	return n
}

// replace changes the delta by the difference of two lists.
func (x *Index) replace(n uint32, old, items []Item) {
	for len(old) > 0 || len(items) > 0 {
		switch {
		case len(items) == 0 || len(old) > 0 && old[0].Product < items[0].Product:
			x.drop(old[0].Product, n)
			old = old[1:]
		case len(old) == 0 || items[0].Product < old[0].Product:
			x.delta[items[0].Product] = append(x.delta[items[0].Product], entry{n, items[0].Rows})
			x.size++
			items = items[1:]
		default:
			if old[0].Rows != items[0].Rows {
				x.delta[items[0].Product][x.find(items[0].Product, n)].rows = items[0].Rows
			}
			old, items = old[1:], items[1:]
		}
	}
}

// find is the place of an organisation among the changed holders of a product.
func (x *Index) find(p ward.ProductID, n uint32) int {
	return slices.IndexFunc(x.delta[p], func(e entry) bool { return e.org == n })
}

// drop takes an organisation out of the changed holders; their order does not matter.
func (x *Index) drop(p ward.ProductID, n uint32) {
	list := x.delta[p]
	list[x.find(p, n)] = list[len(list)-1]
	x.size--
	if len(list) == 1 {
		delete(x.delta, p)
		return
	}
	x.delta[p] = list[:len(list)-1]
}

// tally counts per organisation; only what was touched is cleared again, so a
// rare product does not cost a walk over all of Europe.
type tally struct {
	at      []ward.Holding // by ordinal; Org is not set
	touched []uint32
}

// Count adds up the rows of each organisation over asks, ascending by
// organisation. Rows under NotAffected are not counted, and who has none else is
// left out. held tells for each ask whether anybody holds the product.
func (x *Index) Count(asks []ward.ProductVerdict) (holdings []ward.Holding, held []bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	t := x.tally()
	held = make([]bool, len(asks))
	for i, a := range asks {
		held[i] = x.add(t, a)
	}
	holdings = x.harvest(t)
	x.tallies.Put(t)
	return holdings, held
}

// tally takes one from the pool that is large enough.
func (x *Index) tally() *tally {
	t, ok := x.tallies.Get().(*tally)
	if !ok || len(t.at) < len(x.orgs) {
		t = &tally{at: make([]ward.Holding, len(x.orgs))}
	}
	return t
}

// add counts one product; for a verdict that is not counted it only looks whether
// anybody is there.
func (x *Index) add(t *tally, a ward.ProductVerdict) (held bool) {
	changed := len(x.lists) > 0
	for _, h := range x.base.of(a.Product) {
		n := h.org()
		if changed && x.gone[n/64]>>(n%64)&1 == 1 {
			continue
		}
		if held = true; a.Verdict == ward.NotAffected {
			break
		}
		t.count(n, x.base.rowsOf(a.Product, h), a.Verdict)
	}
	for _, e := range x.delta[a.Product] {
		if held = true; a.Verdict == ward.NotAffected {
			break
		}
		t.count(e.org, e.rows, a.Verdict)
	}
	return held
}

// count adds rows and remembers who was touched.
func (t *tally) count(n, rows uint32, v ward.Verdict) {
	h := &t.at[n]
	if h.Affected|h.Review == 0 {
		t.touched = append(t.touched, n)
	}
	if v == ward.Affected {
		h.Affected += int(rows)
	} else {
		h.Review += int(rows)
	}
}

// harvest reads the tally in order and clears it.
func (x *Index) harvest(t *tally) []ward.Holding {
	slices.Sort(t.touched)
	out := make([]ward.Holding, len(t.touched))
	for i, n := range t.touched {
		out[i] = t.at[n]
		out[i].Org = x.orgs[n]
		t.at[n] = ward.Holding{}
	}
	t.touched = t.touched[:0]
	if !x.sorted {
		slices.SortFunc(out, func(a, b ward.Holding) int { return cmp.Compare(a.Org, b.Org) })
	}
	return out
}
