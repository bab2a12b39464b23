package ransom

// Model is a compiled catalogue: what identification needs and nothing of the
// notes' text. It is only read after Compile or Decode, by any number of
// goroutines.
type Model struct {
	Families []Family

	notes   []learned
	weights []int // by the number of families that use a term
	terms   map[uint32]term
	clues   map[uint64][]int // clueKey to families
}

// learned is one note: its family and the sum of its squared weights.
type learned struct{ family, norm int }

// term is a word, pair or triple: the notes that have it, ascending, and how
// many families they are of.
type term struct {
	notes  []int
	spread int
}

// Notes counts the notes that were learned.
func (m *Model) Notes() int { return len(m.notes) }

// spreads counts the families of every term.
func (m *Model) spreads() {
	for h, t := range m.terms {
		seen := map[int]bool{}
		for _, id := range t.notes {
			seen[m.notes[id].family] = true
		}
		t.spread = len(seen)
		m.terms[h] = t
	}
}

// weigh sums up the notes.
func (m *Model) weigh() {
	m.spreads()
	for h, t := range m.terms {
		w := m.weight(h)
		for _, id := range t.notes {
			m.notes[id].norm += w * w
		}
	}
}

// most is the largest number of families that share a term.
func (m *Model) most() int {
	n := 0
	for _, t := range m.terms {
		n = max(n, t.spread)
	}
	return n
}

// spread counts the families whose notes use a term.
func (m *Model) spread(h uint32) int { return m.terms[h].spread }

func (m *Model) weight(h uint32) int {
	if len(m.weights) == 0 { // no note was learned
		return 0
	}
	return m.weights[m.terms[h].spread]
}

// Family finds a family by name or alias; a family's own name goes before
// another one's alias.
func (m *Model) Family(name string) (Family, bool) {
	k := key(name)
	for _, alias := range []bool{false, true} {
		for _, f := range m.Families {
			names := []string{f.Name}
			if alias {
				names = f.Aliases
			}
			for _, n := range names {
				if key(n) == k && k != "" {
					return f, true
				}
			}
		}
	}
	return Family{}, false
}

// Key is a name as names of families are compared.
func Key(name string) string { return key(name) }
