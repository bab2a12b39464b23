package csaf

import (
	"errors"
	"fmt"
)

// Limits bounds what one document may cost. A zero field means its default;
// the largest document of CISA has 0.7 MB, 1,283 relationships and depth 16.
type Limits struct {
	Size     int64 // bytes of the file; default 64 MB
	Depth    int   // nested JSON values; default 256, which is about 120 branches
	Products int   // products of the tree, relationships included; default 200,000
	Text     int   // bytes of one string; default 1 MB
	Name     int   // bytes of one name or identifier of a product; default 8 kB
	Items    int   // list entries in the whole document; default 5,000,000
	Paths    int   // bytes of all product paths together; default 128 MB
}

// withDefaults fills the zero fields.
func (l Limits) withDefaults() Limits {
	if l.Size <= 0 {
		l.Size = 64 << 20
	}
	set := func(field *int, value int) {
		if *field <= 0 {
			*field = value
		}
	}
	set(&l.Depth, 256)
	set(&l.Products, 200_000)
	set(&l.Text, 1<<20)
	set(&l.Name, 8<<10)
	set(&l.Items, 5_000_000)
	set(&l.Paths, 128<<20)
	return l
}

// The kinds of refusal of Parse, for errors.Is.
var (
	ErrSyntax   = errors.New("not well-formed JSON")
	ErrNotCSAF  = errors.New("not a CSAF document")
	ErrTooLarge = errors.New("too large")
	ErrTooDeep  = errors.New("nested too deep")
	ErrTooMany  = errors.New("too many entries")
)

// Error is a refusal with its place in the file.
type Error struct {
	Kind   error  // one of the Err values
	Place  string // JSON pointer (RFC 6901); empty for the whole file
	Offset int64  // byte offset, -1 where it has none
	Detail string // what is wrong there, English, for logs and the command line
}

func (e *Error) Error() string {
	s := e.Kind.Error()
	if e.Place != "" {
		s += " at " + e.Place
	}
	if e.Offset >= 0 {
		s += fmt.Sprintf(" (byte %d)", e.Offset)
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return "csaf: " + s
}

// Unwrap gives the kind to errors.Is.
func (e *Error) Unwrap() error { return e.Kind }
