// Package jsontree reads one JSON document into a tree with bounds, for
// readers that need to see every member and to name the place of a fault.
// Duplicate names and invalid UTF-8 are refused (RFC 8259 leaves both open;
// in a security document two readers must not see two things).
package jsontree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"ward/format/problem"
)

// Kind is the JSON type of a Node.
type Kind byte

const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// String gives the JSON word of the kind.
func (k Kind) String() string {
	return [...]string{"null", "boolean", "number", "string", "array", "object"}[k]
}

// Node is one value. Text holds a string's value, a number's literal, "true"
// or "false". Items are an array's elements or an object's values; Names are
// the object's member names in the same order.
type Node struct {
	Kind  Kind
	Text  string
	Names []string
	Items []*Node
}

// Limits bounds a parse. A zero field means its default.
type Limits struct {
	Bytes int64 // size of the document; default 64 MiB
	Depth int   // nesting of arrays and objects; default 128
	Nodes int   // values in all; default 2,000,000, some 200 MiB
}

// filled puts the defaults where the caller left zero.
func (l Limits) filled() Limits {
	if l.Bytes <= 0 {
		l.Bytes = 64 << 20
	}
	if l.Depth <= 0 {
		l.Depth = 128
	}
	if l.Nodes <= 0 {
		l.Nodes = 2_000_000
	}
	return l
}

// Parse reads data, a whole JSON text with or without a UTF-8 byte order mark.
// The error is a problem.Problem with a JSON pointer or byte offset and one of
// the rules "size", "depth", "count", "json", "trailing".
func Parse(data []byte, l Limits) (*Node, error) {
	l = l.filled()
	if int64(len(data)) > l.Bytes {
		return nil, problem.Problem{Place: "/", Rule: "size", Detail: fmt.Sprintf("%d bytes, at most %d are read", len(data), l.Bytes)}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	b := builder{dec: jsontext.NewDecoder(bytes.NewReader(data)), left: l.Nodes, depth: l.Depth}
	n, err := b.value(0)
	if err != nil {
		return nil, b.located(err)
	}
	if _, err := b.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, problem.Problem{Place: "byte " + strconv.FormatInt(b.dec.InputOffset(), 10), Rule: "trailing", Detail: "something follows the JSON value"}
	}
	return n, nil
}

// builder reads token by token rather than into Go values: only so do depth and
// count stop the parse before the memory is spent.
type builder struct {
	dec   *jsontext.Decoder
	left  int // values that may still come
	depth int
}

var (
	errDepth = errors.New("nested too deep")
	errCount = errors.New("too many values")
)

// located names the place where the parse stopped.
func (b *builder) located(err error) error {
	rule := "json"
	switch {
	case errors.Is(err, errDepth):
		rule = "depth"
	case errors.Is(err, errCount):
		rule = "count"
	}
	var syn *jsontext.SyntacticError
	detail := err.Error()
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		detail = "the document ends in the middle"
	} else if errors.As(err, &syn) && syn.Err != nil {
		detail = syn.Err.Error()
	}
	place := "byte " + strconv.FormatInt(b.dec.InputOffset(), 10)
	if p := string(b.dec.StackPointer()); p != "" {
		place += " (" + problem.Clip(p) + ")"
	}
	return problem.Problem{Place: place, Rule: rule, Detail: problem.Clip(detail)}
}

// value reads one value; depth is that of the container around it.
func (b *builder) value(depth int) (*Node, error) {
	if b.left--; b.left < 0 {
		return nil, errCount
	}
	tok, err := b.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	switch tok.Kind() {
	case 'n':
		return &Node{Kind: Null}, nil
	case 't', 'f':
		return &Node{Kind: Bool, Text: tok.String()}, nil
	case '0':
		return &Node{Kind: Number, Text: tok.String()}, nil
	case '"':
		return &Node{Kind: String, Text: tok.String()}, nil
	case '[':
		return b.children(&Node{Kind: Array}, ']', depth+1)
	}
	return b.children(&Node{Kind: Object}, '}', depth+1)
}

// children fills an array or object up to its end token. The decoder itself
// refuses a name that comes twice.
func (b *builder) children(n *Node, end jsontext.Kind, depth int) (*Node, error) {
	if depth > b.depth {
		return nil, errDepth
	}
	for b.dec.PeekKind() != end {
		if n.Kind == Object {
			name, err := b.dec.ReadToken()
			if err != nil {
				return nil, err
			}
			n.Names = append(n.Names, name.String())
		}
		item, err := b.value(depth)
		if err != nil {
			return nil, err
		}
		n.Items = append(n.Items, item)
	}
	_, err := b.dec.ReadToken()
	return n, err
}

// Get gives the member name of an object, nil if there is none. A nil Node
// has no members, so calls can be chained.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	for i, m := range n.Names {
		if m == name {
			return n.Items[i]
		}
	}
	return nil
}

// Str gives the text of the member name if it is a string, else "".
func (n *Node) Str(name string) string {
	if m := n.Get(name); m != nil && m.Kind == String {
		return m.Text
	}
	return ""
}

// List gives the elements of the member name if it is an array, else nil.
func (n *Node) List(name string) []*Node {
	if m := n.Get(name); m != nil && m.Kind == Array {
		return m.Items
	}
	return nil
}

// Child appends one step to a JSON pointer (RFC 6901), escaping it.
func Child(pointer, name string) string {
	if strings.ContainsAny(name, "~/") {
		name = strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
	}
	return strings.TrimSuffix(pointer, "/") + "/" + name
}

// Index appends the element number i to a JSON pointer.
func Index(pointer string, i int) string { return Child(pointer, strconv.Itoa(i)) }

// Equal reports whether a and b are the same JSON value; the order of an
// object's members does not matter, numbers are compared as written.
func Equal(a, b *Node) bool {
	if a.Kind != b.Kind || a.Text != b.Text || len(a.Items) != len(b.Items) {
		return false
	}
	for i, item := range a.Items {
		other := b.Items[i]
		if a.Kind == Object {
			if other = b.Get(a.Names[i]); other == nil {
				return false
			}
		}
		if !Equal(item, other) {
			return false
		}
	}
	return true
}
