package sheet

import (
	"encoding/csv"
	"io"
	"iter"
	"strings"
)

// Escape makes a cell harmless for spreadsheet programs: a text that they
// would run as a formula gets an apostrophe in front (OWASP, CSV injection).
// Fullwidth forms are included, since some programs fold them.
func Escape(cell string) string {
	if startsFormula(cell) {
		return "'" + cell
	}
	return cell
}

// unescape undoes Escape and nothing else: an apostrophe before other text stays.
func unescape(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && startsFormula(rest) {
		return rest
	}
	return cell
}

// startsFormula looks at the first character alone: that is what decides in
// the spreadsheet programs.
func startsFormula(cell string) bool {
	for _, first := range cell {
		return strings.ContainsRune("=+-@\t\r\n＝＋－＠", first)
	}
	return false
}

// WriteCSV writes header and rows as UTF-8 with a byte order mark, commas and
// CRLF (RFC 4180), each cell through Escape. The mark makes Excel read the
// accents; Open takes it away again.
func WriteCSV(w io.Writer, header []string, rows iter.Seq[[]string]) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	write := func(row []string) error {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = Escape(cell)
		}
		return out.Write(safe)
	}
	if err := write(header); err != nil {
		return err
	}
	for row := range rows {
		if err := write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
