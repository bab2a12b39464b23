package match

import (
	"slices"
	"strings"
)

func typo(a, b *unit) bool {
	if a.class == numbered || b.class == numbered || a.family != nil || b.family != nil {
		return false
	}
	s, t := strings.Join(firstAlt(a), ""), strings.Join(firstAlt(b), "")
	return near(s, t)
}

// shortened reports whether one word is the beginning of the other, three
// letters at least: "Perinat." for "Perinatal".
func shortened(a, b *unit) bool {
	if a.class == numbered || b.class == numbered {
		return false
	}
	s, t := strings.Join(firstAlt(a), ""), strings.Join(firstAlt(b), "")
	if len(s) > len(t) {
		s, t = t, s
	}
	return len(s) >= 3 && strings.HasPrefix(t, s)
}

// Shares of the weight that two names must have in common before a person is
// asked. Below, products of one house that share a family word would flood the
// queue: "SIMATIC" alone joins nothing.
const (
	sharePartial   = 0.45 // the inventory says less than the claim
	shareContained = 0.30 // the whole claim is in the inventory's name
	shareBrand     = 0.70 // all that is shared is a brand: "IntelliVue"
)

// alike: one name says less than the other, or words differ by typing errors.
func alike(c, r *profile, x comparison, maker agreement) (tie, bool) {
	weak := tie{rule: "fuzzy", rank: rankWeak, weak: true, reason: ReasonNamePartial}
	if maker == vendorUnknown && x.common < 8 && len(x.missing) > 0 && len(x.extra) > 0 {
		return tie{}, false
	}
	if maker == vendorSame && len(r.flat) >= 5 && slices.Contains(c.shortly, r.flat) {
		return weak, true
	}
	if len(x.missing) > 0 && typosOnly(x, c) {
		weak.reason = ReasonNameFuzzy
		return weak, maker != vendorUnknown || c.weight >= 8
	}
	missing := lacking(x.missing, x.extra, maker)
	extra := lacking(x.extra, x.missing, maker)
	switch {
	case x.faint && !typosOnly(x, c):
		weak.reason = ReasonNameFuzzy
		return weak, acronym(c, r) && maker == vendorSame
	case x.strong && maker <= vendorNear && (x.models == 0 || len(x.extra) == 0) && !hasNumbered(x.extra):
		return weak, true // one model number, other words
	case missing == 0 && enough(c, r, x, maker, shareContained):
		return weak, true
	case extra == 0 && enough(c, r, x, maker, sharePartial), familyAlone(c, r, x, maker):
		return weak, true
	}
	weak.reason = ReasonNameFuzzy
	if typosOnly(x, c) {
		return weak, maker != vendorUnknown || c.weight >= 8
	}
	return weak, acronym(c, r) && maker == vendorSame
}

// umbrellas are brands that a house puts before hundreds of unlike products.
var umbrellas = wordSet("simatic sinumerik scalance ruggedcom sinamics sicam siprotec simotion sinema desigo apogee climatix melsec modicon factorytalk ecostruxure experion symmetra")

// familyAlone reports whether a row says no more than the family of its maker's
// products, "GE MUSE": any of them may be meant.
func familyAlone(c, r *profile, x comparison, maker agreement) bool {
	if leads(c, r) && maker == vendorSame && len(x.extra) == 0 {
		return true
	}
	return maker == vendorSame && x.words > 0 && len(x.extra) == 0 && !slices.ContainsFunc(r.units, func(u unit) bool {
		return u.class.counts() && !u.order && (!u.brand || u.house || umbrellas[u.text])
	})
}

// leads reports whether a row says one word, with which the claim begins: "IntelliPak"
// of "IntelliPak Rooftop Air Conditioner".
func leads(c, r *profile) bool {
	only := ""
	for i := range r.units {
		switch u := &r.units[i]; {
		case !u.class.counts() || u.order:
		case only != "" || u.class != distinct || len(u.text) < 6 || umbrellas[u.text]:
			return false
		default:
			only = u.text
		}
	}
	return only != "" && len(c.units) > 0 && c.units[0].text == only
}

// lacking counts the units that one side lacks and that tell something: of the
// same maker, brands do not; faint words do not while the other side lacks
// none, since "Viewer" and "Editor" are two programs.
func lacking(units, others []*unit, maker agreement) int {
	n := 0
	for _, u := range units {
		if maker > vendorNear || !u.brand && (u.class != faint || !onlyBrands(others)) {
			n++
		}
	}
	return n
}

func onlyBrands(units []*unit) bool {
	return !slices.ContainsFunc(units, func(u *unit) bool { return !u.brand })
}

func hasNumbered(units []*unit) bool {
	return slices.ContainsFunc(units, func(u *unit) bool { return u.class == numbered })
}

// enough weighs what is shared against the longer name.
func enough(c, r *profile, x comparison, maker agreement, share float64) bool {
	if brandOnly(c, r) && len(x.missing) > 0 {
		share = shareBrand
	}
	if maker == vendorUnknown && x.common < 6 {
		return false
	}
	return float64(x.common) >= share*float64(max(c.weight, r.weight))
}

// brandOnly reports whether the names share nothing but brands.
func brandOnly(c, r *profile) bool {
	for i := range c.units {
		if u := &c.units[i]; u.class.counts() && !u.brand && u.in(r) {
			return false
		}
	}
	return true
}

// typosOnly reports whether every word that one side lacks has a misspelt or
// shortened partner on the other.
func typosOnly(x comparison, c *profile) bool {
	if len(x.extra) == 0 || len(x.missing) > len(x.extra) {
		return false
	}
	used := make([]bool, len(x.extra))
	for _, m := range x.missing {
		found := false
		for i, e := range x.extra {
			if !used[i] && (typo(m, e) || shortened(m, e)) {
				used[i], found = true, true
				break
			}
		}
		if !found {
			return false
		}
	}
	for i, e := range x.extra {
		if !used[i] && !c.misspeltBy(e) {
			return false
		}
	}
	return true
}

// misspeltBy reports whether u misspells a word of p that does not count: the
// kind of thing, or the maker.
func (p *profile) misspeltBy(u *unit) bool {
	w := strings.Join(firstAlt(u), "")
	for _, x := range p.units {
		if x.class == common && near(w, strings.Join(firstAlt(&x), "")) {
			return true
		}
	}
	misspells := func(a string) bool { return near(w, a) }
	return slices.ContainsFunc(p.optional, misspells) || slices.ContainsFunc(p.silent, misspells)
}

// acronym reports whether a word of the product is made of the first letters of
// three or more words of the claim in a row: "PIC iX".
func acronym(c, r *profile) bool {
	initials := ""
	for _, u := range c.units {
		if a := firstAlt(&u); len(a) > 0 {
			initials += a[0][:1]
		}
	}
	for _, u := range r.units {
		if w := strings.Join(firstAlt(&u), ""); u.class == distinct && len(w) >= 3 && len(w) <= 6 && strings.Contains(initials, w) {
			return true
		}
	}
	return false
}
