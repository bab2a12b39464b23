package matching

import (
	"testing"

	"ward"
	"ward/format/match"
)

// TestDirectionsAgree holds both directions to the same answers: an item
// against all advisories, and one advisory against all items. The nightly full
// match checks the delta path, so they must not differ.
func TestDirectionsAgree(t *testing.T) {
	all := claims(t)
	compiled := match.Compile(all)
	var refs []ward.ProductRef
	for i, p := range pairsOf(all) {
		if i%23 == 0 {
			refs = append(refs, p.ref)
		}
	}
	x := match.NewIndex()
	for i, r := range refs {
		x.Add(uint32(i), r)
	}
	type key struct {
		item  int
		about ward.AdvisoryID
	}
	forward := map[key]ward.Finding{}
	for i, r := range refs {
		for _, res := range compiled.Match(r, nil) {
			forward[key{i, res.Advisory}] = res.Finding
		}
	}
	n := 0
	for _, one := range byAdvisory(all) {
		found := x.Candidates(match.Compile(one), nil)
		for i := range found {
			for _, res := range found[i].Verdict(refs[found[i].ID].Version, "") {
				k := key{int(found[i].ID), res.Advisory}
				if want := forward[k]; want != res.Finding {
					t.Errorf("%v of %+v: advisory first %+v, item first %+v", k.about, refs[k.item], res.Finding, want)
				}
				delete(forward, k)
				n++
			}
		}
	}
	for k, f := range forward {
		t.Errorf("%v of %+v: item first %+v, advisory first nothing", k.about, refs[k.item], f)
	}
	t.Logf("%d answers for %d items agree", n, len(refs))
}

// byAdvisory parts the corpus, whose claims stand in document order.
func byAdvisory(all []ward.Claim) [][]ward.Claim {
	var out [][]ward.Claim
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].Advisory == all[0].Advisory {
			n++
		}
		out = append(out, all[:n])
		all = all[n:]
	}
	return out
}
