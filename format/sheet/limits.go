package sheet

import (
	"errors"
	"fmt"
)

// Limits bounds what is read. A zero field means its default.
type Limits struct {
	Bytes     int64 // size of the file; default 64 MiB
	Rows      int   // rows with content below the header; default 200,000
	Columns   int   // columns of one row; default 256
	Cells     int   // cells with content in all; default 4,000,000
	CellBytes int   // bytes of one cell; default 32,767, the most that Excel itself keeps
	Unzipped  int64 // bytes of an XLSX opened; default 256 MiB
	Ratio     int64 // Unzipped per byte of file; default 200 (honest sheets stay under 40)
}

// filled puts the defaults where the caller left zero.
func (l Limits) filled() Limits {
	l.Bytes = or(l.Bytes, 64<<20)
	l.Rows = or(l.Rows, 200_000)
	l.Columns = or(l.Columns, 256)
	l.Cells = or(l.Cells, 4_000_000)
	l.CellBytes = or(l.CellBytes, 32_767)
	l.Unzipped = or(l.Unzipped, 256<<20)
	l.Ratio = or(l.Ratio, 200)
	return l
}

// or gives v, or the default where v is not positive.
func or[T int | int64](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

// Kinds of failure; every error of this package that concerns the file's
// content is an *Error that wraps one of them.
var (
	ErrSize     = errors.New("file too large")
	ErrRows     = errors.New("too many rows")
	ErrColumns  = errors.New("too many columns")
	ErrCells    = errors.New("too many cells")
	ErrCell     = errors.New("cell too long")
	ErrEncoding = errors.New("text encoding is broken")
	ErrFormat   = errors.New("not a spreadsheet")
	ErrEmpty    = errors.New("no rows")
	ErrSheet    = errors.New("no such sheet")
	ErrQuote    = errors.New("quotation mark is never closed")
)

// Error is a fault of the file with its place.
type Error struct {
	File   string // name as given to Open
	Line   int    // 1-based line of a CSV, row of an XLSX; 0 if the file as a whole is meant
	Byte   int64  // 0-based offset for ErrEncoding, else 0
	Kind   error  // one of the Err values
	Detail string // evidence, English
}

func (e *Error) Error() string {
	s := e.File
	if e.Line > 0 {
		s += fmt.Sprintf(":%d", e.Line)
	}
	s += ": " + e.Kind.Error()
	if errors.Is(e.Kind, ErrEncoding) {
		s += fmt.Sprintf(" at byte %d", e.Byte)
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// Unwrap gives the kind, for errors.Is.
func (e *Error) Unwrap() error { return e.Kind }
