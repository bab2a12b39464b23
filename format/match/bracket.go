package match

import (
	"slices"
	"strings"

	"ward/format/pattern"
)

func (p *profile) brackets(s string, ref bool) string {
	return bracketRe().ReplaceAllStringFunc(s, func(b string) string {
		p.bracket(strings.Trim(b, "()"), ref)
		return " "
	})
}

// exceptions begin what a bracket takes out of a product.
var exceptions = pattern.Of(`(?:^|[ ,])(?:except|excluding|excl\.|not including|other than|but not)(?: for)? |[ ,](?:without|w/o) `)

func (p *profile) bracket(s string, ref bool) {
	if i := exceptions().FindStringIndex(s); i != nil && !ref {
		s = s[:i[0]] // what the advisory excepts is no other way to write the product
	}
	if f := spanOf(s); f != nil && !ref && f.pattern == "" && len(f.prefix) >= 2 {
		p.units = append(p.units, unit{text: s, class: numbered, family: f}) // "(MX400-550)": the models that the claim is of
		return
	}
	for _, w := range strings.Fields(s) {
		if code := compactCode(w); ref || len(code) < 10 || !hasFigures(code) {
			p.allow(w) // the parts of an order number are no words of a name
		} else {
			p.optional = addTo(p.optional, code)
		}
	}
	p.aside(s)
	for _, w := range plainWords(s) {
		if !ref && len(w) >= 8 {
			p.addModel(w) // shorter ones may be the machine that a program is for
		}
	}
}

// aside keeps what a bracket says of the variant of a product.
func (p *profile) aside(s string) {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;/", r) }) {
		code := compactCode(w)
		if len(code) >= 4 && !strings.ContainsAny(w, ".*") && hasFigures(code) && !isNumber(code) {
			p.codes = addTo(p.codes, code)
		}
		if c := classOf(w); code != "" && (c > faint || c == faint && len(w) > 1) {
			p.asides = addTo(p.asides, code)
		}
	}
	if words := plainWords(s); len(words) >= 2 && len(words) <= 4 {
		p.shortly = append(p.shortly, strings.Join(words, ""))
	}
	p.narrow(s)
}

var (
	// remarks begin brackets that add to a product or tell its story.
	remarks = pattern.Of(`^(?:incl|formerly|former|previously|also|part |aka|all |any |sold|discontinued|end|eol|model|part number|no longer)`)
	// conditions begin brackets that hold for some devices of a product only.
	conditions = pattern.Of(`^(?:with|without|for|when|if|only|using|non)\b`)
)

// narrow keeps the words of a bracket that makes another product of a name, "STEP
// 7 (TIA Portal)", or a part of it, "(with MID approval)". One word alone, which
// hospitals leave out, and what spells the name's first letters do not.
func (p *profile) narrow(s string) {
	s = strings.TrimSpace(s)
	if remarks().MatchString(s) || strings.ContainsAny(s, "0123456789/,;.") {
		return
	}
	words := plainWords(s)
	if !conditions().MatchString(s) && len(words) < 2 {
		return
	}
	for _, w := range words {
		if classOf(w) >= distinct && w != "only" {
			p.needs = append(p.needs, w)
		}
	}
}

// narrowed reports whether a claim's bracket says what the product does not.
func narrowed(c, r *profile) bool {
	return len(c.needs) > 0 && !acronym(c, &profile{units: []unit{{class: distinct, alts: [][]string{c.needs[:1]}}}}) &&
		slices.ContainsFunc(c.needs, func(w string) bool { return !slices.Contains(r.atoms, w) && !slices.Contains(r.optional, w) })
}

func hasFigures(s string) bool { return strings.ContainsAny(s, "0123456789") }
