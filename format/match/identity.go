package match

import (
	"slices"
	"strings"

	"ward"
)

// tie says by which rule a claim and a product are joined. A weak tie never
// becomes more than review; reason then says why.
type tie struct {
	rule   string
	rank   int // 0 joins most strictly
	weak   bool
	other  bool // versions of the two do not follow the same rules: none is known to be outside
	aside  int8 // +1: the variant in brackets is the same on both sides, -1: it is another
	reason ward.Reason
	detail string
}

// The rules in their strict order.
const (
	rankUDI = iota
	rankPURL
	rankCPE
	rankModel
	rankName
	rankWeak
)

// join finds the strictest rule that joins a claim with a product. It reports
// false if they have nothing in common.
// maker is agree(c.vendor, r.vendor), which callers keep for many pairs.
func join(c, r *profile, maker agreement) (tie, bool) {
	if c.gate.ids && r.gate.ids {
		switch {
		case c.udi != "" && c.udi == r.udi:
			return tie{rule: "udi", rank: rankUDI}, true
		case c.purl.key != "" && r.purl.key != "":
			return c.purl.join(r.purl)
		case c.cpe.joins(r.cpe) && c.cpe.runsOn(r.cpe):
			return tie{rule: "cpe", rank: rankCPE}, true
		case c.cpe.joins(r.cpe):
			return tie{rule: "cpe", rank: rankWeak, weak: true, reason: ReasonNamePartial}, true
		}
	}
	if c.gate.models&r.gate.models != 0 {
		if t, ok := joinModel(c, r, maker); ok {
			return t, true
		}
	}
	return joinNames(c, r, maker)
}

// joinModel joins by model or order number: with the maker's agreement, or
// without where the number is so distinctive that no other maker has it.
func joinModel(c, r *profile, maker agreement) (tie, bool) {
	for _, m := range r.models {
		has, open := hasModel(c.models, m)
		if !has || len(m) < 6 && !overlaps(c, r) && len(r.units) > 1 {
			continue
		}
		long := len(m) >= 8 && strings.ContainsAny(m, "abcdefghijklmnopqrstuvwxyz")
		if open || len(m) < 14 && (variantOf(r, c) || c.variantFrom(r)) {
			return tie{rule: "model", rank: rankWeak, weak: true, reason: ReasonNamePartial}, true
		}
		switch {
		case maker <= vendorNear || maker == vendorUnknown && (long || overlaps(c, r)):
			return tie{rule: "model", rank: rankModel}, true
		case long || overlaps(c, r):
			reason := ReasonVendorDiffers
			if maker == vendorUnknown {
				reason = ReasonVendorMissing
			}
			return tie{rule: "model", rank: rankWeak, weak: true, reason: reason}, true
		}
	}
	return tie{}, false
}

// overlaps reports whether the names share a distinctive word.
func overlaps(c, r *profile) bool {
	for i := range c.units {
		if u := &c.units[i]; u.class == distinct && u.in(r) {
			return true
		}
	}
	return false
}

// in reports whether one alternative of u has all its atoms in p.
func (u *unit) in(p *profile) bool {
	if u.bits&^p.gate.has != 0 && (!p.gate.wide || u.class != numbered) {
		return false
	}
	if u.family != nil {
		return slices.ContainsFunc(p.units, u.family.has)
	}
	for _, alt := range u.alts {
		all := true
		for _, a := range alt {
			if !slices.Contains(p.atoms, a) && !slices.Contains(p.optional, a) && !slices.Contains(p.silent, a) {
				all = false
				break
			}
		}
		if all {
			return true
		}
	}
	if !p.gate.wide {
		return false
	}
	for i := range p.units {
		if f := p.units[i].family; f != nil && f.has(*u) {
			return true
		}
	}
	return false
}

// allIn reports whether every alternative of u is in p.
func (u unit) allIn(p *profile) bool {
	for _, alt := range u.alts {
		if !(&unit{alts: [][]string{alt}}).in(p) {
			return false
		}
	}
	return true
}

// has reports whether u names a model within the family.
func (f *family) has(u unit) bool {
	if u.family != nil {
		return *u.family == *f
	}
	for _, alt := range u.alts {
		for i, a := range alt {
			if isNumber(a) && (f.prefix == "" || i > 0 && alt[i-1] == f.prefix || i == 0 && u.lead != 0 && u.lead == leadOf(f.prefix)) && f.covers(a) && f.ends(alt[i+1:]) {
				return true
			}
		}
	}
	return false
}

// ends reports whether what follows a model's number is as the family says.
func (f *family) ends(rest []string) bool {
	return f.suffix == "" || len(rest) > 0 && rest[0] == f.suffix
}

// covers reports whether a number is of the family.
func (f *family) covers(a string) bool {
	if f.pattern == "" {
		return len(a) < 7 && atoi(a) >= f.lo && atoi(a) <= f.hi
	}
	if len(a) != len(f.pattern) {
		return false
	}
	for i := range len(a) {
		if f.pattern[i] != 'x' && f.pattern[i] != a[i] {
			return false
		}
	}
	return true
}

// overlap of two names: what each side has that the other lacks.
type comparison struct {
	missing []*unit // of the claim, distinctive
	extra   []*unit // of the product, distinctive
	common  int     // weight of what they share
	words   int     // shared units that name a product
	strong  bool    // a shared model number of four signs with letters and figures, or four figures
	faint   bool    // all that they share is faint
	models  int     // model numbers of the claim that are missing
	loose   bool    // of "WebAccess/SCADA" one side alone is there
}

// compareNames puts what one side lacks behind missing and extra, which the
// caller gives room: most comparisons are of a few words, a million times a second.
func compareNames(c, r *profile, missing, extra []*unit) comparison {
	x := comparison{faint: true, missing: missing, extra: extra}
	for i := range c.units {
		u := &c.units[i]
		if !u.class.counts() {
			continue
		}
		if !u.in(r) {
			x.missing = append(x.missing, u)
			if u.class == numbered {
				x.models++
			}
			continue
		}
		x.loose = x.loose || u.loose && !u.allIn(r)
		x.common += u.weight()
		if u.class != faint {
			x.faint = false
			x.words++
		}
		x.strong = x.strong || u.class == numbered && strongModel(u)
	}
	for i := range r.units {
		u := &r.units[i]
		switch {
		case !u.class.counts():
		case u.order && !c.listed && !u.in(c):
		case !u.in(c):
			x.extra = append(x.extra, u)
		case u.class == numbered && len(u.alts) > 1 && !u.allIn(c):
			x.loose = true // "AFF660/665" in an inventory, where the claim has the one only
		case u.class == numbered && strongModel(u) && !x.strong:
			x.strong, x.faint = true, false // "M812" of "M812-1"
		}
	}
	return x
}

// numbersPart reports whether each side has a model number that the other
// lacks: two models, whatever else they share. Most candidates end here.
func numbersPart(c, r *profile) bool {
	return c.lacksNumber(r) && r.lacksNumber(c)
}

func (p *profile) lacksNumber(of *profile) bool {
	for i := range of.units {
		if u := &of.units[i]; u.class == numbered && !u.in(p) {
			return true
		}
	}
	return false
}

// within reports whether every telling unit of p is in q.
func (p *profile) within(q *profile) bool {
	for i := range p.units {
		if u := &p.units[i]; u.class.counts() && !u.in(q) {
			return false
		}
	}
	return true
}

func strongModel(u *unit) bool {
	if u.family != nil {
		return len(u.family.prefix) >= 2
	}
	letters, digits := 0, 0
	for _, a := range firstAlt(u) {
		if isNumber(a) {
			digits += len(a)
		} else {
			letters += len(a)
		}
	}
	return digits >= 4 || letters >= 1 && digits >= 2 && letters+digits >= 4
}

// joinNames joins by names through the maker table, or else by likeness.
func joinNames(c, r *profile, maker agreement) (tie, bool) {
	if maker == vendorOther && r.brandOf(c) {
		maker = vendorUnknown
	}
	if maker == vendorOther && !r.within(c) && c.flat != r.flat {
		return tie{}, false
	}
	if numbersPart(c, r) && c.flat != r.flat {
		return tie{}, false
	}
	var missing, extra [8]*unit
	x := compareNames(c, r, missing[:0], extra[:0])
	same := len(x.missing) == 0 && len(x.extra) == 0 && x.common > 0
	if !same && c.flat != "" && c.flat == r.flat && len(c.flat) >= 5 && !slices.ContainsFunc(x.extra, func(u *unit) bool { return u.order }) {
		same, x.common, x.words, x.faint = true, c.weight, max(x.words, 1), false // "Intelli Space"
	}
	switch {
	case same:
		return sameName(c, r, x, maker)
	case maker == vendorOther:
		return tie{}, false
	}
	if t, ok := brandApart(c, r, x, maker); ok {
		return t, true
	}
	if t, ok := modelOnly(c, r, x, maker); ok {
		return t, true
	}
	return alike(c, r, x, maker)
}

// brandOf reports whether the maker's column of an inventory holds no maker but
// words of the claim's name: "NPort" for Moxa's "NPort 5110".
func (p *profile) brandOf(c *profile) bool {
	for _, u := range p.maker {
		for _, a := range firstAlt(&u) {
			if !slices.Contains(c.atoms, a) {
				return false
			}
		}
	}
	return len(p.maker) > 0 && len(p.vendor.ids) == 0
}

// sameName: the distinctive words agree on both sides.
func sameName(c, r *profile, x comparison, maker agreement) (tie, bool) {
	telling := x.words >= 2 || x.strong || x.common >= 8 && !x.faint
	weak := tie{rule: "name", rank: rankWeak, weak: true}
	apart := x.loose || c.variantFrom(r)
	firm := tie{rule: "name", rank: rankName, aside: compareAsides(c, r)}
	switch maker {
	case vendorSame:
		if apart {
			weak.reason = ReasonNamePartial
			return weak, true
		}
		return firm, true
	case vendorNear:
		return firm, x.common >= 4 && !apart
	case vendorUnknown:
		if telling && !packageOnly(c, r) && !apart && !x.faint {
			return firm, true
		}
		weak.reason = ReasonVendorMissing
		return weak, x.common >= 5 && !x.faint
	}
	weak.reason = ReasonVendorDiffers
	return weak, telling && !x.faint
}

// packageOnly reports whether a product is a package of an ecosystem and the
// claim names none: "json-smart as a component of" a maker's product is not
// every package of that name.
func packageOnly(c, r *profile) bool { return r.purl.key != "" && c.purl.key == "" }

// brandApart: the maker agrees, and the names differ by its family brand only
// ("STEP 7" and "SIMATIC STEP 7").
func brandApart(c, r *profile, x comparison, maker agreement) (tie, bool) {
	if maker != vendorSame || x.words == 0 || x.common < 4 || x.loose || c.variantFrom(r) || branded(x.missing) && branded(x.extra) {
		return tie{}, false // "Desigo Server 7" is not "SIMATIC Server 7"
	}
	for _, list := range [2][]*unit{x.missing, x.extra} {
		for _, u := range list {
			if !u.brand || u.house && len(r.vendor.cut) > 0 {
				return tie{}, false // "McKesson Cardiology" is not "Change Healthcare Cardiology"
			}
		}
	}
	for i := range c.units {
		if u := &c.units[i]; u.class >= distinct && !u.brand && u.in(r) {
			return tie{rule: "name", rank: rankName}, true
		}
	}
	return tie{}, false
}

// branded reports whether a family brand is among the words, other names of the
// maker apart.
func branded(units []*unit) bool {
	return slices.ContainsFunc(units, func(u *unit) bool { return u.brand && !u.house })
}

// modelOnly: the maker agrees, the claim's model number is there, and only the
// family word before it is not written or is misspelt ("Philips MX800").
func modelOnly(c, r *profile, x comparison, maker agreement) (tie, bool) {
	if maker > vendorNear || !x.strong || x.loose || x.models > 0 || c.variantFrom(r) {
		return tie{}, false
	}
	seen := false
	for i := range c.units {
		u := &c.units[i]
		if u.class == numbered {
			seen = true
			continue
		}
		if seen && slices.ContainsFunc(x.missing, func(m *unit) bool { return m.text == u.text }) {
			return tie{}, false // a word behind the number makes it another product
		}
	}
	for _, e := range x.extra {
		if !slices.ContainsFunc(x.missing, func(m *unit) bool { return typo(m, e) }) {
			return tie{}, false
		}
	}
	return tie{rule: "model", rank: rankName}, true
}
