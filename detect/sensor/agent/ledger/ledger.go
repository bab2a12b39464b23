// Package ledger keeps how far logs were read, for whoever follows them: which
// positions moved since the last commit, which are to be forgotten, and how they
// are read again after a restart. It knows nothing of logs.
package ledger

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Ledger is for one goroutine. Positions of kind P have numbers; what is stored
// has the name Prefix and the number, and Begun says that this is not the first start.
type Ledger[P any] struct {
	Prefix, Begun string

	changed, gone map[uint64]bool
	begun         bool
}

// New is empty.
func New[P any](prefix, begun string) *Ledger[P] {
	return &Ledger[P]{Prefix: prefix, Begun: begun, changed: map[uint64]bool{}, gone: map[uint64]bool{}}
}

// Read gives the positions of an earlier run, and whether there was one. One that
// is broken, or not sound, is an error: to begin anew in silence would count twice.
func (l *Ledger[P]) Read(all map[string]json.RawMessage, sound func(P) bool) (out map[uint64]P, again bool, err error) {
	out = map[uint64]P{}
	for name, raw := range all {
		digits, ok := strings.CutPrefix(name, l.Prefix)
		if !ok {
			continue
		}
		id, err := strconv.ParseUint(digits, 10, 63)
		var p P
		if err == nil {
			err = json.Unmarshal(raw, &p)
		}
		if err != nil || !sound(p) {
			return nil, false, fmt.Errorf("the position %s is damaged", name)
		}
		out[id] = p
	}
	_, l.begun = all[l.Begun]
	return out, l.begun, nil
}

// Move notes that a position is another now.
func (l *Ledger[P]) Move(id uint64) { l.changed[id] = true }

// Forget notes that a position is needed no longer.
func (l *Ledger[P]) Forget(id uint64) {
	delete(l.changed, id)
	l.gone[id] = true
}

// Take gives what is to be stored since the last call, as position knows it: false
// for one that is not there any more. Names with "null" are to be forgotten.
func (l *Ledger[P]) Take(position func(uint64) (P, bool)) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for id := range l.changed {
		if p, ok := position(id); ok {
			if raw, err := json.Marshal(p); err == nil { // numbers and texts
				out[l.name(id)] = raw
			}
		}
	}
	for id := range l.gone {
		out[l.name(id)] = json.RawMessage("null")
	}
	if !l.begun {
		out[l.Begun] = json.RawMessage("true")
		l.begun = true
	}
	clear(l.changed)
	clear(l.gone)
	return out
}

func (l *Ledger[P]) name(id uint64) string { return l.Prefix + strconv.FormatUint(id, 10) }
