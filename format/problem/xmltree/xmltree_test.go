package xmltree

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"ward/format/problem"
)

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, in, rule, place string }{
		{"empty", "", "xml", "1:1"},
		{"cut off", "<a>\n<b>", "xml", "2:"},
		{"wrong end", "<a><b></a>", "xml", "1:"},
		{"entity bomb", `<!DOCTYPE a [<!ENTITY x "xxxx">]><a>&x;</a>`, "doctype", "1:"},
		{"unknown entity", "<a>&x;</a>", "xml", "1:"},
		{"deep", strings.Repeat("<a>", 20) + strings.Repeat("</a>", 20), "depth", "1:"},
		{"many", "<a>" + strings.Repeat("<b/>", 30) + "</a>", "count", "1:"},
		{"large", "<a>" + strings.Repeat(" ", 600) + "</a>", "size", "1:1"},
		{"twice", `<a x="1" x="2"/>`, "xml", "1:"},
		{"two roots", "<a/><b/>", "xml", "1:"},
		{"text outside", "<a/>x", "xml", "1:"},
		{"UTF-16 cut off", "\xff\xfe<\x00a\x00", "xml", "1:"},
		{"UTF-16 that is declared otherwise", string(utf16le(`<?xml version="1.0" encoding="ISO-8859-1"?><a/>`)), "encoding", "1:"},
		{"unknown encoding", `<?xml version="1.0" encoding="x-odd"?><a/>`, "encoding", "1:"},
		{"invalid UTF-8", "<a>\xff</a>", "xml", "1:"},
	} {
		_, err := Parse([]byte(c.in), Limits{Bytes: 500, Depth: 10, Nodes: 20})
		var p problem.Problem
		if !errors.As(err, &p) || p.Rule != c.rule || !strings.HasPrefix(p.Place, c.place) {
			t.Errorf("%s: got %v, want rule %q at %s", c.name, err, c.rule, c.place)
		}
	}
}

func TestParseReads(t *testing.T) {
	n, err := Parse([]byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<a xmlns=\"urn:x\" k=\"v\"><b> \xe4<!-- no --><![CDATA[<]]></b><c xmlns=\"urn:y\"/></a>"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if n.Space != "urn:x" || n.Attr("k") != "v" || n.ChildText("b") != "ä<" || n.Child("c") != nil || n.Children[1].Space != "urn:y" || n.Line != 2 {
		t.Errorf("got %+v, want namespaces, attribute, text and line", n)
	}
}

// utf16le is a text in UTF-16 with its mark.
func utf16le(text string) []byte {
	out := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// XML 1.0, section 4.3.3: every processor reads UTF-8 and UTF-16.
func TestParseReadsUTF16(t *testing.T) {
	for _, head := range []string{"", `<?xml version="1.0" encoding="UTF-16"?>`, `<?xml version="1.0" encoding="utf-16LE" standalone="yes"?>`} {
		n, err := Parse(utf16le(head+"<a xmlns=\"urn:x\"><b>Dr\u00e4ger \U0001f600</b></a>"), Limits{})
		if err != nil || n.ChildText("b") != "Dr\u00e4ger \U0001f600" {
			t.Errorf("%s: got %+v, %v, want the text", head, n, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`<a xmlns="urn:x" b="c"><d>e</d></a>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Parse(data, Limits{Bytes: 1 << 16, Depth: 16, Nodes: 1000})
		if (n == nil) == (err == nil) {
			t.Fatalf("got node %v with error %v, want exactly one of them", n, err)
		}
	})
}

func ExampleParse() {
	n, err := Parse([]byte(`<bom><components><component type="library"/></components></bom>`), Limits{})
	fmt.Println(n.Child("components").Child("component").Attr("type"), err)
	_, err = Parse([]byte("<bom>\n<components>"), Limits{})
	fmt.Println(err)
	// Output:
	// library <nil>
	// 2:13: xml: unexpected EOF
}
