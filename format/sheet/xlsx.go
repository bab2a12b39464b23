package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// xlsxReader streams the rows of one worksheet.
type xlsxReader struct {
	file *excelize.File
	rows *excelize.Rows
	line int
	cut  bool // the part ends in the middle
	lim  Limits

	spans []span       // merged cells that are still to come
	open  map[int]span // those of the row at hand, by column
}

// lastRow is the highest row number that a worksheet can have (ECMA-376 part
// 1, section 18.3.1.73 as implemented since 2007); a file that claims more is
// made to keep us busy with empty rows.
const lastRow = 1_048_576

// openXLSX checks the container before anything is unpacked: what it is, how
// many parts, how large they say to become. A part that lies about its size
// fails while it is read.
func openXLSX(r io.ReaderAt, size int64, lim Limits) (_ *excelize.File, err error) {
	defer survive(&err, new(int))
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, &Error{Kind: ErrFormat, Detail: "damaged container: " + err.Error()}
	}
	if len(z.File) > 10_000 {
		return nil, &Error{Kind: ErrSize, Detail: fmt.Sprintf("%d parts", len(z.File))}
	}
	var total uint64
	workbook := false
	for _, f := range z.File {
		total += f.UncompressedSize64
		workbook = workbook || strings.EqualFold(strings.ReplaceAll(f.Name, "\\", "/"), "xl/workbook.xml")
		if total > uint64(lim.Unzipped) || f.UncompressedSize64 > uint64(lim.Unzipped) {
			return nil, &Error{Kind: ErrSize, Detail: fmt.Sprintf("opens to more than %d bytes", lim.Unzipped)}
		}
	}
	if !workbook {
		return nil, &Error{Kind: ErrFormat, Detail: "a ZIP container without a workbook"}
	}
	if total > 1<<20 && total/uint64(max(size, 1)) > uint64(lim.Ratio) {
		return nil, &Error{Kind: ErrSize, Detail: fmt.Sprintf("opens to %d times its size", total/uint64(size))}
	}
	// Equal limits keep the parts in memory: nothing is written to a temporary folder.
	f, err := excelize.OpenReader(io.NewSectionReader(r, 0, size), excelize.Options{
		UnzipSizeLimit: lim.Unzipped, UnzipXMLSizeLimit: lim.Unzipped, ShortDatePattern: "yyyy-mm-dd"})
	if err != nil {
		return nil, &Error{Kind: ErrFormat, Detail: err.Error()}
	}
	return f, nil
}

// survive makes an error of a panic: the library trusts the numbers of a workbook,
// such as that of a shared string (ECMA-376 part 1, section 18.4.8), and a hostile
// one has others. line is the row at hand.
func survive(err *error, line *int) {
	if p := recover(); p != nil {
		*err = &Error{Line: *line, Kind: ErrFormat, Detail: fmt.Sprint("damaged workbook: ", p)}
	}
}

// newXLSX begins at the first row of a worksheet.
func newXLSX(file *excelize.File, name string, lim Limits) (_ *xlsxReader, err error) {
	defer survive(&err, new(int))
	rows, err := file.Rows(name)
	if err != nil {
		return nil, &Error{Kind: ErrFormat, Detail: err.Error()}
	}
	return &xlsxReader{file: file, rows: rows, lim: lim, cut: cutOff(part(file, partOf(file, name))),
		spans: spansOf(file, name, lim), open: map[int]span{}}, nil
}

// next counts rows itself: the library gives a row for every number, also for
// those that the file leaves out.
func (x *xlsxReader) next() (row []string, line int, err error) {
	defer survive(&err, &x.line)
	if !x.rows.Next() {
		return nil, x.line, x.end()
	}
	if x.line++; x.line > lastRow {
		return nil, x.line, &Error{Line: x.line, Kind: ErrRows}
	}
	row, err = x.rows.Columns()
	if err != nil {
		return nil, x.line, &Error{Line: x.line, Kind: ErrFormat, Detail: err.Error()}
	}
	row = x.fill(trimRight(row))
	if len(row) > x.lim.Columns {
		return nil, x.line, &Error{Line: x.line, Kind: ErrColumns}
	}
	for _, cell := range row {
		if len(cell) > x.lim.CellBytes {
			return nil, x.line, &Error{Line: x.line, Kind: ErrCell}
		}
	}
	return row, x.line, nil
}

// end tells a worksheet that broke from one that ended.
func (x *xlsxReader) end() error {
	if err := x.rows.Error(); err != nil && !errors.Is(err, io.EOF) {
		return &Error{Line: x.line, Kind: ErrFormat, Detail: err.Error()}
	}
	if x.cut {
		return &Error{Line: x.line, Kind: ErrFormat, Detail: "the worksheet breaks off"}
	}
	return io.EOF
}

// cutOff reports whether the rows of a worksheet are never closed, which the library
// takes for their end.
func cutOff(content []byte) bool {
	i := bytes.LastIndex(content, []byte("sheetData"))
	if i < 0 {
		return false
	}
	from := bytes.LastIndexByte(content[:i], '<')
	closes := from >= 0 && content[from+1] == '/'
	empty := bytes.HasPrefix(bytes.TrimLeft(content[i+len("sheetData"):], " \t\r\n"), []byte("/>"))
	return !closes && !empty
}

// trimRight drops empty cells at the end, which formatting alone leaves there.
func trimRight(row []string) []string {
	for len(row) > 0 && strings.TrimSpace(row[len(row)-1]) == "" {
		row = row[:len(row)-1]
	}
	return row
}
