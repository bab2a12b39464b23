package spdx

import (
	"bytes"
	"fmt"
	"strings"

	"ward/format/problem"
	"ward/format/problem/jsontree"
	"ward/format/sbom"
)

// ErrThree is the problem of a document of SPDX 3.
var ErrThree = problem.Problem{Place: "/@context", Rule: "edition", Detail: "SPDX 3 is not supported: provide SPDX 2.3 or CycloneDX"}

// parse makes the tree of either encoding and checks the edition.
func parse(data []byte, l sbom.Limits) (*tree, error) {
	l = l.Filled()
	if int64(len(data)) > l.Bytes {
		return nil, problem.Problem{Place: "1:1", Rule: "size", Detail: fmt.Sprintf("%d bytes, at most %d are read", len(data), l.Bytes)}
	}
	head := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	var t *tree
	if len(head) > 0 && head[0] == '{' {
		n, err := jsontree.Parse(data, jsontree.Limits{Bytes: l.Bytes})
		if err != nil {
			return nil, err
		}
		t = &tree{root: n}
	} else {
		t = parseTagValue(data)
	}
	if three(t.root) {
		return nil, ErrThree
	}
	if e := edition(t.root); e == "" {
		return nil, problem.Problem{Place: t.place("/spdxVersion"), Rule: "edition", Detail: "not SPDX of an edition that is read: " + problem.Clip(t.root.Str("spdxVersion"))}
	}
	return t, nil
}

// three recognises SPDX 3 by its JSON-LD context.
func three(n *jsontree.Node) bool {
	context := n.Get("@context")
	return context != nil && (strings.Contains(context.Text, "spdx.org/rdf/3") || strings.Contains(context.Text, "spdx.github.io/spdx-spec/v3"))
}

// edition gives "2.3" of "SPDX-2.3", "" for what is not read.
func edition(n *jsontree.Node) string {
	e, ok := strings.CutPrefix(n.Str("spdxVersion"), "SPDX-")
	if !ok || len(e) != 3 || e[:2] != "2." || e[2] < '0' || e[2] > '3' {
		return ""
	}
	return e
}
