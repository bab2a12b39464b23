// Package matchbook is what one advisory was found to say of the products that
// somebody holds: its matches, the rules by which they are renewed, compared and
// folded, and the form in which they are stored. It knows no database.
package matchbook

import (
	"cmp"
	"slices"

	"ward"
)

// Match is one verdict of one advisory as it is stored, with the fingerprint of
// its remedy. The finding is never written to once it is here: an advisory about a
// common product has ten thousand, and they go from list to list.
type Match struct {
	Advisory ward.AdvisoryID
	*ward.ProductFinding
	Remedy string
}

// ByProduct is the order in which matches of one advisory are kept.
func ByProduct(a, b Match) int { return cmp.Compare(a.Product, b.Product) }

// Equal reports whether both say the same, whichever advisory does.
func (m Match) Equal(o Match) bool {
	return m.Product == o.Product && m.Finding == o.Finding && m.Remedy == o.Remedy && slices.Equal(m.CVEs, o.CVEs)
}

// Renewed are the verdicts of one advisory after a matching: what was seen
// before and is no longer found goes, and so does what is not affected, as
// nobody need know. Verdicts that came in while the matching ran are not in seen
// and stay. All three are in the order of Product, and so is the answer.
func Renewed(before []Match, seen []ward.ProductID, found []Match) []Match {
	out := make([]Match, 0, len(before)+len(found))
	for _, m := range found {
		if m.Finding.Verdict != ward.NotAffected {
			out = append(out, m)
		}
	}
	fresh := len(out)
	for _, m := range before {
		_, again := slices.BinarySearchFunc(found, m, ByProduct)
		if _, gone := slices.BinarySearch(seen, m.Product); !again && !gone {
			out = append(out, m)
		}
	}
	if fresh < len(out) {
		slices.SortFunc(out, ByProduct)
	}
	return out
}

// Touched lists the products whose holders must be told, by comparing what was
// stored with what is found now: a new verdict that concerns them, a verdict
// that became affected, or another remedy. before is in the order of Product;
// the answer is sorted.
func Touched(before, after []Match) []ward.ProductID {
	var out []ward.ProductID
	for _, m := range after {
		if m.Finding.Verdict == ward.NotAffected {
			continue
		}
		at, had := slices.BinarySearchFunc(before, m, ByProduct)
		if !had || before[at].Finding.Verdict == ward.NotAffected ||
			m.Finding.Verdict == ward.Affected && before[at].Finding.Verdict == ward.Review || before[at].Remedy != m.Remedy {
			out = append(out, m.Product)
		}
	}
	slices.Sort(out)
	return out
}

// Worst folds the findings of several advisories of one issue: each product
// counts once, with its worst verdict; of equals the first. In the order of Product.
func Worst(all []Match) []Match {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b Match) int {
		return cmp.Or(ByProduct(a, b), rank[b.Finding.Verdict]-rank[a.Finding.Verdict])
	})
	return slices.CompactFunc(out, func(a, b Match) bool { return a.Product == b.Product })
}

// Verdicts are what of matches decides who is counted.
func Verdicts(all []Match) []ward.ProductVerdict {
	out := make([]ward.ProductVerdict, len(all))
	for i, m := range all {
		out[i] = ward.ProductVerdict{Product: m.Product, Verdict: m.Finding.Verdict}
	}
	return out
}

// Rank orders verdicts: the worst is the highest.
func Rank(v ward.Verdict) int { return rank[v] }

var rank = map[ward.Verdict]int{ward.NotAffected: 0, ward.Review: 1, ward.Affected: 2}

// Concern reports whether anybody need know of the matches.
func Concern(all []Match) bool {
	return slices.ContainsFunc(all, func(m Match) bool { return m.Finding.Verdict != ward.NotAffected })
}
