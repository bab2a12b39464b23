package ransom

import (
	"encoding/hex"

	"github.com/go-json-experiment/json"
)

// rules are the word lists of this package as the browser's script reads them,
// so that no list stands twice.
type rules struct {
	Common   map[string]bool   `json:"common"`
	Name     map[string]bool   `json:"name"`
	Word     map[string]bool   `json:"word"`
	Plain    map[string]bool   `json:"plain"`
	Everyday map[string]bool   `json:"everyday"`
	Near     map[string]bool   `json:"near"`
	Compare  map[string]bool   `json:"compare"`
	Inline   map[string]bool   `json:"inline"`
	Hidden   map[string]bool   `json:"hidden"`
	NotHosts map[string]bool   `json:"not_hosts"`
	Ends     map[string]bool   `json:"ends"`
	Entities map[string]string `json:"entities"`
	Stand    map[string]string `json:"stand"`
	Acts     []actRule         `json:"acts"`
	Others   [][]string        `json:"others"`
	Whole    []string          `json:"whole"` // hexadecimal
}

type actRule struct {
	Points int        `json:"points"`
	Signs  [][]string `json:"signs"`
}

// Script is what the browser's script is given: the compiled catalogue and the
// word lists, in one JSON object {"model", "rules"}.
func (m *Model) Script() ([]byte, error) {
	small := *m
	small.Families = make([]Family, len(m.Families))
	for i, f := range m.Families { // what is a clue already, or not shown there, is left out
		small.Families[i] = Family{Name: f.Name, Aliases: f.Aliases, NoteNames: f.NoteNames, Extensions: f.Extensions, Markers: f.Markers, Decryptors: f.Decryptors}
	}
	model, err := small.Encode()
	if err != nil {
		return nil, err
	}
	r := rules{Common: commonHosts, Name: ordinaryName, Word: ordinaryWord, Plain: plainEndings, Everyday: everydayEndings, Near: near, Compare: comparing, Inline: inline, Hidden: hidden,
		NotHosts: notHosts, Ends: noteEnding, Entities: entities, Stand: standIn, Others: others()}
	for _, a := range acts() {
		r.Acts = append(r.Acts, actRule{a.points, a.signs})
	}
	for _, w := range whole {
		r.Whole = append(r.Whole, hex.EncodeToString(w))
	}
	list, err := json.Marshal(r, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	out := append([]byte(`{"model":`), model...)
	out = append(append(out, `,"rules":`...), list...)
	return append(out, '}'), nil
}
