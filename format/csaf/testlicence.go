package csaf

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"ward/format/pattern"
	"ward/format/problem/shape"
)

//go:embed rules/licences.txt
var licenceRules string

// licenceLists are the identifiers by list: "spdx", "scancode-deprecated" and so on.
var licenceLists = sync.OnceValue(func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, line := range shape.Lines(licenceRules, "") {
		name, ids, _ := strings.Cut(line, "=")
		set := map[string]bool{}
		for id := range strings.FieldsSeq(ids) {
			set[strings.ToLower(id)] = true // SPDX annex B: identifiers match in any case
		}
		out[strings.TrimSpace(name)] = set
	}
	return out
})

// licenceID is one identifier of an expression.
type licenceID struct {
	name      string
	exception bool // behind WITH
}

// in reports whether one of the lists holds the identifier.
func (id licenceID) in(lists ...string) bool {
	name := strings.ToLower(id.name)
	for _, list := range lists {
		key := name
		if strings.HasPrefix(list, "scancode") {
			key = strings.TrimPrefix(strings.TrimPrefix(name, "licenseref-scancode-"), "additionref-scancode-")
			if key == name {
				continue
			}
		}
		if licenceLists()[list][key] {
			return true
		}
	}
	return false
}

// own reports an identifier that the issuing party or a third made.
func (id licenceID) own() bool {
	return strings.HasPrefix(id.name, "LicenseRef-") || strings.HasPrefix(id.name, "AdditionRef-")
}

// scancode reports an identifier of AboutCode's list.
func (id licenceID) scancode() bool { return strings.Contains(id.name, "Ref-scancode-") }

// listed reports an identifier of either list, deprecated ones among them.
func (id licenceID) listed() bool {
	if id.exception {
		return id.in("exception", "exception-deprecated", "scancode", "scancode-deprecated")
	}
	return id.in("spdx", "spdx-deprecated", "scancode", "scancode-deprecated")
}

var (
	licenceToken = pattern.Of(`[()]|[^\s()]+`)
	idString     = pattern.Of(`^[A-Za-z0-9.-]+\+?$`)
)

// maxExpression bounds a licence expression in bytes; the longest of SPDX's own
// examples have some hundred.
const maxExpression = 8192

// parseLicence reads an expression by the grammar of SPDX 3.0.1 annex B. CSAF
// 2.1 section 3.2.2.7 forbids DocumentRef, whose colon is no part of an idstring.
func parseLicence(text string) (ids []licenceID, ok bool) {
	if len(text) > maxExpression {
		return nil, false
	}
	p := licenceParser{rest: licenceToken().FindAllString(text, -1)}
	ok = p.expression(0) && len(p.rest) == 0
	return p.ids, ok
}

type licenceParser struct {
	rest []string
	ids  []licenceID
}

// take moves over one of the words; operators are all capital or all small.
func (p *licenceParser) take(words ...string) bool {
	if len(p.rest) == 0 || !slices.Contains(words, p.rest[0]) {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// expression reads terms joined by AND and OR; their precedence changes no test.
func (p *licenceParser) expression(depth int) bool {
	for {
		if depth > 64 || !p.term(depth) {
			return false
		}
		if !p.take("AND", "and", "OR", "or") {
			return true
		}
	}
}

// term reads one licence with its exception, or an expression in brackets; the
// depth bounds brackets in brackets.
func (p *licenceParser) term(depth int) bool {
	if p.take("(") {
		return p.expression(depth+1) && p.take(")")
	}
	if !p.id(false) {
		return false
	}
	if p.take("WITH", "with") {
		return p.id(true)
	}
	return true
}

// id reads one identifier; a plus may follow a licence of the list only.
func (p *licenceParser) id(exception bool) bool {
	if len(p.rest) == 0 {
		return false
	}
	word := p.rest[0]
	upper := strings.ToUpper(word)
	if !idString().MatchString(word) || upper == "AND" || upper == "OR" || upper == "WITH" || strings.HasPrefix(word, "DocumentRef-") {
		return false
	}
	name := strings.TrimSuffix(word, "+")
	id := licenceID{name: name, exception: exception}
	if name != word && (exception || id.own()) || id.own() && strings.HasSuffix(name, "Ref-") {
		return false
	}
	if exception == strings.HasPrefix(name, "LicenseRef-") && id.own() {
		return false // LicenseRef- stands for licences, AdditionRef- behind WITH
	}
	p.rest = p.rest[1:]
	p.ids = append(p.ids, id)
	return true
}

// licence is the expression of the document.
func (s *subject) licence() view { return s.document().get("license_expression") }

// licenceValid is 6.1.54.
func licenceValid(s *subject, tell say) {
	if l := s.licence(); l.exists() {
		if _, ok := parseLicence(l.text()); !ok {
			tell(l, "no SPDX licence expression: "+l.text())
		}
	}
}

// unlisted reports an expression with an identifier that no list holds.
func (s *subject) unlisted() bool {
	ids, ok := parseLicence(s.licence().text())
	return ok && slices.ContainsFunc(ids, func(id licenceID) bool { return id.own() && !id.listed() })
}

// licenceText is 6.1.55, foreignLicence 6.2.46: what is listed nowhere has its
// text in the document. A name that is neither listed nor made is 6.2.45's.
func licenceText(s *subject, tell say) {
	if s.unlisted() && s.inEnglish() {
		s.oneNote(english.licence, "legal_disclaimer", tell)
	}
}

// foreignLicence is 6.2.46: the title of the note is that of the document's language.
func foreignLicence(s *subject, tell say) {
	if !s.unlisted() {
		return
	}
	if t, ok := s.foreign(); ok {
		s.oneNote(t.licence, "legal_disclaimer", tell)
	}
}

// hasLicence is 6.2.43.
func hasLicence(s *subject, tell say) { set(s.document(), "license_expression", tell) }

// licences calls fn for every identifier of the expression.
func (s *subject) licences(fn func(id licenceID)) {
	ids, _ := parseLicence(s.licence().text())
	for _, id := range ids {
		fn(id)
	}
}

// licenceDeprecated is 6.2.44, licenceExists 6.2.45, licenceRegistered 6.3.17.
func licenceDeprecated(s *subject, tell say) {
	s.licences(func(id licenceID) {
		if id.in("spdx-deprecated", "exception-deprecated", "scancode-deprecated") && !id.in("spdx", "exception", "scancode") {
			tell(s.licence(), "a deprecated identifier: "+id.name)
		}
	})
}

// licenceExists is 6.2.45.
func licenceExists(s *subject, tell say) {
	s.licences(func(id licenceID) {
		if !id.listed() && (!id.own() || id.scancode()) {
			tell(s.licence(), "in no list: "+id.name)
		}
	})
}

// licenceRegistered is 6.3.17.
func licenceRegistered(s *subject, tell say) {
	s.licences(func(id licenceID) {
		if !id.listed() {
			tell(s.licence(), "in no list: "+id.name)
		}
	})
}
