package match

import (
	"slices"

	"ward"
)

// builder gathers claims into Claims; what it remembers is let go afterwards.
type builder struct {
	c       *Claims
	known   map[string]int32 // description to product
	makers  map[string]vendor
	reaches reaches
	ranks   map[ward.AdvisoryID]int32
	owners  []int32 // of each leaf, its product
	key     []byte
}

func newBuilder(c *Claims) *builder {
	c.leaves = make([]leaf, 0, len(c.claims))
	return &builder{c: c, known: map[string]int32{}, makers: map[string]vendor{}, reaches: reaches{},
		ranks: advisoryRanks(c.claims), owners: make([]int32, 0, len(c.claims))}
}

// advisoryRanks numbers the advisories in their order.
func advisoryRanks(claims []ward.Claim) map[ward.AdvisoryID]int32 {
	ranks := map[ward.AdvisoryID]int32{}
	var ids []ward.AdvisoryID
	for i := range claims {
		id := claims[i].Advisory
		if i > 0 && id == claims[i-1].Advisory {
			continue
		}
		if _, ok := ranks[id]; !ok {
			ranks[id] = 0
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for i, id := range ids {
		ranks[id] = int32(i)
	}
	return ranks
}

// add files one leaf; the product is described anew if it was not seen before.
func (b *builder) add(claim *ward.Claim, index int32, named bool) {
	r := b.reaches.of(claim)
	b.describe(claim, r)
	pos, ok := b.known[string(b.key)]
	if !ok {
		p := profileClaim(claim, b.maker(claim.Vendor), r)
		pos = b.c.find.add(p)
		b.c.products = append(b.c.products, product{profile: p, sample: index, named: named})
		b.known[string(b.key)] = pos
	}
	b.c.leaves = append(b.c.leaves, leaf{reach: r, claim: claim, index: index, advisory: b.ranks[claim.Advisory],
		status: claim.Status, serials: len(claim.Serials) > 0})
	b.owners = append(b.owners, pos)
}

// maker reads each maker's text once.
func (b *builder) maker(text string) vendor {
	v, ok := b.makers[text]
	if !ok {
		v = readVendor(clip(text))
		b.makers[text] = v
	}
	return v
}

// describe writes all that a profile is made of.
func (b *builder) describe(c *ward.Claim, r *reach) {
	b.key = b.key[:0] // the map looks bytes up without making a string of them
	put := func(s string, end byte) { b.key = append(append(b.key, s...), end) }
	put(c.Vendor, 0)
	for _, s := range c.Names {
		put(s, 1)
	}
	put("", 0)
	for _, s := range c.Models {
		put(s, 1)
	}
	put("", 0)
	for _, s := range [...]string{c.CPE, c.PURL, c.UDI, r.names[0], r.names[1]} {
		put(s, 0)
	}
}

// finish puts the leaves of each product together, in the order of claims.
func (b *builder) finish() {
	c := b.c
	for _, pos := range b.owners {
		c.products[pos].end++
	}
	sum := int32(0)
	for i := range c.products {
		q := &c.products[i]
		q.first, q.end, sum = sum, sum, sum+q.end
	}
	// A product's leaves are judged one after another: side by side they need no
	// list of their own.
	leaves := make([]leaf, len(c.leaves))
	for i, pos := range b.owners {
		q := &c.products[pos]
		leaves[q.end] = c.leaves[i]
		q.end++
	}
	c.leaves, c.reaches = leaves, len(b.reaches)
	c.products = slices.Clip(c.products)
	c.find.settle()
}
