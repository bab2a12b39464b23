package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"ward"
	"ward/prevent/inventory"
	"ward/prevent/inventory/posting"
)

// versions of every product: 1.0 to 14.15.
const versions = 14 * 16

func versionText(v int) string { return fmt.Sprintf("%d.%d", 1+v/16, v%16) }

var syllables = [...]string{"ba", "cor", "di", "fen", "gal", "hux", "io", "ker", "lum", "mo", "nar", "or", "pel", "quo", "rin", "sa", "tev",
	"ul", "vex", "wim", "xan", "yo", "zed", "bri", "cla"}

// word makes a pronounceable word of n; different n give different words.
func word(n int) string {
	s := ""
	for range 4 {
		s += syllables[n%len(syllables)]
		n /= len(syllables)
	}
	return s
}

// product is the p-th description: one of 400 makers, a name and a model number
// of its own.
func product(p int) ward.ProductRef {
	return ward.ProductRef{Vendor: word(p%400) + " Medical", Name: word(p*7919+13) + " monitor", Model: fmt.Sprintf("%s-%d", word(p)[:2], 10_000+p)}
}

// number is the id of a product in a version, as the dictionary is filled in order.
func number(p, v int) ward.ProductID { return ward.ProductID(p*versions + v + 1) }

// generator draws rows: the product log-uniform, so that product 0 is in every
// house and has some 7 % of all rows (20,000 products) while the last ones are
// rare; the version uniform. The seed is the organisation's number.
func generator(org int, o options) inventory.Load {
	r := rand.New(rand.NewPCG(20261122, uint64(org)))
	rows := map[ward.ProductID]uint32{}
	for range o.rows {
		p := int(math.Exp(r.Float64()*math.Log(float64(o.products)+1))) - 1
		rows[number(min(p, o.products-1), r.IntN(versions))]++
	}
	l := inventory.Load{Org: orgID(org), Items: make([]posting.Item, 0, len(rows))}
	for p, n := range rows {
		l.Items = append(l.Items, posting.Item{Product: p, Rows: n})
	}
	slices.SortFunc(l.Items, func(a, b posting.Item) int { return int(int64(a.Product) - int64(b.Product)) })
	return l
}

func orgID(n int) ward.OrgID { return ward.OrgID(fmt.Sprintf("00000000-0000-7000-8000-%012x", n+1)) }

// advisory makes the claims of one advisory about 30 products: the rarest ones,
// or product 0 with others up and down the list.
func advisory(n int, fanOut bool, o options) []ward.Claim {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	var out []ward.Claim
	for i := range 30 {
		p := o.products - 1 - r.IntN(o.products/50+1)
		if fanOut {
			p = 0
			if i > 0 {
				p = r.IntN(o.products)
			}
		}
		ref := product(p)
		out = append(out, ward.Claim{Advisory: ward.AdvisoryID(fmt.Sprint(n)), Leaf: fmt.Sprint(i), Path: ref.Vendor + " / " + ref.Name,
			Vendor: ref.Vendor, Names: []string{ref.Name}, Models: []string{ref.Model}, Range: "< 8.0", Status: ward.StatusAffected,
			CVEs: []string{"CVE-2026-0001"}})
	}
	return out
}
