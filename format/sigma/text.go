package sigma

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// actions carry over what a document says for those behind it ("action: global",
// "reset" and "repeat", which rules had before there were correlations).
type actions struct {
	global, last *yaml.Node
}

// take gives a document with what holds for it, nil where it speaks of others alone.
func (a *actions) take(root *yaml.Node) (out *yaml.Node, changed bool) {
	action := text(get(root, "action"))
	switch action {
	case "global":
		a.global = root
		return nil, false
	case "reset":
		a.global = nil
		return nil, false
	case "repeat":
		root = merged(a.last, root, 0)
	}
	root = merged(a.global, root, 0)
	a.last = root
	return root, a.global != nil || action == "repeat"
}

// Text is one document of a file, which can be read without the others.
type Text struct {
	YAML string
	Line int // its first in the file, from 1
}

// Texts cuts a file into its documents, for whoever keeps rules one by one. They are
// as their author wrote them, but for what "action: global" and "repeat" add. One
// that cannot be read is among them: Parse says why.
func Texts(file []byte) []Text {
	var out []Text
	var a actions
	for _, p := range chunks(trimMark(file)) {
		t := Text{YAML: string(p.text), Line: p.line + 1}
		if rest, cut := strings.CutPrefix(strings.TrimPrefix(t.YAML, "\r"), "\n"); cut { // of the marker
			t = Text{YAML: rest, Line: t.Line + 1}
		}
		root, f := decode(p.text)
		if f == nil {
			if root == nil {
				continue
			}
			changed := false
			if root, changed = a.take(root); root == nil {
				continue
			}
			if changed {
				text, err := yaml.Marshal(flat(root, "action"))
				if err != nil {
					continue // a tree that was read can be written
				}
				t.YAML = string(text)
			}
		}
		out = append(out, t)
	}
	return out
}

// flat copies a tree without aliases, whose anchors may stand elsewhere, and without a
// key of its top. decode has bounded it.
func flat(n *yaml.Node, without string) *yaml.Node {
	out := *resolve(n)
	out.Anchor, out.Content = "", nil
	for i, c := range resolve(n).Content {
		if key := resolve(n).Content[i&^1]; out.Kind == yaml.MappingNode && without != "" && key.Value == without {
			continue
		}
		out.Content = append(out.Content, flat(c, ""))
	}
	return &out
}
