package sheet

import (
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
)

// searched is how many rows from the top may be title, logo text, date of
// print and blank lines before the header.
const searched = 30

// findHeader reads the first rows and takes as header the one with the most
// known column names. If none has any, it is the first row as wide as the
// table that holds only words.
func (r *Reader) findHeader() error {
	r.ahead, r.fault = nil, nil
	for len(r.ahead) < searched {
		row, line, err := r.src.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if len(r.ahead) == 0 {
				return err
			}
			r.fault = err // told when the reader gets there: the rows before are good
			break
		}
		if row = clean(row); len(row) > 0 {
			r.ahead = append(r.ahead, numbered{row, line})
		}
	}
	if len(r.ahead) == 0 {
		return &Error{Kind: ErrEmpty}
	}
	best := -1
	if r.head != nil {
		best = slices.IndexFunc(r.ahead, func(n numbered) bool { return r.head(n.row) })
	}
	if best < 0 {
		best = bestHeader(r.ahead)
	}
	r.header, r.at = r.ahead[best].row, r.ahead[best].line
	r.ahead = r.ahead[best+1:]
	return nil
}

// bestHeader gives the index of the row that names the columns.
func bestHeader(rows []numbered) int {
	best, known := 0, 0
	width := 0
	for i, n := range rows {
		if k := knownNames(n.row); k > known {
			best, known = i, k
		}
		width = max(width, filledCells(n.row))
	}
	// One known word may stand in a title ("Inventory of devices"), unless the table is that narrow.
	if known > 1 || known == 1 && filledCells(rows[best].row) <= 2 {
		return best
	}
	for i, n := range rows {
		if filledCells(n.row)*2 > width && allWords(n.row) {
			return i
		}
	}
	return 0
}

// knownNames counts distinct fields, so that a row that repeats one word does
// not look like a header.
func knownNames(row []string) int {
	seen := map[Field]bool{}
	for _, cell := range row {
		for _, w := range exactWords(fold(cell)) {
			seen[w.field] = true
		}
	}
	return len(seen)
}

// filledCells counts cells with content.
func filledCells(row []string) int {
	n := 0
	for _, cell := range row {
		if cell != "" {
			n++
		}
	}
	return n
}

// allWords reports whether every cell with content has more letters than digits.
func allWords(row []string) bool {
	for _, cell := range row {
		balance := 0
		for _, c := range cell {
			switch {
			case unicode.IsLetter(c):
				balance++
			case unicode.IsDigit(c):
				balance--
			}
		}
		if strings.TrimSpace(cell) != "" && balance <= 0 {
			return false
		}
	}
	return true
}
