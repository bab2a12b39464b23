package csaf

import (
	"slices"
	"strings"
	"unicode"

	packageurl "github.com/package-url/packageurl-go"
	"golang.org/x/text/language"
)

// languages is 6.1.12: BCP 47, with subtags that IANA has registered.
func languages(doc view, tell say) {
	for _, name := range [...]string{"lang", "source_lang"} {
		tag := doc.at("document", name)
		if !tag.exists() {
			continue
		}
		if _, err := language.Parse(tag.text()); err != nil {
			tell(tag, "unknown language "+tag.text())
		}
	}
}

// purls is 6.1.13.
func purls(doc view, tell say) {
	products(doc, func(p view) {
		purl := p.at("product_identification_helper", "purl")
		if !purl.exists() {
			return
		}
		if _, err := packageurl.FromString(purl.text()); err != nil {
			tell(purl, err.Error())
		}
	})
}

// translator is 6.1.15.
func translator(doc view, tell say) {
	if doc.at("document", "publisher", "category").text() == "translator" && !doc.at("document", "source_lang").exists() {
		tell(doc.get("document"), "a translation without source_lang")
	}
}

// translation is 6.1.28.
func translation(doc view, tell say) {
	lang, source := doc.at("document", "lang"), doc.at("document", "source_lang")
	if source.exists() && strings.EqualFold(lang.text(), source.text()) {
		tell(source, "the same as lang: "+lang.text())
	}
}

// profiles are the categories that section 4 defines.
var profiles = [...]string{"csaf_base", "csaf_security_incident_response", "csaf_informational_advisory", "csaf_security_advisory", "csaf_vex"}

// categoryName is 6.1.26: it refuses names that people could take for a profile: reserved
// beginnings, and a profile's name in other letters.
func categoryName(doc view, tell say) {
	category := doc.at("document", "category")
	name := category.text()
	if name == "" || slices.Contains(profiles[:], name) {
		return
	}
	plain := letters(name)
	for _, p := range profiles[1:] {
		full := letters(p)
		if plain == full || plain == strings.TrimPrefix(full, "csaf") {
			tell(category, name+" imitates "+p)
			return
		}
	}
	if strings.HasPrefix(strings.ToLower(name), "csaf_") {
		tell(category, "names that begin with csaf_ are reserved: "+name)
	}
}

// letters drops case, blanks, dashes and underscores.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.In(r, unicode.Pd) || r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// versionNoRange is 6.1.31: it looks for the operators and, between blanks, the words that
// 6.1.31 lists; "after-eight" is a version.
func versionNoRange(doc view, tell say) {
	words := []string{"after", "all", "before", "earlier", "later", "prior", "versions"}
	branches(doc.get("product_tree"), func(b view) {
		name := b.get("name")
		if b.get("category").text() != "product_version" {
			return
		}
		isRange := strings.ContainsAny(name.text(), "<>")
		for _, word := range strings.Fields(strings.ToLower(name.text())) {
			isRange = isRange || slices.Contains(words, word)
		}
		if isRange {
			tell(name, "a range: "+name.text())
		}
	})
}
