package spdx

import (
	"cmp"
	"strings"
	"time"

	"ward/format/problem/jsontree"
	"ward/format/sbom"
)

// Read gives the inventory of a document in JSON or tag-value: its packages.
// If exactly one package is described it is the product, and not among the
// components. A package without a name is told in Problems and passed over.
// The error is a problem.Problem: the syntax, a limit, ErrThree, or not SPDX.
func Read(data []byte, l sbom.Limits) (*sbom.Document, error) {
	t, err := parse(data, l)
	if err != nil {
		return nil, err
	}
	n := t.root
	doc := &sbom.Document{Format: "spdx", Edition: edition(n), ID: n.Str("documentNamespace"), Name: n.Str("name")}
	doc.Created, _ = time.Parse(time.RFC3339, n.Get("creationInfo").Str("created"))
	described := describedBy(n)
	most := l.Filled().Components
	for i, item := range n.List("packages") {
		at := t.place(jsontree.Index("/packages", i))
		c := component(item, at)
		switch {
		case c.Name == "":
			t.out.Add(at, "required", "a package without a name")
		case len(described) == 1 && described[c.Ref]:
			doc.Product = &c
		case len(doc.Components) == most:
			return nil, sbom.TooMany(at)
		default:
			doc.Components = append(doc.Components, c)
		}
	}
	doc.Dependencies = dependencies(n)
	doc.Problems = t.out.Problems()
	return doc, nil
}

// describedBy collects what the document says that it is about.
func describedBy(n *jsontree.Node) map[string]bool {
	out := map[string]bool{}
	for _, id := range n.List("documentDescribes") {
		out[id.Text] = true
	}
	self := n.Str("SPDXID")
	for _, r := range n.List("relationships") {
		from, to := r.Str("spdxElementId"), r.Str("relatedSpdxElement")
		switch {
		case r.Str("relationshipType") == "DESCRIBES" && from == self:
			out[to] = true
		case r.Str("relationshipType") == "DESCRIBED_BY" && to == self:
			out[from] = true
		}
	}
	return out
}

// dependencies joins DEPENDS_ON and its inverse, in the order of first mention.
func dependencies(n *jsontree.Node) []sbom.Dependency {
	var out []sbom.Dependency
	index := map[string]int{}
	for _, r := range n.List("relationships") {
		from, to := r.Str("spdxElementId"), r.Str("relatedSpdxElement")
		switch kind := r.Str("relationshipType"); {
		case kind == "DEPENDS_ON":
		case strings.HasSuffix(kind, "DEPENDENCY_OF"):
			from, to = to, from
		default:
			continue
		}
		i, ok := index[from]
		if !ok {
			i = len(out)
			index[from] = i
			out = append(out, sbom.Dependency{Ref: from})
		}
		out[i].On = append(out[i].On, to)
	}
	return out
}

// component reads one package.
func component(n *jsontree.Node, place string) sbom.Component {
	c := sbom.Component{Ref: n.Str("SPDXID"), Name: n.Str("name"), Version: stated(n.Str("versionInfo")), Place: place}
	c.Type = strings.ReplaceAll(strings.ToLower(n.Str("primaryPackagePurpose")), "_", "-")
	c.Supplier = cmp.Or(agent(n.Str("supplier")), agent(n.Str("originator")))
	for _, ref := range n.List("externalRefs") {
		identify(&c, ref.Str("referenceType"), ref.Str("referenceLocator"))
	}
	for _, h := range n.List("checksums") {
		c.Hashes = append(c.Hashes, sbom.Hash{Algorithm: algorithm(h.Str("algorithm")), Value: h.Str("checksumValue")})
	}
	return c
}

// identify takes the first package URL and the first CPE; further ones become
// aliases. A type may be written as the address of its definition.
func identify(c *sbom.Component, kind, locator string) {
	to := &c.CPE
	switch kind[strings.LastIndexByte(kind, '/')+1:] {
	case "purl":
		to = &c.PURL
	case "cpe22Type", "cpe23Type":
	default:
		return
	}
	switch {
	case locator == "" || locator == *to:
	case *to == "":
		*to = locator
	default:
		c.Aliases = append(c.Aliases, locator)
	}
}

// stated makes SPDX's words for "not stated" empty.
func stated(s string) string {
	if s == "NOASSERTION" || s == "NONE" {
		return ""
	}
	return s
}

// agent takes the name out of "Organization: Name (mail)".
func agent(s string) string {
	for _, kind := range []string{"Organization:", "Person:", "Tool:"} {
		if rest, ok := strings.CutPrefix(s, kind); ok {
			name, _, _ := strings.Cut(rest, "(")
			return strings.TrimSpace(name)
		}
	}
	return stated(s)
}

// algorithm gives CycloneDX's spelling of SPDX's: SHA256 is SHA-256.
func algorithm(s string) string {
	if rest, ok := strings.CutPrefix(s, "SHA"); ok && rest != "" && rest[0] != '-' && rest[0] != '3' {
		return "SHA-" + rest
	}
	return s
}
