package xliff

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// namespace of all 2.x cores but for its last figure.
const namespace = "urn:oasis:names:tc:xliff:document:2."

type xmlDocument struct {
	XMLName xml.Name
	Source  string    `xml:"srcLang,attr"`
	Target  string    `xml:"trgLang,attr"`
	Files   []xmlFile `xml:"file"`
}

type xmlFile struct {
	ID     string     `xml:"id,attr"`
	Units  []xmlUnit  `xml:"unit"`
	Groups []xmlGroup `xml:"group"`
}

type xmlGroup struct {
	Units  []xmlUnit  `xml:"unit"`
	Groups []xmlGroup `xml:"group"`
}

type xmlUnit struct {
	ID    string `xml:"id,attr"`
	Notes []struct {
		Category string `xml:"category,attr"`
		Text     string `xml:",chardata"`
	} `xml:"notes>note"`
	Data []struct {
		ID   string `xml:"id,attr"`
		Text string `xml:",chardata"`
	} `xml:"originalData>data"`
	Parts []xmlPart `xml:",any"` // segment and ignorable, in their order
}

type xmlPart struct {
	XMLName xml.Name
	State   string  `xml:"state,attr"`
	Source  *inline `xml:"source"`
	Target  *inline `xml:"target"`
}

// Read reads a document of at most MaxBytes. Units come in the order of the file,
// those in groups after those beside them.
func Read(r io.Reader) (*Document, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("%w: at most %d bytes", ErrTooLarge, MaxBytes)
	}
	var x xmlDocument
	if err := xml.Unmarshal(bytes.TrimPrefix(text, []byte("\ufeff")), &x); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotXLIFF, err)
	}
	if x.XMLName.Local != "xliff" {
		return nil, fmt.Errorf("%w: its root is %.40q", ErrNotXLIFF, x.XMLName.Local)
	}
	if !strings.HasPrefix(x.XMLName.Space, namespace) {
		return nil, fmt.Errorf("%w: %.60q", ErrVersion, x.XMLName.Space)
	}
	d := &Document{Source: x.Source, Target: x.Target}
	left := MaxUnits
	for _, f := range x.Files {
		out := File{ID: f.ID}
		if err := out.add(f.Units, f.Groups, maxGroup, &left); err != nil {
			return nil, err
		}
		d.Files = append(d.Files, out)
	}
	return d, nil
}

// add flattens groups, which say nothing about a text.
func (f *File) add(units []xmlUnit, groups []xmlGroup, depth int, left *int) error {
	if *left -= len(units); *left < 0 || depth == 0 {
		return fmt.Errorf("%w: at most %d units, and %d groups inside one another", ErrTooLarge, MaxUnits, maxGroup)
	}
	for _, u := range units {
		unit, err := u.unit()
		if err != nil {
			return fmt.Errorf("unit %.80q: %w", u.ID, err)
		}
		f.Units = append(f.Units, unit)
	}
	for _, g := range groups {
		if err := f.add(g.Units, g.Groups, depth-1, left); err != nil {
			return err
		}
	}
	return nil
}

// unit joins the segments. It is as far as the least of them, and translated
// only when all are.
func (x xmlUnit) unit() (Unit, error) {
	u := Unit{ID: x.ID, State: Final}
	for _, n := range x.Notes {
		u.Notes = append(u.Notes, Note{n.Category, n.Text})
	}
	data := map[string]string{}
	for _, d := range x.Data {
		data[d.ID] = d.Text
	}
	segments, whole := 0, true
	for _, p := range x.Parts {
		if p.XMLName.Local != "segment" && p.XMLName.Local != "ignorable" || p.Source == nil {
			continue
		}
		source, err := p.Source.text(data)
		if err != nil {
			return u, err
		}
		target := source // an ignorable part without a target is taken over
		if p.Target != nil {
			if target, err = p.Target.text(data); err != nil {
				return u, err
			}
		}
		u.Source, u.Target = u.Source+source, u.Target+target
		if p.XMLName.Local == "segment" {
			segments++
			whole = whole && p.Target != nil
			u.State = least(u.State, State(p.State))
		}
	}
	if segments == 0 || !whole || strings.TrimSpace(u.Target) == "" {
		u.Target, u.State = "", Initial
	}
	return u, nil
}

func least(a, b State) State {
	order := []State{Initial, Translated, Reviewed, Final}
	for _, s := range order {
		if a == s || b == s {
			return s
		}
	}
	return Initial
}

// inline is a text with elements in it.
type inline struct{ pieces []piece }

// piece is words, or a reference to original data.
type piece struct{ words, ref string }

// UnmarshalXML implements xml.Unmarshaler. Content of annotations and of paired
// codes is kept, the marks themselves are not ours.
func (in *inline) UnmarshalXML(d *xml.Decoder, _ xml.StartElement) error {
	for depth := 1; depth > 0; {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.CharData:
			in.pieces = append(in.pieces, piece{words: string(t)})
		case xml.StartElement:
			depth++
			in.element(t)
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

func (in *inline) element(t xml.StartElement) {
	attr := func(name string) string {
		for _, a := range t.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	switch t.Name.Local {
	case "ph":
		if ref := attr("dataRef"); ref != "" {
			in.pieces = append(in.pieces, piece{ref: ref})
		} else {
			in.pieces = append(in.pieces, piece{words: attr("disp")})
		}
	case "cp": // a character that XML cannot hold; only what it can is of use
		if n, err := strconv.ParseUint(attr("hex"), 16, 32); err == nil && n >= 0x20 && utf8.ValidRune(rune(n)) {
			in.pieces = append(in.pieces, piece{words: string(rune(n))})
		}
	}
}

func (in *inline) text(data map[string]string) (string, error) {
	var b strings.Builder
	for _, p := range in.pieces {
		if p.ref == "" {
			b.WriteString(p.words)
			continue
		}
		words, ok := data[p.ref]
		if !ok {
			return "", fmt.Errorf("%w: %.40q", ErrReference, p.ref)
		}
		b.WriteString(words)
	}
	return b.String(), nil
}
