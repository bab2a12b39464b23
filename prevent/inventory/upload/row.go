package upload

import (
	"strconv"
	"strings"

	"ward"
	"ward/format/sheet"
	"ward/prevent/inventory/entry"
)

// Why is the reason of a note: the ending of a message key "inventory.note.<word>".
type Why string

// Reasons of notes. The first kind costs the row, the others a value of it.
const (
	WhyNoProduct Why = "no_product" // nothing in the row names a product: the row is left out
	WhyDamaged   Why = "damaged"    // the file breaks off here: what follows is left out
	WhyCut       Why = "cut"        // a text was longer than entry.MaxText and was cut
	WhyQuantity  Why = "quantity"   // the quantity is no number: one piece is taken
	WhyDay       Why = "day"        // the end of support is no date: it is left empty
	WhyPart      Why = "part"       // a component of a bill of materials could not be read and was passed over
	WhySameRow   Why = "same_row"   // the row number stands twice: both rows are kept
)

// Note is something of a file that was not understood or not taken as it is.
type Note struct {
	Sheet string `json:"sheet,omitempty"` // worksheet of a workbook
	Line  int    `json:"line"`            // line of the CSV, row of the sheet, 0 for the whole file
	Field string `json:"field,omitempty"` // field of sheet, or empty
	Why   Why    `json:"why"`
	Value string `json:"value,omitempty"` // the text as it stands there, cut to 80 characters
}

// lost reports whether the note cost the whole row.
func (n Note) lost() bool { return n.Why == WhyNoProduct || n.Why == WhyDamaged }

// maxNotes bounds the notes that are kept of one file; all are counted.
const maxNotes = 200

// Notes collects notes; beyond maxNotes they are only counted.
type Notes struct {
	List []Note
	Lost int // rows left out
	All  int // notes in all

	sheet string // that is being read
}

func (n *Notes) add(line int, field sheet.Field, why Why, value string) {
	note := Note{Sheet: n.sheet, Line: line, Field: string(field), Why: why, Value: Clip(value)}
	n.All++
	if note.lost() {
		n.Lost++
	}
	if len(n.List) < maxNotes {
		n.List = append(n.List, note)
	}
}

// Clip bounds what a note repeats of a file.
func Clip(s string) string {
	s, _ = entry.Tidy(s)
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

// Row is one row of a file as it was understood.
type Row struct {
	Sheet  string // worksheet of a workbook
	Line   int
	Key    string
	Fields []sheet.Field     // that its table speaks of: the others stay as they are
	Parts  []ward.ProductRef // components of a row from a bill of materials
	entry.Entry
}

// rowReader turns rows of cells into rows of an inventory.
type rowReader struct {
	sheet   string
	columns map[sheet.Field]int
	fields  []sheet.Field
	seen    map[string]int // keys so far, and how often
	notes   *Notes

	counted bool // a row number was met in this worksheet
	anew    bool // and the numbers count in it alone
}

// newRowReader reads rows, once begin has said where their fields are.
func newRowReader(n *Notes) *rowReader { return &rowReader{seen: map[string]int{}, notes: n} }

// begin goes on to a worksheet with these columns.
func (rr *rowReader) begin(sheet string, columns []Column) {
	rr.sheet, rr.columns, rr.fields = sheet, places(columns), fieldsOf(columns)
	rr.counted, rr.anew, rr.notes.sheet = false, false, sheet
}

// read understands one row; false when nothing in it names a product.
func (rr *rowReader) read(cells []string, line int) (Row, bool) {
	row := Row{Sheet: rr.sheet, Line: line, Fields: rr.fields, Entry: entry.Entry{Quantity: 1}}
	for f, i := range rr.columns {
		if i >= len(cells) {
			continue
		}
		value, cut := entry.Tidy(cells[i])
		if cut {
			rr.notes.add(line, f, WhyCut, value)
		}
		rr.set(&row, f, value)
	}
	if !row.Named() {
		rr.notes.add(line, "", WhyNoProduct, strings.Join(cells, " "))
		return row, false
	}
	row.Key = rr.number(&row)
	return row, true
}

// set understands one cell. What cannot be understood is noted and never stops the
// row: a device without its date is still a device to warn about.
func (rr *rowReader) set(row *Row, f sheet.Field, value string) {
	switch f {
	case sheet.Quantity:
		n, ok := readQuantity(value)
		if !ok {
			rr.notes.add(row.Line, f, WhyQuantity, value)
		}
		row.Quantity = n
	case sheet.EndOfSupport:
		day, ok := entry.ReadDay(value)
		if ok {
			row.EndOfSupport = day
		} else if value != "" {
			rr.notes.add(row.Line, f, WhyDay, value)
		}
	default:
		if t := row.Text(f); t != nil {
			*t = value
		}
	}
}

// number makes the key of a row unique in its file: equal rows are told apart by
// their order, so that three equal lines stay three rows at the next import too.
// A worksheet whose first row number stands in an earlier one counts from the
// start: its numbers are those of the worksheet, or one row less in the earlier one
// would make another device of the row that has the number here.
func (rr *rowReader) number(row *Row) string {
	k := row.RowKey()
	if row.RowID != "" {
		if !rr.counted {
			rr.counted, rr.anew = true, rr.sheet != "" && rr.seen[k] > 0
		}
		if rr.anew {
			k = entry.Hashed("w:", strings.ToLower(rr.sheet)+"\x1f"+k)
		}
	}
	rr.seen[k]++
	n := rr.seen[k]
	if n == 1 {
		return k
	}
	if row.RowID != "" {
		rr.notes.add(row.Line, sheet.RowID, WhySameRow, row.RowID)
	}
	return entry.Numbered(k, n)
}

// readQuantity reads a number of pieces; an empty cell is one piece. "12.000" is
// twelve to some and twelve thousand to others: the row says so and counts one.
func readQuantity(s string) (n int, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 1, true
	}
	whole, rest, _ := strings.Cut(s, ".")
	if strings.Trim(rest, "0") != "" || len(rest) == 3 {
		return 1, false
	}
	n, err := strconv.Atoi(whole)
	if err != nil || n < 1 || n > entry.MaxQuantity {
		return 1, false
	}
	return n, true
}
