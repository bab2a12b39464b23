package input

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"ward/format/problem"
	"ward/format/rule"
)

// Bounds of an input file: a real one takes some kilobytes.
const (
	maxInput = 1 << 20
	maxNodes = 20_000
	maxNest  = 16
)

// kind of a JSON value; null, yes, numbers and words are scalars.
type kind int

const (
	kindScalar kind = iota
	kindObject
	kindArray
)

// node is a JSON value with its place.
type node struct {
	kind    kind
	at      int    // offset of its first byte
	text    string // of a scalar: the word, the number as written, "true", "null"
	word    bool   // the scalar stood in quotes
	members []member
	items   []*node
}

type member struct {
	key   string
	at    int
	value *node
}

// null reports an explicit "I don't know".
func (n *node) null() bool { return n.kind == kindScalar && !n.word && n.text == "null" }

// unknown reports null, or a word that says "I don't know".
func (n *node) unknown() bool {
	return n.null() || n.kind == kindScalar && n.word && slices.Contains(unknownWords, rule.Plain(n.text))
}

// words is a text; empty when nobody knows.
func (n *node) words() string {
	if n.unknown() {
		return ""
	}
	return n.text
}

type treeReader struct {
	d     *jsontext.Decoder
	text  []byte
	nodes int
}

// parseJSON reads one document whole; the error is a problem.Problem with line
// and column. Duplicate keys and bad UTF-8 are errors.
func parseJSON(text []byte) (*node, error) {
	if len(text) > maxInput {
		return nil, problem.Problem{Place: "1:1", Rule: "size", Detail: "larger than 1 MiB"}
	}
	t := &treeReader{d: jsontext.NewDecoder(bytes.NewReader(text)), text: text}
	n, err := t.value(0)
	if err == nil {
		if _, end := t.d.ReadToken(); end != io.EOF {
			err = problem.Problem{Place: place(text, int(t.d.InputOffset())), Rule: "syntax", Detail: "something follows the end of the document"}
		}
	}
	if err == nil {
		return n, nil
	}
	return nil, t.problem(err)
}

// problem gives every error of the tokeniser its line and column.
func (t *treeReader) problem(err error) error {
	var p problem.Problem
	if errors.As(err, &p) {
		return p
	}
	var s *jsontext.SyntacticError
	if errors.As(err, &s) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return problem.Problem{Place: place(t.text, int(s.ByteOffset)), Rule: "syntax", Detail: s.Err.Error()}
	}
	return problem.Problem{Place: place(t.text, len(t.text)), Rule: "syntax", Detail: "the file ends too early"}
}

// value reads one value with all below it, within the bounds.
func (t *treeReader) value(depth int) (*node, error) {
	n := &node{at: t.next()}
	tok, err := t.d.ReadToken()
	if err != nil {
		return nil, err
	}
	if t.nodes++; t.nodes > maxNodes || depth > maxNest {
		return nil, problem.Problem{Place: place(t.text, n.at), Rule: "size", Detail: "too many or too deeply nested values"}
	}
	switch tok.Kind() {
	case '{':
		n.kind = kindObject
		return n, t.members(n, depth)
	case '[':
		n.kind = kindArray
		for t.d.PeekKind() != ']' {
			item, err := t.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
		_, err := t.d.ReadToken()
		return n, err
	}
	n.text, n.word = tok.String(), tok.Kind() == '"'
	return n, nil
}

// members reads the rest of an object whose brace was read.
func (t *treeReader) members(n *node, depth int) error {
	for t.d.PeekKind() != '}' {
		m := member{at: t.next()}
		key, err := t.d.ReadToken()
		if err != nil {
			return err
		}
		m.key = key.String()
		if m.value, err = t.value(depth + 1); err != nil {
			return err
		}
		n.members = append(n.members, m)
	}
	_, err := t.d.ReadToken()
	return err
}

// next is where the token after the last one begins.
func (t *treeReader) next() int {
	at := int(t.d.InputOffset())
	for at < len(t.text) && bytes.IndexByte([]byte(" \t\r\n,:"), t.text[at]) >= 0 {
		at++
	}
	return at
}

// withoutMark drops a byte order mark, which some editors put first.
func withoutMark(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) }
