package match

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward"
	"ward/format/csaf"
	"ward/test/shared"
)

// TestGate holds the gates to the full comparison: what they rule out, join
// must not accept, and what the units' bits rule out must not change a tie.
func TestGate(t *testing.T) {
	var claims, refs []*profile
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range medicalClaims(t) {
		claims = append(claims, profileClaim(&c, readVendor(c.Vendor), newReach(&c)))
		name := strings.Join(c.Names, " ")
		refs = append(refs, profileRef(ward.ProductRef{Vendor: c.Vendor, Name: name, PURL: c.PURL, CPE: c.CPE}))
		refs = append(refs, profileRef(ward.ProductRef{Vendor: c.Vendor, Name: scribbled(r, name)}))
	}
	ruled, ofOne, pairs := 0, 0, 0
	for i, c := range claims {
		open := ungated(c)
		for j := (i * 31) % 17; j < len(refs); j += 17 {
			r := refs[j]
			maker := agree(&c.vendor, &r.vendor)
			want, ok := join(open, ungated(r), maker)
			if got, gotOK := join(c, r, maker); got != want || gotOK != ok {
				t.Errorf("%q and %q: with bits %+v %v, without %+v %v", c.flat, r.flat, got, gotOK, want, ok)
			}
			pairs++
			parts := maker == vendorOther && c.gate.partsMakers(&r.gate) || maker != vendorOther && c.gate.unlike(r)
			if c.gate.byName(&r.gate) && (c.gate.partsNumbers(&r.gate) || parts) {
				ruled++
				if maker != vendorOther {
					ofOne++
				}
				if ok {
					t.Errorf("%q and %q: ruled out, and join says %+v", c.flat, r.flat, want)
				}
			}
		}
	}
	if ruled*2 < pairs || ofOne*20 < pairs {
		t.Errorf("%d of %d pairs ruled out, want most", ruled, pairs)
	}
	t.Logf("%d of %d pairs ruled out, %d of one maker", ruled, pairs, ofOne)
}

// scribbled is a name as somebody in a hurry writes it: words left out, a letter
// too few or too many, words cut short.
func scribbled(r *rand.Rand, name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		switch k := r.IntN(len(w)); r.IntN(9) {
		case 0:
			words[i] = ""
		case 1:
			words[i] = w[:k] + w[k+1:]
		case 2:
			words[i] = w[:min(len(w), 3+k)]
		case 3:
			words[i] += "x"
		}
	}
	return strings.Join(words, " ")
}

// ungated is p with bits that rule nothing out.
func ungated(p *profile) *profile {
	q := *p
	q.gate = gate{has: ^uint64(0), models: ^uint64(0), wide: true, ids: true}
	return &q
}

// medicalClaims reads CISA's documents about medical devices, each product once.
func medicalClaims(t *testing.T) []ward.Claim {
	t.Helper()
	var out []ward.Claim
	seen := map[string]bool{}
	err := filepath.WalkDir(shared.Path(t, "advisories/cisa-csaf/icsma"), func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(p) != ".json" {
			return err
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		doc, err := csaf.Parse(b, csaf.Limits{})
		if err != nil {
			return err
		}
		for _, c := range doc.Claims() {
			if k := c.Vendor + strings.Join(c.Names, " "); !seen[k] {
				seen[k] = true
				out = append(out, c)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
