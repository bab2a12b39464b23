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
			version := refs[found[i].ID].Version
			results := found[i].Verdict(version, "")
			agreesInBrief(t, &found[i], version, results)
			for _, res := range results {
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

// agreesInBrief holds the answer without evidence to the one with it, and a
// second asking to the first.
func agreesInBrief(t *testing.T, c *match.Candidate, version string, want []match.Result) {
	t.Helper()
	v, reason, ok := c.Brief(version, "")
	if ok != (len(want) > 0) || ok && (v != want[0].Verdict || reason != want[0].Reason) {
		t.Errorf("item %d, %q: in brief %v %s %v, at length %+v", c.ID, version, v, reason, ok, want)
	}
	if again := c.AppendVerdict(nil, version, ""); len(again) != len(want) || len(want) > 0 && again[0].Finding != want[0].Finding {
		t.Errorf("item %d, %q: asked again %+v, first %+v", c.ID, version, again, want)
	}
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
