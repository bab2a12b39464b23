package posting

import "ward"

// Spread is how widely one product is held.
type Spread struct {
	Orgs int // organisations
	Rows int // inventory rows of all of them
}

// Spreads counts for each product by itself who holds it, in the order given.
func (x *Index) Spreads(products []ward.ProductID) []Spread {
	x.mu.RLock()
	defer x.mu.RUnlock()
	out := make([]Spread, len(products))
	for i, p := range products {
		for _, h := range x.base.of(p) {
			n := h.org()
			if len(x.lists) > 0 && x.gone[n/64]>>(n%64)&1 == 1 {
				continue
			}
			out[i].Orgs++
			out[i].Rows += int(x.base.rowsOf(p, h))
		}
		for _, e := range x.delta[p] {
			out[i].Orgs++
			out[i].Rows += int(e.rows)
		}
	}
	return out
}
