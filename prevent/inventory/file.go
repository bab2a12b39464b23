package inventory

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"ward"
	"ward/format/cyclonedx"
	"ward/format/problem"
	"ward/format/sbom"
	"ward/format/sheet"
	"ward/format/spdx"
)

// Limits of one file and of one inventory.
const (
	MaxFile       = 64 << 20  // bytes of an upload
	MaxRows       = 200_000   // rows of one file
	MaxAssets     = 1_000_000 // rows of one organisation
	MaxComponents = 50_000    // components of one bill of materials
)

// Formats of files, told by their content and never by their name.
const (
	FormatSheet     = "sheet" // CSV or XLSX
	FormatCycloneDX = "cyclonedx"
	FormatSPDX      = "spdx"
)

// Column is one column of a table and what it was taken for.
type Column struct {
	Header string      `json:"header"`
	Field  sheet.Field `json:"field"` // empty: not used
	Sure   bool        `json:"sure"`  // a person need not look
}

// file is an uploaded file as it was understood.
type file struct {
	format     string
	columns    []Column // of a table
	sample     [][]string
	rows       []Row
	fields     []sheet.Field // what the rows speak of
	components []ward.ProductRef
	notes      notes
	damaged    bool // it breaks off: what is missing in it says nothing
}

// sampleRows is how many rows a preview shows as they stand in the file.
const sampleRows = 5

// recognise tells the format from the content.
func recognise(body []byte) string {
	head := bytes.TrimLeft(bytes.TrimPrefix(body[:min(len(body), 256<<10)], []byte("\xef\xbb\xbf")), " \t\r\n")
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(head, []byte(w)) })
	}
	switch {
	case bytes.HasPrefix(head, []byte("{")) && has(`"bomFormat"`, `cyclonedx.org/schema`),
		bytes.HasPrefix(head, []byte("<")) && has("cyclonedx.org/schema/bom"):
		return FormatCycloneDX
	case bytes.HasPrefix(head, []byte("{")) && has(`"spdxVersion"`, `"SPDXID"`),
		has("SPDXVersion:") && !bytes.HasPrefix(head, []byte("<")):
		return FormatSPDX
	}
	return FormatSheet
}

// readFile understands a file. chosen maps its columns; nil guesses. Errors are
// Invalid with a key of their own.
func readFile(name string, body []byte, chosen []Column) (*file, error) {
	switch format := recognise(body); format {
	case FormatCycloneDX:
		doc, err := cyclonedx.Read(body, sbom.Limits{Components: MaxComponents})
		return fromBill(format, doc, err)
	case FormatSPDX:
		doc, err := spdx.Read(body, sbom.Limits{Components: MaxComponents})
		return fromBill(format, doc, err)
	}
	return readSheet(name, body, chosen)
}

// readSheet reads some rows ahead: the guess of the columns needs values, not names
// alone.
func readSheet(name string, body []byte, chosen []Column) (*file, error) {
	r, err := sheet.Open(name, bytes.NewReader(body), int64(len(body)), sheet.Limits{Bytes: MaxFile, Rows: MaxRows})
	if err != nil {
		return nil, fileError(err)
	}
	defer r.Close()
	f := &file{format: FormatSheet}
	ahead, end := firstRows(r, 200)
	f.columns = chosen
	if !fits(chosen, r.Header()) {
		f.columns = guess(r.Header(), ahead)
	}
	for _, n := range ahead[:min(len(ahead), sampleRows)] {
		f.sample = append(f.sample, n.cells)
	}
	f.fields = fieldsOf(f.columns)
	return f, f.readRows(r, ahead, end)
}

// line is one row of cells with its place.
type line struct {
	cells []string
	at    int
}

// firstRows reads up to n rows, and the error that ended them.
func firstRows(r *sheet.Reader, n int) (rows []line, err error) {
	for len(rows) < n {
		cells, at, err := r.Next()
		if err != nil {
			return rows, err
		}
		rows = append(rows, line{cells, at})
	}
	return rows, nil
}

// readRows understands the rows read ahead, then the rest.
func (f *file) readRows(r *sheet.Reader, ahead []line, end error) error {
	rr := newRowReader(places(f.columns), &f.notes)
	take := func(l line) {
		if row, ok := rr.read(l.cells, l.at); ok {
			f.rows = append(f.rows, row)
		}
	}
	for _, l := range ahead {
		take(l)
	}
	for end == nil {
		var l line
		if l.cells, l.at, end = r.Next(); end == nil {
			take(l)
		}
	}
	if errors.Is(end, io.EOF) {
		return nil
	}
	return f.broken(end)
}

// broken keeps what was read before a fault, unless the file passes a limit.
func (f *file) broken(err error) error {
	var e *sheet.Error
	if !errors.As(err, &e) || errors.Is(e.Kind, sheet.ErrRows) || errors.Is(e.Kind, sheet.ErrCells) || errors.Is(e.Kind, sheet.ErrSize) || len(f.rows) == 0 {
		return fileError(err)
	}
	f.damaged = true
	f.notes.add(e.Line, "", WhyDamaged, "")
	return nil
}

// guess maps columns by name and content.
func guess(header []string, rows []line) []Column {
	cells := make([][]string, len(rows))
	for i, l := range rows {
		cells[i] = l.cells
	}
	out := make([]Column, len(header))
	for i, c := range sheet.Guess(header, cells) {
		out[i] = Column{Header: header[i], Field: c.Field, Sure: c.Confidence >= 0.6}
	}
	return out
}

// fits reports whether a mapping is for this header.
func fits(columns []Column, header []string) bool {
	return len(columns) > 0 && slices.EqualFunc(columns, header, func(c Column, h string) bool { return c.Header == h })
}

// places gives the column of each field.
func places(columns []Column) map[sheet.Field]int {
	out := map[sheet.Field]int{}
	for i, c := range columns {
		if c.Field != "" {
			out[c.Field] = i
		}
	}
	return out
}

// fieldsOf lists the fields that the table speaks of, in the order of an export.
func fieldsOf(columns []Column) []sheet.Field {
	have := places(columns)
	return slices.DeleteFunc(sheet.Fields(), func(f sheet.Field) bool { _, ok := have[f]; return !ok })
}

// billTypes are the components that are things of their own and may be rows;
// all others are parts.
var billTypes = [...]string{"", "application", "device", "firmware", "operating-system", "platform", "container"}

// fromBill makes rows of a bill of materials: one for the product that it is of,
// with the rest as its components; or, if it does not say, one for each device or
// application in it.
func fromBill(format string, doc *sbom.Document, err error) (*file, error) {
	if err != nil {
		return nil, billError(format, err)
	}
	f := &file{format: format, fields: []sheet.Field{sheet.Vendor, sheet.Product, sheet.Version}}
	rr := newRowReader(nil, &f.notes)
	add := func(c *sbom.Component) {
		row := Row{Entry: Entry{Ref: tidyRef(c.Ware()), Quantity: 1}}
		if row.named() {
			row.Key = rr.number(&row)
			f.rows = append(f.rows, row)
		}
	}
	if doc.Product != nil {
		add(doc.Product)
		f.components = wares(doc)
	} else {
		for i := range doc.Components {
			if c := &doc.Components[i]; c.Parent == "" && slices.Contains(billTypes[:], c.Type) {
				add(c)
			}
		}
	}
	for _, p := range doc.Problems {
		f.notes.add(0, "", WhyPart, p.Place)
	}
	if len(f.rows) == 0 {
		return nil, ward.Fail(ward.Invalid, "inventory.error.bill_of_nothing").At("file")
	}
	return f, nil
}

// billError gives a fault of a bill of materials its words and its place.
func billError(format string, err error) error {
	var p problem.Problem
	errors.As(err, &p)
	return ward.Fail(ward.Invalid, "inventory.error.file."+format, "place", cmp.Or(p.Place, "/")).At("file").Because(err)
}

// wares gives the distinct components in their order.
func wares(doc *sbom.Document) []ward.ProductRef {
	seen := map[ward.ProductRef]bool{}
	var out []ward.ProductRef
	for i := range doc.Components {
		ref := tidyRef(doc.Components[i].Ware())
		if (ref.Name != "" || ref.PURL != "" || ref.CPE != "") && !seen[ref] {
			seen[ref] = true
			out = append(out, ref)
		}
	}
	return out
}

// tidyRef brings all texts of a description into the form that is kept.
func tidyRef(r ward.ProductRef) ward.ProductRef {
	for _, s := range []*string{&r.Vendor, &r.Name, &r.Model, &r.Version, &r.UDI, &r.PURL, &r.CPE, &r.Serial} {
		*s, _ = tidy(*s)
	}
	return r
}

// fileError gives a fault of a table its words and its line.
func fileError(err error) error {
	var e *sheet.Error
	if !errors.As(err, &e) {
		return err
	}
	word := "format"
	for _, k := range []struct {
		kind error
		word string
	}{{sheet.ErrSize, "size"}, {sheet.ErrRows, "rows"}, {sheet.ErrColumns, "columns"}, {sheet.ErrCells, "cells"}, {sheet.ErrCell, "cell"},
		{sheet.ErrEncoding, "encoding"}, {sheet.ErrEmpty, "empty"}, {sheet.ErrSheet, "sheet"}, {sheet.ErrQuote, "quote"}} {
		if errors.Is(e.Kind, k.kind) {
			word = k.word
		}
	}
	return ward.Fail(ward.Invalid, "inventory.error.file."+word, "line", strconv.Itoa(e.Line)).At("file").Because(err)
}

// shape names a header by its columns, whatever their case, for the mapping that
// is remembered.
func shape(columns []Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = strings.ToLower(c.Header)
	}
	return hashed("", strings.Join(names, "\x1f"))
}
