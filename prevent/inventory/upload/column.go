package upload

import (
	"slices"
	"strconv"
	"strings"

	"ward"
	"ward/format/sheet"
	"ward/prevent/inventory/entry"
)

// Column is one column of a table and what it was taken for.
type Column struct {
	Sheet  string      `json:"sheet,omitempty"` // the first worksheet of a workbook that has it
	Header string      `json:"header"`
	Field  sheet.Field `json:"field"` // empty: not used
	Sure   bool        `json:"sure"`  // a person need not look
}

// MaxColumns bounds the columns of all worksheets together; those under the same
// header count once.
const MaxColumns = 512

// Tables parts the columns of a file by their headers: a workbook has a worksheet
// for each site or kind of device, and not all are made alike.
func Tables(columns []Column) (out [][]Column) {
	for first := 0; first < len(columns); {
		end := first + 1
		for end < len(columns) && columns[end].Sheet == columns[first].Sheet {
			end++
		}
		out = append(out, columns[first:end:end])
		first = end
	}
	return out
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

// names reports whether a column says which product a row is.
func names(columns []Column) bool {
	return slices.ContainsFunc(columns, func(c Column) bool { return c.Field == sheet.Product || c.Field == sheet.Model || c.Field == sheet.UDI })
}

// SameFields reports whether two mappings of the same columns mean the same.
func SameFields(a, b []Column) bool {
	for i := range a {
		if a[i].Field != b[i].Field {
			return false
		}
	}
	return true
}

// Mapped gives columns their fields. A worksheet of which no column names a product
// is left out; one must.
func Mapped(columns []Column, fields []sheet.Field) ([]Column, error) {
	if len(fields) != len(columns) {
		return nil, ward.Fail(ward.Invalid, "inventory.error.columns_differ")
	}
	out := make([]Column, len(columns))
	used := map[sheet.Field]bool{}
	for i, f := range fields {
		if i > 0 && columns[i].Sheet != columns[i-1].Sheet {
			clear(used)
		}
		var e entry.Entry
		if f != "" && f != sheet.Quantity && e.Text(f) == nil {
			return nil, ward.Fail(ward.Invalid, "inventory.error.no_field").At(ColumnName(i))
		}
		if f != "" && used[f] {
			return nil, ward.Fail(ward.Invalid, "inventory.error.field_twice", "column", columns[i].Header).At(ColumnName(i))
		}
		used[f] = true
		out[i] = Column{Sheet: columns[i].Sheet, Header: columns[i].Header, Field: f, Sure: true}
	}
	if !names(out) {
		return nil, ward.Fail(ward.Invalid, "inventory.error.no_product_column")
	}
	return out, nil
}

// ColumnName is the form field of the i-th column, from 0.
func ColumnName(i int) string { return "column" + strconv.Itoa(i) }

// Shape names the header of one table by its columns, whatever their case, for the
// mapping that is remembered.
func Shape(columns []Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = strings.ToLower(c.Header)
	}
	return entry.Hashed("", strings.Join(names, "\x1f"))
}
