package match

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ward"
)

// TestNarrow: looking among the claims of one maker, and for equal names among the
// others, finds all that looking among all claims finds.
func TestNarrow(t *testing.T) {
	list := medicalClaims(t)
	c := Compile(list)
	r := rand.New(rand.NewPCG(5, 6))
	narrow, ties := 0, 0
	for i, claim := range list {
		name := strings.Join(claim.Names, " ")
		vendors := []string{claim.Vendor, list[(i*13)%len(list)].Vendor, "Somebody Else", strings.Fields(name + " x")[0], ""}
		for _, ref := range []ward.ProductRef{{Name: name}, {Name: scribbled(r, name)}} {
			for _, ref.Vendor = range vendors {
				p := profileRef(ref)
				if within, _ := c.find.narrow(p); within != nil {
					narrow++
				}
				wide := *p
				wide.vendor.core = "" // of no maker: all are looked at
				got, want := tiedBy(c, p, p), tiedBy(c, &wide, p)
				if ties += len(want); !slices.Equal(got, want) {
					t.Errorf("%q of %q: %v among its maker's claims, %v among all", ref.Name, ref.Vendor, got, want)
				}
			}
		}
	}
	if narrow < len(list) || ties < len(list) {
		t.Errorf("%d narrow searches, %d ties", narrow, ties)
	}
}

// tiedBy lists the products that are joined with p among the candidates for q.
func tiedBy(c *Claims, q, p *profile) (out []int32) {
	w := c.find.borrow()
	defer c.find.giveBack(w)
	for _, pos := range c.find.candidates(q, w) {
		product := &c.products[pos]
		if _, ok := c.tie(product, p, agree(&product.vendor, &p.vendor), false, false); ok {
			out = append(out, pos)
		}
	}
	return out
}
