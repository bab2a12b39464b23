package ransom

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
)

// Schema names the form of a compiled catalogue; a reader refuses any other.
const Schema = "ward.ransom/1"

// file is a Model at rest. The tables are base64 of small binary lists, all in
// whole numbers of variable length (7 bits a byte, low first):
//
//	notes: family, norm            for each note
//	terms: hash (4 bytes, low first), count, note…   notes as steps from the one before
//	clues: clueKey (8 bytes, low first), count, family… families as steps likewise
type file struct {
	Schema   string   `json:"schema"`
	Families []Family `json:"families"`
	Weights  []int    `json:"weights"`
	Notes    []byte   `json:"notes"`
	Terms    []byte   `json:"terms"`
	Clues    []byte   `json:"clues"`
}

// IsCompiled tells a compiled catalogue from its sources.
func IsCompiled(data []byte) bool { return bytes.Contains(data, []byte(`"`+Schema+`"`)) }

// Encode gives the Model as JSON; equal Models give equal bytes.
func (m *Model) Encode() ([]byte, error) {
	f := file{Schema: Schema, Families: m.Families, Weights: m.weights}
	for _, n := range m.notes {
		f.Notes = binary.AppendUvarint(binary.AppendUvarint(f.Notes, uint64(n.family)), uint64(n.norm))
	}
	for _, h := range slices.Sorted(maps.Keys(m.terms)) {
		f.Terms = appendList(binary.LittleEndian.AppendUint32(f.Terms, h), m.terms[h].notes)
	}
	for _, h := range slices.Sorted(maps.Keys(m.clues)) {
		f.Clues = appendList(binary.LittleEndian.AppendUint64(f.Clues, h), m.clues[h])
	}
	return json.Marshal(f, json.Deterministic(true), json.FormatNilSliceAsNull(false))
}

func appendList(b []byte, list []int) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	last := 0
	for _, v := range list {
		b = binary.AppendUvarint(b, uint64(v-last))
		last = v
	}
	return b
}

var errCut = errors.New("cut off")

// Decode reads what Encode wrote and checks every number in it: a file from
// elsewhere must not make a lookup fail later.
func Decode(data []byte) (*Model, error) {
	var f file
	if len(data) > CatalogueLimit {
		return nil, fmt.Errorf("compiled catalogue: more than %d bytes", CatalogueLimit)
	}
	if err := json.Unmarshal(data, &f, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("compiled catalogue: %w", err)
	}
	if f.Schema != Schema {
		return nil, fmt.Errorf("compiled catalogue: /schema: %q is not %q", f.Schema, Schema)
	}
	if len(f.Families) > FamiliesLimit || len(f.Weights) > NotesLimit+1 {
		return nil, errors.New("compiled catalogue: /families: too many")
	}
	for i, w := range f.Weights {
		if w < 0 || w > 1000 {
			return nil, fmt.Errorf("compiled catalogue: /weights/%d: out of range", i)
		}
	}
	m := &Model{Families: f.Families, weights: f.Weights, terms: map[uint32]term{}, clues: map[uint64][]int{}}
	if err := m.readNotes(f.Notes); err != nil {
		return nil, fmt.Errorf("compiled catalogue: /notes: %w", err)
	}
	err := eachList(f.Terms, 4, len(m.notes), func(h uint64, list []int) { m.terms[uint32(h)] = term{notes: list} })
	if err != nil {
		return nil, fmt.Errorf("compiled catalogue: /terms: %w", err)
	}
	if err := eachList(f.Clues, 8, len(m.Families), func(h uint64, list []int) { m.clues[h] = list }); err != nil {
		return nil, fmt.Errorf("compiled catalogue: /clues: %w", err)
	}
	m.spreads()
	if n := m.most(); n >= len(m.weights) && n > 0 {
		return nil, errors.New("compiled catalogue: /weights: too few")
	}
	return m, nil
}

func (m *Model) readNotes(b []byte) error {
	for len(b) > 0 {
		fam, n := binary.Uvarint(b)
		if n <= 0 {
			return errCut
		}
		norm, k := binary.Uvarint(b[n:])
		if k <= 0 {
			return errCut
		}
		if fam >= uint64(len(m.Families)) || norm > 1<<40 || len(m.notes) >= NotesLimit {
			return fmt.Errorf("%d: out of range", len(m.notes))
		}
		m.notes = append(m.notes, learned{int(fam), int(norm)})
		b = b[n+k:]
	}
	return nil
}

// eachList hands out the lists of a table whose hashes have width bytes; every
// member is below limit and the members ascend.
func eachList(b []byte, width, limit int, fn func(uint64, []int)) error {
	for at := 0; len(b) > 0; at++ {
		if len(b) <= width {
			return errCut
		}
		h := uint64(0)
		for i := range width {
			h |= uint64(b[i]) << (8 * i)
		}
		count, n := binary.Uvarint(b[width:])
		if n <= 0 || count == 0 || count > uint64(len(b)) {
			return fmt.Errorf("entry %d: %w", at, errCut)
		}
		b = b[width+n:]
		list, last := make([]int, 0, count), uint64(0)
		for i := range count {
			step, n := binary.Uvarint(b)
			if n <= 0 {
				return fmt.Errorf("entry %d: %w", at, errCut)
			}
			if last += step; last >= uint64(limit) || step >= uint64(limit) || i > 0 && step == 0 {
				return fmt.Errorf("entry %d: out of range", at)
			}
			list = append(list, int(last))
			b = b[n:]
		}
		fn(h, list)
	}
	return nil
}
