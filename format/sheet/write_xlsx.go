package sheet

import (
	"io"
	"iter"

	"github.com/xuri/excelize/v2"
)

// maxCell is the most characters that a cell may hold (ECMA-376 as Excel reads it).
const maxCell = 32_767

// WriteXLSX writes header and rows as a workbook of one sheet. Every cell is a
// text cell, which no spreadsheet program runs as a formula; what is longer than
// a cell can hold is cut.
func WriteXLSX(w io.Writer, header []string, rows iter.Seq[[]string]) error {
	f := excelize.NewFile()
	defer f.Close()
	out, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	line := 0
	write := func(row []string) error {
		line++
		at, err := excelize.CoordinatesToCellName(1, line)
		if err != nil {
			return err
		}
		cells := make([]any, len(row))
		for i, text := range row {
			if r := []rune(text); len(r) > maxCell {
				text = string(r[:maxCell])
			}
			cells[i] = text
		}
		return out.SetRow(at, cells)
	}
	if err := write(header); err != nil {
		return err
	}
	for row := range rows {
		if err := write(row); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}
