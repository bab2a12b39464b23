package sigma

import (
	"encoding/base64"
	"regexp"
	"strings"
	"sync"
)

// maxValues bounds what one item may become after placeholders and encodings.
const maxValues = 20_000

// building is an item on its way through its modifiers, which are applied in
// the order in which they are written (rules specification, "Value Modifiers").
type building struct {
	item  *item
	terms [][]term // per written value: what it may become, joined by OR

	all, neq, cased     bool
	fieldref            bool
	compare             comparison
	compared            bool
	part                datePart
	regexFlags          string
	before, after       bool // the modifiers startswith, endswith, contains were seen
	regex, cidr, exists bool

	programs *int // see Options
}

// term is one value: its text as written and, unless a modifier needs the text, its pattern.
type term struct {
	scalar
	pattern pattern
}

// expression makes the item's question.
func (it *item) expression(opts Options) (*expression, error) {
	b := &building{item: it, programs: opts.programs}
	values := it.values
	if contains(it.modifiers, "expand") {
		expanded, err := it.expand(opts.Placeholders)
		if err != nil {
			return nil, err
		}
		values = expanded
	}
	for _, v := range values {
		b.terms = append(b.terms, []term{{scalar: v, pattern: parsePattern(v.text)}})
	}
	for _, m := range it.modifiers {
		if err := b.apply(m); err != nil {
			return nil, err
		}
	}
	return b.finish()
}

func (b *building) fail(reason, format string, args ...any) error {
	return faultf(b.item.line, reason, b.item.name()+": "+format, args...)
}

func (it *item) name() string { return strings.Join(append([]string{it.field}, it.modifiers...), "|") }

func (b *building) apply(modifier string) error {
	if part, ok := dateParts[modifier]; ok {
		b.part = part
		return nil
	}
	switch modifier {
	case "expand": // done before all others
	case "all":
		b.all = true
	case "neq":
		b.neq = true
	case "cased":
		b.cased = true
	case "fieldref":
		b.fieldref = true
	case "contains":
		b.before, b.after = true, true
		return b.open(true, true)
	case "startswith":
		b.after = true
		return b.open(false, true)
	case "endswith":
		b.before = true
		return b.open(true, false)
	case "lt", "lte", "gt", "gte":
		b.compared = true
		b.compare = map[string]comparison{"lt": less, "lte": lessEqual, "gt": greater, "gte": greaterEqual}[modifier]
	case "re", "cidr", "exists":
		return b.typed(modifier)
	case "i", "ignorecase", "m", "multiline", "s", "dotall":
		if !b.regex {
			return b.fail(UnknownModifier, "%s stands before re", modifier)
		}
		b.regexFlags += map[string]string{"ignorecase": "i", "multiline": "m", "dotall": "s"}[modifier]
		if len(modifier) == 1 {
			b.regexFlags += modifier
		}
	default:
		return b.encode(modifier)
	}
	return nil
}

// typed takes the modifiers that want the value as it is written.
func (b *building) typed(modifier string) error {
	for _, m := range b.item.modifiers {
		if m == modifier {
			break
		}
		if m != "all" && m != "expand" && m != "neq" {
			return b.fail(UnknownModifier, "%s takes unmodified values only", modifier)
		}
	}
	b.regex, b.cidr, b.exists = modifier == "re", modifier == "cidr", modifier == "exists"
	return nil
}

// patterns changes every pattern of text.
func (b *building) patterns(fn func(pattern) ([]pattern, error)) error {
	n := 0
	for i, terms := range b.terms {
		var out []term
		for _, t := range terms {
			if t.kind == nullValue {
				return b.fail(BadValue, "null takes no modifier")
			}
			ps, err := fn(t.pattern)
			if err != nil {
				return err
			}
			for _, p := range ps {
				out = append(out, term{t.scalar, p})
			}
		}
		if n += len(out); n > maxValues {
			return b.fail(TooLarge, "more than %d values", maxValues)
		}
		b.terms[i] = out
	}
	return nil
}

func (b *building) open(start, end bool) error {
	if b.regex || b.fieldref {
		return nil
	}
	return b.patterns(func(p pattern) ([]pattern, error) { return []pattern{p.open(start, end)}, nil })
}

func (b *building) encode(modifier string) error {
	switch modifier {
	case "windash":
		return b.patterns(func(p pattern) ([]pattern, error) { return []pattern{dashed(p)}, nil })
	case "wide", "utf16le", "utf16be", "utf16":
		return b.patterns(func(p pattern) ([]pattern, error) {
			return []pattern{utf16Pattern(p, modifier == "utf16be", modifier == "utf16")}, nil
		})
	case "base64", "base64offset":
		return b.patterns(func(p pattern) ([]pattern, error) {
			s, ok := p.plainText()
			if !ok || s == "" {
				return nil, b.fail(BadValue, "%s takes no wildcards and no empty text", modifier)
			}
			if modifier == "base64" {
				return []pattern{plain(base64Text(s))}, nil
			}
			var out []pattern
			for _, e := range base64Offsets(s) {
				out = append(out, plain(e))
			}
			if len(out) < 3 {
				return nil, b.fail(BadValue, "%q is too short for base64offset", s)
			}
			return out, nil
		})
	}
	return b.fail(UnknownModifier, "no such modifier: %q", modifier)
}

// finish makes predicates of the terms and joins them.
func (b *building) finish() (*expression, error) {
	kids := make([]*expression, 0, len(b.terms))
	for _, terms := range b.terms {
		var variants []*expression
		for _, t := range terms {
			e, err := b.question(t)
			if err != nil {
				return nil, err
			}
			variants = append(variants, e)
		}
		kids = append(kids, join(opOr, variants))
	}
	op := opOr
	if b.all {
		op = opAnd
	}
	out := join(op, kids)
	if b.neq {
		out = negate(out)
	}
	return out, nil
}

func (b *building) question(t term) (*expression, error) {
	p := &predicate{field: b.item.field, cased: b.cased, line: b.item.line}
	switch {
	case b.part != noPart || b.compared:
		return b.number(p, t)
	case b.exists:
		return b.existence(p, t)
	case b.regex:
		return b.regular(p, t)
	case b.cidr:
		return b.network(p, t)
	case b.fieldref:
		return b.reference(p, t)
	case t.kind == nullValue:
		if p.field == "" {
			return nil, b.fail(BadValue, "null without a field")
		}
		p.kind = isPresent
		return negate(leafOf(p)), nil
	}
	return b.textual(p, t), nil
}

// textual is the common case: text, numbers and truth values are compared as
// the text that the log has.
func (b *building) textual(p *predicate, t term) *expression {
	p.pattern = t.pattern
	if p.field == "" && !b.before && !b.after {
		p.pattern = p.pattern.open(true, true)
	}
	p.pattern = p.pattern.tidy()
	if !b.cased {
		p.pattern = p.pattern.fold()
	}
	if len(p.pattern) == 1 && p.pattern[0].kind == star {
		p.kind, p.pattern, p.cased = isPresent, nil, false
		return leafOf(p)
	}
	// A hexadecimal number is written either way in logs: 0xc000006a, 3221225578.
	if n, ok := parseNumber(t.text); ok && t.kind == numberValue && n.isWhole && strings.HasPrefix(strings.ToLower(t.text), "0x") {
		other := *p
		other.pattern = plain(n.String())
		return join(opOr, []*expression{leafOf(p), leafOf(&other)})
	}
	return leafOf(p)
}

func base64Text(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// placeholder is %name% where the percent sign is not escaped.
var placeholder = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\\%|%\w+%`) })

// expand replaces placeholders; each may have several values.
func (it *item) expand(values map[string][]string) ([]scalar, error) {
	var out []scalar
	for _, v := range it.values {
		texts := []string{""}
		from := 0
		for _, at := range placeholder().FindAllStringIndex(v.text, -1) {
			found := v.text[at[0]:at[1]]
			choices := []string{"%"}
			if found != `\%` {
				choices = values[strings.Trim(found, "%")]
				if len(choices) == 0 {
					return nil, faultf(it.line, NoPlaceholder, "%s: no values for %s", it.name(), found)
				}
			}
			if len(texts)*len(choices) > maxValues {
				return nil, faultf(it.line, TooLarge, "%s: more than %d values", it.name(), maxValues)
			}
			texts = product(texts, v.text[from:at[0]], choices)
			from = at[1]
		}
		for _, t := range texts {
			out = append(out, scalar{v.kind, t + v.text[from:]})
		}
	}
	return out, nil
}

func product(starts []string, middle string, ends []string) []string {
	out := make([]string, 0, len(starts)*len(ends))
	for _, s := range starts {
		for _, e := range ends {
			out = append(out, s+middle+e)
		}
	}
	return out
}
