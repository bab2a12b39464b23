package xliff

import (
	"errors"
	"fmt"

	"ward/format/pattern"
)

// The refusals of Read, for errors.Is.
var (
	ErrTooLarge  = errors.New("the file is too large")
	ErrNotXLIFF  = errors.New("the file is not XLIFF")
	ErrVersion   = errors.New("the file is XLIFF of another version than 2")
	ErrReference = errors.New("a placeholder refers to data that the unit does not have")
)

// Bounds of one document.
const (
	MaxBytes = 32 << 20
	MaxUnits = 100_000
	maxGroup = 32 // groups inside one another
)

// State is how far a text is (XLIFF 2.0, 4.3.1.30).
type State string

// The states in their order.
const (
	Initial    State = "initial"
	Translated State = "translated"
	Reviewed   State = "reviewed"
	Final      State = "final"
)

// Document is a set of texts from one language into another.
type Document struct {
	Source, Target string // BCP 47
	Files          []File
}

// File is the texts of one place.
type File struct {
	ID    string // NMTOKEN
	Units []Unit
}

// Unit is one text. Source and Target hold placeholders as {{.name}}.
type Unit struct {
	ID     string // NMTOKEN, unique in its file
	Notes  []Note
	State  State
	Source string
	Target string // "" while nobody has translated it
}

// Note tells the translator something.
type Note struct{ Category, Text string }

// placeholder is what a text is filled with later.
var placeholder = pattern.Of(`\{\{[^{}]*\}\}`)

// nmtoken is what an id may be made of (XML 1.0, Nmtoken), ASCII only.
var nmtoken = pattern.Of(`^[A-Za-z0-9._:-]+$`)

func isToken(s string) bool { return len(s) <= 200 && nmtoken().MatchString(s) }

// Check reports what cannot be written.
func (d *Document) Check() error {
	for _, f := range d.Files {
		seen := map[string]bool{}
		if !isToken(f.ID) {
			return fmt.Errorf("file id %.40q cannot be written", f.ID)
		}
		for _, u := range f.Units {
			if !isToken(u.ID) || seen[u.ID] {
				return fmt.Errorf("unit id %.40q cannot be written, or stands twice", u.ID)
			}
			seen[u.ID] = true
		}
	}
	return nil
}
