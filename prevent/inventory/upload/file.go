package upload

import (
	"bytes"
	"errors"
	"slices"
	"strconv"

	"ward"
	"ward/format/sheet"
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
	Columns    []Column   // of a table; see Tables
	Sample     [][]string // first values of each column
	Sheets     []string   // worksheets read
	Unread     []string   // worksheets with content that were left out
	Rows       []Row
	Components int // of a bill of materials, those that hang on the rows
	Notes      Notes
	Damaged    bool // it breaks off: what is missing in it says nothing
}

// Recognise tells the format from the content.
func Recognise(body []byte) string {
	head := narrow(body[:min(len(body), 256<<10)])
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
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

// narrow leaves the zero bytes out of what is marked as UTF-16, which is enough to
// find words in it.
func narrow(head []byte) []byte {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return bytes.ReplaceAll(head[2:], []byte{0}, nil)
	}
	return head
}

// Read understands a file. chosen maps its columns; nil guesses. Errors are
// Invalid with a key of their own.
func Read(name string, body []byte, chosen []Column) (*File, error) {
	if format := Recognise(body); format != Sheet {
		return readBill(format, body)
	}
	return readSheet(name, body, chosen)
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
