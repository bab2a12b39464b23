package claim

import (
	"fmt"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"ward"
)

// However advisories come and change, the parts of the index together hold the
// newest claims of each, once.
func TestIndexParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, want := &Snapshot{}, map[ward.AdvisoryID]string{}
		for change := range rapid.IntRange(1, 40).Draw(t, "changes") {
			changed, claims := map[ward.AdvisoryID]bool{}, []ward.Claim(nil)
			for range rapid.IntRange(1, 5).Draw(t, "size") {
				id := ward.AdvisoryID(fmt.Sprintf("a%d", rapid.IntRange(0, 15).Draw(t, "id")))
				if changed[id] {
					continue
				}
				changed[id] = true
				if delete(want, id); rapid.Bool().Draw(t, "claims") {
					want[id] = fmt.Sprint(change)
					claims = append(claims, ward.Claim{Advisory: id, Leaf: want[id]})
				}
			}
			s = s.with(changed, claims, int64(change))
			got := map[ward.AdvisoryID]string{}
			for _, p := range s.parts {
				for i := range p.claims.Len() {
					if c := p.claims.At(i); p.advisories[c.Advisory] {
						if _, twice := got[c.Advisory]; twice {
							t.Fatalf("%s is live in two parts", c.Advisory)
						}
						got[c.Advisory] = c.Leaf
					}
				}
			}
			if !maps.Equal(got, want) {
				t.Fatalf("after change %d: got %v, want %v", change, got, want)
			}
			if len(s.parts) > 7 {
				t.Fatalf("%d parts for %d advisories", len(s.parts), s.live)
			}
		}
	})
}
