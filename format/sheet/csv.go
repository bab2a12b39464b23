package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// csvReader splits text into rows. It follows RFC 4180 and forgives what
// spreadsheet exports do: LF, CR or CRLF line ends, quotation marks inside an
// unquoted cell, text after a closing quotation mark, rows of any length. A mark
// that opens a cell of several lines and is not closed before a delimiter or a line
// end is one that somebody typed: it is read as it stands, and so are the rows that
// it would have swallowed. One that is never closed is told at the end besides,
// since the file may have been cut off there.
type csvReader struct {
	in    *bufio.Reader
	back  []byte // of in, to be read again
	delim byte
	line  int // lines begun so far
	lim   Limits
	cell  []byte
	raw   []byte // what came since the mark that opened the cell
	again int    // how often rows were read again
	open  int    // line of the first mark that is never closed; 0 for none
}

// maxAgain bounds how often a stray mark is set right; each costs at most the
// bytes of a cell.
const maxAgain = 1000

// readByte gives the next byte.
func (c *csvReader) readByte() (byte, error) {
	if len(c.back) > 0 {
		b := c.back[0]
		c.back = c.back[1:]
		return b, nil
	}
	return c.in.ReadByte()
}

// follows gives the byte after that, and whether there is one.
func (c *csvReader) follows() (byte, bool) {
	if len(c.back) > 0 {
		return c.back[0], true
	}
	if next, _ := c.in.Peek(1); len(next) == 1 {
		return next[0], true
	}
	return 0, false
}

// stray goes back to behind the mark that opened the cell, which then is a letter as
// any other; false if that would be once too often, or the cell is of one line.
func (c *csvReader) stray(start int) bool {
	if c.again == maxAgain || bytes.IndexByte(bytes.TrimRight(c.raw, "\r\n"), '\n') < 0 {
		return false
	}
	c.again++
	c.back = append(bytes.Clone(c.raw), c.back...)
	c.line = start
	return true
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
			if c.open > 0 {
				return nil, c.open, &Error{Line: c.open, Kind: ErrQuote}
			}
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
	c.cell, c.raw = c.cell[:0], c.raw[:0]
	begun, quoted := c.line, false
	literal := func() {
		quoted = false
		c.cell, c.raw = append(c.cell[:0], '"'), c.raw[:0]
	}
	for first := true; ; first = false {
		b, err := c.readByte()
		if err != nil {
			if !quoted || !errors.Is(err, io.EOF) {
				return true, err
			}
			if !c.stray(begun) {
				return true, &Error{Line: start, Kind: ErrQuote}
			}
			if c.open == 0 {
				c.open = start
			}
			literal()
			continue
		}
		if quoted {
			c.raw = append(c.raw, b)
		}
		switch {
		case b == '"' && first:
			quoted = true
			continue
		case quoted && b == '"':
			next, more := c.follows()
			switch {
			case more && next == '"':
				c.raw = append(c.raw, next)
				_, _ = c.readByte()
			case more && next != c.delim && strings.IndexByte("\r\n \t", next) < 0 && c.stray(begun):
				literal()
				continue
			default:
				quoted = false
				continue
			}
		case quoted && b == '\n':
			c.line++
		case !quoted && b == c.delim:
			return false, nil
		case !quoted && (b == '\n' || b == '\r'):
			if next, more := c.follows(); b == '\r' && more && next == '\n' {
				_, _ = c.readByte()
			}
			return true, nil
		}
		if c.cell = append(c.cell, b); len(c.cell) > c.lim.CellBytes {
			if quoted && c.stray(begun) {
				literal()
				continue
			}
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
