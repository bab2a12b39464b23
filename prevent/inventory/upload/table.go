package upload

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"ward/format/sheet"
)

// sampleRows is how many values of each column a preview shows.
const sampleRows = 5

// book reads the worksheets of a file; a CSV is one without a name.
type book struct {
	*File
	in     *sheet.Reader
	chosen [][]Column // as a person mapped them, or as it was remembered
	rows   *rowReader
}

// readSheet reads all worksheets that are inventories, as hospitals keep one for
// each site or kind of device, and names those that it passes over.
func readSheet(name string, body []byte, chosen []Column) (*File, error) {
	r, err := sheet.Open(name, bytes.NewReader(body), int64(len(body)), sheet.Limits{Bytes: MaxFile, Rows: MaxRows})
	if err != nil {
		return nil, fileError(err)
	}
	defer r.Close()
	b := book{File: &File{Format: Sheet}, in: r, chosen: Tables(chosen)}
	b.rows = newRowReader(&b.Notes)
	for more := true; more; more = r.NextSheet() {
		if err := b.table(); err != nil {
			return nil, err
		}
	}
	b.Unread = append(b.Unread, r.Unread()...)
	return b.File, nil
}

// table reads the worksheet at hand, some rows ahead: the guess of the columns
// needs values, not names alone.
func (b *book) table() error {
	ahead, end := firstRows(b.in, 200)
	columns, wanted := b.columns(ahead)
	name := b.in.Sheet()
	if !wanted {
		b.Unread = append(b.Unread, name)
		return nil
	}
	if name != "" {
		b.Sheets = append(b.Sheets, name)
	}
	b.rows.begin(name, columns)
	return b.readRows(ahead, end)
}

// columns are those of an earlier worksheet with the same header, else as chosen,
// else guessed. wanted is false for a worksheet of which a person said that no
// column names a product.
func (b *book) columns(ahead []line) (columns []Column, wanted bool) {
	header := b.in.Header()
	same := func(t []Column) bool { return fits(t, header) }
	if known := Tables(b.Columns); slices.ContainsFunc(known, same) {
		columns = known[slices.IndexFunc(known, same)]
		return columns, names(columns) || !slices.ContainsFunc(b.chosen, same)
	}
	if len(b.Columns) > 0 && len(b.Columns)+len(header) > MaxColumns {
		return nil, false
	}
	wanted = true
	if i := slices.IndexFunc(b.chosen, same); i >= 0 {
		columns = slices.Clone(b.chosen[i])
		wanted = names(columns)
	} else {
		columns = guess(header, ahead)
	}
	for i := range columns {
		columns[i].Sheet = b.in.Sheet()
	}
	b.show(ahead)
	b.Columns = append(b.Columns, columns...)
	return columns, wanted
}

// show adds the first values of the columns of a header beside those before.
func (b *book) show(ahead []line) {
	width := len(b.in.Header())
	for i, l := range ahead[:min(len(ahead), sampleRows)] {
		if i == len(b.Sample) {
			b.Sample = append(b.Sample, nil)
		}
		row := b.Sample[i]
		for len(row) < len(b.Columns) {
			row = append(row, "")
		}
		for _, cell := range l.cells[:width] {
			row = append(row, Clip(cell))
		}
		b.Sample[i] = row
	}
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
func (b *book) readRows(ahead []line, end error) error {
	take := func(l line) {
		if row, ok := b.rows.read(l.cells, l.at); ok {
			b.Rows = append(b.Rows, row)
		}
	}
	for _, l := range ahead {
		take(l)
	}
	for end == nil {
		var l line
		if l.cells, l.at, end = b.in.Next(); end == nil {
			take(l)
		}
	}
	if errors.Is(end, io.EOF) {
		return nil
	}
	return b.broken(end)
}

// broken keeps what was read before a fault, unless the file passes a limit.
func (b *book) broken(err error) error {
	var e *sheet.Error
	if !errors.As(err, &e) || errors.Is(e.Kind, sheet.ErrRows) || errors.Is(e.Kind, sheet.ErrCells) || errors.Is(e.Kind, sheet.ErrSize) || len(b.Rows) == 0 {
		return fileError(err)
	}
	b.Damaged = true
	b.Notes.add(e.Line, "", WhyDamaged, "")
	return nil
}
