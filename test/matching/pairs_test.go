package matching

import (
	"slices"
	"strings"

	"ward"
)

// perAdvisory bounds the leaves that are taken of one advisory, so that Siemens
// documents with hundreds of leaves do not drown the rest.
const perAdvisory = 4

// pairsOf makes the labelled pairs of the corpus.
func pairsOf(claims []ward.Claim) []pair {
	byAdvisory := map[ward.AdvisoryID][]ward.Claim{}
	var order []ward.AdvisoryID
	for _, c := range claims {
		if len(c.Names) == 0 || strings.TrimSpace(c.Vendor) == "" || c.Vendor == "multiple" {
			continue
		}
		if byAdvisory[c.Advisory] == nil {
			order = append(order, c.Advisory)
		}
		byAdvisory[c.Advisory] = append(byAdvisory[c.Advisory], c)
	}
	others := otherProducts(claims)
	var out []pair
	for _, id := range order {
		out = append(out, pairsOfOne(byAdvisory[id], others)...)
	}
	return out
}

// otherProducts lists product names by maker, sorted.
func otherProducts(claims []ward.Claim) map[string][]string {
	m := map[string][]string{}
	for _, c := range claims {
		if len(c.Names) > 0 {
			m[c.Vendor] = append(m[c.Vendor], productName(c))
		}
	}
	for v := range m {
		slices.Sort(m[v])
		m[v] = slices.Compact(m[v])
	}
	return m
}

func pairsOfOne(leaves []ward.Claim, others map[string][]string) []pair {
	var out []pair
	taken := map[string]bool{}
	for _, c := range leaves {
		n := productName(c)
		if len(taken) >= perAdvisory || taken[n] || c.Status != ward.StatusAffected || len(n) > 80 || !telling(n) {
			continue
		}
		s, ok := sampleOf(c)
		if !ok {
			continue
		}
		taken[n] = true
		out = append(out, pairsOfLeaf(c, s, leaves, others)...)
	}
	return out
}

// telling leaves out names that name nothing: "multiple", "Version".
func telling(n string) bool { return len(tokens(n)) > 0 && len(n) >= 4 && n != "Version" }

func pairsOfLeaf(c ward.Claim, s sample, leaves []ward.Claim, others map[string][]string) []pair {
	w := writerFor(c)
	var out []pair
	add := func(k kind, mess string, ref ward.ProductRef) {
		out = append(out, pair{kind: k, mess: mess, ref: ref, about: c.Advisory, heldOut: heldOut(c.Advisory)})
	}
	ref, mess := w.name(c, c.Vendor)
	ref.Version = w.release(s.inside[w.IntN(len(s.inside))])
	add(kindAffected, mess, ref)

	ref, mess = w.name(c, c.Vendor)
	add(kindNoVersion, mess, ref)

	if len(s.outside) > 0 && alone(c, leaves) {
		ref, mess = w.name(c, c.Vendor)
		ref.Version = w.release(s.outside[w.IntN(len(s.outside))])
		add(kindFixed, mess, ref)
	}
	version := w.release(s.inside[0])
	if n, ok := w.another(c, leaves, others[c.Vendor]); ok {
		add(kindOther, "", ward.ProductRef{Vendor: w.maker(c.Vendor), Name: n, Version: version})
	}
	if n, ok := w.sibling(productName(c), leaves); ok {
		add(kindSibling, "", ward.ProductRef{Vendor: w.maker(c.Vendor), Name: n, Version: version})
	}
	add(kindNamesake, "", ward.ProductRef{Vendor: w.foreign(c, leaves), Name: productName(c), Version: version})
	if v := w.foreign(c, leaves); len(others[v]) > 0 {
		n := others[v][w.IntN(len(others[v]))]
		if !slices.ContainsFunc(leaves, func(l ward.Claim) bool { return !apart(n, strings.Join(l.Names, " ")) }) {
			add(kindStranger, "", ward.ProductRef{Vendor: v, Name: n, Version: version})
		}
	}
	return out
}

// alone reports whether no other leaf of the advisory may be the same product,
// so that a version outside this leaf is outside of the advisory.
func alone(c ward.Claim, leaves []ward.Claim) bool {
	n := 0
	for _, l := range leaves {
		if !apart(productName(c), productName(l)) {
			n++
		}
	}
	return n == 1
}

// lists reports whether a name stands for several models, which apart cannot see.
func lists(n string) bool { return strings.ContainsAny(n, "/,[") || strings.Contains(n, "xx") }

// another picks a product of the same maker that the advisory does not concern.
func (w writer) another(c ward.Claim, leaves []ward.Claim, names []string) (string, bool) {
	for _, l := range leaves {
		if lists(strings.Join(l.Names, " ")) {
			return "", false
		}
	}
	for range 10 {
		n := names[w.IntN(len(names))]
		if !slices.ContainsFunc(leaves, func(l ward.Claim) bool { return !apart(n, strings.Join(l.Names, " ")) }) {
			return n, true
		}
	}
	return "", false
}

// sibling changes the figures of the model number in a name.
func (w writer) sibling(n string, leaves []ward.Claim) (string, bool) {
	m := modelIn(n)
	if len(m) < 4 {
		return "", false
	}
	b := []byte(m)
	for i := range b {
		if b[i] >= '0' && b[i] <= '9' {
			b[i] = '0' + (b[i]-'0'+3+byte(i))%10
		}
	}
	other := strings.Replace(n, m, string(b), 1)
	for _, l := range leaves {
		all := strings.ToLower(strings.Join(l.Names, " ") + l.Version + l.Range)
		if strings.Contains(all, strings.ToLower(string(b))) || strings.ContainsAny(all, "/,") || strings.Contains(all, "xx") {
			return "", false
		}
	}
	return other, true
}

var foreigners = []string{"Philips", "Siemens", "Medtronic", "Rockwell Automation", "Mitsubishi Electric", "GE Healthcare", "Baxter", "Moxa", "WAGO"}

// foreign picks a maker that the advisory does not name.
func (w writer) foreign(c ward.Claim, leaves []ward.Claim) string {
	for {
		v := foreigners[w.IntN(len(foreigners))]
		first := tokens(v)[0]
		if !slices.ContainsFunc(leaves, func(l ward.Claim) bool { return strings.Contains(strings.ToLower(l.Path), first) }) {
			return v
		}
	}
}
