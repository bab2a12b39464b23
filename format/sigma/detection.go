package sigma

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// search is one named part of a detection ("selection_img").
type search struct {
	name string
	body *body
	line int
}

// body is what a search says: an item, or several joined.
type body struct {
	all  bool    // parts joined by AND (map) or OR (list)
	kids []*body // nil for an item
	item *item
}

// item is one line of a search: field, modifiers and values as written.
type item struct {
	field     string // "" looks in the whole event
	modifiers []string
	values    []scalar
	line      int
}

type scalarKind uint8

const (
	textValue scalarKind = iota
	numberValue
	boolValue
	nullValue
)

// scalar is a value of a rule with its YAML type.
type scalar struct {
	kind scalarKind
	text string
}

// readBody follows the specification's "Lists" and "Maps": items of a map are
// joined by AND, those of a list by OR.
func readBody(n *yaml.Node, depth int) (*body, *fault) {
	if depth > maxDepth {
		return nil, faultf(n.Line, TooLarge, "nested too deep")
	}
	switch n.Kind {
	case yaml.MappingNode:
		return readMap(n)
	case yaml.SequenceNode:
		return readList(n, depth)
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return nil, faultf(n.Line, BadDetection, "an empty search")
		}
		return &body{item: &item{values: []scalar{scalarOf(n)}, line: n.Line}}, nil
	}
	return nil, faultf(n.Line, BadDetection, "neither map nor list nor text")
}

func readMap(n *yaml.Node) (*body, *fault) {
	if len(n.Content) == 0 {
		return nil, faultf(n.Line, BadDetection, "an empty map")
	}
	out := &body{all: true}
	for i := 0; i+1 < len(n.Content); i += 2 {
		it, f := readItem(n.Content[i], resolve(n.Content[i+1]))
		if f != nil {
			return nil, f
		}
		out.kids = append(out.kids, &body{item: it})
	}
	return out, nil
}

func readList(n *yaml.Node, depth int) (*body, *fault) {
	if len(n.Content) == 0 {
		return nil, faultf(n.Line, BadDetection, "an empty list")
	}
	out := &body{}
	words := &item{line: n.Line}
	for _, c := range n.Content {
		c = resolve(c)
		if c.Kind == yaml.ScalarNode {
			words.values = append(words.values, scalarOf(c))
			continue
		}
		kid, f := readBody(c, depth+1)
		if f != nil {
			return nil, f
		}
		out.kids = append(out.kids, kid)
	}
	if len(words.values) > 0 {
		out.kids = append(out.kids, &body{item: words})
	}
	return out, nil
}

func readItem(key, value *yaml.Node) (*item, *fault) {
	if key.Kind != yaml.ScalarNode {
		return nil, faultf(key.Line, BadDetection, "a field name that is no text")
	}
	words := strings.Split(key.Value, "|")
	it := &item{field: words[0], modifiers: words[1:], line: key.Line}
	if key.Tag == "!!null" {
		it.field = ""
	}
	switch value.Kind {
	case yaml.ScalarNode:
		it.values = []scalar{scalarOf(value)}
	case yaml.SequenceNode:
		for _, c := range value.Content {
			c = resolve(c)
			if c.Kind != yaml.ScalarNode {
				return nil, faultf(c.Line, BadDetection, "%s: a list in which not all values are plain", key.Value)
			}
			it.values = append(it.values, scalarOf(c))
		}
	default:
		return nil, faultf(key.Line, BadDetection, "%s: a map as value", key.Value)
	}
	if len(it.values) == 0 {
		return nil, faultf(key.Line, BadDetection, "%s: an empty list of values", key.Value)
	}
	return it, nil
}

func scalarOf(n *yaml.Node) scalar {
	switch n.Tag {
	case "!!null":
		return scalar{kind: nullValue}
	case "!!int", "!!float":
		return scalar{numberValue, n.Value}
	case "!!bool":
		return scalar{boolValue, strings.ToLower(n.Value)}
	}
	return scalar{textValue, n.Value}
}

// shift moves lines from the document to its file.
func shift(b *body, offset int) *body {
	if b.item != nil {
		b.item.line += offset
	}
	for _, k := range b.kids {
		shift(k, offset)
	}
	return b
}
