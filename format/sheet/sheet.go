package sheet

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"ward/format/pattern"
)

// source gives raw rows with their line numbers, and io.EOF at the end.
type source interface {
	next() (row []string, line int, err error)
}

// Reader streams the rows under a header. It is not safe for concurrent use.
type Reader struct {
	name    string
	src     source
	file    *excelize.File // nil for CSV
	sheets  []string
	sheet   int      // of sheets, the one at hand
	unread  []string // worksheets with rows that were passed over
	like    []string // header of the first one read, where no header names a product
	lim     Limits
	ahead   []numbered          // rows read while the header was looked for
	head    func([]string) bool // accepts a header; nil for one that is guessed
	fault   error               // what ended that search, if not the end of the file
	header  []string
	at      int // line of the header
	rows    int
	cells   int
	charset string
}

// numbered is a row with the line it stands on.
type numbered struct {
	row  []string
	line int
}

// Open reads the first worksheet whose header names a product, else the first
// that has rows, or the CSV; NextSheet goes on to the others. name is used in
// errors only: what the file is, its content tells. The caller closes r after
// the Reader.
func Open(name string, r io.ReaderAt, size int64, lim Limits) (*Reader, error) {
	return OpenSheet(name, "", r, size, lim)
}

// OpenUnder is Open for a table whose header is the first row of the first thirty
// that head accepts, whatever else looks like one; without such a row it is the
// one that Open would take.
func OpenUnder(name string, head func(row []string) bool, r io.ReaderAt, size int64, lim Limits) (*Reader, error) {
	rd := &Reader{name: name, lim: lim.filled(), head: head}
	if err := rd.open("", r, size); err != nil {
		_ = rd.Close()
		return nil, rd.named(err)
	}
	return rd, nil
}

// OpenSheet is Open for the worksheet of that name; "" means the first one
// with a header. A CSV has no names and ignores it.
func OpenSheet(name, sheet string, r io.ReaderAt, size int64, lim Limits) (*Reader, error) {
	rd := &Reader{name: name, lim: lim.filled()}
	if err := rd.open(sheet, r, size); err != nil {
		_ = rd.Close()
		return nil, rd.named(err)
	}
	return rd, nil
}

// open decides by the first bytes; a wrong file name costs nothing.
func (r *Reader) open(sheet string, in io.ReaderAt, size int64) error {
	if size > r.lim.Bytes {
		return &Error{Kind: ErrSize}
	}
	head := make([]byte, min(max(size, 0), 512))
	if _, err := in.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return r.openWorkbook(sheet, in, size)
	}
	if what := foreign(head); what != "" {
		return &Error{Kind: ErrFormat, Detail: what}
	}
	return r.openText(in, size)
}

// foreign names file types that people upload in place of a table.
func foreign(head []byte) string {
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	switch {
	case len(text) == 0:
		return ""
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return "an old binary workbook (.xls): save it as .xlsx or .csv"
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "a PDF"
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return "a compressed file"
	case text[0] == '<':
		return "HTML or XML: save it as .xlsx or .csv"
	case text[0] == '{', text[0] == '[' && bytes.ContainsAny(text, "{"):
		return "JSON"
	}
	return ""
}

// openText settles encoding, delimiter and header in this order, each from what
// the one before made readable.
func (r *Reader) openText(in io.ReaderAt, size int64) error {
	cs, err := sniffCharset(in, size)
	if err != nil {
		return err
	}
	r.charset = cs.name
	sample, err := io.ReadAll(io.LimitReader(cs.decoded(in, size), 64<<10))
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(sample), "\n")
	delim, hinted := sepLine(first)
	if !hinted {
		delim = sniffDelimiter(string(sample), r.lim)
	}
	c := newCSV(cs.decoded(in, size), delim, r.lim)
	if hinted {
		if _, _, err := c.next(); err != nil {
			return err
		}
	}
	r.src = c
	return r.findHeader()
}

// openWorkbook begins with the worksheet of that name, or with the first that fits.
func (r *Reader) openWorkbook(sheet string, in io.ReaderAt, size int64) (err error) {
	if r.file, err = openXLSX(in, size, r.lim); err != nil {
		return err
	}
	r.sheets = r.file.GetSheetList()
	if sheet == "" {
		return r.firstSheet()
	}
	if r.sheet = slices.Index(r.sheets, sheet); r.sheet < 0 {
		return &Error{Kind: ErrSheet, Detail: sheet}
	}
	return r.begin()
}

// Header gives the column names as written, trimmed; a name may be empty or repeated.
func (r *Reader) Header() []string { return r.header }

// HeaderLine is the 1-based line (row) the header stands on.
func (r *Reader) HeaderLine() int { return r.at }

// Sheets names the worksheets of a workbook in order; nil for CSV.
func (r *Reader) Sheets() []string { return r.sheets }

// Sheet names the worksheet at hand; empty for CSV.
func (r *Reader) Sheet() string {
	if r.sheet < len(r.sheets) {
		return r.sheets[r.sheet]
	}
	return ""
}

// Charset says how a CSV's text was read: "utf-8", "utf-16le", "utf-16be",
// "windows-1252" or another code page; empty for a workbook.
func (r *Reader) Charset() string { return r.charset }

// Next gives the next row with content and its 1-based line. A row is at least
// as long as the header; more cells are kept. Empty rows and repeats of the
// header are passed over. It returns io.EOF at the end, and an *Error when a
// limit is passed or the file breaks: rows given before stay good.
func (r *Reader) Next() (row []string, line int, err error) {
	for {
		row, line, err = r.pull()
		if err != nil {
			return nil, line, r.named(err)
		}
		row = clean(row)
		if len(row) == 0 || slices.Equal(row, trimRight(slices.Clone(r.header))) {
			continue
		}
		if err := r.count(row, line); err != nil {
			return nil, line, r.named(err)
		}
		for len(row) < len(r.header) {
			row = append(row, "")
		}
		return row, line, nil
	}
}

// pull gives the rows that were read ahead before it reads on.
func (r *Reader) pull() ([]string, int, error) {
	if len(r.ahead) > 0 {
		n := r.ahead[0]
		r.ahead = r.ahead[1:]
		return n.row, n.line, nil
	}
	if r.fault != nil {
		return nil, 0, r.fault
	}
	return r.src.next()
}

// count holds rows and cells to the limits while they come.
func (r *Reader) count(row []string, line int) error {
	r.rows++
	r.cells += len(row)
	switch {
	case r.rows > r.lim.Rows:
		return &Error{Line: line, Kind: ErrRows}
	case r.cells > r.lim.Cells:
		return &Error{Line: line, Kind: ErrCells}
	}
	return nil
}

// Close frees what an open workbook holds. It may be called twice.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	f := r.file
	r.file = nil
	return f.Close()
}

// named puts the file's name into an error of ours.
func (r *Reader) named(err error) error {
	var e *Error
	if errors.As(err, &e) {
		e.File = r.name
	}
	return err
}

// failed are the error values of formulas (ECMA-376 part 1, section 18.17.3), also as
// spreadsheet programs write them in the languages of the Union: "#VALUE!", "#WERT!",
// "#¿NOMBRE?", "#NV".
var failed = pattern.Of(`^#([¡¿]?\p{Lu}[\p{Lu}/0]*[!?]|N/A|N/D|N/B|NB|NV|I/T|GETTING_DATA|HIÁNYZIK|PUUTTUU|SAKNAS|I/R)$`)

// clean trims blanks of all kinds, makes line ends inside a cell one character,
// empties what a formula failed with, and undoes the formula escape of WriteCSV, so
// that an export comes back as it went out.
func clean(row []string) []string {
	out := make([]string, len(row))
	for i, cell := range row {
		if strings.Contains(cell, "\r") {
			cell = strings.ReplaceAll(cell, "\r\n", "\n")
		}
		if cell = strings.Trim(cell, " \t\r\n\u00a0\ufeff"); strings.HasPrefix(cell, "#") && failed().MatchString(cell) {
			cell = "" // "#REF!" is no maker: a lookup found none
		}
		out[i] = unescape(cell)
	}
	return trimRight(out)
}
