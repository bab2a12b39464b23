package sigma

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds of a rule file. SigmaHQ's largest rule has about 40 kB and 1,300
// nodes; a pack of all rules in one file has about 8 MB.
const (
	maxFile  = 32 << 20 // bytes
	maxRule  = 1 << 20  // bytes of one document
	maxNodes = 50_000   // of one document, aliases counted as often as they are used
	maxDepth = 32
)

// document is one YAML document of a file.
type document struct {
	root *yaml.Node
	line int // lines of the file before it
}

// documents splits a file at its "---" lines and reads each part for itself:
// one broken rule must not take the others of its file with it.
func documents(r io.Reader) ([]document, []*fault, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, nil, err
	}
	if len(text) > maxFile {
		return nil, []*fault{faultf(1, TooLarge, "file of more than %d bytes", maxFile)}, nil
	}
	var docs []document
	var bad []*fault
	for _, p := range chunks(trimMark(text)) {
		root, f := decode(p.text)
		switch {
		case f != nil:
			f.line += p.line
			bad = append(bad, f)
		case root != nil:
			docs = append(docs, document{root, p.line})
		}
	}
	return docs, bad, nil
}

// trimMark cuts off a byte order mark.
func trimMark(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) }

type chunk struct {
	text []byte
	line int
}

// chunks cuts at document markers. A marker at the start of a line always ends
// a document in YAML, inside of block texts too.
func chunks(text []byte) []chunk {
	var out []chunk
	line, start, from := 0, 0, 0
	for at := 0; at < len(text); {
		end := bytes.IndexByte(text[at:], '\n')
		next := len(text)
		if end >= 0 {
			next = at + end + 1
		}
		row := bytes.TrimRight(text[at:next], " \t\r\n")
		if bytes.Equal(row, []byte("---")) || bytes.HasPrefix(row, []byte("--- ")) {
			out = append(out, chunk{text[start:at], from})
			start, from = at+3, line
		}
		at = next
		line++
	}
	return append(out, chunk{text[start:], from})
}

// decode reads one document and checks its bounds; nil without an error is an
// empty document.
func decode(text []byte) (root *yaml.Node, f *fault) {
	if len(text) > maxRule {
		return nil, faultf(1, TooLarge, "document of more than %d bytes", maxRule)
	}
	// The reader of YAML reports some faults of hostile input by panic.
	defer func() {
		if p := recover(); p != nil {
			root, f = nil, faultf(1, NotYAML, "%v", p)
		}
	}()
	var node yaml.Node
	err := yaml.Unmarshal(text, &node)
	if err != nil {
		return nil, &fault{line: yamlLine(err), reason: NotYAML, detail: clip(strings.TrimPrefix(err.Error(), "yaml: "))}
	}
	if node.Kind == 0 || len(node.Content) == 0 {
		return nil, nil
	}
	left := maxNodes
	if f := bounded(node.Content[0], 0, &left); f != nil {
		return nil, f
	}
	if c := node.Content[0]; c.Kind == yaml.ScalarNode && c.Tag == "!!null" {
		return nil, nil
	}
	return node.Content[0], nil
}

func yamlLine(err error) int {
	var n int
	if _, e := fmt.Sscanf(err.Error(), "yaml: line %d:", &n); e != nil {
		return 1
	}
	return n
}

// bounded walks the tree as a reader would, through aliases, and stops at the
// bounds: "billion laughs" is many visits, and a loop is great depth.
func bounded(n *yaml.Node, depth int, left *int) *fault {
	*left--
	if *left < 0 {
		return faultf(n.Line, TooLarge, "document of more than %d values", maxNodes)
	}
	if depth > maxDepth {
		return faultf(n.Line, TooLarge, "document nested more than %d deep", maxDepth)
	}
	if n.Kind == yaml.AliasNode {
		return bounded(n.Alias, depth+1, left)
	}
	for _, c := range n.Content {
		if f := bounded(c, depth+1, left); f != nil {
			return f
		}
	}
	return duplicate(n)
}

// duplicate finds a key that stands twice in one map: a reader would keep
// only one of them, and the rule would look for something else than it says.
func duplicate(n *yaml.Node) *fault {
	if n.Kind != yaml.MappingNode || len(n.Content) <= 2 {
		return nil
	}
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			continue
		}
		if seen[k.Value] {
			return faultf(k.Line, NotYAML, "key %q stands twice", k.Value)
		}
		seen[k.Value] = true
	}
	return nil
}

// resolve follows aliases.
func resolve(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// get gives the value of a key of a map, nil if there is none.
func get(n *yaml.Node, key string) *yaml.Node {
	n = resolve(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return resolve(n.Content[i+1])
		}
	}
	return nil
}

// text gives a scalar as text, "" for anything else and for null.
func text(n *yaml.Node) string {
	n = resolve(n)
	if n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return n.Value
}

// texts gives the scalars of a list, or one scalar as a list of one.
func texts(n *yaml.Node) []string {
	n = resolve(n)
	if n == nil {
		return nil
	}
	if n.Kind == yaml.ScalarNode {
		if s := text(n); s != "" {
			return []string{s}
		}
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		return nil
	}
	var out []string
	for _, c := range n.Content {
		if s := text(c); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// merged lays the map over upon the map under: maps are merged, anything else
// is replaced. "action: global" and "action: repeat" want it.
func merged(under, over *yaml.Node, depth int) *yaml.Node {
	under, over = resolve(under), resolve(over)
	if under == nil || under.Kind != yaml.MappingNode || over.Kind != yaml.MappingNode || depth > maxDepth {
		return over
	}
	out := *over
	out.Content = nil
	for i := 0; i+1 < len(under.Content); i += 2 {
		key, value := under.Content[i], under.Content[i+1]
		if o := get(over, key.Value); o != nil {
			value = merged(value, o, depth+1)
		}
		out.Content = append(out.Content, key, value)
	}
	for i := 0; i+1 < len(over.Content); i += 2 {
		if get(under, over.Content[i].Value) == nil {
			out.Content = append(out.Content, over.Content[i], over.Content[i+1])
		}
	}
	return &out
}
