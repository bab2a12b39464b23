package match

import (
	"slices"
	"strings"

	"ward"
)

// Claims is an index over the claims of one or many advisories. It is safe for
// concurrent use once compiled.
type Claims struct {
	claims   []ward.Claim // as given
	leaves   []leaf       // at least one for each claim
	products []product    // distinct descriptions among the claims
	find     *lookup
	byAlias  map[[2]string][]int32 // maker and name as written, folded, to products
}

// product is one description and the leaves that bear it.
type product struct {
	*profile
	leaves             []int32
	vendorKey, nameKey string // as AliasKey folds them
}

// Compile indexes claims. It keeps the texts in them.
func Compile(claims []ward.Claim) *Claims {
	c := &Claims{leaves: make([]leaf, 0, len(claims)), find: newLookup(true), byAlias: map[[2]string][]int32{}}
	known := map[string]int32{}
	ranges := map[string]leaf{}
	ranks := advisoryRanks(claims)
	var key strings.Builder
	for i, claim := range claims {
		c.claims = append(c.claims, claim)
		for _, form := range expand(claim) {
			describe(&key, form)
			pos, ok := known[key.String()]
			if !ok {
				pos = c.add(form)
				known[key.String()] = pos
			}
			l := cachedLeaf(ranges, form)
			l.index, l.advisory = int32(i), ranks[claim.Advisory]
			c.leaves = append(c.leaves, l)
			c.products[pos].leaves = append(c.products[pos].leaves, int32(len(c.leaves)-1))
		}
	}
	return c
}

// advisoryRanks numbers the advisories in their order.
func advisoryRanks(claims []ward.Claim) map[ward.AdvisoryID]int32 {
	ranks := map[ward.AdvisoryID]int32{}
	var ids []ward.AdvisoryID
	for _, c := range claims {
		if _, ok := ranks[c.Advisory]; !ok {
			ranks[c.Advisory] = 0
			ids = append(ids, c.Advisory)
		}
	}
	slices.Sort(ids)
	for i, id := range ids {
		ranks[id] = int32(i)
	}
	return ranks
}

// add puts a description that was not seen before.
func (c *Claims) add(claim ward.Claim) int32 {
	p := profileClaim(claim)
	q := product{profile: p, vendorKey: keyText(claim.Vendor), nameKey: claimKeyName(claim)}
	pos := c.find.add(p)
	c.products = append(c.products, q)
	k := [2]string{q.vendorKey, q.nameKey}
	c.byAlias[k] = append(c.byAlias[k], pos)
	return pos
}

// expand gives a claim and, where its version text is really a product's name
// ("Point of Care devices / CoaguChek Pro II"), the same claim under that name.
func expand(claim ward.Claim) []ward.Claim {
	if claim.Range != "" || !nameInVersion(claim.Version) {
		return []ward.Claim{claim}
	}
	named := claim
	named.Names, named.Version, named.Models = []string{claim.Version}, "", nil
	return []ward.Claim{claim, named}
}

// nameInVersion reports whether a version text names a product: it has a word
// that names one and no number with a dot.
func nameInVersion(s string) bool {
	if s == "" || len(s) > 80 || strings.ContainsAny(s, ".|*") {
		return false
	}
	for _, w := range plainWords(fold(s)) {
		if len(w) >= 5 && classOf(w) == distinct && !notNames[w] {
			return true
		}
	}
	return false
}

// notNames are words of version texts that do not make them names.
var notNames = wordSet("edition windows build update service pack hotfix patch release options option prior earlier later below above newer older")

// cachedLeaf reads each range text once: a document repeats it for many leaves.
func cachedLeaf(known map[string]leaf, claim ward.Claim) leaf {
	key := claim.Range + "\x00" + claim.Version + "\x00" + claim.PURL + "\x00" + claim.CPE
	l, ok := known[key]
	if !ok {
		l = newLeaf(claim)
		known[key] = l
	}
	l.claim = claim
	return l
}

// describe writes all that a profile is made of.
func describe(b *strings.Builder, c ward.Claim) {
	b.Reset()
	for _, s := range []string{c.Vendor, strings.Join(c.Names, "\x01"), strings.Join(c.Models, "\x01"), c.CPE, c.PURL, c.UDI, nameIn(c.Version), nameIn(c.Range)} {
		b.WriteString(s)
		b.WriteByte(0)
	}
}

// Len is the number of claims.
func (c *Claims) Len() int { return len(c.claims) }

// At returns the i-th claim as it was given to Compile.
func (c *Claims) At(i int) ward.Claim { return c.claims[i] }

// Match returns one Result for each advisory that concerns ref at all, ordered
// by advisory. An advisory that has nothing in common with ref is not listed.
func (c *Claims) Match(ref ward.ProductRef, d *Decisions) []Result {
	p := profileRef(ref)
	s := newSubject(p, ref.Version, ref.Model, ref.Serial, nil)
	vendor, name := refKey(ref)
	hits := make([]hit, 0, 16)
	known := make(agreements, len(c.find.vendors))
	for _, pos := range c.candidates(p, vendor, name, d) {
		q := &c.products[pos]
		t, ok := q.tie(p, c.find.of(pos, p.vendor, known), vendor, name, d)
		if ok {
			hits = c.judge(hits, q, t, &s, d)
		}
	}
	return foldAll(hits, &s, d)
}

// candidates are the products that may be joined with p, and those that an
// analyst has joined with it.
func (c *Claims) candidates(p *profile, vendor, name string, d *Decisions) []int32 {
	list := c.find.candidates(p)
	for _, k := range d.aliasesOf(vendor, name) {
		list = append(list, c.byAlias[k]...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// tie joins a claim's product with p; a decision about the pair comes first.
func (q *product) tie(p *profile, maker agreement, vendor, name string, d *Decisions) (tie, bool) {
	if same, ok := d.alias(Alias{Vendor: vendor, Name: name, ClaimVendor: q.vendorKey, ClaimName: q.nameKey}); ok {
		return tie{rule: "alias", rank: rankName, detail: "an analyst decided that the two names are one product"}, same
	}
	return join(q.profile, p, maker)
}

// judge appends the answers of all leaves of q.
func (c *Claims) judge(hits []hit, q *product, t tie, s *subject, d *Decisions) []hit {
	brief := s.brief
	s.brief = true
	for _, i := range q.leaves {
		l := &c.leaves[i]
		if f, ok := l.judge(t, s, q.profile, d); ok {
			hits = append(hits, hit{verdict: f.Verdict, reason: f.Reason, leaf: l, product: q, tie: t})
		}
	}
	s.brief = brief
	return hits
}

func refKey(ref ward.ProductRef) (vendor, name string) {
	return keyText(ref.Vendor), keyText(ref.Name + " " + ref.Model)
}

// Decide judges one claim against one product. It reports false when the two
// have nothing in common, or when the claim states nothing of this version.
func Decide(claim ward.Claim, ref ward.ProductRef, d *Decisions) (ward.Finding, bool) {
	c := Compile([]ward.Claim{claim})
	p := profileRef(ref)
	s := newSubject(p, ref.Version, ref.Model, ref.Serial, nil)
	vendor, name := refKey(ref)
	var hits []hit
	for i := range c.products {
		if t, ok := c.products[i].tie(p, agree(c.products[i].vendor, p.vendor), vendor, name, d); ok {
			hits = c.judge(hits, &c.products[i], t, &s, d)
		}
	}
	r := foldAll(hits, &s, d)
	if len(r) == 0 {
		return ward.Finding{}, false
	}
	return r[0].Finding, true
}
