package ransom

import (
	"os"
	"strings"
	"testing"
)

// What is built in tells by itself that a text is a ransom note, also where it can name
// no family: a hospital without an imported catalogue must not hear that a note is none.
// Notes of the galaxy are not asked about: many are a sentence or two of one.
func TestBuiltInKnowsNotes(t *testing.T) {
	families, notes := sharedSet(t)
	m, err := Compile(Embedded(), nil)
	if err != nil {
		t.Fatal(err)
	}
	whole, known := 0, 0
	for _, n := range notes {
		if n.File == "" {
			continue
		}
		whole++
		if res := m.Identify(Input{Name: "found.txt", Data: n.Data}); res.Kind == KindNote {
			known++
		} else {
			t.Logf("%s %s: like a note: %d", n.Family, n.File, res.NoteLike)
		}
	}
	if whole == 0 || known*100 < whole*95 {
		t.Errorf("%d of %d notes are known as notes, at least 95 %% wanted", known, whole)
	}
	var names []string
	for _, f := range append(Embedded(), families...) {
		names = append(names, f.Name)
	}
	for _, d := range ordinaryDocuments(t, 400, names) {
		if res := m.Identify(Input{Name: d.name, Data: []byte(d.text)}); res.Kind != KindText || len(res.Candidates) > 0 {
			t.Errorf("%s is taken for a note (%d): %s", d.name, res.NoteLike, first(d.text, 300))
		}
	}
	t.Logf("%d of %d notes are known as notes", known, whole)
}

// Notes and ordinary texts of our own, in several languages and in words that no shared
// note has, one behind the other.
func TestBuiltInReadsOurOwn(t *testing.T) {
	m, err := Compile(Embedded(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]Kind{"own-notes.txt": KindNote, "own-ordinary.txt": KindText} {
		b, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range strings.Split(string(b), "\n----\n") {
			if res := m.Identify(Input{Name: "found.txt", Data: []byte(text)}); res.Kind != want {
				t.Errorf("%s (%d): %s", res.Kind, res.NoteLike, first(text, 120))
			}
		}
	}
}
