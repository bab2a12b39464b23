// Package xmltree reads one XML document into a tree with bounds, for readers
// that must see every element and name the line of a fault. Document types
// and entities of one's own are refused: bills of materials need none, and
// they are the road to file reading and to exponential growth.
package xmltree

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"ward/format/problem"
)

// Attr is one attribute; Space is the namespace, empty for most.
type Attr struct{ Space, Name, Value string }

// Node is one element. Text is all character data directly in it, joined.
type Node struct {
	Space, Name string
	Attrs       []Attr
	Text        string
	Children    []*Node
	Line        int // 1-based, of the start tag's end
	Column      int
}

// Place gives "line:column".
func (n *Node) Place() string { return fmt.Sprintf("%d:%d", n.Line, n.Column) }

// Attr gives the value of an attribute without namespace, "" if absent.
func (n *Node) Attr(name string) string {
	for _, a := range n.Attrs {
		if a.Space == "" && a.Name == name {
			return a.Value
		}
	}
	return ""
}

// Child gives the first child element of that name in the node's own
// namespace, nil if none. A nil Node has no children.
func (n *Node) Child(name string) *Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Children {
		if c.Name == name && c.Space == n.Space {
			return c
		}
	}
	return nil
}

// ChildText gives the trimmed text of the first child of that name.
func (n *Node) ChildText(name string) string {
	if c := n.Child(name); c != nil {
		return strings.TrimSpace(c.Text)
	}
	return ""
}

// Limits bounds a parse. A zero field means its default.
type Limits struct {
	Bytes int64 // size of the document; default 64 MiB
	Depth int   // nesting of elements; default 128
	Nodes int   // elements and attributes in all; default 1,000,000, some 150 MiB
	Attrs int   // attributes of one element; default 64
}

// Parse reads data, a whole document in UTF-8, in UTF-16 with its mark (XML 1.0,
// section 4.3.3, asks every processor for both) or in an 8-bit encoding that it
// declares. The error is a problem.Problem with line:column and one of the
// rules "size", "depth", "count", "doctype", "encoding", "xml".
func Parse(data []byte, l Limits) (*Node, error) {
	l = Limits{Bytes: cmp.Or(l.Bytes, 64<<20), Depth: cmp.Or(l.Depth, 128), Nodes: cmp.Or(l.Nodes, 1_000_000), Attrs: cmp.Or(l.Attrs, 64)}
	if int64(len(data)) > l.Bytes {
		return nil, problem.Problem{Place: "1:1", Rule: "size", Detail: fmt.Sprintf("%d bytes, at most %d are read", len(data), l.Bytes)}
	}
	b := &builder{lim: l}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		b.dec = xml.NewDecoder(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(bytes.NewReader(data)))
		b.dec.CharsetReader = wide
	} else {
		b.dec = xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
		b.dec.CharsetReader = charset
	}
	root, err := b.document()
	if err != nil {
		return nil, b.located(err)
	}
	return root, nil
}

// charset serves declared encodings of one byte a letter.
func charset(label string, in io.Reader) (io.Reader, error) {
	enc, err := htmlindex.Get(label)
	if err != nil {
		return nil, &fault{"encoding", "unknown encoding " + problem.Clip(label)}
	}
	return transform.NewReader(in, enc.NewDecoder()), nil
}

// wide serves what a document in UTF-16 declares: by then it is UTF-8.
func wide(label string, in io.Reader) (io.Reader, error) {
	if !strings.HasPrefix(strings.ToLower(label), "utf-16") {
		return nil, &fault{"encoding", "the byte order mark says UTF-16, the declaration " + problem.Clip(label)}
	}
	return in, nil
}

// fault is a rule broken at the decoder's position.
type fault struct{ rule, detail string }

func (f *fault) Error() string { return f.detail }

// builder keeps its own stack of open elements; texts runs beside it, since an
// element's text comes in pieces between its children.
type builder struct {
	lim   Limits
	dec   *xml.Decoder
	stack []*Node
	texts [][]byte
	nodes int
}

// located turns whatever stopped the parse into a Problem at the decoder's line.
func (b *builder) located(err error) error {
	line, column := b.dec.InputPos()
	p := problem.Problem{Place: fmt.Sprintf("%d:%d", line, column), Rule: "xml", Detail: problem.Clip(err.Error())}
	var f *fault
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &f):
		p.Rule, p.Detail = f.rule, f.detail
	case errors.As(err, &syntax):
		p.Detail = problem.Clip(syntax.Msg)
	}
	return p
}

// document reads to the end even after the root closed, so that a second root
// or text behind it is not overlooked.
func (b *builder) document() (*Node, error) {
	var root *Node
	for {
		tok, err := b.dec.Token()
		if errors.Is(err, io.EOF) {
			if root == nil {
				return nil, &fault{"xml", "no element"}
			}
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := tok.(type) {
		case xml.Directive:
			return nil, &fault{"doctype", "document types are not read"}
		case xml.StartElement:
			n, err := b.start(t)
			if err != nil {
				return nil, err
			}
			if len(b.stack) == 1 {
				if root != nil {
					return nil, &fault{"xml", "a second root element"}
				}
				root = n
			}
		case xml.CharData:
			if err := b.text(t); err != nil {
				return nil, err
			}
		case xml.EndElement:
			b.end()
		}
	}
}

// start opens an element. Namespace declarations are dropped: the decoder has
// put them into the names already. It does not look for doubled attributes
// (XML 1.0, section 3.1), so that is done here.
func (b *builder) start(t xml.StartElement) (*Node, error) {
	n := &Node{Space: t.Name.Space, Name: t.Name.Local}
	n.Line, n.Column = b.dec.InputPos()
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		for _, other := range n.Attrs {
			if other.Space == a.Name.Space && other.Name == a.Name.Local {
				return nil, &fault{"xml", "attribute " + problem.Clip(a.Name.Local) + " is given twice"}
			}
		}
		n.Attrs = append(n.Attrs, Attr{a.Name.Space, a.Name.Local, a.Value})
		if len(n.Attrs) > b.lim.Attrs {
			return nil, &fault{"count", "too many attributes"}
		}
	}
	b.nodes += 1 + len(n.Attrs)
	switch {
	case b.nodes > b.lim.Nodes:
		return nil, &fault{"count", "too many elements"}
	case len(b.stack) >= b.lim.Depth:
		return nil, &fault{"depth", "nested too deep"}
	}
	if len(b.stack) > 0 {
		parent := b.stack[len(b.stack)-1]
		parent.Children = append(parent.Children, n)
	}
	b.stack = append(b.stack, n)
	b.texts = append(b.texts, nil)
	return n, nil
}

// text adds to the innermost open element.
func (b *builder) text(t xml.CharData) error {
	if len(b.stack) > 0 {
		b.texts[len(b.texts)-1] = append(b.texts[len(b.texts)-1], t...)
		return nil
	}
	if len(bytes.TrimSpace(t)) > 0 {
		return &fault{"xml", "text outside of the root element"}
	}
	return nil
}

// end closes it; the decoder has checked that the names pair up.
func (b *builder) end() {
	last := len(b.stack) - 1
	b.stack[last].Text = string(b.texts[last])
	b.stack, b.texts = b.stack[:last], b.texts[:last]
}
