package csaf

import (
	"slices"
	"strings"

	"ward/format/problem/jsontree"
)

// extensions calls fn for every list of extensions with the member that it
// stands under: "document", "branches", "full_product_names", "product_paths",
// "metrics", "vulnerabilities" or "" for the root.
func (s *subject) extensions(fn func(where string, list view)) {
	give := func(where string, at view) {
		if x := at.get("x_extensions"); x.exists() {
			fn(where, x)
		}
	}
	give("document", s.document())
	for _, d := range s.defined {
		where := "full_product_names"
		if d.branch.exists() {
			where = "branches"
		} else if d.path.exists() {
			where = "product_paths"
		}
		give(where, d.view)
	}
	for _, v := range s.vulns {
		for _, m := range v.every("metrics") {
			give("metrics", m.get("content"))
		}
		give("vulnerabilities", v)
	}
	give("", s.view)
}

// eachExtension goes over the x_extensions of every place that may have them.
func (s *subject) eachExtension(fn func(x view)) {
	s.extensions(func(_ string, list view) {
		for _, x := range list.all() {
			fn(x)
		}
	})
}

// configured lists the products that the extension documentation-13 defines at
// the root: products in a configuration.
func configured(root view) []definition {
	var out []definition
	for _, x := range root.every("x_extensions") {
		if d, ok := documentedAs(x); !ok || d.members[0] != "configuration_tree" {
			continue
		}
		for _, r := range x.path("content", "configuration_tree", "relationships").all() {
			p := r.get("full_product_name")
			out = append(out, definition{view: p, id: p.says("product_id")})
		}
	}
	return out
}

// extensionContent is 6.1.60.1.
func extensionContent(s *subject, tell say) {
	s.eachExtension(func(x view) { s.fits("extension", x, tell) })
}

// documented is one of the extensions that the standard's committee publishes
// for documentation and tests, with what schema and metadata say of it. There
// are no official and registered ones yet: all others are experimental.
type documented struct {
	schema   string   // end of its address
	members  []string // of the content
	required string   // the member that must be there
	critical bool
	most     map[string]int // how often in one list, by place; see extensions
	excludes string         // schema of one that must not be in the same document
}

// anyNumber is the bound that the metadata write where they mean none.
const anyNumber = 4096

var documentedExtensions = [...]documented{
	{schema: "documentation-11-content_1.0.0.json", members: []string{"documentation"}, excludes: "documentation-12-content_1.0.0.json",
		most: map[string]int{"document": 1, "branches": 1, "full_product_names": 1, "product_paths": 1, "metrics": 1, "vulnerabilities": 1, "": 1}},
	{schema: "documentation-12-content_1.0.0.json", members: []string{"documentation", "notes"}, required: "documentation", excludes: "documentation-11-content_1.0.0.json",
		most: map[string]int{"document": anyNumber, "branches": anyNumber, "full_product_names": 10, "product_paths": 2, "vulnerabilities": anyNumber, "": anyNumber}},
	{schema: "documentation-13-content_1.0.0.json", members: []string{"configuration_tree"}, critical: true, most: map[string]int{"": 1}},
}

// documentedAs finds what is known of an extension.
func documentedAs(x view) (d documented, ok bool) {
	address := x.says("$schema")
	for _, d := range documentedExtensions {
		if strings.Contains(address, "oasis-tcs/csaf/") && strings.HasSuffix(address, "/csaf_2.1/extension/data/valid/"+d.schema[:16]+"/"+d.schema) {
			return d, true
		}
	}
	return d, false
}

// known calls fn for every extension that is implemented. The others are noted,
// and a critical one fails: section 2.4.4.4 forbids to go on with it.
func (s *subject) known(tell say, fn func(d documented, x view)) {
	s.eachExtension(func(x view) {
		if d, ok := documentedAs(x); ok {
			fn(d, x)
		} else if isCritical(x) {
			tell(x, "a critical extension that is not implemented: "+x.says("$schema"))
		} else {
			s.notRun(x, "an experimental extension that is not implemented: "+x.says("$schema"))
		}
	})
}

// extensionSchema is 6.1.60.2: the content fits the schema that it names.
func extensionSchema(s *subject, tell say) {
	s.known(tell, func(d documented, x view) {
		content := x.get("content")
		content.members(func(name string, m view) {
			if !slices.Contains(d.members, name) {
				tell(m, "not named by the extension's schema: "+name)
			}
		})
		if d.required != "" && !content.get(d.required).exists() {
			tell(content, d.required+" is missing")
		}
		if said := content.get("documentation"); said.exists() && !strings.Contains(said.text(), "It is valid.") {
			tell(said, "not the text that the extension's schema asks for")
		}
		if n := content.get("notes"); n.exists() && (len(n.texts()) == 0 || len(n.texts()) != len(n.node.Items)) {
			tell(n, "notes are a list of texts")
		}
		if c := x.get("critical"); c.exists() && isCritical(x) != d.critical {
			tell(c, "not what the extension's schema asks for")
		}
	})
}

// isCritical reports an extension without which the document is misread.
func isCritical(x view) bool {
	return x.get("critical").is(jsontree.Bool) && x.get("critical").node.Text == "true"
}

// extensionPlace is 6.1.60.3: an extension stands where its metadata lets it,
// not more often, and not in a document with one that it excludes.
func extensionPlace(s *subject, tell say) {
	used := map[string]bool{}
	s.known(func(placer, string) {}, func(d documented, _ view) { used[d.schema] = true })
	s.extensions(func(where string, list view) {
		count := map[string]int{}
		for _, x := range list.all() {
			d, ok := documentedAs(x)
			if !ok {
				continue
			}
			if count[d.schema]++; count[d.schema] > d.most[where] {
				tell(list, "more often than the extension allows here: "+d.schema)
			}
			if used[d.excludes] {
				tell(x, "not beside "+d.excludes)
			}
		}
	})
}

// noExtension is 6.2.39.5.
func noExtension(s *subject, tell say) {
	if !s.is(withdrawn, superseded) {
		return
	}
	for _, x := range []view{s.document().get("x_extensions"), s.get("x_extensions")} {
		if x.exists() {
			tell(x, "an extension in a document of this profile")
		}
	}
}

// extensionOfficial is 6.2.54.1 and 6.2.54.2: none is official or registered yet.
func extensionOfficial(s *subject, tell say) {
	s.eachExtension(func(x view) { tell(x, "no official or registered extension: "+x.says("$schema")) })
}

// extensionCritical is 6.2.54.3, extensionEssential 6.3.21.1.
func extensionCritical(s *subject, tell say) {
	s.eachExtension(func(x view) {
		if isCritical(x) {
			tell(x.get("critical"), "a critical extension")
		}
	})
}

// extensionEssential is 6.3.21.1.
func extensionEssential(s *subject, tell say) {
	s.eachExtension(func(x view) {
		if c := x.get("category"); c.text() == "essential" {
			tell(c, "an essential extension")
		}
	})
}

// extensionExperimental is 6.2.54.4 and, for other labels than CLEAR, 6.3.21.2.
func extensionExperimental(clear bool) func(*subject, say) {
	return func(s *subject, tell say) {
		if s.clear() == clear {
			s.eachExtension(func(x view) { tell(x, "an experimental extension: "+x.says("$schema")) })
		}
	}
}

// extensionAt makes 6.3.21.3 to 6.3.21.9: no extension in a place.
func extensionAt(where string) func(*subject, say) {
	return func(s *subject, tell say) {
		s.extensions(func(at string, list view) {
			if at == where {
				tell(list, "extensions are used")
			}
		})
	}
}
