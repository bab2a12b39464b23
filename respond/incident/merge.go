package incident

import (
	"maps"
	"slices"
)

// Clash is one question that two people answered differently at once.
type Clash struct {
	ID           string
	Theirs, Mine Answer
}

// Merge joins what one person typed with what others saved since: base is what
// both saw, theirs what is stored, mine the answers of the page. What only one
// side changed is taken from that side; what both changed to different values is
// a clash, which a person decides. Clashes are in the order of their ids.
func Merge(base, theirs, mine Answers) (Answers, []Clash) {
	out := maps.Clone(theirs)
	if out == nil {
		out = Answers{}
	}
	var clashes []Clash
	for _, id := range slices.Sorted(maps.Keys(mine)) {
		m, b, t := mine[id], base[id], theirs[id]
		switch {
		case m == b || m == t:
		case t == b:
			set(out, id, m)
		default:
			clashes = append(clashes, Clash{ID: id, Theirs: t, Mine: m})
		}
	}
	return out, clashes
}

// set stores an answer, or takes it away when it is none.
func set(a Answers, id string, x Answer) {
	if x.IsZero() {
		delete(a, id)
		return
	}
	a[id] = x
}

// changed lists the questions whose answers differ, in the order of their ids.
func changed(before, after Answers) []string {
	var out []string
	for id := range after {
		if before[id] != after[id] {
			out = append(out, id)
		}
	}
	for id := range before {
		if _, still := after[id]; !still {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
