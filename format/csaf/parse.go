package csaf

import (
	"bytes"
	"io"
	"strings"

	"ward/format/problem"
)

// Read reads at most lim.Size bytes of r and parses them. It also gives the
// bytes, for Validate and for keeping the original.
func Read(r io.Reader, lim Limits) (*Document, []byte, error) {
	max := lim.withDefaults().Size
	data, err := io.ReadAll(io.LimitReader(r, max+1))
	if err != nil {
		return nil, nil, &Error{Kind: ErrSyntax, Offset: int64(len(data)), Detail: err.Error()}
	}
	doc, err := Parse(data, lim)
	return doc, data, err
}

// Parse reads a document. It keeps no reference to data after it returns.
// Errors are *Error: ErrSyntax for what is no strict JSON (duplicate keys and
// wrong UTF-8 among it), ErrNotCSAF for other JSON, ErrTooLarge, ErrTooDeep
// and ErrTooMany for broken Limits.
func Parse(data []byte, lim Limits) (*Document, error) {
	lim = lim.withDefaults()
	if int64(len(data)) > lim.Size {
		return nil, &Error{Kind: ErrTooLarge, Offset: lim.Size, Detail: "the file is larger than allowed"}
	}
	doc := &Document{}
	if rest, ok := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); ok {
		data = rest
		doc.Oddities = append(doc.Oddities, problem.Problem{Rule: ruleRead, Detail: "the file begins with a byte order mark"})
	}
	d := newDecoder(data, lim, doc)
	if k := d.json.PeekKind(); k != '{' && k != 0 {
		return nil, &Error{Kind: ErrNotCSAF, Offset: 0, Detail: "the file is no JSON object"}
	}
	seen := d.root()
	if d.err == nil {
		d.end()
	}
	if d.err != nil {
		return nil, d.err
	}
	if err := isCSAF(doc, seen); err != nil {
		return nil, err
	}
	if err := link(doc, lim); err != nil {
		return nil, err
	}
	return doc, nil
}

// end refuses a second value after the document.
func (d *decoder) end() {
	if _, err := d.json.ReadToken(); err != io.EOF {
		d.fail(ErrSyntax, "text after the end of the document")
	}
}

// root reads the top level and reports whether there was a document object.
func (d *decoder) root() (seen bool) {
	d.object(func(name string) {
		switch name {
		case "document":
			seen = true
			d.head()
		case "product_tree":
			d.tree()
		case "vulnerabilities":
			d.array(d.vulnerability)
		default:
			d.skip()
		}
	})
	return seen
}

// isCSAF refuses JSON of another kind: without it, any object would be an
// advisory that says nothing.
func isCSAF(doc *Document, seen bool) error {
	switch {
	case !seen:
		return &Error{Kind: ErrNotCSAF, Offset: -1, Detail: "there is no document object"}
	case doc.CSAFVersion == "" && doc.Tracking.ID == "":
		return &Error{Kind: ErrNotCSAF, Place: "/document", Offset: -1, Detail: "neither csaf_version nor tracking id"}
	case doc.CSAFVersion != "" && !strings.HasPrefix(doc.CSAFVersion, "2."):
		return &Error{Kind: ErrNotCSAF, Place: "/document/csaf_version", Offset: -1, Detail: "unknown version " + doc.CSAFVersion}
	case doc.Tracking.ID == "":
		return &Error{Kind: ErrNotCSAF, Place: "/document/tracking/id", Offset: -1, Detail: "the document has no tracking id"}
	}
	return nil
}
