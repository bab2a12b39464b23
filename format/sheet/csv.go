package sheet

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// csvReader splits text into rows. It follows RFC 4180 and forgives what
// spreadsheet exports do: LF, CR or CRLF line ends, quotation marks inside an
// unquoted cell, text after a closing quotation mark, rows of any length. Only
// a mark that is never closed is an error, since it swallows the rest.
type csvReader struct {
	in    *bufio.Reader
	delim byte
	line  int // lines begun so far
	lim   Limits
	cell  []byte
}

func newCSV(in io.Reader, delim byte, lim Limits) *csvReader {
	return &csvReader{in: bufio.NewReaderSize(in, 64<<10), delim: delim, lim: lim}
}

// next gives one row and the line it begins on, or io.EOF.
func (c *csvReader) next() (row []string, line int, err error) {
	c.line++
	line = c.line
	for {
		end, err := c.readCell(line)
		if errors.Is(err, io.EOF) && len(row) == 0 && len(c.cell) == 0 {
			return nil, line, io.EOF
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, line, err
		}
		if len(row) == c.lim.Columns {
			// Trailing delimiters without content are an export's habit, not columns.
			if len(c.cell) > 0 {
				return nil, line, &Error{Line: line, Kind: ErrColumns}
			}
		} else {
			row = append(row, string(c.cell))
		}
		if end {
			return row, line, nil
		}
	}
}

// readCell fills c.cell; end says that the row ends with it. At the end of
// the input it gives end and io.EOF.
func (c *csvReader) readCell(start int) (end bool, err error) {
	c.cell = c.cell[:0]
	quoted := false
	for first := true; ; first = false {
		b, err := c.in.ReadByte()
		if err != nil {
			if quoted && errors.Is(err, io.EOF) {
				return true, &Error{Line: start, Kind: ErrQuote}
			}
			return true, err
		}
		switch {
		case b == '"' && first:
			quoted = true
			continue
		case quoted && b == '"':
			if next, _ := c.in.Peek(1); len(next) == 1 && next[0] == '"' {
				_, _ = c.in.Discard(1)
				break
			}
			quoted = false
			continue
		case quoted && b == '\n':
			c.line++
		case !quoted && b == c.delim:
			return false, nil
		case !quoted && (b == '\n' || b == '\r'):
			if next, _ := c.in.Peek(1); b == '\r' && len(next) == 1 && next[0] == '\n' {
				_, _ = c.in.Discard(1)
			}
			return true, nil
		}
		if c.cell = append(c.cell, b); len(c.cell) > c.lim.CellBytes {
			return true, &Error{Line: start, Kind: ErrCell}
		}
	}
}

// delimiters in the order of preference when nothing else decides.
const delimiters = ";,\t|"

// sepLine reads Excel's own hint, a first line "sep=;".
func sepLine(line string) (delim byte, ok bool) {
	line = strings.Trim(strings.TrimRight(line, "\r\n"), `"`)
	if len(line) == 5 && strings.EqualFold(line[:4], "sep=") {
		return line[4], true
	}
	return 0, false
}

// sniffDelimiter takes the one that splits most rows of the sample into the
// same number of cells; more cells win among equals. A text without any is a
// table of one column, for which every delimiter serves.
func sniffDelimiter(sample string, lim Limits) byte {
	best, bestScore := byte(','), 0
	for i := range len(delimiters) {
		widths := map[int]int{}
		c := newCSV(strings.NewReader(sample), delimiters[i], lim)
		for range 200 {
			row, _, err := c.next()
			if err != nil {
				break
			}
			widths[len(row)]++
		}
		for width, rows := range widths {
			if score := rows*1000 + min(width, 999); width > 1 && score > bestScore {
				best, bestScore = delimiters[i], score
			}
		}
	}
	return best
}
