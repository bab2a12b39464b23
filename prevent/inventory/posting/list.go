// Package posting keeps who holds what, small enough for memory: lists of
// products per organisation, as they are stored, and the inverted index over all
// of them, from product to organisations. It knows numbers only; it reads no
// database and no clock.
package posting

import (
	"encoding/binary"
	"errors"
	"fmt"

	"ward"
)

// Item says how many rows of one organisation hold a product.
type Item struct {
	Product ward.ProductID
	Rows    uint32 // at least 1
}

// format is the first byte of an encoded list.
const format = 1

// ErrDamaged says that an encoded list is not one of ours.
var ErrDamaged = errors.New("the list of products is damaged")

// Encode writes items, ascending by product without repeats and with at least
// one row each, in about two bytes an item: the distance to the product before,
// doubled, plus one if the number of rows follows because it is not 1.
func Encode(items []Item) []byte {
	out := make([]byte, 1, 1+len(items)*5/2)
	out[0] = format
	last := uint64(0)
	for _, it := range items {
		gap := (uint64(it.Product) - last) << 1
		last = uint64(it.Product)
		if it.Rows == 1 {
			out = binary.AppendUvarint(out, gap)
			continue
		}
		out = binary.AppendUvarint(out, gap|1)
		out = binary.AppendUvarint(out, uint64(it.Rows))
	}
	return out
}

// Decode reads what Encode wrote. An empty body is an empty list. Errors wrap ErrDamaged.
func Decode(body []byte) ([]Item, error) {
	var out []Item
	if len(body) > 0 {
		out = make([]Item, 0, len(body)/2)
	}
	c := cursor{body: body}
	for {
		it, ok := c.next()
		if !ok {
			return out, c.err
		}
		out = append(out, it)
	}
}

// cursor walks through an encoded list without allocating.
type cursor struct {
	body    []byte
	at      int
	product uint64
	err     error
}

// next gives the next item; false at the end or at damage, which err tells.
func (c *cursor) next() (Item, bool) {
	if c.at == 0 {
		if len(c.body) == 0 {
			return Item{}, false
		}
		if c.body[0] != format {
			return c.fail()
		}
		c.at = 1
	}
	if c.at == len(c.body) {
		return Item{}, false
	}
	gap, n := uvarint(c.body[c.at:])
	if n <= 0 || gap>>1 == 0 {
		return c.fail()
	}
	c.at += n
	c.product += gap >> 1
	rows := uint64(1)
	if gap&1 == 1 {
		if rows, n = uvarint(c.body[c.at:]); n <= 0 {
			return c.fail()
		}
		c.at += n
	}
	if c.product > 1<<32-1 || rows == 0 || rows > 1<<32-1 {
		return c.fail()
	}
	return Item{ward.ProductID(c.product), uint32(rows)}, true
}

// fail ends the walk at the place of the damage.
func (c *cursor) fail() (Item, bool) {
	c.err = fmt.Errorf("at byte %d: %w", c.at, ErrDamaged)
	return Item{}, false
}

// uvarint is binary.Uvarint with the usual one and two bytes first.
func uvarint(b []byte) (uint64, int) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	if len(b) > 1 && b[1] < 0x80 {
		return uint64(b[0]&0x7f) | uint64(b[1])<<7, 2
	}
	return binary.Uvarint(b)
}

// Add applies differences to a list and gives a new one: changes may have any
// order and repeats; a product whose rows come to nothing leaves the list.
func Add(items []Item, changes map[ward.ProductID]int) []Item {
	out := make([]Item, 0, len(items)+len(changes))
	left := make(map[ward.ProductID]int, len(changes))
	for p, n := range changes {
		left[p] = n
	}
	for _, it := range items {
		n := int(it.Rows) + left[it.Product]
		delete(left, it.Product)
		if n > 0 {
			out = append(out, Item{it.Product, uint32(n)})
		}
	}
	for p, n := range left {
		if n > 0 {
			out = append(out, Item{p, uint32(n)})
		}
	}
	sortItems(out)
	return out
}
