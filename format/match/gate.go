package match

// gate rules most pairs out by a few bit operations, before their profiles are
// touched. A word is one bit of 64: where a bit is missing the word is missing,
// where it is there the profiles decide. So a gate never changes an answer.
type gate struct {
	has    uint64 // every atom of the name, the optional and the silent ones
	number uint64 // the atoms of its model numbers that have one spelling
	telling
	likeness
	models uint64 // model and order numbers; all bits where one has wildcards
	flat   uint32 // of the name run together
	wide   bool   // a family of models stands in the name: bits say nothing of it
	ids    bool   // a UDI, purl or CPE is given
	alone  bool   // one word is all that names it
}

// telling are the words that the other side must have where the makers differ.
type telling struct {
	name  uint64 // units that count and have one spelling
	plain uint64 // those of them without figures, which no family of models holds
	maker uint64 // words of a maker's column that may hold a brand
	brand bool   // there are such words
}

// sign works the gate out; it is the last step of reading a profile.
func (p *profile) sign() {
	g := &p.gate
	for _, list := range [3][]string{p.atoms, p.optional, p.silent} {
		g.has |= wordBits(list)
	}
	for i := range p.units {
		u := &p.units[i]
		v, named := find(vendorTable().brands, firstAlt(u))
		u.brand = u.house || named && u.class == distinct && len(v.words) == len(firstAlt(u)) // "syngo.plaza" is more than "syngo"
		g.strong = g.strong || u.class == numbered && !u.order && strongModel(u)
		g.wide = g.wide || u.family != nil
		if u.family != nil || len(u.alts) != 1 {
			continue
		}
		u.bits = wordBits(u.alts[0])
		if u.order {
			g.name |= u.bits
			continue
		}
		if u.class == numbered {
			g.number |= u.bits
		}
		if u.class.counts() {
			g.name |= u.bits
			if u.class != numbered {
				g.plain |= u.bits
			}
		}
		if u.class >= distinct && !u.brand {
			g.core |= u.bits
			if u.class == distinct {
				g.solid |= u.bits
			}
		}
	}
	named := 0
	for i := range p.units {
		if p.units[i].class.counts() {
			named++
		}
	}
	g.alone = named == 1
	p.sketch()
	g.brand = len(p.maker) > 0 && len(p.vendor.ids) == 0
	for i := range p.maker {
		g.maker |= wordBits(firstAlt(&p.maker[i]))
	}
	g.models = wordBits(p.models)
	for _, m := range p.models {
		if isPattern(m) {
			g.models = ^uint64(0)
		}
	}
	g.flat = uint32(hash(p.flat) >> 32)
	g.ids = p.udi != "" || p.purl.key != "" || !p.cpe.isZero()
}

// partsNumbers reports whether a claim and a product are two models or else
// cannot be joined, whoever made them.
func (g *gate) partsNumbers(r *gate) bool {
	return r.number&^g.has != 0 && !g.wide && g.number&^r.has != 0 && !r.wide
}

// partsMakers reports whether a claim and a product of another maker cannot be joined.
func (g *gate) partsMakers(r *gate) bool {
	return (r.plain&^g.has != 0 || r.name&^g.has != 0 && !g.wide) && !(r.brand && r.maker&^g.has == 0)
}

// byName reports whether nothing but the names can join the two.
func (g *gate) byName(r *gate) bool {
	return !(g.ids && r.ids) && g.models&r.models == 0 && g.flat != r.flat
}

// wordBits has one bit set for each word.
func wordBits(words []string) uint64 {
	b := uint64(0)
	for _, w := range words {
		b |= 1 << (hash(w) >> 58)
	}
	return b
}

// hash is FNV-1a, mixed once more so that its high bits are spread as well.
func hash(s string) uint64 {
	return hash2(s, "")
}

// hash2 is hash of two texts run together.
func hash2(a, b string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(a) {
		h = (h ^ uint64(a[i])) * 1099511628211
	}
	for i := range len(b) {
		h = (h ^ uint64(b[i])) * 1099511628211
	}
	h ^= h >> 32
	return h * 0x9e3779b97f4a7c15
}
