package cyclonedx

import (
	"bytes"
	"slices"
	"strings"

	"ward/format/problem"
	"ward/format/problem/jsontree"
)

// Validate checks a document in JSON or XML against its own edition and lists
// what is wrong, nil if nothing, problem.Limit at most. Places are JSON
// pointers, or line:column in XML.
func Validate(data []byte) []problem.Problem {
	if looksXML(data) {
		return validateXML(data)
	}
	n, err := jsontree.Parse(data, jsontree.Limits{})
	if err != nil {
		return problem.Of(err)
	}
	return validateJSON(n)
}

// looksXML decides by the first character; UTF-16 goes to the XML reader, which
// refuses it by name.
func looksXML(data []byte) bool {
	head := bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 512)], []byte("\xef\xbb\xbf")), " \t\r\n")
	return len(head) > 0 && head[0] == '<' || bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
}

// validateJSON settles format and edition first: against the wrong edition's
// rules every line would be a fault.
func validateJSON(n *jsontree.Node) []problem.Problem {
	var out problem.List
	version := n.Str("specVersion")
	if n.Kind != jsontree.Object || n.Str("bomFormat") != "CycloneDX" {
		out.Add("/bomFormat", "enum", `"CycloneDX" is wanted`)
		return out.Problems()
	}
	if !slices.Contains(editions[:], version) {
		out.Add("/specVersion", "edition", problem.Clip(version)+" is not among "+strings.Join(editions[:], ", "))
		return out.Problems()
	}
	sets, err := jsonShapes()
	if err != nil {
		return problem.Of(err)
	}
	sets[version].Check("bom", n, &out)
	refs := map[string]string{}
	uniqueRefs(n, "/", refs, &out)
	return out.Problems()
}

// uniqueRefs holds every bom-ref of a document to be its only one ("Every
// bom-ref must be unique within the BOM"). A signature's and a property's
// content is not looked into: they have no such member.
func uniqueRefs(n *jsontree.Node, place string, seen map[string]string, out *problem.List) {
	for i, item := range n.Items {
		if out.Full() {
			return
		}
		if n.Kind == jsontree.Array {
			uniqueRefs(item, jsontree.Index(place, i), seen, out)
			continue
		}
		child := jsontree.Child(place, n.Names[i])
		if n.Names[i] == "bom-ref" && item.Kind == jsontree.String {
			if first, ok := seen[item.Text]; ok {
				out.Add(child, "ref-unique", problem.Clip(item.Text)+" is the reference of "+first+" too")
			} else {
				seen[item.Text] = place
			}
			continue
		}
		uniqueRefs(item, child, seen, out)
	}
}
