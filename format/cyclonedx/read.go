package cyclonedx

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward/format/problem"
	"ward/format/problem/jsontree"
	"ward/format/problem/xmltree"
	"ward/format/sbom"
)

// Read gives the inventory of a document in JSON or XML. It asks only for what
// it needs: a document with faults elsewhere is read, and Validate names them.
// The error is a problem.Problem: the syntax, a limit, or not CycloneDX.
func Read(data []byte, l sbom.Limits) (*sbom.Document, error) {
	l = l.Filled()
	r := reader{most: l.Components, doc: &sbom.Document{Format: "cyclonedx"}}
	var err error
	if looksXML(data) {
		err = r.xml(data, l)
	} else {
		err = r.json(data, l)
	}
	if err != nil {
		return nil, err
	}
	r.doc.Problems = r.out.Problems()
	return r.doc, nil
}

// reader builds one document.
type reader struct {
	doc  *sbom.Document
	most int
	out  problem.List
}

// add keeps a component that has a name; one without is told and passed over.
func (r *reader) add(c sbom.Component) error {
	if len(r.doc.Components) == r.most {
		return sbom.TooMany(c.Place)
	}
	if c.Name == "" {
		r.out.Add(c.Place, "required", "a component without a name")
		return nil
	}
	r.doc.Components = append(r.doc.Components, c)
	return nil
}

// json reads the members that make the inventory; all else is left to Validate.
func (r *reader) json(data []byte, l sbom.Limits) error {
	n, err := jsontree.Parse(data, jsontree.Limits{Bytes: l.Bytes})
	if err != nil {
		return err
	}
	r.doc.Edition = n.Str("specVersion")
	if n.Str("bomFormat") != "CycloneDX" || !slices.Contains(editions[:], r.doc.Edition) {
		return problem.Problem{Place: "/specVersion", Rule: "edition", Detail: "not CycloneDX of an edition that is read"}
	}
	r.doc.ID = n.Str("serialNumber")
	if v := n.Get("version"); v != nil {
		r.doc.Version, _ = strconv.Atoi(v.Text)
	}
	meta := n.Get("metadata")
	r.doc.Created, _ = time.Parse(time.RFC3339, meta.Str("timestamp"))
	if product := meta.Get("component"); product != nil {
		c := jsonComponent(product, "", "/metadata/component")
		r.doc.Product = &c
		if err := r.jsonComponents(product, c.Ref, "/metadata/component", 0); err != nil {
			return err
		}
	}
	if err := r.jsonComponents(n, "", "/", 0); err != nil {
		return err
	}
	for _, d := range n.List("dependencies") {
		r.doc.Dependencies = append(r.doc.Dependencies, sbom.Dependency{Ref: d.Str("ref"), On: texts(d.List("dependsOn"))})
	}
	for _, v := range n.List("vulnerabilities") {
		r.doc.Vulnerabilities = append(r.doc.Vulnerabilities, jsonVulnerability(v))
	}
	return nil
}

// jsonComponents flattens the components in n, each before those nested in it.
func (r *reader) jsonComponents(n *jsontree.Node, parent, place string, depth int) error {
	for i, item := range n.List("components") {
		at := jsontree.Index(jsontree.Child(place, "components"), i)
		c := jsonComponent(item, parent, at)
		c.Depth = depth
		if err := r.add(c); err != nil {
			return err
		}
		if err := r.jsonComponents(item, cmp.Or(c.Ref, parent), at, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// jsonComponent takes the supplier from where makers put it: supplier, else
// manufacturer (since 1.6), else publisher.
func jsonComponent(n *jsontree.Node, parent, place string) sbom.Component {
	c := sbom.Component{Ref: n.Str("bom-ref"), Parent: parent, Type: n.Str("type"), Group: n.Str("group"), Name: n.Str("name"),
		Version: n.Str("version"), PURL: n.Str("purl"), CPE: n.Str("cpe"), Place: place}
	c.Supplier = cmp.Or(n.Get("supplier").Str("name"), n.Get("manufacturer").Str("name"), n.Str("publisher"))
	for _, h := range n.List("hashes") {
		c.Hashes = append(c.Hashes, sbom.Hash{Algorithm: h.Str("alg"), Value: h.Str("content")})
	}
	return c
}

// jsonVulnerability reads one statement; ratings come from elsewhere.
func jsonVulnerability(n *jsontree.Node) sbom.Vulnerability {
	a := n.Get("analysis")
	v := sbom.Vulnerability{ID: n.Str("id"), Source: n.Get("source").Str("name"), State: a.Str("state"),
		Justification: a.Str("justification"), Detail: a.Str("detail"), Responses: texts(a.List("response"))}
	for _, t := range n.List("affects") {
		v.Affects = append(v.Affects, t.Str("ref"))
	}
	return v
}

// texts gives the strings of an array.
func texts(list []*jsontree.Node) []string {
	var out []string
	for _, n := range list {
		if n.Kind == jsontree.String {
			out = append(out, n.Text)
		}
	}
	return out
}

// xml reads the same from elements.
func (r *reader) xml(data []byte, l sbom.Limits) error {
	n, err := xmltree.Parse(data, xmltree.Limits{Bytes: l.Bytes})
	if err != nil {
		return err
	}
	edition, ok := strings.CutPrefix(n.Space, namespace)
	if n.Name != "bom" || !ok || !slices.Contains(xmlEditions[:], edition) {
		return problem.Problem{Place: n.Place(), Rule: "edition", Detail: "not CycloneDX of an edition that is read"}
	}
	r.doc.Edition, r.doc.ID = edition, n.Attr("serialNumber")
	r.doc.Version, _ = strconv.Atoi(n.Attr("version"))
	meta := n.Child("metadata")
	r.doc.Created, _ = time.Parse(time.RFC3339, textOf(meta, "timestamp"))
	if product := meta.Child("component"); product != nil {
		c := xmlComponent(product, "")
		r.doc.Product = &c
		if err := r.xmlComponents(product, c.Ref, 0); err != nil {
			return err
		}
	}
	if err := r.xmlComponents(n, "", 0); err != nil {
		return err
	}
	for _, d := range children(n.Child("dependencies")) {
		dep := sbom.Dependency{Ref: d.Attr("ref")}
		for _, on := range children(d) {
			dep.On = append(dep.On, on.Attr("ref"))
		}
		r.doc.Dependencies = append(r.doc.Dependencies, dep)
	}
	for _, v := range children(n.Child("vulnerabilities")) {
		r.doc.Vulnerabilities = append(r.doc.Vulnerabilities, xmlVulnerability(v))
	}
	return nil
}

// xmlComponents flattens as jsonComponents does; elements of another namespace
// in between are extensions and no components.
func (r *reader) xmlComponents(n *xmltree.Node, parent string, depth int) error {
	for _, item := range children(n.Child("components")) {
		if item.Name != "component" || item.Space != n.Space {
			continue
		}
		c := xmlComponent(item, parent)
		c.Depth = depth
		if err := r.add(c); err != nil {
			return err
		}
		if err := r.xmlComponents(item, cmp.Or(c.Ref, parent), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// xmlComponent reads one component; its texts are trimmed, as pretty printers
// break lines in them.
func xmlComponent(n *xmltree.Node, parent string) sbom.Component {
	c := sbom.Component{Ref: n.Attr("bom-ref"), Parent: parent, Type: n.Attr("type"), Group: textOf(n, "group"), Name: textOf(n, "name"),
		Version: textOf(n, "version"), PURL: textOf(n, "purl"), CPE: textOf(n, "cpe"), Place: n.Place()}
	c.Supplier = cmp.Or(textOf(n.Child("supplier"), "name"), textOf(n.Child("manufacturer"), "name"), textOf(n, "publisher"))
	for _, h := range children(n.Child("hashes")) {
		c.Hashes = append(c.Hashes, sbom.Hash{Algorithm: h.Attr("alg"), Value: strings.TrimSpace(h.Text)})
	}
	return c
}

// xmlVulnerability reads one statement.
func xmlVulnerability(n *xmltree.Node) sbom.Vulnerability {
	a := n.Child("analysis")
	v := sbom.Vulnerability{ID: textOf(n, "id"), Source: textOf(n.Child("source"), "name"), State: textOf(a, "state"),
		Justification: textOf(a, "justification"), Detail: textOf(a, "detail")}
	for _, x := range children(a.Child("responses")) {
		v.Responses = append(v.Responses, strings.TrimSpace(x.Text))
	}
	for _, t := range children(n.Child("affects")) {
		v.Affects = append(v.Affects, textOf(t, "ref"))
	}
	return v
}

// textOf is ChildText for a node that may be absent.
func textOf(n *xmltree.Node, name string) string {
	if n == nil {
		return ""
	}
	return n.ChildText(name)
}

// children is Children for a node that may be absent.
func children(n *xmltree.Node) []*xmltree.Node {
	if n == nil {
		return nil
	}
	return n.Children
}
