package match

import (
	"slices"
	"strings"

	"ward"
	"ward/format/pattern"
)

// maxName bounds the name text that is cut into words, in bytes. Longer texts
// are prose; what stands behind is not read.
const maxName = 400

// profile is a product description made ready for comparison. What most
// comparisons read stands first, so that it shares few lines of the cache.
type profile struct {
	gate     gate
	units    []unit   // words of the name, in order, maker and release cut off
	atoms    []string // all atoms of units
	optional []string // atoms that the other side may have: brackets, maker, listed models
	silent   []string // as optional, but not worth looking up: words of the maker
	models   []string // model and order numbers, compact
	flat     string   // distinctive units run together
	weight   int      // letters and figures of the distinctive units
	release  releases // release that stands in the name
	maker    []unit   // words of the maker's column that may be a brand: they join, but are never missed
	codes    []string // words of brackets that may be a model: "(CP300)"
	asides   []string // telling words of brackets: "(BACnet)"
	shortly  []string // brackets run together, which may be another name: "(TIA Portal)"
	needs    []string // words of a claim's bracket without which it is another product
	houses   []string // words of the name that are another name of the claim's maker
	listed   bool     // the claim gives the article numbers that it is of
	vendor   vendor
	udi      string
	purl     purl
	cpe      cpe

	outlines    []outline // of the words that a misspelt word of a claim may be
	initialisms []uint32  // the letters of words that may be first letters of a claim's
}

var (
	bracketRe = pattern.Of(`\(([^()]*)\)?`)
	// modelRe finds what a name itself calls a model or part number.
	modelRe = pattern.Of(`(?:model|modell|modele|part number|part no|p/n|pn|art|ref|order no|catalog number|cat|type|typ)s?\.?[ :#]*(?:no|nr|number|numbers)?\.?[ :#]*([a-z]*[\d][\w./-]*)`)
	// orderRe finds an order number of a maker's own scheme: long, mixed, often
	// with blanks and dashes ("6ES7 511-1AK02-0AB0").
	orderRe = pattern.Of(`\b(\d[a-z]{2}\d[ -]?\d{3}-?\d?[a-z]{1,2}\d{2}-\d[a-z]{2}\d|[a-z0-9]+(?:-[a-z0-9]+){2,})\b`)
)

// profileRef reads a product of an inventory.
func profileRef(ref ward.ProductRef) *profile {
	p := &profile{}
	p.vendor = readVendor(clip(ref.Vendor))
	p.silent = p.vendor.atoms
	name := unquoted(ref.Name)
	if compactCode(ref.Model) != "" && !strings.Contains(compactCode(ref.Name), compactCode(ref.Model)) {
		name += "; " + ref.Model // apart: "Control Software" of model 4000 is no release 4000
	}
	p.addModel(ref.Model)
	brand := ""
	if len(p.vendor.ids) == 0 && p.vendor.core != "" {
		brand = p.vendor.core // perhaps a brand: "Alaris" in the maker's column
	}
	folded := fold(clip(name))
	p.vendor.text = strings.Join(plainWords(folded), " ")
	p.readName(folded, true)
	if len(p.vendor.ids) > 0 && !slices.ContainsFunc(p.units, func(u unit) bool { return u.class.counts() }) {
		p.readName(strings.Join(beyondMaker(p.vendor.words), " "), true) // "Gambro Prismaflex" in the column, "Dialysegerät" beside it
	}
	p.markOrder(compactCode(ref.Model))
	p.vendor.settle()
	p.modelsInName()
	p.brands(brand)
	p.finish()
	p.udi = readUDI(ref.UDI)
	p.purl = readPURL(ref.PURL)
	p.cpe = readCPE(ref.CPE)
	p.sign()
	p.outline()
	return p
}

// unquoted takes off the quotation marks of an export that put them twice; behind
// a number one alone means inches.
func unquoted(s string) string {
	if len(s) > 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// nameIn gives the folded text of a leaf's version or range where it may hold
// words or numbers of a product's name; "< V3.7" and "4.0.5" hold none.
func nameIn(text string) string {
	if text == "" || text == "vers:all/*" {
		return ""
	}
	s := fold(clip(text))
	dotted := strings.Contains(s, ".")
	for _, w := range plainWords(s) {
		word := strings.TrimLeft(w, "v0123456789")
		if !dotted && isNumber(w) && len(w) >= 3 || len(word) >= 2 && !versionWords[word] {
			return s
		}
	}
	return ""
}

// versionWords are words of range texts that name no product.
var versionWords = wordSet("all version versions vers update upd hf sp hotfix patch build and or prior to before up generic fw sw firmware ver rev release earlier later")

// isYearText reports whether t is a year, which is a release and no model.
func isYearText(t string) bool {
	t = strings.TrimSpace(t)
	return len(t) == 4 && (strings.HasPrefix(t, "19") || strings.HasPrefix(t, "20")) && isNumber(t)
}

// modelsInName keeps the numbered words of an inventory's name as model numbers.
func (p *profile) modelsInName() {
	for _, u := range p.units {
		if u.class == numbered && u.family == nil && strongModel(&u) && !isYearText(u.text) {
			p.addModel(u.text)
		}
	}
}

// articleRe is a number by which a maker's product is ordered and which names no
// model: five figures or more, as on every label ("901058", "8713140U").
var articleRe = pattern.Of(`^\d{5,}[a-z]{0,3}$`)

// markOrder marks an article number beside a name. The name without it says which
// product it is; where a claim lists none, that it lacks the number parts nothing.
func (p *profile) markOrder(model string) {
	if len(p.units) < 2 || !articleRe().MatchString(model) {
		return
	}
	if last := &p.units[len(p.units)-1]; last.class == numbered && compactCode(last.text) == model {
		last.order = true
	}
}

// brands finds the maker by a product family that only it has, and keeps a
// brand that stands in the maker's column as a word of the name.
func (p *profile) brands(inVendor string) {
	words := plainWords(inVendor)
	if m, ok := find(vendorTable().brands, words); ok {
		p.vendor.ids = addTo(p.vendor.ids, m.id)
	}
	if inVendor != "" {
		p.allow(inVendor)
		for _, w := range words {
			if a := atomsOf(w); len(a) > 0 {
				p.maker = append(p.maker, unit{text: w, alts: [][]string{a}, class: classOf(w)})
			}
		}
		return
	}
	if len(p.vendor.ids) > 0 || p.vendor.core != "" {
		return
	}
	var flat []string
	for _, u := range p.units {
		flat = append(flat, plainWords(u.text)...)
	}
	for i := range flat {
		if m, ok := find(vendorTable().brands, flat[i:]); ok {
			p.vendor.ids = addTo(p.vendor.ids, m.id)
		}
	}
}

// profileClaim reads a leaf of an advisory. Its listed models count as words
// that an inventory may put into the name.
func profileClaim(c *ward.Claim, maker vendor, r *reach) *profile {
	p := &profile{vendor: maker}
	p.silent = p.vendor.atoms
	for _, m := range c.Models {
		p.addPattern(m)
	}
	name := fold(clip(claimName(c)))
	p.readName(orAnd(name), false)
	p.openModels(name)
	p.openModels(r.names[0])
	p.listed = slices.ContainsFunc(p.models, articleRe().MatchString)
	p.finish()
	for _, t := range strings.FieldsFunc(c.Version, func(r rune) bool { return r == '|' || r == ',' }) {
		if !strings.Contains(t, ".") && !isYearText(t) && !isRelease().MatchString(fold(t)) {
			p.addModel(t) // "MMT-1715": a model number where a version belongs
		}
	}
	p.allow(r.names[0] + " " + r.names[1])
	p.udi = readUDI(c.UDI)
	p.purl = readPURL(c.PURL)
	p.cpe = readCPE(c.CPE)
	p.sign()
	return p
}

// both finds a claim of two products in one name: "Flexy and Cosy".
var both = pattern.Of(`^([a-z]{4,}) (?:and|und|et|&) ([a-z]{4,})$`)

// orAnd makes such a name one of alternatives.
func orAnd(name string) string {
	if m := both().FindStringSubmatch(name); m != nil && classOf(m[1]) == distinct && classOf(m[2]) == distinct {
		return m[1] + "/" + m[2]
	}
	return name
}

// claimName joins the names of a claim, each word group once: advisories repeat
// the family in the product's name.
func claimName(c *ward.Claim) string {
	switch len(c.Names) {
	case 0:
		return ""
	case 1:
		return c.Names[0]
	}
	out := c.Names[len(c.Names)-1]
	for i := len(c.Names) - 2; i >= 0; i-- {
		if !strings.Contains(fold(out), fold(c.Names[i])) {
			out = c.Names[i] + " " + out
		}
	}
	return out
}

func claimKeyName(c *ward.Claim) string { return keyText(strings.Join(c.Names, " ")) }

func clip(s string) string {
	if len(s) > maxName {
		return strings.ToValidUTF8(s[:maxName], "")
	}
	return s
}

// addModel keeps a model or order number of four characters or more with a figure.
func (p *profile) addModel(s string) {
	if m := compactCode(s); len(m) >= 4 && strings.ContainsAny(m, "0123456789") && !slices.Contains(p.models, m) {
		p.models = append(p.models, m)
	}
}

// addPattern keeps a model number of an advisory's helper, which may hold
// wildcards (CSAF 2.0 section 3.1.3.3.5). Four signs have to stand before the
// first: less names no model.
func (p *profile) addPattern(s string) {
	if !isPattern(s) {
		p.addModel(s)
		return
	}
	m := patternCode(s)
	if strings.IndexAny(m, "*?") >= 4 && hasFigures(m) && !slices.Contains(p.models, m) {
		p.models = append(p.models, m)
	}
}

// readName cuts a folded name into units. Brackets are optional for the other
// side, but their numbers are models of the product.
func (p *profile) readName(s string, ref bool) {
	p.namedModels(s)
	if !ref {
		s = p.cutTail(s)
	}
	if strings.Contains(s, "(") {
		s = p.brackets(s, ref)
	}
	if mayRelease(s) {
		s = p.cutRelease(s)
	}
	if strings.Contains(s, "/") {
		s = p.cutPhrases(s)
	}
	words := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;|:\"[]{}®", r) })
	words = p.cutVendor(words, ref)
	p.units = slices.Grow(p.units, len(words))
	for i, w := range words {
		from := len(p.units)
		p.addWord(strings.Trim(w, ".-&!"), ref)
		if i+1 < len(words) && words[i+1] == "edition" && namesEdition[w] && len(p.units) > from {
			p.units[from].class = distinct
		}
	}
	p.groupModels()
	p.markLeads()
}

// namesEdition are generic words that tell a product apart before "edition":
// "FactoryTalk View Machine Edition" is another program than "FactoryTalk View".
var namesEdition = wordSet("machine system device product application software model medical healthcare clinical hospital clinic mobile portable lab test demo")

// tails begin what limits a claim's product and is no part of its name.
var tails = []string{" used with ", " not including ", ", excluding", " excluding ", " when used", " running on ", " integrated in", " integrated as "}

// cutTail makes the words behind such a beginning optional.
func (p *profile) cutTail(s string) string {
	for _, t := range tails {
		if i := strings.Index(s, t); i > 3 {
			p.allow(s[i:])
			s = s[:i]
		}
	}
	return s
}

// phrases finds "eli 150c/bur 150c/mlbur 150c": alternatives of a word and a
// number each.
var phrases = pattern.Of(`\b[a-z]{2,} ?\d+[a-z]?(?:/[a-z]{2,} ?\d+[a-z]?)+`)

// cutPhrases takes such alternatives out as one unit.
func (p *profile) cutPhrases(s string) string {
	return phrases().ReplaceAllStringFunc(s, func(m string) string {
		u := unit{text: m, class: numbered}
		for _, alt := range strings.Split(m, "/") {
			u.alts = append(u.alts, atomsOf(alt))
		}
		p.units = append(p.units, u)
		return " "
	})
}

// namedModels keeps the order numbers of a name and what it calls a model.
func (p *profile) namedModels(s string) {
	if strings.Contains(s, "-") {
		for _, m := range orderRe().FindAllString(s, 8) {
			if len(compactCode(m)) >= 8 {
				p.addModel(m)
			}
		}
	}
	for _, w := range [...]string{"mod", "part", "p/n", "pn", "art", "ref", "order", "cat", "typ"} {
		if strings.Contains(s, w) {
			for _, m := range modelRe().FindAllStringSubmatch(s, 8) {
				p.addModel(m[1])
			}
			return
		}
	}
}

// mayRelease tells cheaply whether releaseRe can find anything.
func mayRelease(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '.' && isNumber(s[i+1:]) || s[i] == 'v' && (isNumber(s[i+1:]) || s[i+1] == '.') {
			return true
		}
	}
	return strings.Contains(s, "v ") || strings.Contains(s, "version") || strings.Contains(s, "rel") || strings.Contains(s, "ver") ||
		strings.Contains(s, "fw") || strings.Contains(s, "sw") || strings.Contains(s, "ware")
}

// finish derives what comparisons need of all units.
func (p *profile) finish() {
	var room [64]byte
	flat := room[:0]
	p.atoms = make([]string, 0, 2*len(p.units))
	for i := range p.units {
		u := &p.units[i]
		for _, alt := range u.alts {
			for _, a := range alt {
				p.atoms = addTo(p.atoms, a)
			}
		}
		if u.class.counts() && !u.order {
			p.weight += u.weight()
			for _, a := range firstAlt(u) {
				flat = append(flat, a...)
			}
			if u.family != nil {
				flat = append(flat, u.text...)
			}
		}
	}
	p.flat = string(flat)
}

func firstAlt(u *unit) []string {
	if len(u.alts) == 0 {
		return nil
	}
	return u.alts[0]
}

// weight is the number of letters and figures, half of it for faint words.
func (u *unit) weight() int {
	n := 0
	for _, a := range firstAlt(u) {
		n += len(a)
	}
	if u.family != nil {
		n = len(u.family.prefix) + 2
	}
	if u.class == faint {
		n = (n + 1) / 2
	}
	return min(n, 12)
}
