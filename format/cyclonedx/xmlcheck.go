package cyclonedx

import (
	"fmt"
	"slices"
	"strings"

	"ward/format/problem"
	"ward/format/problem/jsontree"
	"ward/format/problem/xmltree"
)

// namespace of an edition is this and the edition's number.
const namespace = "http://cyclonedx.org/schema/bom/"

// validateXML takes the edition from the namespace, as the standard says; there
// is no other place for it in XML.
func validateXML(data []byte) []problem.Problem {
	root, err := xmltree.Parse(data, xmltree.Limits{})
	if err != nil {
		return problem.Of(err)
	}
	var out problem.List
	edition, ok := strings.CutPrefix(root.Space, namespace)
	switch {
	case root.Name != "bom" || !ok:
		out.Add(root.Place(), "namespace", fmt.Sprintf("element %q of %q where bom of %s… is wanted", problem.Clip(root.Name), problem.Clip(root.Space), namespace))
		return out.Problems()
	case !slices.Contains(xmlEditions[:], edition):
		out.Add(root.Place(), "edition", problem.Clip(edition)+" is not among "+strings.Join(xmlEditions[:], ", "))
		return out.Problems()
	}
	models, err := xmlModels()
	if err != nil {
		return problem.Of(err)
	}
	c := xmlChecker{model: models[edition], space: root.Space, out: &out, refs: map[string]string{}}
	c.element(root, "bom")
	return out.Problems()
}

// xmlChecker is one run over one document.
type xmlChecker struct {
	model *model
	space string
	out   *problem.List
	refs  map[string]string // bom-ref → place of the first
}

func (c *xmlChecker) fail(n *xmltree.Node, rule, format string, args ...any) {
	c.out.Add(n.Place(), rule, fmt.Sprintf(format, args...))
}

// element holds n against the type of that name.
func (c *xmlChecker) element(n *xmltree.Node, typ string) {
	if c.out.Full() {
		return
	}
	c.unique(n)
	t := c.model.types[typ]
	switch {
	case typ == "anything":
	case t == nil:
		c.simpleElement(n, typ)
	default:
		c.attributes(n, t)
		c.content(n, t)
	}
	c.versionRange(n)
}

// simpleElement is one that has text and nothing else.
func (c *xmlChecker) simpleElement(n *xmltree.Node, typ string) {
	for _, a := range n.Attrs {
		if a.Space == "" {
			c.fail(n, "unknown", "attribute %q is not known here", problem.Clip(a.Name))
		}
	}
	c.textOnly(n, typ)
}

// textOnly holds the text of an element that may have no elements in it.
func (c *xmlChecker) textOnly(n *xmltree.Node, typ string) {
	if len(n.Children) > 0 {
		c.fail(n.Children[0], "unknown", "element %q where text is wanted", problem.Clip(n.Children[0].Name))
		return
	}
	c.value(n, n.Name, typ, n.Text)
}

// value holds a text against a simple type.
func (c *xmlChecker) value(n *xmltree.Node, what, typ, text string) {
	if c.model.collapse[typ] {
		text = strings.Join(strings.Fields(text), " ")
	}
	var found problem.List
	c.model.simple.Check(typ, &jsontree.Node{Kind: jsontree.String, Text: text}, &found)
	for _, p := range found.Problems() {
		c.fail(n, p.Rule, "%s: %s", what, p.Detail)
		return
	}
}

// attributes lets the instance namespace pass everywhere: it is XML Schema's
// own (part 1, section 2.6).
func (c *xmlChecker) attributes(n *xmltree.Node, t *complexType) {
	for _, a := range n.Attrs {
		known, ok := t.attrs[a.Name]
		switch {
		case a.Space == "" && ok:
			c.value(n, "@"+a.Name, known.kind, a.Value)
		case a.Space == "http://www.w3.org/2001/XMLSchema-instance":
		case t.anyAttr, t.otherAttr && a.Space != "" && a.Space != c.space:
		default:
			c.fail(n, "unknown", "attribute %q is not known here", problem.Clip(a.Name))
		}
	}
	for _, name := range t.attributes {
		if !slices.ContainsFunc(n.Attrs, func(a xmltree.Attr) bool { return a.Space == "" && a.Name == name }) {
			c.fail(n, "required", "attribute %q is missing", name)
		}
	}
}

// content matches the children against the model; what is left over is a fault.
func (c *xmlChecker) content(n *xmltree.Node, t *complexType) {
	if t.text != "" {
		if inner := c.model.types[t.text]; inner != nil {
			c.textOnly(n, inner.text)
			return
		}
		c.textOnly(n, t.text)
		return
	}
	if !t.mixed && strings.TrimSpace(n.Text) != "" {
		c.fail(n, "unknown", "text %q where only elements may be", problem.Clip(strings.TrimSpace(n.Text)))
	}
	kids := n.Children
	if t.content != nil {
		rest, ok := c.match(n, t.content, kids)
		if !ok {
			return
		}
		kids = rest
	}
	if len(kids) > 0 {
		c.fail(kids[0], "unknown", "element %q is not expected here in %q", problem.Clip(kids[0].Name), n.Name)
	}
}

// match takes what fits p off the front of kids, checking each element against
// its type; ok is false if something required is missing, which is told.
func (c *xmlChecker) match(parent *xmltree.Node, p *particle, kids []*xmltree.Node) (rest []*xmltree.Node, ok bool) {
	for n := 0; ; n++ {
		if n > 0 && !p.many || !c.starts(p, kids) {
			if n == 0 && !p.optional && !c.empty(p) {
				c.missing(parent, p, kids)
				return kids, false
			}
			return kids, true
		}
		before := len(kids)
		if kids, ok = c.once(parent, p, kids); !ok {
			return kids, false
		}
		if len(kids) == before {
			return kids, true
		}
	}
}

// once takes one occurrence of p; the caller has seen that it starts here.
func (c *xmlChecker) once(parent *xmltree.Node, p *particle, kids []*xmltree.Node) ([]*xmltree.Node, bool) {
	switch p.kind {
	case element:
		if !p.defaulted || kids[0].Text != "" || len(kids[0].Children) > 0 {
			c.element(kids[0], p.typ)
		}
		return kids[1:], true
	case other:
		return kids[1:], true
	case choice:
		for _, part := range p.parts {
			if c.starts(part, kids) {
				return c.match(parent, part, kids)
			}
		}
		return kids, true
	}
	for _, part := range p.parts {
		var ok bool
		if kids, ok = c.match(parent, part, kids); !ok {
			return kids, false
		}
	}
	return kids, true
}

// starts says whether the first of kids can be the first of p.
func (c *xmlChecker) starts(p *particle, kids []*xmltree.Node) bool {
	if len(kids) == 0 {
		return false
	}
	switch p.kind {
	case element:
		return kids[0].Name == p.name && kids[0].Space == c.space
	case other:
		return kids[0].Space != c.space && kids[0].Space != ""
	case choice:
		return slices.ContainsFunc(p.parts, func(part *particle) bool { return c.starts(part, kids) })
	}
	for _, part := range p.parts {
		if c.starts(part, kids) {
			return true
		}
		if !part.optional && !c.empty(part) {
			return false
		}
	}
	return false
}

// empty says whether p can be satisfied by nothing.
func (c *xmlChecker) empty(p *particle) bool {
	may := func(part *particle) bool { return part.optional || c.empty(part) }
	switch p.kind {
	case sequence:
		return !slices.ContainsFunc(p.parts, func(part *particle) bool { return !may(part) })
	case choice:
		return len(p.parts) == 0 || slices.ContainsFunc(p.parts, may)
	}
	return false
}

// missing tells what is not there and what stands in its place.
func (c *xmlChecker) missing(parent *xmltree.Node, p *particle, kids []*xmltree.Node) {
	if len(kids) > 0 {
		c.fail(kids[0], "required", "%s is missing in %q before %q", p.describe(), parent.Name, problem.Clip(kids[0].Name))
		return
	}
	c.fail(parent, "required", "%s is missing in %q", p.describe(), parent.Name)
}

// describe names what a part begins with, for messages.
func (p *particle) describe() string {
	switch p.kind {
	case element:
		return fmt.Sprintf("element %q", p.name)
	case other:
		return "an element of another namespace"
	case choice:
		var names []string
		for _, part := range p.parts {
			names = append(names, part.describe())
		}
		return strings.Join(names, " or ")
	}
	for _, part := range p.parts {
		if !part.optional {
			return part.describe()
		}
	}
	return "an element"
}

// unique holds every bom-ref to be the only one of the document.
func (c *xmlChecker) unique(n *xmltree.Node) {
	ref := n.Attr("bom-ref")
	if ref == "" {
		return
	}
	if first, ok := c.refs[ref]; ok {
		c.fail(n, "ref-unique", "%s is the reference of the element at %s too", problem.Clip(ref), first)
		return
	}
	c.refs[ref] = n.Place()
}

// versionRange is a rule that the standard states in words and, since XML
// Schema 1.0 cannot, only its JSON schema checks: a range belongs to a
// component that is marked as external, and excludes a single version.
func (c *xmlChecker) versionRange(n *xmltree.Node) {
	if n.Name != "component" || n.Child("versionRange") == nil {
		return
	}
	if external := n.Attr("isExternal"); external != "true" && external != "1" {
		c.fail(n, "external", "a versionRange without isExternal")
	}
	if n.Child("version") != nil {
		c.fail(n, "external", "both version and versionRange")
	}
}
