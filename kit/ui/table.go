package ui

import (
	"github.com/a-h/templ"

	"ward/kit/i18n"
)

// Order is how a column is sorted now.
type Order int8

const (
	Unsorted Order = iota
	Ascending
	Descending
)

func (o Order) aria() string {
	return [...]string{"none", "ascending", "descending"}[max(0, min(2, int(o)))]
}

// Column is a head of a table.
type Column struct {
	Head    i18n.Text
	Numeric bool
	Quiet   bool   // the head is heard, not seen: a column of tick boxes or acts
	Sort    string // link that sorts by this column; empty means it cannot be sorted
	Order   Order
}

// Table is rows of cells; on a phone every row becomes a card. The first column
// names the row unless it is Quiet.
type Table struct {
	Caption i18n.Text // what the table shows; needed
	Hide    bool      // the caption is heard, not seen (an h2 says the same)
	Columns []Column
	Rows    [][]templ.Component // a cell is an i18n.Text or any component; nil is an empty cell
	CSV     string              // link to the same rows as CSV
	Empty   EmptyState          // shown instead when there are no rows
}

// rowHeader is the index of the column that names a row.
func (t Table) rowHeader() int {
	for i, c := range t.Columns {
		if !c.Quiet {
			return i
		}
	}
	return 0
}

// Pages are the links of a key-set list: there is no total and no page number.
type Pages struct {
	Previous string // empty: this is the first page
	Next     string // empty: this is the last page
	Shown    int    // rows on this page
	Total    int    // 0 means not counted
}

// headOf names the cell on a phone, where the head row is not shown.
func headOf(t Table, i int) string {
	if i >= len(t.Columns) || t.Columns[i].Quiet {
		return ""
	}
	return t.Columns[i].Head.String()
}

func numeric(t Table, i int) bool { return i < len(t.Columns) && t.Columns[i].Numeric }
