package sigma

import (
	"net/netip"
	"regexp"
	"regexp/syntax"
	"strings"
)

// The modifiers that make a value something else than text.

func (b *building) number(p *predicate, t term) (*expression, error) {
	n, ok := parseNumber(t.text)
	if !ok || p.field == "" {
		return nil, b.fail(BadValue, "%q is no number", t.text)
	}
	p.kind, p.number, p.compare, p.part = isNumber, n, b.compare, b.part
	if b.part != noPart {
		p.kind = isDate
	}
	p.cased = false
	return leafOf(p), nil
}

func (b *building) existence(p *predicate, t term) (*expression, error) {
	p.kind, p.cased = isThere, false
	if p.field == "" {
		return nil, b.fail(BadValue, "exists without a field")
	}
	yes, ok := truth(t.text)
	switch {
	case ok && yes:
		return leafOf(p), nil
	case ok:
		return negate(leafOf(p)), nil
	}
	return nil, b.fail(BadValue, "exists is true or false, not %q", t.text)
}

func (b *building) network(p *predicate, t term) (*expression, error) {
	prefix, err := netip.ParsePrefix(strings.TrimSpace(t.text))
	if err != nil {
		addr, e := netip.ParseAddr(strings.TrimSpace(t.text))
		if e != nil || addr.Zone() != "" {
			return nil, b.fail(BadValue, "%q is no network", t.text)
		}
		prefix = netip.PrefixFrom(addr, addr.BitLen())
	}
	if prefix.Addr().Is4In6() {
		if prefix.Bits() < 96 {
			return nil, b.fail(BadValue, "%q mixes IPv4 and IPv6", t.text)
		}
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-96)
	}
	p.kind, p.net, p.cased = isInNet, prefix.Masked(), false
	return leafOf(p), nil
}

func (b *building) reference(p *predicate, t term) (*expression, error) {
	ref, ok := t.pattern.plainText()
	if !ok || ref == "" || p.field == "" {
		return nil, b.fail(BadValue, "%q is no field name", t.text)
	}
	p.kind, p.ref = isField, ref
	// The pattern says where the other field's value must stand.
	p.pattern = plain("x").open(b.before, b.after)
	return leafOf(p), nil
}

// maxRegex bounds a regular expression's program; the largest of SigmaHQ has
// about 2,000 instructions.
const maxRegex = 20_000

// regular compiles to Go's engine, whose time is linear in the value's length.
// What PCRE has beyond it (looking around, back references, atomic groups) is
// refused: it cannot be had in linear time, or not without a change of meaning.
func (b *building) regular(p *predicate, t term) (*expression, error) {
	if t.kind == nullValue || t.text == "" {
		return nil, b.fail(BadValue, "an empty regular expression")
	}
	expr := t.text
	if b.before != b.after { // startswith or endswith alone
		start, end := `\A(?:`, `)`
		if b.before {
			start, end = `(?:`, `)\z`
		}
		expr = start + expr + end
	}
	if b.regexFlags != "" {
		expr = "(?" + b.regexFlags + ")" + expr
	}
	if *b.programs <= 0 {
		return nil, b.fail(TooLarge, "the regular expressions before it have %d instructions", maxPrograms)
	}
	parsed, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil, b.fail(BadRegex, "%s", regexFault(t.text, err))
	}
	if lastLine(parsed, 0) {
		expr = parsed.String()
	}
	n := programSize(parsed)
	if n > maxRegex {
		return nil, b.fail(TooLarge, "a regular expression of %d instructions", n)
	}
	*b.programs -= n
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, b.fail(BadRegex, "%v", err)
	}
	p.kind, p.regex, p.cased = isRegex, re, false
	return leafOf(p), nil
}

// lastLine lets "$" hold before a last line feed too, as PCRE has it: logs hold values
// with their line end. It tells whether there was one.
func lastLine(re *syntax.Regexp, depth int) (changed bool) {
	if depth > 1000 {
		return false
	}
	if re.Op == syntax.OpEndText && re.Flags&syntax.WasDollar != 0 {
		feed := &syntax.Regexp{Op: syntax.OpLiteral, Rune: []rune{'\n'}}
		*re = syntax.Regexp{Op: syntax.OpConcat, Sub: []*syntax.Regexp{{Op: syntax.OpQuest, Sub: []*syntax.Regexp{feed}}, {Op: syntax.OpEndText}}}
		return true
	}
	for _, sub := range re.Sub {
		changed = lastLine(sub, depth+1) || changed
	}
	return changed
}

func programSize(re *syntax.Regexp) int {
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return maxRegex + 1
	}
	return len(prog.Inst)
}

// regexFault says what PCRE means and Go has not, which helps an author more
// than the parser's own words.
func regexFault(expr string, err error) string {
	for _, f := range []struct{ mark, word string }{
		{"(?=", "looking ahead"}, {"(?!", "looking ahead"}, {"(?<=", "looking behind"}, {"(?<!", "looking behind"},
		{"(?>", "an atomic group"}, {"(?(", "a conditional group"}, {"(?R", "recursion"}, {"*+", "a possessive quantifier"},
		{"++", "a possessive quantifier"}, {"?+", "a possessive quantifier"},
	} {
		if strings.Contains(expr, f.mark) {
			return f.word + " cannot be had in linear time: " + expr
		}
	}
	for i := 1; i <= 9; i++ {
		if strings.Contains(expr, `\`+string(rune('0'+i))) {
			return "a back reference cannot be had in linear time: " + expr
		}
	}
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}
