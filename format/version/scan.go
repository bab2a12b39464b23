package version

import (
	"regexp"
	"strings"
	"sync"

	"ward/format/pattern"
)

// A token of a range text.
type token struct {
	kind tokenKind
	op   string // of tokOp and tokAfter: "<", "<=", ">", ">=", "!="
	text string
	v    Version
}

type tokenKind uint8

const (
	tokVersion tokenKind = iota
	tokOp                // stands before its version
	tokAfter             // stands behind it: "3.2 and prior"
	tokSep               // | , ; and or
	tokDash              // between two versions
	tokWord              // anything else
	tokNote              // in brackets
)

// phrases turns the words of English, German and French range texts into
// operators. Longer phrases stand first. «op» goes before its version, «op»~ behind.
var phrases = []struct{ find, put string }{
	{`(?:(?:up|prior|earlier) )?(?:to|through),? \(?and including\)?,?|(?:before|below|until|till),? \(?and including\)?,?|up through|no later than|less than or equal to|lower than or equal to|not later than|bis einschlie(?:ß|ss)lich|bis einschl\.?|jusqu'à`, "<="},
	{`greater than or equal to|at least|starting (?:with|from)|beginning (?:with|from)|from|since|as of|ab`, ">="},
	{`up to,? but not including|up to,? not including`, "<"},
	{`but not including|not including|except(?: for)?|excluding`, "!="},
	{`(?:,? ?(?:and|or|oder|und|et|y|&) ?|,? (?:e|en) | \((?:and|or|und|et) |/ ?|, | \(|) ?\(?(?:all )?(?:any )?(?:alle )?(?:les )?(?:versions? |versiones |versioni )?(?:earlier|prior|previous|below|lower|older|before|under|former|früher|älter|niedriger|kleiner|frühere|ältere|niedrigere|antérieures?|inférieures?|anteriores|precedenti|eerdere?|oudere?|lagere?)(?: versions?| versionen| versies| releases?| ones?| revisions?| builds?)?\)?([ ,;]|$)`, "~<="},
	{`(?:,? ?(?:and|or|oder|und|et|y|&) ?| \((?:and|or|und|et) |/ ?|, | \(|) ?\(?(?:all )?(?:any )?(?:later|newer|above|higher|up|onwards?|greater|after|subsequent|beyond|neuer|höher|ultérieures?)(?: versions?| releases?| ones?)?\)?([ ,;]|$)`, "~>="},
}

var prefixPhrases = []struct{ find, put string }{
	{`prior to|earlier than|lower than|less than|older than|before|below|preceding|under|vor|(?:kleiner|älter|niedriger|früher) als|(?:antérieures?|inférieures?) à(?: la)?|anteriores a(?: la)?|precedenti (?:alla|al|a)|(?:ouder|lager|eerder) dan`, "<"},
	{`greater than|later than|newer than|higher than|after|above`, ">"},
	{`up to|through|thru|until|till|bis|to`, "<="},
}

type rewrite struct {
	re  *regexp.Regexp
	put string
}

// dashed finds "12.4.1-12.4.11", which has no blank around its dash.
var dashed = pattern.Of(`(\d+(?:\.\d+)+[a-z]?) ?- ?(v?\d+(?:\.\d+)+[a-z]?)`)

// orLater finds "3.2+", this version or a later one.
var orLater = pattern.Of(`([0-9x])\+( |[,;|)]|$)`)

// years finds "2014-2016", two releases and what lies between.
var years = pattern.Of(`\b((?:19|20)\d\d) ?- ?((?:19|20)\d\d)\b`)

// rewrites are built when a range in words comes first. Behind-the-version phrases are
// tried only after a digit or a letter of a version, so that "and prior to 3"
// keeps its "prior to".
var rewrites = sync.OnceValue(func() []rewrite {
	var out []rewrite
	add := func(find, put string) { out = append(out, rewrite{regexp.MustCompile(find), put}) }
	add(`\(\s*(?:incl(?:uded|\.|usive)?|inklusive|including)\s*\)`, " ~in ")
	add(`\b(?:between|zwischen|entre) (?:versions? )?([^ ()]*[0-9][^ ()]*) (?:and|und|et|y) (?:versions? )?([^ ()]*[0-9][^ ()]*)( [^(]|[,;]|$)`, ">= $1 <= $2$3")
	add(`\(\s*(?:excl(?:uded|\.|usive)?|excluding)\s*\)`, " ~ex ")
	for _, p := range phrases[:4] {
		add(`(?:^|\b)(?:`+p.find+`)(?: versions?)? `, " "+p.put+" ")
	}
	// "3.x before 3.2.1" is an interval; "3.2 and before" is not.
	add(`([0-9x*]),? (?:(?:and|but) before|before|below|under) (?:versions? |releases? )?(v?\.?[0-9])`, "$1 < $2")
	add(`\b(prior|earlier|lower|less|older|greater|later|newer|higher|up) (to|than)\b`, "$1-$2")
	for _, p := range phrases[4:] {
		add(`(\S*[0-9*]\S*?|\b[a-z]|~in|~ex)(?:`+p.find+`)`, "$1 "+p.put+" $2 ")
	}
	add(`\b(prior|earlier|lower|less|older|greater|later|newer|higher|up)-(to|than)\b`, "$1 $2")
	for _, p := range prefixPhrases {
		add(`(?:^|\b|\s)(?:`+p.find+`)(?: versions?)?(?:$|[ :])`, " "+p.put+" ")
	}
	return out
})

var symbolFixes = strings.NewReplacer("≤", "<=", "≥", ">=", "⩽", "<=", "⩾", ">=", "＜", "<", "＞", ">", "≠", "!=",
	"&lt;", "<", "&gt;", ">", "&amp;", "&", "=<", "<=", "=>", ">=", "==", "=", "< =", "<=", "> =", ">=", "“", "", "”", "")

// normalise brings a range text into the form that scan reads.
func normalise(text string) string {
	s := clean(symbolFixes.Replace(text))
	if strings.Contains(s, "-") {
		s = dashes(s)
	}
	if strings.Contains(s, "+") {
		s = orLater().ReplaceAllString(s, "$1 ~>= $2")
	}
	if speaks(s) {
		for _, r := range rewrites() {
			s = r.re.ReplaceAllString(s, r.put)
		}
	}
	return strings.Join(strings.Fields(s), " ")
}

// dashes sets blanks around the dash of an interval.
func dashes(s string) string {
	s = years().ReplaceAllString(s, "$1 - $2")
	return dashed().ReplaceAllString(s, "$1 - $2")
}

// speech are parts of all words that rewrites look for; a text without any of
// them needs no rewriting, which is slow.
var speech = []string{" to", "to ", "prior", "through", "thru", "until", "till", "later", "earlier", "below", "above", "before", "after",
	"less", "least", "than", "from", "since", "starting", "beginning", "between", "zwischen", "entre", "up", "incl", "excl", "not", "except", "preced",
	"under", "lower", "higher", "newer", "older", "previous", "former", "beyond", "subsequent", "onward", "as of", "bis", "ab ", "vor ",
	"früher", "älter", "neuer", "höher", "antérieur", "ultérieur", "jusqu", "inkl", "einschl", "limited", "greater",
	"kleiner", "niedriger", "inférieur", "anteriores", "precedenti", "eerder", "ouder", "lager"}

func speaks(s string) bool {
	for _, w := range speech {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// skipped are words of a range text that carry nothing.
var skipped = map[string]bool{"all": true, "any": true, "version": true, "versions": true, "firmware": true,
	"software": true, "bios": true, "release": true, "releases": true, "is": true, "are": true, "of": true, "the": true,
	"affected": true, "alle": true, "toutes": true, "versionen": true, "between": true, "zwischen": true, "entre": true, "product": true, "build": false,
	"-": true, ":": true, "fw": true, "sw": true, "v": true, "but": true, "inclusive": true, "included": true, "inclus": true,
	"inklusive": true, "einschließlich": true, "les": true, "todas": true, "las": true, "versiones": true, "tutte": true, "le": true,
	"versioni": true, "versies": true}

// scan cuts a normalised text into tokens; parse reads one version.
func scan(s string, parse func(string) (Version, error)) []token {
	var out []token
	for i := 0; i < len(s) && len(out) <= 4*maxBounds; {
		switch c := s[i]; {
		case c == ' ':
			i++
		case c == '<' || c == '>' || c == '=' || c == '!':
			n := 1
			if i+1 < len(s) && s[i+1] == '=' {
				n = 2
			}
			out, i = append(out, token{kind: tokOp, op: s[i : i+n]}), i+n
		case c == '|' || c == ',' || c == ';' || c == '&':
			out, i = append(out, token{kind: tokSep, text: string(c)}), i+1
		case c == '~':
			n := strings.IndexByte(s[i:]+" ", ' ')
			out, i = append(out, token{kind: tokAfter, op: behind(s[i+1 : i+n])}), i+n
		case c == '-':
			out, i = append(out, token{kind: tokDash, text: "-"}), i+1
		case (c == '(' || c == '[') && len(out) > 0 && out[len(out)-1].kind == tokOp:
			n := closing(s[i:])
			s, i = s[:i]+" "+strings.TrimRight(s[i+1:i+n], ")]")+" "+s[i+n:], i+1
		case c == '(' || c == '[':
			n := closing(s[i:])
			out, i = append(out, token{kind: tokNote, text: s[i : i+n]}), i+n
		default:
			var t token
			t, i = scanVersion(s, i, parse)
			out = append(out, t)
		}
	}
	return out
}

// behind gives the operator that normalise put behind a version. Any other tilde is
// the text's own ("1.0~rc1", "V1.0 ~ V1.5", "~> 2.1") and has too many meanings to read.
func behind(op string) string {
	switch op {
	case "<=", ">=", "in", "ex":
		return op
	}
	return "?"
}

// closing gives the length of the bracket that s begins with, or all of s.
func closing(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(', '[':
			depth++
		case ')', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// maxWords is how many blank-separated words one version may have: "v5.1 sp 3 update 2 hf 1".
const maxWords = 8

// scanVersion reads the longest version that begins at i, else one word.
func scanVersion(s string, i int, parse func(string) (Version, error)) (token, int) {
	end, n := i, 0
	var best token
	bestEnd := -1
	for end < len(s) && n < maxWords {
		end = wordEnd(s, end)
		n++
		if v, err := parse(s[i:end]); err == nil && v.note == "" {
			best, bestEnd = token{kind: tokVersion, v: v, text: s[i:end]}, end
		}
		if end >= len(s) || strings.IndexByte("<>=!|,;&~[", s[end]) >= 0 {
			break
		}
		for end < len(s) && s[end] == ' ' {
			end++
		}
		if end < len(s) && s[end] != '(' && strings.IndexByte("<>=!|,;&~[", s[end]) >= 0 {
			break
		}
	}
	if bestEnd > 0 && hasFigure(best.text) {
		return best, bestEnd
	}
	w := wordEnd(s, i)
	text := s[i:w]
	switch {
	case text == "and" || text == "or" || text == "und" || text == "et" || text == "sowie":
		return token{kind: tokSep, text: text}, w
	case bestEnd == w && len(text) <= 2: // a letter alone: "<= n"
		return best, bestEnd
	}
	return token{kind: tokWord, text: text}, w
}

func hasFigure(s string) bool { return strings.ContainsAny(s, "0123456789*") }

// wordEnd gives the end of the word at i; a bracket glued to it belongs to it.
func wordEnd(s string, i int) int {
	for i < len(s) {
		switch c := s[i]; {
		case c == '(':
			n := closing(s[i:])
			if strings.IndexByte(s[i:i+n], ' ') >= 0 && !strings.HasPrefix(s[i:], "(build") {
				if i > 0 && s[i-1] != ' ' {
					return i
				}
			}
			i += n
		case c == ' ' || strings.IndexByte("<>=!|,;&~[", c) >= 0:
			return i
		default:
			i++
		}
	}
	return i
}
