package ransom

import (
	"bytes"
	_ "embed"
	"fmt"
	"sync"

	"github.com/go-json-experiment/json"
)

// Family is what a catalogue knows of one family. Names of files and
// extensions may hold "*" for what changes between victims.
type Family struct {
	Name       string      `json:"name"`
	Aliases    []string    `json:"aliases,omitempty"`
	Years      string      `json:"years,omitempty"`      // "2019-2022", "2023-"; as the source says
	Health     string      `json:"health,omitempty"`     // what is known of attacks on healthcare, English
	NoteNames  []string    `json:"note_names,omitempty"` // "akira_readme.txt", "*-README.txt"
	Extensions []string    `json:"extensions,omitempty"` // ".akira"
	Addresses  []string    `json:"addresses,omitempty"`  // hosts, mail addresses, Tox identifiers
	Phrases    []string    `json:"phrases,omitempty"`    // a few words that only this family writes
	Markers    []Marker    `json:"markers,omitempty"`
	Decryptors []Decryptor `json:"decryptors,omitempty"`
	Sources    []string    `json:"sources,omitempty"`
}

// Marker is a sequence of bytes that a family leaves in encrypted files.
type Marker struct {
	At    string `json:"at"`    // "start", or "end": anywhere in the last 4,096 bytes
	Hex   string `json:"hex"`   // 4 to 64 bytes
	Note  string `json:"note"`  // what it is, in English
	Years string `json:"years"` // of the builds that write it, as the source says
}

// Decryptor is what is known of a way to get files back without paying. It
// names the maker; nothing is offered for download here.
type Decryptor struct {
	Maker     string `json:"maker"`
	Condition string `json:"condition,omitempty"` // English: which builds, keys, dates
	Source    string `json:"source"`              // where this is known from
}

// Note is one ransom note to learn from.
type Note struct {
	Family string // name or alias
	File   string // name under which victims find it; "" when unknown
	Data   []byte
}

//go:embed data/families.json
var embedded []byte

// Embedded is the small catalogue that is always there: families that attacked
// healthcare, in our own words, without the text of any note.
var Embedded = sync.OnceValue(func() []Family {
	families, err := ParseFamilies(embedded)
	if err != nil {
		panic(err) // a fault of the build; TestEmbedded holds it
	}
	return families
})

// Bounds of a catalogue; the largest public one has about 2,200 families.
const (
	FamiliesLimit  = 20000
	NotesLimit     = 20000
	CatalogueLimit = 64 << 20 // bytes
)

// ParseFamilies reads our own catalogue form, {"families": [...]}; unknown
// fields are errors.
func ParseFamilies(data []byte) ([]Family, error) {
	var doc struct {
		Families []Family `json:"families"`
	}
	if len(data) > CatalogueLimit {
		return nil, fmt.Errorf("catalogue: more than %d bytes", CatalogueLimit)
	}
	if err := json.Unmarshal(bytes.TrimSpace(data), &doc, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	if len(doc.Families) > FamiliesLimit {
		return nil, fmt.Errorf("catalogue: more than %d families", FamiliesLimit)
	}
	for i, f := range doc.Families {
		if key(f.Name) == "" {
			return nil, fmt.Errorf("catalogue: /families/%d/name: required", i)
		}
		for j, m := range f.Markers {
			if _, err := m.bytes(); err != nil {
				return nil, fmt.Errorf("catalogue: /families/%d/markers/%d: %w", i, j, err)
			}
		}
	}
	return doc.Families, nil
}
