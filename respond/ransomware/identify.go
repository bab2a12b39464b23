package ransomware

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"ward/format/ransom"
)

// use puts a catalogue into use.
func (s *Service) use(m *ransom.Model, version int64) error {
	script, err := m.Script()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(script)
	s.current.Store(&edition{model: m, script: script, tag: hex.EncodeToString(sum[:8]), named: namesOf(m), version: version})
	return nil
}

// Script is the catalogue for the browser and a tag that changes with it.
func (s *Service) Script() (data []byte, tag string) {
	e := s.edition()
	return e.script, e.tag
}

// Answers are the three short questions of those whose browser runs no script.
type Answers struct {
	Note      string // name of the note's file
	Extension string // what was added to file names
	Address   string // an address that the note shows
}

// Empty reports that nothing was answered.
func (a Answers) Empty() bool { return a.Note == "" && a.Extension == "" && a.Address == "" }

// answerMost bounds one answer in bytes: an onion address has 62.
const answerMost = 200

func clip(s string) string {
	s = strings.TrimSpace(s)
	return s[:min(len(s), answerMost)]
}

// Identify names the families that the answers fit, best first.
func (s *Service) Identify(a Answers) ransom.Result {
	return s.edition().model.Identify(ransom.Input{Name: clip(a.Note), Extension: clip(a.Extension), Data: []byte(clip(a.Address)), Told: true})
}

// Known counts the families of the catalogue in use.
func (s *Service) Known() int { return len(s.edition().model.Families) }

// Families lists those whose name, alias, note name or extension holds the
// words, in the order of the catalogue; more says that the list goes on.
func (s *Service) Families(words string, skip, limit int) (list []ransom.Family, more bool) {
	words = strings.ToLower(strings.TrimSpace(words))
	for _, f := range s.edition().model.Families {
		if !holds(f, words) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if len(list) == limit {
			return list, true
		}
		list = append(list, f)
	}
	return list, false
}

func holds(f ransom.Family, words string) bool {
	for _, l := range [][]string{{f.Name}, f.Aliases, f.NoteNames, f.Extensions} {
		for _, t := range l {
			if strings.Contains(strings.ToLower(t), words) {
				return true
			}
		}
	}
	return false
}
