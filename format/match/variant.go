package match

import (
	"slices"
	"strings"
)

// variants are words behind a model number that make it another model.
var variants = wordSet("plus pro lite light mini max xl ii iii iv ultra se xt mobile gen2 mk2 mkii")

// variantOf reports whether a product's name says by a word that it is a
// variant of the model, which the claim does not say.
func variantOf(r, c *profile) bool {
	for i := range r.units {
		if u := &r.units[i]; variants[u.text] && !u.in(c) {
			return true
		}
	}
	return false
}

// variantFrom reports whether what stands beside the names of a claim and of a
// product makes them two: order numbers, models or words in brackets.
func (p *profile) variantFrom(r *profile) bool {
	return conflictingOrder(p, r) || conflictingCode(p, r) || otherAside(p, r) || narrowed(p, r)
}

// conflictingOrder reports whether both sides give an order number of the same
// shape and none agrees: the same name, another article.
func conflictingOrder(c, r *profile) bool {
	apart := false
	for _, a := range r.models {
		for _, b := range c.models {
			switch {
			case len(a) < 8 || len(b) < 8:
			case a == b && len(a) >= 10:
				return false
			case isPattern(b):
				if glob(b, a) {
					return false
				}
			case strings.HasPrefix(a, b) || strings.HasPrefix(b, a):
			case len(a) == len(b) && a[:2] == b[:2], a[:5] == b[:5], len(a) >= 12 && len(b) >= 12 && hasFigures(b):
				apart = true
			}
		}
	}
	return apart
}

// conflictingCode reports whether the brackets of both sides name models of one
// series and none agrees: "6MD86 (CP300)" and "6MD86 (CP200)".
func conflictingCode(c, r *profile) bool {
	part := false
	for _, a := range r.codes {
		if slices.Contains(c.codes, a) {
			return false
		}
		part = part || slices.ContainsFunc(c.codes, func(b string) bool { return leadingLetters(a) == leadingLetters(b) })
	}
	return part
}

func leadingLetters(s string) string {
	if i := strings.IndexAny(s, "0123456789"); i > 0 {
		return s[:i]
	}
	return "\x00" + s // a figure leads: of no series
}

// otherAside reports whether each side's brackets hold a word that the other
// lacks: "(ports on front)" and "(ports on rear)".
func otherAside(c, r *profile) bool {
	lacks := func(a, b *profile) bool {
		return slices.ContainsFunc(a.asides, func(w string) bool {
			return classOf(w) == distinct && !slices.Contains(b.asides, w) && !slices.Contains(b.atoms, w) && !slices.Contains(b.optional, w)
		})
	}
	return len(c.asides) > 0 && len(r.asides) > 0 && lacks(c, r) && lacks(r, c)
}

// compareAsides tells whether the words in brackets are the same variant: "(BACnet)"
// is not "(P2 Ethernet)". 0 where one side says nothing.
func compareAsides(c, r *profile) int8 {
	if len(c.asides) == 0 || len(r.asides) == 0 {
		return 0
	}
	for _, a := range c.asides {
		if !slices.Contains(r.asides, a) {
			return -1
		}
	}
	return 1
}
