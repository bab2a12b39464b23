package notice

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"

	"ward/format/sheet"
)

// Bounds of a table: what a person looks through before he takes it over.
const (
	MaxTable   = 512 << 10
	MaxRows    = 200
	maxColumns = 120
)

// ErrHeader is a table of which no column is known.
var ErrHeader = errors.New("no column of the template")

// Column is one that a table may have: the name that programs write, and those
// that people read.
type Column struct {
	ID    string
	Names []string
}

// Row is one report of a table: its cells by the id of their column.
type Row struct {
	Line  int
	Cells map[string]string
}

// Table is what was read of a file.
type Table struct {
	Rows    []Row
	Foreign []string // heads of columns that are not known; what stands below is not read
	Twice   []string // heads of columns that came a second time, likewise
}

// comment begins a row for people: explanations under the header of a template.
const comment = "#"

// ReadTable reads a CSV or a workbook with one report in each row. Errors are
// those of package sheet, with the line, and ErrHeader.
func ReadTable(name string, data []byte, columns []Column) (t Table, err error) {
	known := knownHeads(columns)
	head := func(row []string) bool {
		return slices.ContainsFunc(row, func(h string) bool { return known[Fold(h)] != "" }) && !strings.HasPrefix(row[0], comment)
	}
	r, err := sheet.OpenUnder(name, head, bytes.NewReader(data), int64(len(data)), sheet.Limits{Bytes: MaxTable, Rows: MaxRows + 1, Columns: maxColumns, Unzipped: 16 << 20})
	if err != nil {
		return t, err
	}
	defer r.Close() //nolint:errcheck // read only
	ids := t.heads(r.Header(), known)
	if strings.Join(ids, "") == "" {
		return t, &sheet.Error{File: name, Line: r.HeaderLine(), Kind: ErrHeader}
	}
	for {
		cells, line, err := r.Next()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return t, err
		}
		if strings.HasPrefix(cells[0], comment) {
			continue
		}
		if len(t.Rows) == MaxRows {
			return t, &sheet.Error{File: name, Line: line, Kind: sheet.ErrRows}
		}
		row := Row{Line: line, Cells: map[string]string{}}
		for i, cell := range cells {
			if i < len(ids) && ids[i] != "" && cell != "" {
				row.Cells[ids[i]] = cell
			}
		}
		if len(row.Cells) > 0 {
			t.Rows = append(t.Rows, row)
		}
	}
}

// knownHeads gives the column of a folded head. An id always means its own column.
func knownHeads(columns []Column) map[string]string {
	known := map[string]string{}
	for _, c := range columns {
		for _, n := range c.Names {
			known[Fold(n)] = c.ID
		}
	}
	for _, c := range columns {
		known[Fold(c.ID)] = c.ID
	}
	return known
}

// heads gives the column of each cell of the header, empty for one that is not read.
func (t *Table) heads(header []string, known map[string]string) []string {
	seen := map[string]bool{}
	out := make([]string, len(header))
	for i, h := range header {
		id, ok := known[Fold(h)]
		switch {
		case h == "":
		case !ok:
			t.Foreign = append(t.Foreign, h)
		case seen[id]:
			t.Twice = append(t.Twice, h)
		default:
			out[i], seen[id] = id, true
		}
	}
	return out
}

// Fold leaves letters and digits in lower case: what two spellings of a word have
// in common.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
