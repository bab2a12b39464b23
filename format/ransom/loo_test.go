package ransom

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ward/test/shared"
)

func sharedSet(t testing.TB) ([]Family, []Note) {
	t.Helper()
	data, err := os.ReadFile(shared.Path(t, "misp/galaxy/clusters/ransomware.json"))
	if err != nil {
		t.Fatal(err)
	}
	families, notes, err := ParseGalaxy(data)
	if err != nil {
		t.Fatal(err)
	}
	root := shared.Path(t, "ransomware/notes")
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		notes = append(notes, Note{Family: filepath.Base(filepath.Dir(p)), File: filepath.Base(p), Data: b})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return families, notes
}

// familyOf finds a family by name or alias as learning does.
func familyOf(m *Model, name string) int {
	l := learner{model: m, of: map[string]int{}}
	l.names()
	return l.of[key(name)]
}

// TestLeaveOneOut holds the figure of identification: each note of a family
// that has two or more is taken out, everything is learned anew, and the note's
// text alone (no file name) is asked about. Families are those of merged: an
// entry whose synonym is another entry's name is that family.
func TestLeaveOneOut(t *testing.T) {
	families, notes := sharedSet(t)
	all := append(slices.Clone(Embedded()), families...)
	full, err := Compile(all, notes)
	if err != nil {
		t.Fatal(err)
	}
	count := map[int]int{}
	for _, n := range notes {
		count[familyOf(full, n.Family)]++
	}
	first, three, total, of := 0, 0, 0, map[int]bool{}
	for i, n := range notes {
		if count[familyOf(full, n.Family)] < 2 {
			continue
		}
		m, err := Compile(all, slices.Delete(slices.Clone(notes), i, i+1))
		if err != nil {
			t.Fatal(err)
		}
		res := m.Identify(Input{Data: n.Data})
		want := familyOf(m, n.Family)
		at := slices.IndexFunc(res.Candidates, func(c Candidate) bool { return c.Index == want })
		total++
		of[want] = true
		if at == 0 {
			first++
		} else {
			t.Logf("%s %s: place %d, like a note %d, named instead %s", n.Family, n.File, at+1, res.NoteLike, namesOf(res))
		}
		if at >= 0 && at < 3 {
			three++
		}
	}
	t.Logf("%d notes of %d families, learned %d notes of %d families: right family first %.1f %%, in the first three %.1f %%",
		total, len(of), full.Notes(), len(full.Families), 100*float64(first)/float64(total), 100*float64(three)/float64(total))
	if first*100 < total*90 {
		t.Errorf("right family first in %d of %d, at least 90 %% wanted", first, total)
	}
	if three*100 < total*97 {
		t.Errorf("right family in the first three in %d of %d, at least 97 %% wanted", three, total)
	}
}

func namesOf(r Result) string {
	var out []string
	for _, c := range r.Candidates {
		out = append(out, fmt.Sprintf("%s %d", c.Family, c.Score))
	}
	return strings.Join(out, ", ")
}
