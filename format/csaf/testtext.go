package csaf

import (
	"net/url"
	"slices"
	"strings"

	"ward/format/pattern"
	"ward/format/problem/jsontree"
)

// languageTags are the two members of type lang_t.
func (s *subject) languageTags() []view {
	var out []view
	for _, name := range [...]string{"lang", "source_lang"} {
		if tag := s.document().get(name); tag.exists() {
			out = append(out, tag)
		}
	}
	return out
}

// languages is 6.1.12: BCP 47, with subtags that IANA has registered.
func languages(s *subject, tell say) {
	for _, tag := range s.languageTags() {
		if !assigned(tag.text()) {
			tell(tag, "unknown language "+tag.text())
		}
	}
}

// privateSubtag are the subtags that the registry of RFC 5646 leaves to
// private use: languages, scripts, regions, and what follows an x.
var privateSubtag = pattern.Of(`(?i)^q[a-t][a-z](-|$)|-qa(a[a-z]|b[a-x])(-|$)|^[a-z]{2,8}(-[a-z]{3})*(-[a-z]{4})?-(aa|q[m-z]|x[a-z]|zz)(-|$)|(^|-)x-`)

// privateLanguage is 6.2.14, defaultLanguage 6.2.15.
func privateLanguage(s *subject, tell say) {
	for _, tag := range s.languageTags() {
		if privateSubtag().MatchString(tag.text()) {
			tell(tag, "a subtag of private use: "+tag.text())
		}
	}
}

// defaultLanguage is 6.2.15.
func defaultLanguage(s *subject, tell say) {
	for _, tag := range s.languageTags() {
		if strings.EqualFold(tag.text(), "i-default") {
			tell(tag, "the default language")
		}
	}
}

// hasLanguage is 6.2.12.
func hasLanguage(s *subject, tell say) { set(s.document(), "lang", tell) }

// set tells a member that is absent from one that is there and empty.
func set(at view, name string, tell say) bool {
	switch v := at.get(name); {
	case v.node == nil:
		tell(v, "absent")
	case v.text() == "":
		tell(v, "present and empty")
	default:
		return true
	}
	return false
}

// translator is 6.1.15.
func translator(s *subject, tell say) {
	if s.path("document", "publisher", "category").text() == "translator" {
		set(s.document(), "source_lang", tell)
	}
}

// translation is 6.1.28.
func translation(s *subject, tell say) {
	lang, source := s.document().get("lang"), s.document().get("source_lang")
	if source.exists() && strings.EqualFold(lang.text(), source.text()) {
		tell(source, "the same as lang: "+lang.text())
	}
}

var notInFileName = pattern.Of(`[^+\-a-z0-9]+`)

// FileName is the name of the file of a document by its tracking id (CSAF 2.0
// section 5.1): "CVE-2026/1" is "cve-2026_1.json".
func FileName(id string) string {
	return notInFileName().ReplaceAllString(strings.ToLower(id), "_") + ".json"
}

// canonicalURLs are the references that 6.2.11 takes for the document's own.
func (s *subject) canonicalURLs() []string {
	name := FileName(s.tracking("id").text())
	var out []string
	for _, r := range s.document().every("references") {
		address := r.says("url")
		u, err := url.Parse(address)
		ends := strings.HasSuffix(address, "/"+name) && err == nil && u.Hostname() != ""
		if r.says("category") == "self" && strings.HasPrefix(address, "https://") && ends {
			out = append(out, address)
		}
	}
	return out
}

// canonical is 6.2.11.
func canonical(s *subject, tell say) {
	if len(s.canonicalURLs()) == 0 {
		tell(s.document().get("references"), "no reference of category self whose https address ends with "+FileName(s.tracking("id").text()))
	}
}

// tlpLabel is 6.2.10 of 2.0; 2.1 asks for the label in its schema.
func tlpLabel(s *subject, tell say) {
	label := s.path("document", "distribution", "tlp", "label")
	if !slices.Contains([]string{"AMBER", "GREEN", "RED", "WHITE"}, label.text()) {
		tell(label, "no TLP label")
	}
}

// titleID is 6.2.22.
func titleID(s *subject, tell say) {
	title, id := s.document().get("title"), s.tracking("id").text()
	if id != "" && strings.Contains(title.text(), id) {
		tell(title, "the title holds the tracking id")
	}
}

// keysSorted is 6.2.13: each object tells its first member out of order.
func keysSorted(s *subject, tell say) { sorted(s.view, tell) }

// sorted tells the first object whose members are not in order, so that one
// document gives one finding for each place.
func sorted(v view, tell say) {
	last, told := "", false
	v.members(func(name string, m view) {
		if name < last && !told {
			told = true
			tell(m, "not in alphabetical order: "+name)
		}
		last = name
		sorted(m, tell)
	})
	for _, item := range v.all() {
		if item.is(jsontree.Object) || item.is(jsontree.Array) {
			sorted(item, tell)
		}
	}
}

// urlsResolve is 6.3.6, selfResolves 6.3.7. Both need a network, which this
// package has not: they are told once where there is an address to ask for.
func urlsResolve(s *subject, _ say) {
	asked := map[string]bool{"url": true, "namespace": true, "urls": true, "sbom_urls": true, "uri": true, "public_openpgp_key_url": true}
	var first *view
	var walk func(v view)
	walk = func(v view) {
		v.members(func(name string, m view) {
			if asked[name] && first == nil && v.says("category") != "self" {
				first = &m
			}
			walk(m)
		})
		for _, item := range v.all() {
			walk(item)
		}
	}
	walk(s.view)
	if first != nil {
		s.notRun(*first, "addresses are not asked for: no network here")
	}
}

// selfResolves is 6.3.7, see urlsResolve.
func selfResolves(s *subject, _ say) {
	lists := s.document().each("references")
	for _, v := range s.vulns {
		lists = append(lists, v.each("references")...)
	}
	for _, r := range lists {
		if r.says("category") == "self" {
			s.notRun(r.get("url"), "addresses are not asked for: no network here")
			return
		}
	}
}
