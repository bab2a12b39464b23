package posting

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"ward"
)

func sortItems(items []Item) {
	slices.SortFunc(items, func(a, b Item) int { return cmp.Compare(a.Product, b.Product) })
}

// holder is one organisation's share of a product: its ordinal in the upper 24
// bits and its rows in the lower 8. 30 million rows fit into some 110 MB so.
type holder uint32

const (
	rowBits = 8
	manyRow = 1<<rowBits - 1      // the rows stand in base.many
	maxOrgs = 1 << (32 - rowBits) // 16.7 million organisations
)

func (h holder) org() uint32  { return uint32(h) >> rowBits }
func (h holder) rows() uint32 { return uint32(h) & manyRow }

// base is the immutable part of the index: for each product the stretch
// holders[start[p]:start[p+1]].
type base struct {
	start   []uint32
	holders []holder
	many    map[uint64]uint32 // product<<32|org → rows, where they are 255 or more
}

// Source gives the encoded lists of all organisations, in the same order each
// time it is called: the i-th call is about the i-th organisation.
type Source func(yield func(i int, body []byte) error) error

// build reads the source twice, first to count and then to place, so that
// memory never holds more than the result. products is the highest product id.
func build(products ward.ProductID, read Source) (*base, error) {
	b := &base{start: make([]uint32, int(products)+2), many: map[uint64]uint32{}}
	if err := b.count(read); err != nil {
		return nil, err
	}
	if err := b.total(); err != nil {
		return nil, err
	}
	if err := b.place(read); err != nil {
		return nil, err
	}
	return b, nil
}

// count leaves the number of holders of p in start[p+1].
func (b *base) count(read Source) error {
	return read(func(i int, body []byte) error {
		if i >= maxOrgs {
			return fmt.Errorf("more than %d organisations", maxOrgs)
		}
		c := cursor{body: body}
		for {
			it, ok := c.next()
			if !ok {
				return c.err
			}
			if int(it.Product)+1 >= len(b.start) {
				return fmt.Errorf("product %d is not in the dictionary: %w", it.Product, ErrDamaged)
			}
			b.start[it.Product+1]++
		}
	})
}

// total turns numbers into places.
func (b *base) total() error {
	sum := uint64(0)
	for p := range b.start {
		sum += uint64(b.start[p])
		if sum > math.MaxUint32 {
			return fmt.Errorf("more than %d entries", uint32(math.MaxUint32))
		}
		b.start[p] = uint32(sum)
	}
	b.holders = make([]holder, sum)
	return nil
}

// place fills each stretch from its front; start[p] moves to its end and is
// moved back afterwards.
func (b *base) place(read Source) error {
	err := read(func(i int, body []byte) error {
		c := cursor{body: body}
		for {
			it, ok := c.next()
			if !ok {
				return c.err
			}
			b.put(it.Product, uint32(i), it.Rows)
		}
	})
	copy(b.start[1:], b.start[:len(b.start)-1])
	b.start[0] = 0
	return err
}

// put places one holder at the front of what is free in the product's stretch.
func (b *base) put(p ward.ProductID, org, rows uint32) {
	if rows >= manyRow {
		b.many[uint64(p)<<32|uint64(org)] = rows
		rows = manyRow
	}
	b.holders[b.start[p]] = holder(org<<rowBits | rows)
	b.start[p]++
}

// of gives the holders of p; products that came after the base have none in it.
func (b *base) of(p ward.ProductID) []holder {
	if int(p)+1 >= len(b.start) {
		return nil
	}
	return b.holders[b.start[p]:b.start[p+1]]
}

// rowsOf is the number of rows, also where it did not fit.
func (b *base) rowsOf(p ward.ProductID, h holder) uint32 {
	if n := h.rows(); n < manyRow {
		return n
	}
	return b.many[uint64(p)<<32|uint64(h.org())]
}
