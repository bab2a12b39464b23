package version

import (
	"net/url"
	"strings"

	"ward/format/pattern"
)

// ParseRange reads a range text as advisories write it: comparators with or
// without blanks, lists, intervals, English phrases, vers: URIs (also those
// that are none), with conditions kept apart. A text without any version that
// is understood is an error wrapping ErrUnreadable.
func ParseRange(text string) (Range, error) {
	return ParseRangeIn(text, "")
}

// ParseRangeIn reads a range whose versions follow a purl type's rules; a
// vers: URI in the text names its own type.
func ParseRangeIn(text, purlType string) (Range, error) {
	if len(text) > MaxRange {
		return Range{}, ErrTooLong
	}
	body := strings.TrimSpace(text)
	if body == "" {
		return Range{}, ErrEmpty
	}
	scheme := ""
	if rest, ok := cutFold(body, "vers:"); ok {
		kind, constraints, found := strings.Cut(rest, "/")
		if !found {
			return Range{}, unreadable(text, len(body))
		}
		if scheme = strings.ToLower(kind); purlType == "" {
			purlType = scheme
		}
		body = constraints
		if u, err := url.PathUnescape(body); err == nil {
			body = u
		}
	}
	if strings.HasPrefix(body, "*") && scheme == "none" {
		return Range{}, unreadable(text, 0) // no version at all: then why is the product named?
	}
	body = bracketed(body)
	r := Range{text: strings.TrimSpace(text)}
	if known(purlType) {
		r.kind = purlType
		toks, ok := scanEcosystem(body, purlType)
		if !ok {
			return Range{}, unreadable(text, 0)
		}
		return r.finish(toks, text)
	}
	s := normalise(body)
	if releaseSpan().MatchString(s) {
		return Range{}, unreadable(text, 0)
	}
	if mentionsSerial(s) {
		r.serial, r.condition = true, s
		return r, nil
	}
	return r.finish(r.trim(scan(s, Parse)), text)
}

// releaseSpan finds "20-33", which may be a span of releases or a release of two parts.
var releaseSpan = pattern.Of(`^v?\d+-v?\d+$`)

func known(purlType string) bool {
	_, ok := ecosystems[purlType]
	return ok || purlType == "cpan"
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

func mentionsSerial(s string) bool {
	return strings.Contains(s, "serial") || strings.Contains(s, "comcode") || strings.Contains(s, "s/n")
}

// scanEcosystem cuts the constraints of a vers: URI of a package ecosystem,
// whose versions may hold any character but the separators. It reports false for
// what is neither a version nor "*": an ecosystem's own operators ("^1.2", "~> 2.1").
func scanEcosystem(s, purlType string) (out []token, ok bool) {
	for _, c := range strings.Split(s, "|") {
		for _, f := range strings.FieldsFunc(c, func(r rune) bool { return r == ' ' || r == ',' }) {
			op := f[:len(f)-len(strings.TrimLeft(f, "<>=!"))]
			if op != "" {
				out = append(out, token{kind: tokOp, op: strings.ReplaceAll(op, "==", "=")})
			}
			if f = f[len(op):]; f == "" {
				continue
			}
			if f == "*" {
				out = append(out, token{kind: tokWord, text: f})
				continue
			}
			v, err := ParseIn(f, purlType)
			if err != nil || strings.IndexByte("^~[(", f[0]) >= 0 || !hasFigure(f) {
				return nil, false
			}
			out = append(out, token{kind: tokVersion, v: v, text: f})
		}
		out = append(out, token{kind: tokSep, text: "|"})
	}
	return out, true
}

// starters are words that begin a condition: what stands behind them is no
// version of this product.
var starters = map[string]bool{"with": true, "without": true, "only": true, "if": true, "when": true, "where": true,
	"running": true, "using": true, "installed": true, "on": true, "for": true, "in": true, "shipped": true,
	"manufactured": true, "distributed": true, "including": true, "based": true, "used": true, "not": true,
	"option": true, "while": true, "having": true, "which": true, "that": true, "built": true, "produced": true,
	"dated": true, "deployments": true, "mit": true, "ohne": true, "avec": true, "sans": true, "packaged": true}

// joins are words that join what follows to a version that is listed, in languages
// in which the rest may not be understood: "3.7 e precedenti".
var joins = map[string]bool{"y": true, "e": true, "en": true, "i": true, "og": true, "och": true, "ja": true, "és": true, "și": true, "si": true,
	"ou": true, "o": true, "of": true, "sau": true, "ali": true, "lub": true, "oraz": true, "ir": true, "un": true, "και": true, "и": true, "или": true}

// joined reports whether such a word was taken for a letter of the last version.
func (r *Range) joined() bool {
	text := r.intervals[len(r.intervals)-1].lo.text
	return joins[text[strings.LastIndexByte(text, ' ')+1:]]
}

// trim parts the version part of the tokens from the words around it, keeping
// these as qualifier and condition.
func (r *Range) trim(toks []token) []token {
	first, lead := 0, []string{}
	for first < len(toks) && (toks[first].kind == tokWord || toks[first].kind == tokNote) && !isStar(toks[first]) {
		t := toks[first]
		if starters[t.text] {
			r.all, r.condition = true, words(toks[first:])
			return nil
		}
		if !skipped[t.text] {
			lead = append(lead, t.text)
		} else {
			r.all = r.all || t.text == "all" || t.text == "any" || t.text == "alle" || t.text == "toutes" || t.text == "todas" || t.text == "tutte"
		}
		first++
	}
	r.qualifier = strings.Join(lead, " ")
	if len(lead) > maxLead { // prose
		if r.all {
			r.qualifier, r.condition = "", words(toks)
		}
		return nil
	}
	toks = toks[first:]
	for i, t := range toks {
		switch {
		case t.kind == tokWord && (skipped[t.text] || strings.HasPrefix(t.text, "cve-") || isStar(t)):
		case t.kind == tokNote && i+1 < len(toks) && toks[i+1].kind != tokWord:
			r.addCondition(t.text)
		case t.kind == tokWord || t.kind == tokNote:
			r.more = i > 0 && toks[i-1].kind == tokSep && toks[i-1].text > "a" && !starters[t.text] || joins[t.text]
			r.addCondition(words(toks[i:]))
			return toks[:i]
		}
	}
	return toks
}

// maxLead is how many words may name the part of a product before its range;
// more is prose, in which a number means anything.
const maxLead = 3

// asides are beginnings of bracketed notes that do not narrow the range.
var asides = []string{"aka ", "formerly", "end-of-life", "eol", "including", "integrated into", "part of", "also ",
	"these products are sold", "only affected by cve", "build n", "gold build"}

func (r *Range) addCondition(s string) {
	inner := strings.Trim(s, "()[] ")
	for _, a := range asides {
		if strings.HasPrefix(inner, a) {
			return
		}
	}
	if _, err := parseStrict(inner); err == nil {
		return // the same release in another numbering
	}
	if r.condition != "" {
		r.condition += "; "
	}
	r.condition += s
}

// orders finds words by which a listed version would become a bound.
var orders = pattern.Of(`\b(?:earlier|prior|previous|preced|below|lower|older|before|under|former|less|up to|until|later|newer|above|higher|onward|greater|after|` +
	`subsequent|beyond|since|from|vor|bis|ab|früher|neuer|höher|kleiner)|älter|größer|antérieur|inférieur|ultérieur|supérieur|precedent|anterior|eerder|ouder|starsz|wcześniejsz`)

func isStar(t token) bool {
	return t.text == "*" || t.kind == tokVersion && len(t.v.parts) == 1 && t.v.parts[0].kind == wild
}

func words(toks []token) string {
	var b strings.Builder
	for _, t := range toks {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if t.kind == tokOp || t.kind == tokAfter {
			b.WriteString(t.op)
		} else {
			b.WriteString(t.text)
		}
	}
	return b.String()
}

// finish reads the comparators out of the tokens and builds the range.
func (r Range) finish(toks []token, text string) (Range, error) {
	bounds, ok := r.collect(toks)
	switch {
	case !ok || len(bounds) > maxBounds:
		return Range{}, unreadable(text, 0)
	case r.star:
		r.all = true
		r.comparators(bounds) // "* != 3.5"
		return r, nil
	case len(bounds) > 0:
		r.all = false
	case r.all:
		return r, nil
	default:
		return Range{}, unreadable(text, 0)
	}
	if !r.build(bounds) || r.qualifier != "" && (r.Exact() || r.condition != "") {
		return Range{}, unreadable(text, 0) // "Windows 10": a platform, not a release of the product
	}
	if r.Exact() && (r.more || r.condition != "" && r.joined() || orders().MatchString(r.condition)) {
		return Range{}, unreadable(text, 0) // "3.2 and all releases prior": more than the version that is listed
	}
	return r, nil
}
