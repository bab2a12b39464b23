package match

import (
	"slices"
	"strings"
	"sync"

	"ward"
)

// Claims is an index over the claims of one or many advisories. It is safe for
// concurrent use once compiled.
type Claims struct {
	claims   []ward.Claim // as given
	leaves   []leaf       // at least one for each claim, those of one product together
	products []product    // distinct descriptions among the claims
	reaches  int          // distinct texts about versions
	find     *lookup

	once    sync.Once             // guards byAlias, which is made when a decision asks for it
	byAlias map[[2]string][]int32 // maker and name as written, folded, to products
}

// product is one description and the leaves that bear it.
type product struct {
	*profile
	first, end int32 // its leaves
	sample     int32 // one of its claims, for the key of a decision
	named      bool  // its name is the claim's version text
}

// leaf is a claim of a product with its versions read.
type leaf struct {
	*reach
	claim    *ward.Claim
	index    int32 // of its claim in Claims
	advisory int32 // rank of its advisory among those in Claims
	status   ward.ProductStatus
	serials  bool // the claim is of some serial numbers alone
}

// Compile indexes claims. It keeps the texts in them.
func Compile(claims []ward.Claim) *Claims {
	c := &Claims{claims: slices.Clone(claims), find: newLookup(true)}
	b := newBuilder(c)
	for i := range c.claims {
		b.add(&c.claims[i], int32(i), false)
		if named, ok := expand(&c.claims[i]); ok {
			b.add(named, int32(i), true)
		}
	}
	b.finish()
	return c
}

// expand gives the claim under another name where its version text is really a
// product's name ("Point of Care devices / CoaguChek Pro II").
func expand(claim *ward.Claim) (*ward.Claim, bool) {
	if claim.Range != "" || !nameInVersion(claim.Version) {
		return nil, false
	}
	named := *claim
	named.Names, named.Version, named.Models = []string{claim.Version}, "", nil
	return &named, true
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

// Len is the number of claims.
func (c *Claims) Len() int { return len(c.claims) }

// At returns the i-th claim as it was given to Compile.
func (c *Claims) At(i int) ward.Claim { return c.claims[i] }

// Match returns one Result for each advisory that concerns ref at all, ordered
// by advisory. An advisory that has nothing in common with ref is not listed.
func (c *Claims) Match(ref ward.ProductRef, d *Decisions) []Result {
	p := profileRef(ref)
	s := newSubject(p, ref.Version, compactCode(ref.Model), ref.Serial, nil)
	w := borrowHits()
	defer w.giveBack()
	c.ties(p, d.about(ref), func(q *product, t *tie) { w.hits = c.judge(w.hits, q, t, &s, d) })
	return foldAll(nil, w.hits, &s, d)
}

// ties calls found for every product that is joined with p.
func (c *Claims) ties(p *profile, known settled, found func(*product, *tie)) {
	w := c.find.borrow()
	defer c.find.giveBack(w)
	list := c.candidates(p, w, known)
	maker := c.find.agreements(w)
	for _, pos := range list {
		same, decided := c.decided(pos, known)
		if !decided && c.find.apart(pos, p, maker) {
			continue
		}
		q := &c.products[pos]
		if t, ok := c.tie(q, p, c.find.of(pos, &p.vendor, maker), same, decided); ok {
			found(q, &t)
		}
	}
}

// candidates are the products that may be joined with p, and those that an
// analyst has joined with it.
func (c *Claims) candidates(p *profile, w *workspace, known settled) []int32 {
	list := c.find.candidates(p, w)
	if len(known) == 0 {
		return list
	}
	for k, same := range known {
		if same {
			list = append(list, c.aliases()[k]...)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// decided looks up what an analyst has settled about a product.
func (c *Claims) decided(pos int32, known settled) (same, ok bool) {
	if len(known) == 0 {
		return false, false
	}
	same, ok = known[c.aliasKey(&c.products[pos])]
	return same, ok
}

// tie joins a claim's product with p; a decision about the pair comes first.
func (c *Claims) tie(q *product, p *profile, maker agreement, same, decided bool) (tie, bool) {
	if decided {
		return tie{rule: "alias", rank: rankName, detail: "an analyst decided that the two names are one product"}, same
	}
	return join(q.profile, p, maker)
}

// aliases finds products by maker and name as decisions write them.
func (c *Claims) aliases() map[[2]string][]int32 {
	c.once.Do(func() {
		c.byAlias = make(map[[2]string][]int32, len(c.products))
		for i := range c.products {
			k := c.aliasKey(&c.products[i])
			c.byAlias[k] = append(c.byAlias[k], int32(i))
		}
	})
	return c.byAlias
}

// aliasKey is maker and name of a product as AliasKey folds them.
func (c *Claims) aliasKey(q *product) [2]string {
	claim := &c.claims[q.sample]
	if q.named {
		return [2]string{keyText(claim.Vendor), keyText(claim.Version)}
	}
	return [2]string{keyText(claim.Vendor), claimKeyName(claim)}
}

// judge appends the answers of all leaves of q, without evidence.
func (c *Claims) judge(hits []hit, q *product, t *tie, s *subject, d *Decisions) []hit {
	brief := s.brief
	s.brief = true
	for i := q.first; i < q.end; i++ {
		l := &c.leaves[i]
		if o, ok := l.judge(t, s, q.profile, d); ok {
			hits = append(hits, hit{verdict: o.verdict, beyond: o.beyond, reason: o.reason, leaf: l, product: q, tie: t})
		}
	}
	s.brief = brief
	return hits
}

// Decide judges one claim against one product. It reports false when the two
// have nothing in common, or when the claim states nothing of this version.
func Decide(claim ward.Claim, ref ward.ProductRef, d *Decisions) (ward.Finding, bool) {
	c := Compile([]ward.Claim{claim})
	p := profileRef(ref)
	s := newSubject(p, ref.Version, compactCode(ref.Model), ref.Serial, nil)
	known := d.about(ref)
	var hits []hit
	for i := range c.products {
		q := &c.products[i]
		same, decided := c.decided(int32(i), known)
		if t, ok := c.tie(q, p, agree(&q.vendor, &p.vendor), same, decided); ok {
			hits = c.judge(hits, q, &t, &s, d)
		}
	}
	r := foldAll(nil, hits, &s, d)
	if len(r) == 0 {
		return ward.Finding{}, false
	}
	return r[0].Finding, true
}
