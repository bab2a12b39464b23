package upload

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strconv"

	"ward"
	"ward/format/cyclonedx"
	"ward/format/problem"
	"ward/format/sbom"
	"ward/format/sheet"
	"ward/format/spdx"
	"ward/prevent/inventory/entry"
)

// Limits of one file.
const (
	MaxFile       = 64 << 20 // bytes of an upload
	MaxRows       = 200_000  // rows of one file
	MaxComponents = 50_000   // components of one bill of materials
)

// Formats of files, told by their content and never by their name.
const (
	Sheet     = "sheet" // CSV or XLSX
	CycloneDX = "cyclonedx"
	SPDX      = "spdx"
)

// File is an uploaded file as it was understood.
type File struct {
	Format     string
	Columns    []Column   // of a table
	Sample     [][]string // first rows as they stand in the file
	Rows       []Row
	Fields     []sheet.Field // what the rows speak of
	Components []ward.ProductRef
	Notes      Notes
	Damaged    bool // it breaks off: what is missing in it says nothing
}

// sampleRows is how many rows a preview shows as they stand in the file.
const sampleRows = 5

// Recognise tells the format from the content.
func Recognise(body []byte) string {
	head := bytes.TrimLeft(bytes.TrimPrefix(body[:min(len(body), 256<<10)], []byte("\xef\xbb\xbf")), " \t\r\n")
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(head, []byte(w)) })
	}
	switch {
	case bytes.HasPrefix(head, []byte("{")) && has(`"bomFormat"`, `cyclonedx.org/schema`),
		bytes.HasPrefix(head, []byte("<")) && has("cyclonedx.org/schema/bom"):
		return CycloneDX
	case bytes.HasPrefix(head, []byte("{")) && has(`"spdxVersion"`, `"SPDXID"`),
		has("SPDXVersion:") && !bytes.HasPrefix(head, []byte("<")):
		return SPDX
	}
	return Sheet
}

// Read understands a file. chosen maps its columns; nil guesses. Errors are
// Invalid with a key of their own.
func Read(name string, body []byte, chosen []Column) (*File, error) {
	switch format := Recognise(body); format {
	case CycloneDX:
		doc, err := cyclonedx.Read(body, sbom.Limits{Components: MaxComponents})
		return fromBill(format, doc, err)
	case SPDX:
		doc, err := spdx.Read(body, sbom.Limits{Components: MaxComponents})
		return fromBill(format, doc, err)
	}
	return readSheet(name, body, chosen)
}

// readSheet reads some rows ahead: the guess of the columns needs values, not names
// alone.
func readSheet(name string, body []byte, chosen []Column) (*File, error) {
	r, err := sheet.Open(name, bytes.NewReader(body), int64(len(body)), sheet.Limits{Bytes: MaxFile, Rows: MaxRows})
	if err != nil {
		return nil, fileError(err)
	}
	defer r.Close()
	f := &File{Format: Sheet}
	ahead, end := firstRows(r, 200)
	f.Columns = chosen
	if !fits(chosen, r.Header()) {
		f.Columns = guess(r.Header(), ahead)
	}
	for _, n := range ahead[:min(len(ahead), sampleRows)] {
		f.Sample = append(f.Sample, n.cells)
	}
	f.Fields = fieldsOf(f.Columns)
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
func (f *File) readRows(r *sheet.Reader, ahead []line, end error) error {
	rr := newRowReader(places(f.Columns), &f.Notes)
	take := func(l line) {
		if row, ok := rr.read(l.cells, l.at); ok {
			f.Rows = append(f.Rows, row)
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
func (f *File) broken(err error) error {
	var e *sheet.Error
	if !errors.As(err, &e) || errors.Is(e.Kind, sheet.ErrRows) || errors.Is(e.Kind, sheet.ErrCells) || errors.Is(e.Kind, sheet.ErrSize) || len(f.Rows) == 0 {
		return fileError(err)
	}
	f.Damaged = true
	f.Notes.add(e.Line, "", WhyDamaged, "")
	return nil
}

// billTypes are the components that are things of their own and may be rows;
// all others are parts.
var billTypes = [...]string{"", "application", "device", "firmware", "operating-system", "platform", "container"}

// fromBill makes rows of a bill of materials: one for the product that it is of,
// with the rest as its components; or, if it does not say, one for each device or
// application in it.
func fromBill(format string, doc *sbom.Document, err error) (*File, error) {
	if err != nil {
		return nil, billError(format, err)
	}
	f := &File{Format: format, Fields: []sheet.Field{sheet.Vendor, sheet.Product, sheet.Version}}
	rr := newRowReader(nil, &f.Notes)
	add := func(c *sbom.Component) {
		row := Row{Entry: entry.Entry{Ref: entry.TidyRef(c.Ware()), Quantity: 1}}
		if row.Named() {
			row.Key = rr.number(&row)
			f.Rows = append(f.Rows, row)
		}
	}
	if doc.Product != nil {
		add(doc.Product)
		f.Components = wares(doc)
	} else {
		for i := range doc.Components {
			if c := &doc.Components[i]; c.Parent == "" && slices.Contains(billTypes[:], c.Type) {
				add(c)
			}
		}
	}
	for _, p := range doc.Problems {
		f.Notes.add(0, "", WhyPart, p.Place)
	}
	if len(f.Rows) == 0 {
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
		ref := entry.TidyRef(doc.Components[i].Ware())
		if (ref.Name != "" || ref.PURL != "" || ref.CPE != "") && !seen[ref] {
			seen[ref] = true
			out = append(out, ref)
		}
	}
	return out
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
