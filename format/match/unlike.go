package match

import (
	"math/bits"
	"strings"
)

// likeness is the part of a gate that tells two names apart of one maker.
type likeness struct {
	core     uint64     // the units that name it: of one spelling, no brand, not faint
	solid    uint64     // those of them without figures, which no family of models holds
	shortly  uint64     // brackets run together, which may be another name
	initials uint32     // first letters of all units
	words    [4]outline // units of core that are one word without figures
	strong   bool       // a model number is there that tells a product by itself
}

// outline is what two words must have in common to be one misspelt or cut short.
type outline struct {
	letters uint32 // the letters in it, one bit each; 0 where nothing is outlined
	head    uint16 // of the first three
	size    uint8
	bit     uint8 // of gate.has
}

// sketch works the gate's likeness out.
func (p *profile) sketch() {
	g, n := &p.gate, 0
	g.shortly = wordBits(p.shortly)
	for i := range p.units {
		u := &p.units[i]
		first := firstAlt(u)
		if len(first) > 0 {
			g.initials |= 1 << letter(first[0][0])
		}
		if u.class == distinct && !u.brand && len(u.alts) == 1 && len(first) == 1 && n < len(g.words) {
			g.words[n] = outlineOf(first[0])
			n++
		}
	}
}

// outline keeps what the words of an inventory's product may be misspellings or
// first letters of.
func (p *profile) outline() {
	for i := range p.units {
		u := &p.units[i]
		if !u.class.counts() || u.class == numbered {
			continue
		}
		w := strings.Join(firstAlt(u), "")
		o := outlineOf(w)
		p.outlines = append(p.outlines, o)
		if u.class == distinct && len(w) >= 3 && len(w) <= 6 {
			p.initialisms = append(p.initialisms, o.letters)
		}
	}
}

func outlineOf(w string) outline {
	o := outline{size: uint8(min(len(w), 255)), bit: uint8(hash(w) >> 58)}
	for i := range len(w) {
		o.letters |= 1 << letter(w[i])
	}
	if len(w) >= 3 {
		o.head = uint16(letter(w[0]))<<10 | uint16(letter(w[1]))<<5 | uint16(letter(w[2])) | 1<<15
	}
	return o
}

// letter numbers the letters; what is none shares a number.
func letter(c byte) uint8 {
	if c >= 'a' && c <= 'z' {
		return c - 'a'
	}
	return 26 + c%6
}

// mayBe reports whether one word may be the other misspelt or cut short, as near
// and shortened decide.
func (o outline) mayBe(other outline) bool {
	if o.head == other.head && o.head != 0 {
		return true
	}
	least, edits := min(o.size, other.size), 0
	switch {
	case least >= 8:
		edits = 2
	case least >= 5:
		edits = 1
	}
	return edits > 0 && int(max(o.size, other.size)-least) <= edits && bits.OnesCount32(o.letters^other.letters) <= 2*edits
}

// unlike reports whether the names of a claim and of a product of the same maker, of
// which nothing but the names can join, cannot be joined: each has a word of its own
// that no misspelling, model number, first letters or bracket explains.
func (g *gate) unlike(r *profile) bool {
	lacking, extra := g.core&^r.gate.has, r.gate.core&^g.has
	numbers, others := g.number&^r.gate.has, r.gate.number&^g.has
	if r.gate.wide {
		lacking, numbers = g.solid&^r.gate.has, 0
	}
	if g.wide {
		extra, others = r.gate.solid&^g.has, 0
	}
	if lacking == 0 || extra == 0 || (g.strong || r.gate.strong) && numbers|others == 0 {
		return false
	}
	if g.shortly>>(r.gate.flat>>26)&1 != 0 {
		return false
	}
	for _, letters := range r.initialisms {
		if letters&^g.initials == 0 {
			return false
		}
	}
	return numbers != 0 || g.misspeltNowhere(lacking, r)
}

// misspeltNowhere reports whether a word of the claim that the product lacks is not
// there in another spelling either.
func (g *gate) misspeltNowhere(lacking uint64, r *profile) bool {
	for _, w := range g.words {
		if w.letters == 0 {
			return false
		}
		if lacking>>w.bit&1 == 0 {
			continue
		}
		found := false
		for _, o := range r.outlines {
			found = found || w.mayBe(o)
		}
		if !found {
			return true
		}
	}
	return false
}
