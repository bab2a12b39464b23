package ransom

import (
	"bytes"
	"fmt"
	"strings"
)

// Collector gathers what an import reads, file by file. The zero value is ready.
type Collector struct {
	families []Family
	notes    []Note
}

// Source says what a file of an import was taken for.
type Source string

const (
	SourceGalaxy   Source = "galaxy"   // ransomware cluster of a MISP galaxy
	SourceFamilies Source = "families" // our own catalogue form
	SourceNote     Source = "note"     // a ransom note; its folder is named like the family
	SourceNone     Source = ""         // nothing of use: passed over
)

// endings of files in collections of notes that are no notes.
var notNotes = set(`md png jpg jpeg bmp gif svg pdf py go yml yaml csv zip gz license git exe dll lnk url ico`)

// Add takes one file. Path is with folders, "/" between them: a note belongs to
// the family that its folder is named after. A JSON file that is no catalogue
// is passed over; one that claims to be and is broken is an error.
func (c *Collector) Add(path string, data []byte) (Source, error) {
	parts := strings.Split(path, "/")
	file := parts[len(parts)-1]
	ending := lowerASCII(file[strings.LastIndexByte(file, '.')+1:])
	switch {
	case len(data) == 0 || strings.HasPrefix(file, ".") || notNotes[ending]:
		return SourceNone, nil
	case ending == "json":
		return c.catalogue(data)
	case len(parts) < 2 || key(parts[len(parts)-2]) == "" || isBinary(data) || len(data) > TextLimit:
		return SourceNone, nil
	case len(c.notes) >= NotesLimit:
		return SourceNone, fmt.Errorf("more than %d notes", NotesLimit)
	}
	c.notes = append(c.notes, Note{Family: parts[len(parts)-2], File: file, Data: data})
	return SourceNote, nil
}

func (c *Collector) catalogue(data []byte) (Source, error) {
	head := first(string(data), 4096)
	switch {
	case strings.Contains(head, `"families"`):
		families, err := ParseFamilies(data)
		if err != nil {
			return SourceNone, err
		}
		c.families = append(c.families, families...)
		return SourceFamilies, nil
	case claims(data, `"type":"ransomware"`, `"type": "ransomware"`) && claims(data, `"values"`):
		families, notes, err := ParseGalaxy(data)
		if err != nil {
			return SourceNone, err
		}
		if len(c.families)+len(families) > FamiliesLimit || len(c.notes)+len(notes) > NotesLimit {
			return SourceNone, fmt.Errorf("more than %d families or %d notes", FamiliesLimit, NotesLimit)
		}
		c.families, c.notes = append(c.families, families...), append(c.notes, notes...)
		return SourceGalaxy, nil
	}
	return SourceNone, nil
}

func claims(data []byte, signs ...string) bool {
	for _, s := range signs {
		if bytes.Contains(data, []byte(s)) {
			return true
		}
	}
	return false
}

// Counts says how many families and notes were gathered.
func (c *Collector) Counts() (families, notes int) { return len(c.families), len(c.notes) }

// Compile joins what was gathered with the embedded catalogue.
func (c *Collector) Compile() (*Model, error) {
	return Compile(append(append([]Family{}, Embedded()...), c.families...), c.notes)
}
